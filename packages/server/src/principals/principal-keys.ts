import type { CallerSession } from '@bailiwick/gateway'
import type { ContextValue } from '@bailiwick/policy'
import type { SessionClaims } from '../credentials/port.ts'
import type { Account, Tag } from '../domain/entity.ts'
import { isoSeconds } from '../domain/iso-seconds.ts'

/** Who a request is by, as its context keys tell. */
export interface PrincipalFacts {
  readonly type: 'Account' | 'User' | 'FederatedUser' | 'AssumedRole'
  /** Of a role session the role's, with path. */
  readonly principalArn: string
  readonly userId: string
  /** IAM users only. */
  readonly userName?: string
  readonly account: Account
  /** `r-…` of the account's organization. */
  readonly organizationRootId?: string
  /** Later ones override earlier ones, ignoring case: role tags, then session tags. */
  readonly tags: readonly Tag[]
}

/**
 * Keys of the principal, in lower case.
 * Source: IAM User Guide, "AWS global condition context keys", Properties of the principal.
 */
export function principalKeys(facts: PrincipalFacts): Map<string, ContextValue> {
  const { account, organizationRootId } = facts
  const keys = new Map<string, ContextValue>([
    ['aws:principalarn', facts.principalArn],
    ['aws:principalaccount', account.accountId],
    ['aws:principaltype', facts.type],
    ['aws:principalisawsservice', 'false'],
    ['aws:userid', facts.userId],
  ])
  if (facts.userName !== undefined) keys.set('aws:username', facts.userName)
  addOrganization(keys, 'principal', account, organizationRootId)
  for (const { Key, Value } of facts.tags) keys.set(`aws:principaltag/${Key.toLowerCase()}`, Value)
  return keys
}

/** Of the caller's account, or of the one in whose name a service calls. */
export function addOrganization(
  keys: Map<string, ContextValue>,
  whose: 'principal' | 'source',
  { organizationId }: Account,
  rootId: string | undefined,
): void {
  if (organizationId === undefined) return
  keys.set(`aws:${whose}orgid`, organizationId)
  // Accounts are all at the root: there are no organizational units yet.
  if (rootId !== undefined) keys.set(`aws:${whose}orgpaths`, [`${organizationId}/${rootId}/`])
}

/** All the names of a service: also that of one region. */
export const serviceNamesKey = 'aws:principalservicenameslist'

/**
 * Adds the keys of the session, fixed when it was issued, all but aws:MultiFactorAuthAge.
 * Source: the same page, Properties of a role session.
 */
export function addSessionKeys(keys: Map<string, ContextValue>, claims: SessionClaims): void {
  for (const [key, value] of Object.entries(claims.contextKeys ?? {})) keys.set(key, value)
  keys.set('aws:tokenissuetime', isoSeconds(claims.issuedAt))
  if (claims.multiFactorAuthPresent !== undefined) {
    keys.set('aws:multifactorauthpresent', String(claims.multiFactorAuthPresent))
  }
  if (claims.sourceIdentity !== undefined) keys.set('aws:sourceidentity', claims.sourceIdentity)
}

/** The session as operations see it. */
export function callerSession(claims: SessionClaims): CallerSession {
  return {
    kind: claims.kind,
    issuedAt: claims.issuedAt,
    expiresAt: claims.expiresAt,
    multiFactorAuthenticated: claims.multiFactorAuthPresent === true,
    tags: claims.tags,
    transitiveTagKeys: claims.transitiveTagKeys,
    ...(claims.sourceIdentity !== undefined && { sourceIdentity: claims.sourceIdentity }),
  }
}
