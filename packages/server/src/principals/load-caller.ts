/** From a credential to the caller: who it is, what it carries, which policies apply. */
import type { Caller, CallerPolicies } from '@bailiwick/gateway'
import type { ContextValue, Principal, UserPrincipal } from '@bailiwick/policy'
import type { SessionClaims } from '../credentials/port.ts'
import { assumedRoleArn, federatedUserArn, iamArn, rootArn } from '../domain/arn.ts'
import type { Account, Role, User } from '../domain/entity.ts'
import type { KnownPrincipal } from '../domain/held-policy.ts'
import { addOrganization, addSessionKeys, callerSession } from './principal-keys.ts'
import { principalKeys, serviceNamesKey } from './principal-keys.ts'
import type { PrincipalFacts } from './principal-keys.ts'
import { identityLayers, sessionLayer } from './principal-policies.ts'
import type { PolicyReading } from './principal-policies.ts'

/** Who stands behind a credential: for a session what its token says, else the key's owner. */
export interface CredentialOwner {
  readonly accessKeyId: string
  readonly accountId: string
  /** Unique id of the user or role; the account id for root. */
  readonly principalId: string
  readonly claims?: SessionClaims
}

interface Identity {
  readonly principal: Principal
  readonly arn: string
  readonly facts: Omit<PrincipalFacts, 'account' | 'organizationRootId'>
  readonly policies: CallerPolicies
}

/** Undefined where the owner is gone: deleted, even if another took over its name. */
export async function loadCaller(
  reading: PolicyReading,
  owner: CredentialOwner,
): Promise<Caller | undefined> {
  const { reader, dependencies } = reading
  const { accountId, claims } = owner
  dependencies.add(accountId).add(owner.accessKeyId).add(owner.principalId)
  const account = await reader.account(accountId)
  if (account && claims?.kind === 'service') return serviceCaller(reading, account, owner, claims)
  const identity = account && (await identityOf(reading, owner))
  if (!identity) return undefined
  const { facts } = identity
  const contextKeys = await keysOf(reading, account, facts)
  if (claims) addSessionKeys(contextKeys, claims)
  return {
    principal: identity.principal,
    accountId,
    arn: identity.arn,
    userId: facts.userId,
    ...(facts.userName !== undefined && { userName: facts.userName }),
    ...(facts.type === 'Account' && account.alias && { accountAlias: account.alias }),
    accessKeyId: owner.accessKeyId,
    ...(claims && { session: callerSession(claims) }),
    contextKeys,
    policies: identity.policies,
    inManagementAccount: account.managementAccountId === accountId,
  }
}

/** A service as itself, in the name of a resource: it has neither an account nor policies. */
async function serviceCaller(
  reading: PolicyReading,
  account: Account,
  { accessKeyId, principalId: name }: CredentialOwner,
  claims: SessionClaims,
): Promise<Caller> {
  const { organizationRootId } = await organizationRoot(reading, account)
  const contextKeys = new Map<string, ContextValue>([['aws:userid', name]])
  addOrganization(contextKeys, 'source', account, organizationRootId)
  addSessionKeys(contextKeys, claims)
  const listed = claims.contextKeys?.[serviceNamesKey]
  return {
    principal: { kind: 'service', serviceNames: typeof listed === 'object' ? listed : [name] },
    ...{ arn: name, userId: name, accessKeyId, contextKeys },
    session: callerSession(claims),
    policies: { identity: [] },
    inManagementAccount: false,
  }
}

/** A user or role without a credential, as decisions on it see it. */
export async function loadPrincipal(
  reading: PolicyReading,
  entity: User | Role,
): Promise<KnownPrincipal> {
  const account = await reading.reader.account(entity.accountId)
  if (!account) throw new Error(`${entity.kind} ${entity.id} belongs to no account`)
  const { principal, facts } =
    entity.kind === 'user'
      ? await userIdentity(reading, entity, undefined)
      : await roleSession(reading, entity, noSession)
  const contextKeys = await keysOf(reading, account, facts)
  // Of a role it carries the name of the session, and there is none.
  if (entity.kind === 'role') contextKeys.delete('aws:userid')
  const inManagementAccount = account.managementAccountId === account.accountId
  return { principal, contextKeys, inManagementAccount }
}

const noSession = { sessionName: 'PolicySimulator', tags: [], sessionPolicyArns: [] }

async function keysOf(
  reading: PolicyReading,
  account: Account,
  facts: Identity['facts'],
): Promise<Map<string, ContextValue>> {
  return principalKeys({ ...facts, account, ...(await organizationRoot(reading, account)) })
}

async function organizationRoot(
  { reader }: PolicyReading,
  { organizationId }: Account,
): Promise<Pick<PrincipalFacts, 'organizationRootId'>> {
  if (organizationId === undefined) return {}
  const organization = await reader.get('organization', organizationId)
  return organization ? { organizationRootId: organization.rootId } : {}
}

async function identityOf(
  reading: PolicyReading,
  { accountId, principalId, claims }: CredentialOwner,
): Promise<Identity | undefined> {
  if (claims?.kind === 'assumedRole') {
    const role = await reading.reader.get('role', principalId)
    return role && roleSession(reading, role, claims)
  }
  if (principalId === accountId) return rootIdentity(reading, accountId, claims)
  const user = await reading.reader.get('user', principalId)
  return user && userIdentity(reading, user, claims)
}

async function rootIdentity(
  reading: PolicyReading,
  accountId: string,
  claims: SessionClaims | undefined,
): Promise<Identity> {
  const arn = rootArn({ partition: reading.partition, accountId })
  const principal = { kind: 'root', accountId, arn } as const
  if (claims?.kind === 'federatedUser' || claims?.kind === 'delegated') {
    return federatedUser(reading, principal, { identity: [] }, claims, [])
  }
  // Of AssumeRoot: the task it is for.
  const session = claims && (await sessionLayer(reading, claims))
  return {
    principal,
    arn,
    facts: { type: 'Account', principalArn: arn, userId: accountId, tags: [] },
    policies: session ? { identity: [], session } : { identity: [] },
  }
}

async function userIdentity(
  reading: PolicyReading,
  user: User,
  claims: SessionClaims | undefined,
): Promise<Identity> {
  const { accountId, id: userId, name: userName, path, tags } = user
  const arn = iamArn({ partition: reading.partition, accountId }, 'user', path, userName)
  const principal: UserPrincipal = { kind: 'user', accountId, arn, userId }
  const policies = await identityLayers(reading, user)
  if (claims?.kind === 'federatedUser' || claims?.kind === 'delegated') {
    return federatedUser(reading, principal, policies, claims, tags)
  }
  const facts = { type: 'User', principalArn: arn, userId, userName, tags } as const
  return { principal, arn, facts, policies }
}

async function federatedUser(
  reading: PolicyReading,
  creator: UserPrincipal | Extract<Principal, { kind: 'root' }>,
  policies: CallerPolicies,
  claims: SessionClaims,
  creatorTags: User['tags'],
): Promise<Identity> {
  const { accountId } = claims
  const name = claims.sessionName ?? ''
  const arn = federatedUserArn({ partition: reading.partition, accountId }, name)
  const session = await sessionLayer(reading, claims)
  return {
    principal: { kind: 'federatedUser', accountId, arn, creator },
    arn,
    facts: {
      type: 'FederatedUser',
      principalArn: arn,
      userId: `${accountId}:${name}`,
      tags: [...creatorTags, ...claims.tags],
    },
    policies: session ? { ...policies, session } : policies,
  }
}

async function roleSession(
  reading: PolicyReading,
  role: Role,
  claims: Pick<SessionClaims, 'sessionName' | 'tags' | 'sessionPolicy' | 'sessionPolicyArns'>,
): Promise<Identity> {
  const { accountId, id: roleId, name, path } = role
  const sessionName = claims.sessionName ?? ''
  const scope = { partition: reading.partition, accountId }
  const roleArn = iamArn(scope, 'role', path, name)
  const arn = assumedRoleArn(scope, name, sessionName)
  const serviceLinked = path.startsWith('/aws-service-role/')
  const layers = await identityLayers(reading, role)
  const session = await sessionLayer(reading, claims)
  return {
    principal: { kind: 'roleSession', accountId, arn, roleArn, roleId, sessionName, serviceLinked },
    arn,
    facts: {
      type: 'AssumedRole',
      principalArn: roleArn,
      userId: `${roleId}:${sessionName}`,
      tags: [...role.tags, ...claims.tags],
    },
    policies: session ? { ...layers, session } : layers,
  }
}
