/** IPv4 and IPv6 addresses and CIDR ranges (RFC 4632, RFC 4291) as 32-bit words. */
import type { IpRange } from './compiled-policy.ts'

const charZero = 48
const charDot = 46

/** A CIDR range, or a single address. Bits past the prefix do not count. */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = '', prefixText, ...more] = text.split('/')
  const words = parseIpAddress(address)
  if (words === undefined || more.length > 0) return undefined
  const bitCount = words.length * 32
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined
  const prefix = prefixText === undefined ? bitCount : Number(prefixText)
  if (prefix > bitCount) return undefined
  const masks = words.map((_, index) => maskOf(Math.min(Math.max(prefix - index * 32, 0), 32)))
  return { words: words.map((word, index) => word & (masks[index] ?? 0)), masks }
}

/** A shift by 32 is a shift by 0, so an empty mask is made apart. */
function maskOf(bitCount: number): number {
  return bitCount === 0 ? 0 : -1 << (32 - bitCount)
}

/** One word for IPv4, four for IPv6; undefined where the text is no address. */
export function parseIpAddress(text: string): number[] | undefined {
  if (text.includes(':')) return parseIpv6(text)
  const word = parseIpv4(text)
  return word === undefined ? undefined : [word]
}

/** Four decimal octets without leading zeros, which some read as octal. */
function parseIpv4(text: string): number | undefined {
  let word = 0
  let octet = 0
  let digits = 0
  let dots = 0
  for (let offset = 0; offset <= text.length; offset++) {
    const digit = offset < text.length ? text.charCodeAt(offset) - charZero : charDot - charZero
    if (digit >= 0 && digit <= 9) {
      if (digits > 0 && octet === 0) return undefined
      octet = octet * 10 + digit
      digits++
      if (octet > 255) return undefined
    } else {
      if (digit !== charDot - charZero || digits === 0 || ++dots > 4) return undefined
      word = (word << 8) | octet
      octet = 0
      digits = 0
    }
  }
  return dots === 4 ? word : undefined
}

/** RFC 4291, section 2.2: groups, `::` once for one or more groups of zeros, a dotted tail. */
function parseIpv6(text: string): number[] | undefined {
  const gap = text.indexOf('::')
  if (gap === -1) {
    const groups = parseGroups(text, true)
    return groups?.length === 8 ? wordsOf(groups) : undefined
  }
  const head = parseGroups(text.slice(0, gap), gap + 2 === text.length)
  const tail = parseGroups(text.slice(gap + 2), true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (missing < 1) return undefined
  return wordsOf([...head, ...new Array<number>(missing).fill(0), ...tail])
}

/** 16-bit groups; none for an empty text. Only the end of an address may be dotted. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const fields = text.split(':')
  for (const [index, field] of fields.entries()) {
    if (field.includes('.')) {
      const word = isEnd && index === fields.length - 1 ? parseIpv4(field) : undefined
      if (word === undefined) return undefined
      groups.push(word >>> 16, word & 0xffff)
    } else {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(field)) return undefined
      groups.push(Number.parseInt(field, 16))
    }
  }
  return groups
}

function wordsOf(groups: readonly number[]): number[] {
  const word = (index: number) => ((groups[index] ?? 0) << 16) | (groups[index + 1] ?? 0)
  return [word(0), word(2), word(4), word(6)]
}
