/**
 * Whom we believe to be an identity provider: by its certificate, and by where it is. Public
 * authorities vouch, or those the operator names for an issuer, or else the provider's thumbprints.
 */
import { connect, getCACertificates } from 'node:tls'
import type { ConnectionOptions, DetailedPeerCertificate } from 'node:tls'
import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './address.ts'
import { FetchFailure } from './fetch-failure.ts'

export interface Trust {
  /** SHA-1 of a certificate of the chain, hexadecimal. */
  readonly thumbprints: readonly string[]
  /** PEM: authorities besides the public ones. */
  readonly authorities?: string
  /** Whether the provider may be at an address that is not public. */
  readonly mayBePrivate: boolean
}

/** How names are resolved; another one only in tests. */
export type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void

export const systemResolve: Resolve = (hostname, options, callback) => {
  systemLookup(hostname, options, callback)
}

/**
 * The part of a TLS connection's options that holds the trust. The address that is checked is the
 * address that is connected to: a name that resolves to something else later gains nothing.
 */
export function connectionOptions(trust: Trust, resolve: Resolve): ConnectionOptions {
  return {
    lookup: checkedLookup(trust, resolve),
    ...(trust.authorities !== undefined && {
      ca: [...getCACertificates('default'), trust.authorities],
    }),
  }
}

/** Errors: FetchFailure for a host that is an address where we do not ask: no look-up sees it. */
export function assertAskable(hostname: string, { mayBePrivate }: Trust): void {
  const address = hostname.replace(/^\[|\]$/g, '')
  if (mayBePrivate || isIP(address) === 0 || isPublicAddress(address)) return
  throw privateAddress(address)
}

/** As a last resort: what the connection turned out to lead to. */
export function isAskable(address: string | undefined, { mayBePrivate }: Trust): boolean {
  return mayBePrivate || (address !== undefined && isPublicAddress(address))
}

export function privateAddress(address: string): FetchFailure {
  const message = `${address} is no public address, and the issuer is not among the private ones`
  return new FetchFailure('unacceptable', message)
}

function checkedLookup({ mayBePrivate }: Trust, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      const bad = addresses?.find(({ address }) => !mayBePrivate && !isPublicAddress(address))
      const [first] = addresses ?? []
      const failure = error ?? (bad && privateAddress(bad.address))
      if (failure || !first) callback(failure ?? new Error(`no address of ${hostname}`), '', 0)
      else if (options.all) callback(null, [...addresses])
      else callback(null, first.address, first.family)
    })
  }
}

/** What OpenSSL says of a chain that no authority of ours begins. */
const unvouched: ReadonlySet<string> = new Set([
  'CERT_SIGNATURE_FAILURE', // Another authority of the same name.
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

export function isUnvouched(error: unknown): boolean {
  return error instanceof Error && unvouched.has((error as NodeJS.ErrnoException).code ?? '')
}

/** How many certificates of a chain are looked at. */
const chainLengthMax = 10

/**
 * The options for a chain that only a thumbprint vouches for: the certificate of that thumbprint
 * becomes the one authority. The first look at the chain verifies nothing, and nothing is asked on
 * it; the connection that follows verifies everything from that certificate down.
 *
 * Errors: FetchFailure where no thumbprint fits.
 */
export async function thumbprintOptions(
  { hostname, port }: URL,
  trust: Trust,
  resolve: Resolve,
  timeoutMs: number,
): Promise<ConnectionOptions> {
  const options = connectionOptions(trust, resolve)
  const host = hostname.replace(/^\[|\]$/g, '')
  const chain = await chainOf({ ...options, host, port: Number(port || 443) }, timeoutMs)
  const wanted = new Set(trust.thumbprints.map((thumbprint) => thumbprint.toUpperCase()))
  const anchor = chain.find(({ fingerprint }) => wanted.has(fingerprint.replaceAll(':', '')))
  if (!anchor) {
    const message = "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"
    throw new FetchFailure('untrusted', message)
  }
  const pem = `-----BEGIN CERTIFICATE-----\n${anchor.raw.toString('base64')}\n-----END CERTIFICATE-----\n`
  return { ...options, ca: [pem], allowPartialTrustChain: true }
}

function chainOf(
  options: ConnectionOptions,
  timeoutMs: number,
): Promise<readonly DetailedPeerCertificate[]> {
  return new Promise((resolve, reject) => {
    const servername = options.host !== undefined && isIP(options.host) === 0 ? options.host : ''
    const socket = connect({ ...options, servername, rejectUnauthorized: false })
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer in time')))
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      const chain: DetailedPeerCertificate[] = []
      let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
      while (next && chain.length < chainLengthMax && !chain.includes(next)) {
        chain.push(next)
        next = next.issuerCertificate as DetailedPeerCertificate | undefined
      }
      socket.destroy()
      resolve(chain)
    })
  })
}
