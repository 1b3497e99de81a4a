import type { CompiledPolicy, ContextValue, PolicySet, Principal } from '@bailiwick/policy'

/** The policies that come with the caller, whatever it does: every layer but the resource's. */
export type CallerPolicies = Pick<
  PolicySet<CompiledPolicy>,
  'identity' | 'permissionsBoundary' | 'session' | 'serviceControl'
>

/** What a session carries on top of its principal: fixed when it was issued. */
export interface CallerSession {
  readonly kind: 'sessionToken' | 'assumedRole' | 'federatedUser' | 'assumedRoot'
  readonly issuedAt: Date
  readonly expiresAt: Date
  /** True where a code was verified for GetSessionToken. */
  readonly multiFactorAuthenticated: boolean
  readonly sourceIdentity?: string
  /** Session tags, in the case given. */
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly transitiveTagKeys: readonly string[]
}

/**
 * The authenticated principal of the API call in hand, with everything about it that a decision
 * needs. Made by `authenticate`; the anonymous caller has no account and no policies.
 */
export interface Caller {
  readonly principal: Principal
  /** The principal's own account; absent for the anonymous and for service principals. */
  readonly accountId?: string
  /** As a refusal and GetCallerIdentity name it; `anonymous` where there is none. */
  readonly arn: string
  /** Value of aws:userid, which is also GetCallerIdentity's UserId: `AIDA…`, `AROA…:name`, account id. */
  readonly userId: string
  /** Friendly name of an IAM user. */
  readonly userName?: string
  /** Absent for the anonymous. */
  readonly accessKeyId?: string
  readonly session?: CallerSession
  /** Principal and session keys, in lower case (condition-keys §1 and §2). */
  readonly contextKeys: ReadonlyMap<string, ContextValue>
  readonly policies: CallerPolicies
  readonly inManagementAccount: boolean
}
