/** An ID token as text: what it says, before anybody vouches for it. Source: RFC 7515, RFC 7519. */
import { parseStrictJson } from './strict-json.ts'
import { signatureAlgorithms } from './verification-key.ts'
import type { WantedKey } from './key-source.ts'
import type { SignatureAlgorithm } from './verification-key.ts'

export type Claims = Readonly<Record<string, unknown>>

export interface IdToken {
  readonly text: string
  readonly key: WantedKey
  readonly claims: Claims
}

/** Source: STS API Reference, WebIdentityToken. */
const tokenCharsMax = 20_000

/**
 * Undefined for what is not a signed token of the algorithms AWS knows. Of its header the algorithm
 * and the key's name count: where keys are to be had (`jku`, `x5u`, `jwk`, `x5c`) is the issuer's to
 * say, and an extension that must be understood (`crit`) is not.
 */
export function parseIdToken(text: string): IdToken | undefined {
  if (text.length > tokenCharsMax) return undefined
  const [header, payload, signature, ...more] = text.split('.')
  if (header === undefined || payload === undefined || !signature || more.length > 0) {
    return undefined
  }
  const read = objectOf(header)
  const claims = objectOf(payload)
  if (!read || !claims || !isBase64Url(signature)) return undefined
  const { alg, kid, crit } = read
  if (!isAlgorithm(alg) || crit !== undefined) return undefined
  if (kid !== undefined && typeof kid !== 'string') return undefined
  return { text, key: { kid, alg }, claims }
}

function isAlgorithm(alg: unknown): alg is SignatureAlgorithm {
  return signatureAlgorithms.some((known) => known === alg)
}

function isBase64Url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text
}

function objectOf(part: string): Claims | undefined {
  if (!isBase64Url(part)) return undefined
  const value = parseStrictJson(Buffer.from(part, 'base64url').toString())
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Claims)
    : undefined
}
