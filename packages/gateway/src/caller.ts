import type { CompiledPolicy, ContextValue, PolicySet, Principal } from '@bailiwick/policy'

/** The policies that come with the caller, whatever it does: every layer but the resource's. */
export type CallerPolicies = Pick<
  PolicySet<CompiledPolicy>,
  'identity' | 'permissionsBoundary' | 'session' | 'serviceControl'
>

/** What a session carries on top of its principal: fixed when it was issued. */
export interface CallerSession {
  readonly kind:
    'sessionToken' | 'assumedRole' | 'federatedUser' | 'assumedRoot' | 'delegated' | 'service'
  readonly issuedAt: Date
  readonly expiresAt: Date
  /** True where a code was verified for GetSessionToken. */
  readonly multiFactorAuthenticated: boolean
  readonly sourceIdentity?: string
  /** Session tags, in the case given. */
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly transitiveTagKeys: readonly string[]
}

/** What a token or assertion proved of a caller that signed nothing. */
export interface ProvenIdentity {
  readonly kind: 'webIdentity' | 'saml'
  /** Whose provider vouched. */
  readonly accountId: string
  /** As the answer names who vouched: the issuer's URL, the entity id of a SAML provider. */
  readonly provider: string
  readonly subject: string
  readonly audience: string
  /** SAML: `persistent`, `transient`, or the whole format; and the hash that names the provider. */
  readonly subjectType?: string
  readonly nameQualifier?: string
  /** SAML: the session's name, which a caller with a web identity token gives itself. */
  readonly sessionName?: string
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  /** The session may not last beyond. */
  readonly notAfter?: Date
  readonly durationSecondsMax?: number
  /** Of the keys that the trust policy sees, those that the session keeps; in lower case. */
  readonly sessionContextKeys: Readonly<Record<string, string | readonly string[]>>
  /** Whether this is its first use, and then its last; absent where it may be used again. */
  readonly use?: () => boolean
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
  /** Of root, where its account has one. */
  readonly accountAlias?: string
  /** Absent for the anonymous. */
  readonly accessKeyId?: string
  readonly session?: CallerSession
  /** Only of `federated` principals. */
  readonly proven?: ProvenIdentity
  /** Principal and session keys, in lower case (condition-keys §1 and §2). */
  readonly contextKeys: ReadonlyMap<string, ContextValue>
  readonly policies: CallerPolicies
  readonly inManagementAccount: boolean
}
