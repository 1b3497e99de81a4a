/** Random bytes as the house uses them: few at a time, and many times a second. */
import { randomBytes as cryptoRandomBytes, randomFillSync } from 'node:crypto'
import type { RandomBytes } from './seal.ts'

/** Bytes drawn at once: a call of OpenSSL's generator costs the same for 4 KiB as for 12 bytes. */
export const poolBytes = 4096
/** More than this at a time is drawn for itself. */
export const pooledBytesMax = 64

/**
 * Bytes of Node's CSPRNG, drawn many at once. What is handed out is a copy, and the pool keeps
 * nothing of it: its bytes are zero from then on, and are never handed out again.
 *
 * @param fill Node's generator; another one only in tests.
 */
export function createRandomBytes(
  fill: (bytes: Buffer) => void = (bytes) => void randomFillSync(bytes),
): RandomBytes {
  const pool = Buffer.alloc(poolBytes)
  let used = poolBytes
  return (length) => {
    if (length > pooledBytesMax) return cryptoRandomBytes(length)
    if (used + length > poolBytes) {
      fill(pool)
      used = 0
    }
    const bytes = new Uint8Array(length)
    bytes.set(pool.subarray(used, used + length))
    pool.fill(0, used, used + length)
    used += length
    return bytes
  }
}
