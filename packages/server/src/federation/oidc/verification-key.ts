/** The keys of a JSON Web Key Set that can verify a token. Source: RFC 7517, RFC 7518 §3. */
import { createPublicKey } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'

/** Source: STS API Reference, AssumeRoleWithWebIdentity, WebIdentityToken. */
export const signatureAlgorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const
export type SignatureAlgorithm = (typeof signatureAlgorithms)[number]

export interface VerificationKey {
  readonly kid: string | undefined
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly key: KeyObject
}

/** Source: RFC 7518 §3.3. */
const rsaBitsMin = 2048
const keysMax = 100

const rsaAlgorithms = ['RS256', 'RS384', 'RS512'] as const
const curveAlgorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
}

/**
 * Those of the set that are of use; whatever else stands in it, a shared secret say, is left out.
 * Undefined where it is no key set.
 */
export function verificationKeys(document: unknown): readonly VerificationKey[] | undefined {
  const keys = (document as { readonly keys?: unknown } | null)?.keys
  if (!Array.isArray(keys) || keys.length > keysMax) return undefined
  return keys.map(verificationKey).filter((key) => key !== undefined)
}

function verificationKey(jwk: unknown): VerificationKey | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined
  const { kty, kid, use, alg, crv } = jwk as Readonly<Record<string, unknown>>
  if (use !== undefined && use !== 'sig') return undefined
  if (kid !== undefined && typeof kid !== 'string') return undefined
  const known = kty === 'RSA' ? rsaAlgorithms : kty === 'EC' ? ecAlgorithms(crv) : []
  const algorithms = alg === undefined ? known : known.filter((name) => name === alg)
  const key = algorithms.length > 0 ? publicKey(jwk as JsonWebKey) : undefined
  if (!key) return undefined
  const { modulusLength = rsaBitsMin } = key.asymmetricKeyDetails ?? {}
  return modulusLength < rsaBitsMin ? undefined : { kid, algorithms, key }
}

function ecAlgorithms(curve: unknown): readonly SignatureAlgorithm[] {
  const algorithm = typeof curve === 'string' ? curveAlgorithms[curve] : undefined
  return algorithm ? [algorithm] : []
}

function publicKey(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}

/** The key a token names; one that names none is for the only key of its algorithm. */
export function keyFor(
  keys: readonly VerificationKey[],
  { kid, alg }: { readonly kid: string | undefined; readonly alg: SignatureAlgorithm },
): KeyObject | undefined {
  const fitting = keys.filter((key) => key.algorithms.includes(alg))
  const named = kid === undefined ? fitting : fitting.filter((key) => key.kid === kid)
  return named.length === 1 ? named[0]?.key : undefined
}
