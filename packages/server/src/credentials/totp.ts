/**
 * One-time codes by time, as authenticator apps show them: 6 digits, HMAC-SHA-1, a new one each 30
 * seconds. Source: RFC 6238 and RFC 4226; the parameters are those of the QR codes that AWS makes.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

export const totpStepSeconds = 30
const codeDigits = 6
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The step that a moment falls into, counted from 1970. */
export function totpStep(at: Date): number {
  return Math.floor(at.getTime() / 1000 / totpStepSeconds)
}

/** The code of a step. Source: RFC 4226, section 5.3. */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0xf
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** codeDigits).padStart(codeDigits, '0')
}

/** Whether the two are the same code; takes as long either way. */
export function isSameCode(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Five bits a character, without padding. Source: RFC 4648, section 6. */
export function base32Text(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let buffer = 0
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(buffer >> (bits - 5)) & 31]
  }
  return bits === 0 ? text : text + alphabet[(buffer << (5 - bits)) & 31]
}

/** The bytes of base32 that was written here; bits that fill no byte are left out. */
export function base32Bytes(text: string): Uint8Array {
  const bytes: number[] = []
  let bits = 0
  let buffer = 0
  for (const character of text) {
    buffer = ((buffer << 5) | alphabet.indexOf(character)) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((buffer >> bits) & 0xff)
  }
  return Uint8Array.from(bytes)
}
