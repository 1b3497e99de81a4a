import type { Tag } from '../domain/entity.ts'

/** Makes and keeps secrets; nothing else in the house sees one in the clear. */
export interface SecretsPort {
  /** A new access key of the account: id carrying the account (AKIA…), 40-character secret, sealed. */
  newAccessKey(accountId: string): {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sealed: Uint8Array
  }
}

/** Everything a session is: what its token carries. See decision 7. */
export interface SessionClaims {
  readonly kind: 'sessionToken' | 'assumedRole' | 'federatedUser' | 'assumedRoot'
  readonly accountId: string
  /** Unique id of the user or role; the account id for root. */
  readonly principalId: string
  /** Role session name, or federated user name; absent for sessionToken. */
  readonly sessionName?: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  readonly sessionPolicy?: string
  readonly sessionPolicyArns: readonly string[]
  readonly tags: readonly Tag[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  /** Absent: the session has no multi-factor context (SAML, web identity). */
  readonly multiFactorAuthenticatedAt?: Date
  readonly multiFactorAuthPresent?: boolean
  /** Further context keys fixed at issue, in lower case: federation, EC2 … */
  readonly contextKeys?: Readonly<Record<string, string | readonly string[]>>
}

export interface IssuedCredentials {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken: string
  readonly Expiration: Date
}

/** Issues self-contained session tokens. */
export interface SessionsPort {
  /** @param tokenBytesMin Filled up to at least as many bytes. Default 0. */
  issue(claims: SessionClaims, tokenBytesMin?: number): IssuedCredentials
  /** The longest token that is accepted: base64, a byte a character. */
  readonly tokenBytesMax: number
  /** How full the packed policies and tags are, in percent of what fits; may pass 100. */
  packedPolicySizePercent(claims: SessionClaims): number
}

/** What the exchange token of a delegation request says: the rest is read from the request. */
export interface TradeInClaims {
  readonly delegationRequestId: string
  /** When the delegated session ends, and with it the token. */
  readonly expiresAt: Date
}

export type TradeInOpening =
  | { readonly ok: true; readonly claims: TradeInClaims }
  | { readonly ok: false; readonly problem: 'invalid' | 'expired' }

/**
 * Exchange tokens of delegation requests: SendDelegationToken issues one, sts:GetDelegatedAccessToken
 * opens it. Good for nothing else, and it does not say whether the request is still FINALIZED.
 */
export interface TradeInTokensPort {
  issue(claims: TradeInClaims): string
  /** Never throws, whatever the text. */
  open(token: string, now: Date): TradeInOpening
}
