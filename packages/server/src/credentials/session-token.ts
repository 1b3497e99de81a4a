/**
 * Session tokens that carry everything about their session, so that STS writes nothing and any
 * node can verify. A token is sealed under a key of the deployment, bound to its access key id,
 * and base64 on the wire: an altered bit, another key id or another deployment is refused.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { uniqueId } from '../domain/unique-id.ts'
import type { IssuedCredentials, SessionClaims, SessionsPort } from './port.ts'
import { open, sealedKeyId, sealOverheadBytes } from './seal.ts'
import type { RandomBytes } from './seal.ts'
import { newSecretAccessKey } from './secrets.ts'
import { packClaims, packPolicies, unpackClaims } from './session-claims.ts'
import type { SessionKeys } from './session-keys.ts'

/**
 * What session policies and tags may take after packing. AWS's figure is not public and smaller;
 * chosen by us: 50 tags of the greatest length in ASCII and a policy of 2,048 characters fit even
 * where nothing compresses.
 */
export const packedPolicyBytesMax = 24_576

/** Characters: packed policies, the rest of the claims, and base64 on top. Longer is none of ours. */
export const tokenCharsMax = 49_152

/** Of the claims: what a session policy of 131,072 characters and 50 tags stay far below. */
const claimsBytesMax = 1_048_576

/** What compression finds already written: the words of tokens and policies, commonest last. */
const dictionary = Buffer.from(
  '"transitiveTagKeys" iam: s3: sts: dynamodb: kms: secretsmanager: sqs: sns: ec2: lambda: logs: ' +
    'arn:aws:iam::aws:policy/ arn:aws:s3:::","NotAction":["NotResource":["StringNotEquals":{"' +
    '"StringLike":{"aws:PrincipalTag/"StringEquals":{"aws:RequestedRegion":"us-east-1"' +
    '{"k":"sessionToken","a":"{"k":"federatedUser","a":"","n":"","d":"","r":["arn:aws:iam::' +
    '"],"t":[["","v":[""f":false,"s":"{"k":"assumedRole","a":"","p":"AROA","i":17,"e":17' +
    '{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Sid\\":\\"\\",\\"Effect\\":\\"Deny\\",' +
    '\\"Effect\\":\\"Allow\\",\\"Action\\":[\\"s3:Get*\\"],\\"Action\\":\\"*\\",' +
    '\\"Condition\\":{\\"Resource\\":[\\"arn:aws:s3:::\\"],\\"Resource\\":\\"*\\"}]}',
)

const packing = { dictionary, level: 6 }
const unpacking = { dictionary, maxOutputLength: claimsBytesMax }

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
      const packed = deflateRawSync(packClaims(claims, secretAccessKey), packing)
      const plaintext = filledUp(packed, Math.ceil((tokenBytesMin * 3) / 4) - sealOverheadBytes)
      return {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: Buffer.from(keys.seal(accessKeyId, plaintext)).toString('base64'),
        Expiration: claims.expiresAt,
      }
    },

    packedPolicySizePercent(claims) {
      const packed = deflateRawSync(JSON.stringify(packPolicies(claims)), packing)
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
      const { claims, secretAccessKey } = unpackClaims(
        inflateRawSync(plaintext, unpacking).toString(),
      )
      if (now >= claims.expiresAt) return { ok: false, problem: 'expiredToken' }
      return { ok: true, claims, secretAccessKey }
    },
  }
}

/** Compressed data ends by itself: what stands behind it is not read. */
function filledUp(packed: Buffer, length: number): Buffer {
  return packed.length >= length ? packed : Buffer.concat([packed], length)
}

/** The bytes, if this is the one way to write them: base64 has unused bits and lenient readers. */
function canonicalBase64(text: string): Buffer | undefined {
  if (text.length > tokenCharsMax) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
