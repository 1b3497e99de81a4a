/**
 * One HTTP request as it arrived: nothing decoded, nothing normalised, since a signature covers the
 * bytes as they were sent.
 */
export interface HttpRequest {
  /** As received; methods are case-sensitive. */
  readonly method: string
  /** Raw path and query of the request line, still percent-encoded: `/path?query`. */
  readonly target: string
  /** Name, value, name, value … in the order and case received (node's `rawHeaders`). */
  readonly rawHeaders: readonly string[]
  /** First value of each header by lower-case name; `headersOf(rawHeaders)` makes it. */
  readonly headers: ReadonlyMap<string, string>
  /** The whole body; empty when there is none. */
  readonly body: Uint8Array
  /** Whether the connection was TLS. */
  readonly secure: boolean
  /**
   * How it was secured: `TLSv1.3`, and the cipher suite as OpenSSL names it; absent without TLS, and
   * where a proxy does not tell.
   */
  readonly tls?: { readonly version: string; readonly cipherSuite: string }
  /** The peer's IP address, without port. */
  readonly remoteAddress: string
}

/** One HTTP answer. `content-length` and `date` are left to the listener. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** The first value of each header, by lower-case name. */
export function headersOf(rawHeaders: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    if (!headers.has(name)) headers.set(name, rawHeaders[i + 1] as string)
  }
  return headers
}

/** The raw path of a request target: all before the first `?`. */
export function rawPathOf(target: string): string {
  const mark = target.indexOf('?')
  return mark === -1 ? target : target.slice(0, mark)
}

/** The raw query of a request target: all after the first `?`; empty when there is none. */
export function rawQueryOf(target: string): string {
  const mark = target.indexOf('?')
  return mark === -1 ? '' : target.slice(mark + 1)
}
