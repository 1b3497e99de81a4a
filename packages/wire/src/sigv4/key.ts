import { createHmac, hash, timingSafeEqual } from 'node:crypto'

export const algorithm = 'AWS4-HMAC-SHA256'
export const scopeTerminator = 'aws4_request'
/** SHA-256 of nothing. */
export const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Lower-case hex SHA-256 of a body, as the canonical request has it. */
export function sha256Hex(data: string | Uint8Array): string {
  return data.length === 0 ? emptySha256 : hash('sha256', data, 'hex')
}

/**
 * The key that signs one day's requests to one service in one region. Four HMACs: worth caching.
 *
 * @param date `20261123`
 * Source: AWS Signature Version 4, "Create a signed AWS API request", step 4.
 */
export function deriveSigningKey(
  secretAccessKey: string,
  date: string,
  region: string,
  service: string,
): Uint8Array {
  const dateKey = hmac(`AWS4${secretAccessKey}`, date)
  return hmac(hmac(hmac(dateKey, region), service), scopeTerminator)
}

function hmac(key: string | Uint8Array, data: string): Uint8Array {
  return createHmac('sha256', key).update(data).digest()
}

/**
 * The signature of a string to sign: HMAC-SHA256 (RFC 2104), hex.
 *
 * By two one-shot hashes of texts written behind the padded key: an Hmac object costs ten times as
 * much, and each Buffer that is made anew as much as its hash.
 */
export function signatureOf(stringToSign: string, signingKey: Uint8Array): string {
  const { inner, outer } = paddedKey(signingKey)
  const message =
    Buffer.byteLength(stringToSign) <= textBytesMax
      ? inner.subarray(0, hmacBlockBytes + inner.write(stringToSign, hmacBlockBytes))
      : Buffer.concat([inner.subarray(0, hmacBlockBytes), Buffer.from(stringToSign)])
  outer.write(hash('sha256', message, 'binary'), hmacBlockBytes, 'latin1')
  return hash('sha256', outer, 'hex')
}

/** Whether both are the same signature, hex; in constant time. Whatever is no signature is not. */
export function isSameSignature(expected: string, given: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(given)) return false
  return timingSafeEqual(Buffer.from(expected, 'latin1'), Buffer.from(given, 'latin1'))
}

const hmacBlockBytes = 64
const sha256Bytes = 32
/** Strings to sign have 140 bytes, those of chunks 310; longer ones are copied. */
export const textBytesMax = 512

interface PaddedKey {
  /** The key XOR ipad, and room for a text. */
  readonly inner: Buffer
  /** The key XOR opad, and room for a digest. */
  readonly outer: Buffer
}

const paddedKeys = new WeakMap<Uint8Array, PaddedKey>()

/** Kept as long as the caller keeps the key. */
function paddedKey(key: Uint8Array): PaddedKey {
  let padded = paddedKeys.get(key)
  if (padded === undefined) {
    if (key.length > hmacBlockBytes) throw new TypeError('A signing key has 32 bytes')
    const inner = Buffer.alloc(hmacBlockBytes + textBytesMax, 0x36)
    const outer = Buffer.alloc(hmacBlockBytes + sha256Bytes, 0x5c)
    for (const [i, byte] of key.entries()) {
      inner[i] = byte ^ 0x36
      outer[i] = byte ^ 0x5c
    }
    padded = { inner, outer }
    paddedKeys.set(key, padded)
  }
  return padded
}

/** @param timestamp `20261123T165232Z` @param scope `20261123/us-east-1/iam/aws4_request` */
export function stringToSign(timestamp: string, scope: string, canonicalRequest: string): string {
  return `${algorithm}\n${timestamp}\n${scope}\n${sha256Hex(canonicalRequest)}`
}

/** `20261123T165232Z`, UTC. */
export function basicTimestamp(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '')
}
