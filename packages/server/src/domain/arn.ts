/**
 * The ARNs of IAM's entities. The region is always empty and the path is part of the resource.
 * Source: IAM User Guide, "IAM identifiers", IAM ARNs.
 */

/** Kinds whose ARN is `<type>/<path><name>`. */
export type IamResourceType =
  | 'user'
  | 'group'
  | 'role'
  | 'policy'
  | 'instance-profile'
  | 'server-certificate'
  | 'mfa'
  | 'oidc-provider'
  | 'saml-provider'

/** What an ARN needs besides the entity: the deployment's partition. */
export interface ArnScope {
  readonly partition: string
  readonly accountId: string
}

/** `arn:aws:iam::111122223333:user/path/Name`; `path` begins and ends in `/`. */
export function iamArn(scope: ArnScope, type: IamResourceType, path: string, name: string): string {
  return `arn:${scope.partition}:iam::${scope.accountId}:${type}${path}${name}`
}

/** `arn:aws:iam::111122223333:root`. */
export function rootArn(scope: ArnScope): string {
  return `arn:${scope.partition}:iam::${scope.accountId}:root`
}

/** `arn:aws:sts::A:assumed-role/Name/Session`: the role's path is dropped. */
export function assumedRoleArn(scope: ArnScope, roleName: string, sessionName: string): string {
  return `arn:${scope.partition}:sts::${scope.accountId}:assumed-role/${roleName}/${sessionName}`
}

export interface ParsedArn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly accountId: string
  /** Everything after the fifth colon, colons included. */
  readonly resource: string
}

/** Undefined for what is not an ARN of six parts with a non-empty partition, service and resource. */
export function parseArn(text: string): ParsedArn | undefined {
  const [prefix, partition, service, region, accountId, ...rest] = text.split(':')
  if (prefix !== 'arn' || !partition || !service || region === undefined) return undefined
  if (accountId === undefined || rest.length === 0) return undefined
  const resource = rest.join(':')
  return resource === '' ? undefined : { partition, service, region, accountId, resource }
}

/** Path and name of `user/a/b/Name`: `{ path: '/a/b/', name: 'Name' }`. */
export function splitResource(resource: string): { type: string; path: string; name: string } {
  const first = resource.indexOf('/')
  const last = resource.lastIndexOf('/')
  if (first === -1) return { type: resource, path: '/', name: '' }
  return {
    type: resource.slice(0, first),
    path: resource.slice(first, last + 1),
    name: resource.slice(last + 1),
  }
}

/** `arn:aws:sts::A:federated-user/Name`. */
export function federatedUserArn(scope: ArnScope, name: string): string {
  return `arn:${scope.partition}:sts::${scope.accountId}:federated-user/${name}`
}
