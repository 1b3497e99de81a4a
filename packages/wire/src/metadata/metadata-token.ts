import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds a session token may live. Source: EC2 User Guide, "Use IMDSv2": 1 second to 6 hours. */
export const tokenTtlSecondsMax = 21_600

/**
 * A session token of IMDSv2: it says until when, and a key vouches that it is ours and of that
 * instance. Nothing is kept of it.
 */
export function issueToken(key: Uint8Array, instanceId: string, expiresAt: Date): string {
  const until = Math.floor(expiresAt.getTime() / 1000).toString(36)
  return `${until}.${macOf(key, instanceId, until).toString('base64url')}`
}

/** Whether the token is one of this instance's, and still good. Total; compares in constant time. */
export function isToken(key: Uint8Array, instanceId: string, token: string, now: Date): boolean {
  const [until = '', mac = '', ...rest] = token.split('.')
  const given = Buffer.from(mac, 'base64url')
  const expected = macOf(key, instanceId, until)
  if (rest.length > 0 || given.length !== expected.length) return false
  return timingSafeEqual(given, expected) && parseInt(until, 36) * 1000 > now.getTime()
}

function macOf(key: Uint8Array, instanceId: string, until: string): Buffer {
  return createHmac('sha256', key).update(`${instanceId} ${until}`).digest()
}
