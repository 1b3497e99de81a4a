/**
 * Session tokens that carry everything about their session, so that STS writes nothing and any
 * node can verify. A token is sealed under a key of the deployment, bound to its access key id,
 * and base64 on the wire: an altered bit, another key id or another deployment is refused.
 */
import { uniqueId } from '../domain/unique-id.ts'
import type { IssuedCredentials, SessionClaims, SessionsPort } from './port.ts'
import { open, sealedKeyId, sealOverheadBytes } from './seal.ts'
import type { RandomBytes } from './seal.ts'
import { newSecretAccessKey } from './secrets.ts'
import { packClaims, packPolicies, unpackClaims } from './session-claims.ts'
import type { SessionKeys } from './session-keys.ts'
import { compressed, packedText, unpackedText } from './token-packing.ts'

/**
 * What session policies and tags may take after packing. AWS's figure is not public and smaller;
 * chosen by us: 50 tags of the greatest length in ASCII and a policy of 2,048 characters fit even
 * where nothing compresses.
 */
export const packedPolicyBytesMax = 24_576

/** Characters: packed policies, the rest of the claims, and base64 on top. Longer is none of ours. */
export const tokenCharsMax = 49_152

export type TokenOpening =
  | { readonly ok: true; readonly claims: SessionClaims; readonly secretAccessKey: string }
  | {
      readonly ok: false
      /** `malformedToken`: no token of ours by its form. `invalid`: altered, or of another key. */
      readonly problem: 'malformedToken' | 'invalid' | 'expiredToken'
    }

export interface SessionTokens extends SessionsPort {
  /** Never throws, whatever the text. Expiry is judged last, of tokens that are genuine. */
  open(accessKeyId: string, token: string, now: Date): TokenOpening
}

/** @param keys The deployment's; rotation happens behind them. */
export function createSessionTokens(keys: SessionKeys, randomBytes: RandomBytes): SessionTokens {
  return {
    tokenBytesMax: tokenCharsMax,

    issue(claims, tokenBytesMin = 0): IssuedCredentials {
      const accessKeyId = uniqueId('ASIA', claims.accountId, randomBytes(17))
      const secretAccessKey = newSecretAccessKey(randomBytes)
      const plaintextBytesMin = Math.ceil((tokenBytesMin * 3) / 4) - sealOverheadBytes
      const plaintext = packedText(packClaims(claims, secretAccessKey), plaintextBytesMin)
      return {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: Buffer.from(keys.seal(accessKeyId, plaintext)).toString('base64'),
        Expiration: claims.expiresAt,
      }
    },

    packedPolicySizePercent(claims) {
      const packed = compressed(Buffer.from(JSON.stringify(packPolicies(claims))))
      return Math.ceil((packed.length * 100) / packedPolicyBytesMax)
    },

    open(accessKeyId, token, now) {
      const sealed = canonicalBase64(token)
      const keyId = sealed && sealedKeyId(sealed)
      if (sealed === undefined || keyId === undefined) {
        return { ok: false, problem: 'malformedToken' }
      }
      const key = keys.byId(keyId)
      const plaintext = key && open(key, accessKeyId, sealed)
      if (plaintext === undefined) return { ok: false, problem: 'invalid' }
      const { claims, secretAccessKey } = unpackClaims(unpackedText(plaintext))
      if (now >= claims.expiresAt) return { ok: false, problem: 'expiredToken' }
      return { ok: true, claims, secretAccessKey }
    },
  }
}

/** The bytes, if this is the one way to write them: base64 has unused bits and lenient readers. */
function canonicalBase64(text: string): Buffer | undefined {
  if (text.length > tokenCharsMax) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
