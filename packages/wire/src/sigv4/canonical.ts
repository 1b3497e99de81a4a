import { rawPathOf, rawQueryOf } from '../http.ts'

/**
 * How a path becomes canonical. `normalized`: dot segments and empty segments resolved, then
 * percent-encoded once more. `verbatim`: only percent-encoded once more. `s3`: decoded once and
 * encoded once.
 */
export type PathStyle = 'normalized' | 'verbatim' | 's3'

export interface CanonicalParts {
  readonly method: string
  /** As received. */
  readonly target: string
  readonly rawHeaders: readonly string[]
  /** Lower-case, sorted, without duplicates. */
  readonly signedHeaders: readonly string[]
  readonly payloadHash: string
  readonly pathStyle: PathStyle
  /** Query parameters that are not part of it, by their encoded names. */
  readonly withoutParameters?: readonly string[]
}

/** The style in which a service's clients sign paths. */
export function pathStyleOf(service: string): PathStyle {
  return service === 's3' || service === 's3express' ? 's3' : 'normalized'
}

/**
 * The canonical request. Works on bytes as received; total.
 * Source: AWS Signature Version 4, "Create a canonical request".
 */
export function canonicalRequest(parts: CanonicalParts): string {
  const path = canonicalPath(rawPathOf(parts.target), parts.pathStyle)
  const query = canonicalQuery(rawQueryOf(parts.target), parts.withoutParameters)
  const headers = canonicalHeaders(parts.rawHeaders, parts.signedHeaders)
  const names = parts.signedHeaders.join(';')
  return `${parts.method}\n${path}\n${query}\n${headers}\n${names}\n${parts.payloadHash}`
}

export function canonicalPath(rawPath: string, style: PathStyle): string {
  if (rawPath === '' || rawPath === '/') return '/'
  if (style === 's3') return eachSegment(rawPath, recoded)
  const path = style === 'normalized' ? withoutDotSegments(rawPath) : rawPath
  return eachSegment(path, encoded)
}

function eachSegment(path: string, change: (segment: string) => string): string {
  if (unreservedPath.test(path)) return path
  return path.split('/').map(change).join('/')
}

/**
 * RFC 3986, 5.2.4, but as AWS's own signers do it: runs of slashes are one, and only a slash at the
 * end leaves one there.
 */
function withoutDotSegments(path: string): string {
  if (!/\/(\/|\.|$)/.test(path)) return path
  const out: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') out.pop()
    else if (segment !== '' && segment !== '.') out.push(segment)
  }
  const trailing = out.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${out.join('/')}${trailing}`
}

const unreservedPath = /^[A-Za-z0-9\-._~/]*$/
const unreserved = /^[A-Za-z0-9\-._~]*$/

/** Percent-encodes all but the unreserved characters, also `%`. */
export function encoded(text: string): string {
  if (unreserved.test(text)) return text
  return encodeURIComponent(text.replace(loneSurrogates, '\ufffd')).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Decoded once and encoded once, byte by byte: what is no escape keeps its percent sign. */
function recoded(text: string): string {
  if (unreserved.test(text)) return text
  let out = ''
  // A valid escape, or a run without escapes, or a percent sign that starts none.
  for (const [piece] of text.matchAll(/%[0-9A-Fa-f]{2}|[^%]+|%/g)) {
    if (piece.length !== 3 || piece.charAt(0) !== '%') {
      out += encoded(piece)
      continue
    }
    const char = String.fromCharCode(parseInt(piece.slice(1), 16))
    out += unreserved.test(char) ? char : piece.toUpperCase()
  }
  return out
}

/** A `+` means a space here, as it does to who reads the parameters (chosen by us). */
function recodedParameter(text: string): string {
  return recoded(text.includes('+') ? text.replaceAll('+', ' ') : text)
}

/** Sorted by encoded name, then by encoded value. */
export function canonicalQuery(rawQuery: string, without: readonly string[] = []): string {
  if (rawQuery === '') return ''
  const pairs: (readonly [name: string, value: string])[] = []
  for (const piece of rawQuery.split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    const name = recodedParameter(equals === -1 ? piece : piece.slice(0, equals))
    if (without.includes(name)) continue
    pairs.push([name, equals === -1 ? '' : recodedParameter(piece.slice(equals + 1))])
  }
  if (pairs.length > 1) pairs.sort(byNameThenValue)
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

type Pair = readonly [name: string, value: string]

/** By code unit: all is ASCII here. */
function byNameThenValue([a, x]: Pair, [b, y]: Pair): number {
  if (a !== b) return a < b ? -1 : 1
  return x === y ? 0 : x < y ? -1 : 1
}

/** A line per header; of one that is missing, a line without value. */
export function canonicalHeaders(
  rawHeaders: readonly string[],
  signedHeaders: readonly string[],
): string {
  const values = new Map<string, string | undefined>()
  for (const name of signedHeaders) values.set(name, undefined)
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    if (!values.has(name)) continue
    const value = trimmed(rawHeaders[i + 1] as string)
    const before = values.get(name)
    values.set(name, before === undefined ? value : `${before},${value}`)
  }
  let lines = ''
  for (const name of signedHeaders) lines += `${name}:${values.get(name) ?? ''}\n`
  return lines
}

/** Without white space at the ends, and runs of it inside as one space. */
function trimmed(value: string): string {
  return /^\s|\s$|\s\s|[\t\r\n]/.test(value) ? value.trim().replace(/\s+/g, ' ') : value
}
