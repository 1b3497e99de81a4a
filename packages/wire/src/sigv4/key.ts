import { createHmac, hash } from 'node:crypto'

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
 * The signature of a string to sign: 32 bytes, HMAC-SHA256 (RFC 2104).
 *
 * By two one-shot hashes: an Hmac object costs five times as much, most of it for its collection.
 */
export function signatureOf(stringToSign: string, signingKey: Uint8Array): Buffer {
  const { inner, outer } = paddedKey(signingKey)
  const digest = hash('sha256', Buffer.concat([inner, Buffer.from(stringToSign)]), 'buffer')
  return hash('sha256', Buffer.concat([outer, digest]), 'buffer')
}

const hmacBlockBytes = 64
const paddedKeys = new WeakMap<Uint8Array, { inner: Buffer; outer: Buffer }>()

/** Kept as long as the caller keeps the key. */
function paddedKey(key: Uint8Array): { inner: Buffer; outer: Buffer } {
  let padded = paddedKeys.get(key)
  if (padded === undefined) {
    if (key.length > hmacBlockBytes) throw new TypeError('A signing key has 32 bytes')
    const inner = Buffer.alloc(hmacBlockBytes, 0x36)
    const outer = Buffer.alloc(hmacBlockBytes, 0x5c)
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
