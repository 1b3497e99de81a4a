/** RFC 4648, section 4: base64 with padding. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The bytes, or undefined where the text is not padded base64. */
export function parseBase64(text: string): readonly number[] | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const bits = [...text.replace(/=+$/, '')]
    .map((char) => alphabet.indexOf(char).toString(2).padStart(6, '0'))
    .join('')
  const bytes: number[] = []
  for (let start = 0; start + 8 <= bits.length; start += 8) {
    bytes.push(Number.parseInt(bits.slice(start, start + 8), 2))
  }
  return bytes
}

export function equalBytes(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}
