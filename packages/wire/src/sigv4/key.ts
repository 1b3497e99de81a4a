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

/** The signature of a string to sign: 32 bytes. */
export function signatureOf(stringToSign: string, signingKey: Uint8Array): Buffer {
  return createHmac('sha256', signingKey).update(stringToSign).digest()
}

/** @param timestamp `20261123T165232Z` @param scope `20261123/us-east-1/iam/aws4_request` */
export function stringToSign(timestamp: string, scope: string, canonicalRequest: string): string {
  return `${algorithm}\n${timestamp}\n${scope}\n${sha256Hex(canonicalRequest)}`
}

/** `20261123T165232Z`, UTC. */
export function basicTimestamp(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '')
}
