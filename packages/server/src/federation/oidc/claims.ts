/** The claims of a verified token: which it must have, and what conditions see of them. */
import type { Claims } from './id-token.ts'
import { expiredToken, invalidIdentityToken } from '../refusals.ts'

export interface StandardClaims {
  readonly subject: string
  /** In the order given; at least one. */
  readonly audiences: readonly string[]
  /** The party the token was issued to, where it says so. */
  readonly authorizedParty: string | undefined
}

/** Chosen by us: how far an issuer's clock may be ahead. AWS's tolerance is not public. */
const clockSkewSeconds = 300
/** How long a token may live from `iat` to `exp`; unconfirmed. */
const lifetimeSecondsMax = 86_400
/** Source: STS API Reference, SubjectFromWebIdentityToken. */
const subjectCharsMax = 255

/** Errors: InvalidIdentityToken for a claim that is missing or of another type than it must be. */
export function issuerOf(claims: Claims): string {
  return required(claims, 'iss', (value) => typeof value === 'string')
}

/**
 * The claims every token must have, and that it is valid now.
 * Errors: ExpiredTokenException, InvalidIdentityToken; the wordings but the first are unconfirmed.
 */
export function standardClaims(claims: Claims, now: Date): StandardClaims {
  const subject = required<string>(claims, 'sub', (value) => typeof value === 'string')
  const audience = required<string | readonly string[]>(claims, 'aud', isAudience)
  const expiresAt = required<number>(claims, 'exp', Number.isSafeInteger)
  const issuedAt = required<number>(claims, 'iat', Number.isSafeInteger)
  const { nbf: notBefore = issuedAt, azp: authorizedParty } = claims
  const nowSeconds = now.getTime() / 1000
  if (nowSeconds >= expiresAt) throw expiredToken(now, expiresAt)
  if (!Number.isSafeInteger(notBefore)) throw invalidIdentityToken('Invalid claim: nbf')
  if (Math.max(issuedAt, notBefore as number) > nowSeconds + clockSkewSeconds) {
    throw invalidIdentityToken('Token is not valid yet')
  }
  if (expiresAt - issuedAt > lifetimeSecondsMax) {
    throw invalidIdentityToken('Token must be valid for at most 24 hours')
  }
  if (subject === '' || subject.length > subjectCharsMax) {
    throw invalidIdentityToken('Invalid claim: sub')
  }
  if (authorizedParty !== undefined && typeof authorizedParty !== 'string') {
    throw invalidIdentityToken('Invalid claim: azp')
  }
  return { subject, audiences: [audience].flat(), authorizedParty }
}

function isAudience(value: unknown): boolean {
  if (typeof value === 'string') return value !== ''
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
}

function required<T = string>(claims: Claims, name: string, holds: (value: unknown) => boolean): T {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  if (value === undefined) throw invalidIdentityToken(`Missing a required claim: ${name}`)
  if (!holds(value)) throw invalidIdentityToken(`Invalid claim: ${name}`)
  return value as T
}

/**
 * The audience that the provider's client ids are compared with: of several, the party the token
 * was issued to. Source: OpenID Connect Core 1.0 §3.1.3.7; of several without one, all are it.
 */
export function comparedAudiences(claims: StandardClaims): readonly string[] {
  const { audiences, authorizedParty } = claims
  return audiences.length > 1 && authorizedParty !== undefined ? [authorizedParty] : audiences
}

/** Claims that conditions see, by issuer. Source: IAM User Guide, "IAM and AWS STS condition keys". */
const everyIssuers = ['sub', 'amr', 'azp', 'email']
const gitHub = [
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
]
/** As GitLab documents its tokens; which of them AWS knows is unconfirmed. */
const gitLab = [
  'namespace_id',
  'namespace_path',
  'project_id',
  'project_path',
  'user_id',
  'user_login',
  'pipeline_source',
  'ref',
  'ref_type',
  'ref_protected',
  'environment',
  'environment_protected',
  'deployment_tier',
]

function claimNames(provider: string): readonly string[] {
  const [host = ''] = provider.split('/')
  const isGitHub =
    host === 'token.actions.githubusercontent.com' || /^token\.actions\.[^.]+\.ghe\.com$/.test(host)
  const own = isGitHub ? gitHub : host === 'gitlab.com' ? gitLab : []
  return [...everyIssuers, ...own]
}

export type ContextKeys = Readonly<Record<string, string | readonly string[]>>

/**
 * The claims as condition keys, in lower case: `<provider>:sub` and its kin. Where a token names
 * the party it was issued to, that is its `aud`, and what it is for its `oaud`.
 */
export function claimKeys(
  provider: string,
  claims: Claims,
  { audiences, authorizedParty }: StandardClaims,
): ContextKeys {
  const [audience = '', ...more] = audiences
  const all = more.length > 0 ? audiences : audience
  const keys: Record<string, string | readonly string[]> = {}
  for (const name of claimNames(provider)) {
    const value = Object.hasOwn(claims, name) ? textOf(claims[name]) : undefined
    if (value !== undefined) keys[`${provider}:${name}`.toLowerCase()] = value
  }
  keys[`${provider}:aud`.toLowerCase()] = authorizedParty ?? all
  if (authorizedParty !== undefined) keys[`${provider}:oaud`.toLowerCase()] = all
  return keys
}

/** Of what later requests still see. Source: IAM User Guide, "Cross-service OIDC federation context keys". */
export function sessionClaimKeys(provider: string, keys: ContextKeys): ContextKeys {
  const kept = ['amr', 'aud', 'sub'].map((name) => `${provider}:${name}`.toLowerCase())
  return Object.fromEntries(Object.entries(keys).filter(([key]) => kept.includes(key)))
}

function textOf(value: unknown): string | readonly string[] | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (!Array.isArray(value)) return undefined
  const texts = value.filter((one) => typeof one === 'string')
  return texts.length === value.length ? texts : undefined
}
