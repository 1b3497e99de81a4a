/** Numbers and bytes, as policies and requests write them. */

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

/** A decimal, with an exponent if need be, as an IEEE 754 double (chosen by us). */
export function parseNumber(text: string): number | undefined {
  return decimal.test(text) ? Number(text) : undefined
}

const base64Text = /^[A-Za-z0-9+/]*={0,2}$/
const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Padded base64 (RFC 4648, section 4) as a string of a code unit per byte. */
export function parseBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !base64Text.test(text)) return undefined
  let bytes = ''
  let bits = 0
  let bitCount = 0
  for (let offset = 0; offset < text.length && text[offset] !== '='; offset++) {
    bits = ((bits << 6) | base64Digits.indexOf(text.charAt(offset))) & 0x3fff
    bitCount += 6
    if (bitCount >= 8) {
      bitCount -= 8
      bytes += String.fromCharCode((bits >> bitCount) & 0xff)
    }
  }
  return bytes
}
