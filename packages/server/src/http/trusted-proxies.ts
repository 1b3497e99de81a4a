/** Who is calling where a proxy stands in front, and how: told by proxies that are trusted, alone. */
import { BlockList, isIP } from 'node:net'
import type { HttpRequest } from '@bailiwick/wire'

/** Hops that are looked at; a longer way is cut there. */
export const forwardedHopsMax = 32

/** Whether an address is a trusted proxy's. */
export type IsTrusted = (address: string) => boolean

/** @throws Error for what is neither an address nor a CIDR block. */
export function trustedProxies(blocks: readonly string[]): IsTrusted {
  const list = new BlockList()
  for (const block of blocks) {
    const [address = '', bits, ...more] = block.split('/')
    const family = isIP(address)
    const length = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits)
    const isLength = /^\d{1,3}$/.test(bits ?? '0') && length <= (family === 4 ? 32 : 128)
    if (family === 0 || !isLength || more.length > 0) {
      throw new Error(`${block} is neither an address nor a block such as 10.0.0.0/8`)
    }
    list.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6')
  }
  return (address) => {
    const family = isIP(address)
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6')
  }
}

/**
 * A request as it reached the outermost trusted proxy: the address is the right-most of
 * `X-Forwarded-For` that is none of a trusted proxy, and `X-Forwarded-Proto` says whether it came over
 * TLS. From anybody else the two headers mean nothing.
 */
export function throughProxies<R extends HttpRequest>(request: R, isTrusted: IsTrusted): R {
  if (!isTrusted(request.remoteAddress)) return request
  const { tls: _ofTheProxy, ...rest } = request
  const scheme = listed(request, 'x-forwarded-proto').at(-1)?.toLowerCase()
  const secure = scheme === undefined ? request.secure : scheme === 'https'
  return { ...rest, secure, remoteAddress: clientOf(request, isTrusted) } as R
}

/** What is no address ends the way: whoever is nearer vouches for no more. */
function clientOf(request: HttpRequest, isTrusted: IsTrusted): string {
  let client = request.remoteAddress
  for (const hop of listed(request, 'x-forwarded-for').reverse().slice(0, forwardedHopsMax)) {
    if (!isTrusted(client)) return client
    const address = plain(hop)
    if (isIP(address) === 0) return client
    client = address
  }
  return client
}

/** Without a port; some proxies add one. */
function plain(hop: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1]
  return bracketed ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop
}

/** The values of a header in order, over all its lines. */
function listed({ rawHeaders }: HttpRequest, name: string): string[] {
  const values: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== name) continue
    values.push(...(rawHeaders[at + 1] ?? '').split(',').map((value) => value.trim()))
  }
  return values
}
