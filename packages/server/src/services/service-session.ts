/**
 * A role as a service of AWS runs it: the service must be trusted by the role, and whoever asks for
 * it in the service's name answers for having been allowed to hand the role over.
 */
import { compilePolicy, decide } from '@bailiwick/policy'
import type { ContextValue } from '@bailiwick/policy'
import type { IssuedCredentials, SessionClaims } from '../credentials/port.ts'
import { iamArn } from '../domain/arn.ts'
import type { Role, Tag } from '../domain/entity.ts'
import type { Scope } from './operation.ts'
import { sessionTimes } from './session-times.ts'
import { requestTagKeys, resourceTagKeys } from './tag-context-keys.ts'

/** What a session of a service needs of the house; a listener without a caller has it as well. */
export type ServiceSessionScope = Pick<Scope, 'partition' | 'now' | 'sessions' | 'compiledPolicy'>

export interface ServiceSession {
  readonly servicePrincipal: string
  readonly sessionName: string
  readonly durationSeconds: number
  readonly tags?: readonly Tag[]
  readonly transitiveTagKeys?: readonly string[]
  /** What the trust policy sees besides, such as aws:SourceArn. */
  readonly trustKeys?: Readonly<Record<string, ContextValue | undefined>>
  /** Keys that every request of the session carries, in lower case. */
  readonly contextKeys?: SessionClaims['contextKeys']
}

/**
 * Credentials of the role for the service; undefined where its trust policy does not let the
 * service in. Source: IAM User Guide, "Create a role to delegate permissions to an AWS service".
 */
export function serviceSession(
  scope: ServiceSessionScope,
  role: Role,
  session: ServiceSession,
): (IssuedCredentials & { readonly IssuedAt: Date }) | undefined {
  const isTagged = (session.tags?.length ?? 0) > 0
  const actions = isTagged ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole']
  if (!actions.every((action) => trusts(scope, role, session, action))) return undefined
  const times = sessionTimes(scope.now, session.durationSeconds)
  const issued = scope.sessions.issue({
    kind: 'assumedRole',
    accountId: role.accountId,
    principalId: role.id,
    sessionName: session.sessionName,
    ...times,
    sessionPolicyArns: [],
    tags: session.tags ?? [],
    transitiveTagKeys: session.transitiveTagKeys ?? [],
    ...(session.contextKeys && { contextKeys: session.contextKeys }),
  })
  return { ...issued, IssuedAt: times.issuedAt }
}

const trustsNobody = compilePolicy({ version: '2012-10-17', statements: [] })

function trusts(
  scope: ServiceSessionScope,
  role: Role,
  { servicePrincipal, tags = [], transitiveTagKeys, trustKeys = {} }: ServiceSession,
  action: string,
): boolean {
  const policy = scope.compiledPolicy(role.trustPolicySaved, 'trustPolicy') ?? trustsNobody
  const keys: Record<string, ContextValue | undefined> = {
    ...trustKeys,
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': servicePrincipal,
    'aws:PrincipalServiceNamesList': [servicePrincipal],
    'aws:CurrentTime': scope.now.toISOString(),
    'aws:EpochTime': String(Math.floor(scope.now.getTime() / 1000)),
    'aws:ResourceAccount': role.accountId,
    ...(transitiveTagKeys && { 'sts:TransitiveTagKeys': transitiveTagKeys }),
    ...requestTagKeys(tags),
    ...resourceTagKeys('iam', role.tags),
  }
  const held = Object.entries(keys).filter((entry): entry is [string, ContextValue] => {
    return entry[1] !== undefined
  })
  const request = {
    principal: { kind: 'service', serviceNames: [servicePrincipal] } as const,
    action,
    resource: iamArn({ ...scope, accountId: role.accountId }, 'role', role.path, role.name),
    resourceAccountId: role.accountId,
    context: new Map(held.map(([key, value]) => [key.toLowerCase(), value])),
  }
  const source = { policyType: 'trustPolicy', id: role.name } as const
  return decide(request, { identity: [], resource: [{ source, policy }] }).decision === 'allowed'
}
