/** IPv4 and IPv6 addresses and ranges (RFC 4632, RFC 4291), as strings of bits. */

/**
 * Whether an address lies in a CIDR range; a range without prefix length is a single address. An
 * IPv4 address is never in an IPv6 range, nor the other way round (an IPv4-mapped one is IPv6).
 * Bits of the range past its prefix do not count: `10.1.2.3/8` is `10.0.0.0/8`.
 */
export function addressInRange(address: string, range: string): boolean {
  const [network = '', prefixText, ...more] = range.split('/')
  const addressBits = parseAddress(address)
  const networkBits = parseAddress(network)
  if (more.length > 0 || addressBits === undefined || networkBits === undefined) return false
  if (addressBits.length !== networkBits.length) return false
  const prefix = prefixText ?? String(networkBits.length)
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > networkBits.length) return false
  return addressBits.slice(0, Number(prefix)) === networkBits.slice(0, Number(prefix))
}

/** 32 or 128 characters `0` and `1`; undefined where the text is no address. */
function parseAddress(text: string): string | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

function parseIpv4(text: string): string | undefined {
  const octets = text.split('.')
  if (octets.length !== 4) return undefined
  // No leading zeros: some read them as octal.
  if (!octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)) {
    return undefined
  }
  return octets.map((octet) => Number(octet).toString(2).padStart(8, '0')).join('')
}

/** RFC 4291, section 2.2: groups, `::` once for one or more groups of zeros, a dotted tail. */
function parseIpv6(text: string): string | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const groups = [...(head ?? []), ...(tail ?? [])]
  const bits = groups.map((group, index) =>
    group.includes('.') && index === groups.length - 1 ? parseIpv4(group) : parseGroup(group),
  )
  if (bits.includes(undefined)) return undefined
  const missing = 128 - bits.join('').length
  if (tail === undefined) return missing === 0 ? bits.join('') : undefined
  if (missing < 16) return undefined
  const headLength = head?.length ?? 0
  return bits.slice(0, headLength).join('') + '0'.repeat(missing) + bits.slice(headLength).join('')
}

function parseGroup(group: string): string | undefined {
  if (!/^[0-9A-Fa-f]{1,4}$/.test(group)) return undefined
  return Number.parseInt(group, 16).toString(2).padStart(16, '0')
}
