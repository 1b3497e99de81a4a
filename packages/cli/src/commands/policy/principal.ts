import type { ContextValue, Principal } from '@bailiwick/policy'
import { UsageError } from './output.ts'

/** A principal and the context keys that come with it. */
export interface NamedPrincipal {
  readonly principal: Principal
  readonly contextKeys: ReadonlyMap<string, ContextValue>
}

/** Ids that no policy names: the command line has none to give. */
const noId = 'unknown'

/**
 * Who a decision is asked for, from what one writes: `anonymous`, `lambda.amazonaws.com`, or the
 * ARN of a user, a role, a role session, a federated user or an account's root.
 */
export function parsePrincipal(text: string): NamedPrincipal {
  if (text === 'anonymous' || text === '*') {
    return named({ kind: 'anonymous' }, [['principaltype', 'Anonymous']])
  }
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(text)) {
    const keys = [
      ['principalisawsservice', 'true'],
      ['principalservicename', text],
    ] as const
    return named({ kind: 'service', serviceNames: [text] }, keys)
  }
  const [prefix, , service, , accountId = '', ...rest] = text.split(':')
  const resource = rest.join(':')
  if (prefix !== 'arn' || !/^\d{12}$/.test(accountId)) {
    throw new UsageError(
      `--principal ${text}: give an ARN such as arn:aws:iam::111122223333:user/ann, a service such as lambda.amazonaws.com, or anonymous`,
    )
  }
  const arn = text
  const account = ['principalaccount', accountId] as const
  if (service === 'iam' && resource === 'root') {
    const keys = [
      ['principalarn', arn],
      account,
      ['principaltype', 'Account'],
      ['userid', accountId],
    ] as const
    return named({ kind: 'root', accountId, arn }, keys)
  }
  if (service === 'iam' && resource.startsWith('user/')) {
    const userName = resource.slice(resource.lastIndexOf('/') + 1)
    const keys = [
      ['principalarn', arn],
      account,
      ['principaltype', 'User'],
      ['username', userName],
    ] as const
    return named({ kind: 'user', accountId, arn, userId: noId }, keys)
  }
  return session(arn, service ?? '', accountId, resource)
}

function session(
  arn: string,
  service: string,
  accountId: string,
  resource: string,
): NamedPrincipal {
  const [type = '', name = '', sessionName = 'session'] = resource.split('/')
  const partition = arn.split(':')[1] ?? 'aws'
  const account = ['principalaccount', accountId] as const
  if (service === 'sts' && type === 'federated-user') {
    const rootArn = `arn:${partition}:iam::${accountId}:root`
    const creator = { kind: 'root', accountId, arn: rootArn } as const
    const keys = [['principalarn', arn], account, ['principaltype', 'FederatedUser']] as const
    return named({ kind: 'federatedUser', accountId, arn, creator }, keys)
  }
  const isRole = service === 'iam' && type === 'role'
  if (!isRole && !(service === 'sts' && type === 'assumed-role')) {
    throw new UsageError(`--principal ${arn}: not a user, role, session, federated user or root`)
  }
  const roleName = isRole ? resource.slice(resource.lastIndexOf('/') + 1) : name
  const roleArn = isRole ? arn : `arn:${partition}:iam::${accountId}:role/${name}`
  const usedName = isRole ? 'session' : sessionName
  const sessionArn = `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${usedName}`
  const principal: Principal = {
    kind: 'roleSession',
    accountId,
    arn: sessionArn,
    roleArn,
    roleId: noId,
    sessionName: usedName,
    serviceLinked: resource.includes('aws-service-role/'),
  }
  const keys = [['principalarn', roleArn], account, ['principaltype', 'AssumedRole']] as const
  return named(principal, keys)
}

function named(
  principal: Principal,
  keys: readonly (readonly [key: string, value: string])[],
): NamedPrincipal {
  return { principal, contextKeys: new Map(keys.map(([key, value]) => [`aws:${key}`, value])) }
}
