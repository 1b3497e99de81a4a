import type { MfaDevice, Tag } from '../domain/entity.ts'

/**
 * Passwords as they are kept: hashed, sealed, with the former ones. Each call takes a tenth of a
 * second and more, so it belongs where no transaction and no lock waits for it.
 *
 * Counting failures and locking out is the caller's: no call here has an effect.
 */
export interface PasswordsPort {
  /** The record to be kept beside the profile. @param before The record so far; absent: none. */
  sealNew(profileId: string, password: string, before?: Uint8Array): Promise<Uint8Array>
  /**
   * Whether it is the password that holds now. Takes as long where there is no record: an unknown
   * name at a sign-in is not told from a wrong password by time.
   */
  matches(profileId: string, password: string, sealed: Uint8Array | undefined): Promise<boolean>
  /** Whether it is one of the last `count` passwords, the one that holds now included. */
  wasUsed(
    profileId: string,
    password: string,
    sealed: Uint8Array | undefined,
    count: number,
  ): Promise<boolean>
}

/** Seeds of multi-factor devices, and the codes they make. */
export interface MfaPort {
  /** A new seed, 64 characters of base32, shown once. @param deviceId What it is kept beside. */
  newSeed(deviceId: string): { readonly base32Seed: string; readonly sealed: Uint8Array }
  /**
   * The step whose code this is, of those around now that come after the last used one. A failure
   * is counted against the device, and too many lock it for a while.
   */
  matchCode(
    device: TotpDevice,
    sealed: Uint8Array | undefined,
    code: string,
    now: Date,
  ):
    | { readonly ok: true; readonly step: number }
    | { readonly ok: false; readonly problem: 'invalidCode' | 'locked' }
  /**
   * What two consecutive codes tell of the device: the step of the second, and how far its clock is
   * aside. Undefined where they are not consecutive codes of its, or too far aside.
   */
  matchPair(
    device: TotpDevice,
    sealed: Uint8Array | undefined,
    codes: readonly [first: string, second: string],
    now: Date,
  ): Required<Pick<MfaDevice, 'lastUsedStep' | 'driftSteps'>> | undefined
}

/** Failed tries against one thing, by its id; in memory. */
export interface FailureLocks {
  isLocked(id: string, now: Date): boolean
  failed(id: string, now: Date): void
  /** A right one forgives what failed before. */
  succeeded(id: string): void
}

/** What is kept of a device that codes are told by. */
export type TotpDevice = Pick<MfaDevice, 'id' | 'lastUsedStep' | 'driftSteps'>

/** Makes and keeps secrets; nothing else in the house sees one in the clear. */
export interface SecretsPort {
  readonly passwords: PasswordsPort
  /** Of wrong passwords, by the login profile's id: whoever asks for one asks here first. */
  readonly passwordLocks: FailureLocks
  readonly mfa: MfaPort
  /** A new access key of the account: id carrying the account (AKIA…), 40-character secret, sealed. */
  newAccessKey(accountId: string): {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sealed: Uint8Array
  }
  /** @param entityId What the secret is kept beside: it opens under the same id alone. */
  seal(entityId: string, secret: string): Uint8Array
}

/** Everything a session is: what its token carries. See decision 7. */
export interface SessionClaims {
  readonly kind:
    'sessionToken' | 'assumedRole' | 'federatedUser' | 'assumedRoot' | 'delegated' | 'service'
  /** Of a service that in whose name it calls: it has none itself. */
  readonly accountId: string
  /** Unique id of the user or role; the account id for root; a service's name. */
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
  /** Of a role that was assumed with temporary credentials: it may not be extended at a sign-in. */
  readonly assumedInSession?: true
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
