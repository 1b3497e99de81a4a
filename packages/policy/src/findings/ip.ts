/** IP ranges as findings look at them. Source: RFC 4632 (CIDR), RFC 1918, RFC 4193, RFC 4291. */
export interface Cidr {
  readonly bits: 32 | 128
  readonly address: bigint
  readonly prefixLength: number
  /** Whether bits beyond the prefix are set. */
  readonly hasHostBits: boolean
  /** The range as it should be written; the text itself for IPv6. */
  readonly network: string
}

/** `203.0.113.0/24`, `2001:db8::/32`, or a single address. Undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefix, ...rest] = text.split('/')
  if (rest.length > 0) return undefined
  const four = parseV4(address)
  const parsed = four ?? parseV6(address)
  if (parsed === undefined) return undefined
  const bits = four === undefined ? 128 : 32
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return undefined
  const prefixLength = prefix === undefined ? bits : Number(prefix)
  if (prefixLength > bits) return undefined
  const mask = (1n << BigInt(bits - prefixLength)) - 1n
  const hasHostBits = (parsed & mask) !== 0n
  const start = parsed & ~mask
  const network = bits === 32 ? `${writeV4(start)}/${String(prefixLength)}` : text
  return { bits, address: start, prefixLength, hasHostBits, network }
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let address = 0n
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined
    address = (address << 8n) | BigInt(part)
  }
  return address
}

function writeV4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.')
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2 || !text.includes(':')) return undefined
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const zeros = Array.from({ length: Math.max(missing, 0) }, () => '0')
  let address = 0n
  for (const group of [...head, ...zeros, ...(tail ?? [])]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined
    address = (address << 16n) | BigInt(`0x${group}`)
  }
  return address
}

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fe80::/10']
  .map(parseCidr)
  .filter((cidr) => cidr !== undefined)

/** Whether a range is private throughout, in part (and not simply everything), or not at all. */
export function privateRange(cidr: Cidr): 'inside' | 'overlaps' | 'outside' {
  for (const range of privateRanges) {
    if (range.bits !== cidr.bits) continue
    const shorter = Math.min(range.prefixLength, cidr.prefixLength)
    const shift = BigInt(cidr.bits - shorter)
    if (cidr.address >> shift !== range.address >> shift) continue
    if (cidr.prefixLength >= range.prefixLength) return 'inside'
    return cidr.prefixLength === 0 ? 'outside' : 'overlaps'
  }
  return 'outside'
}
