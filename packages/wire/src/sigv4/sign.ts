import { canonicalRequest, encoded, pathStyleOf } from './canonical.ts'
import type { PathStyle } from './canonical.ts'
import {
  algorithm,
  basicTimestamp,
  deriveSigningKey,
  scopeTerminator,
  sha256Hex,
  signatureOf,
  stringToSign,
} from './key.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** A request to be sent; `rawHeaders` must hold `Host`. */
export interface UnsignedRequest {
  readonly method: string
  /** Path and query, percent-encoded as they will be sent. */
  readonly target: string
  readonly rawHeaders: readonly string[]
  readonly body: string | Uint8Array
}

export interface SigningOptions {
  readonly credentials: Credentials
  readonly region: string
  readonly service: string
  readonly now: Date
  /** Adds `X-Amz-Content-Sha256`; S3 always has it. */
  readonly contentSha256Header?: boolean
  /** Instead of the body's own: `UNSIGNED-PAYLOAD`, or the hash of a body that is still to come. */
  readonly payloadHash?: string
  /** Where it is not the service's own. */
  readonly pathStyle?: PathStyle
}

/** What proxies change or add. Source: the AWS SDKs sign none of these. */
const unsignedHeaders = new Set([
  'authorization',
  'connection',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
])

/**
 * Signs a request by header: the raw headers to send, the given ones first.
 * Source: AWS Signature Version 4.
 */
export function sign(request: UnsignedRequest, options: SigningOptions): string[] {
  const { credentials, service } = options
  const timestamp = basicTimestamp(options.now)
  const payloadHash = options.payloadHash ?? sha256Hex(request.body)
  const rawHeaders = [...request.rawHeaders, 'X-Amz-Date', timestamp]
  if (credentials.sessionToken !== undefined) {
    rawHeaders.push('X-Amz-Security-Token', credentials.sessionToken)
  }
  if (options.contentSha256Header ?? pathStyleOf(service) === 's3') {
    rawHeaders.push('X-Amz-Content-Sha256', payloadHash)
  }
  const names = signedNames(rawHeaders)
  const scope = scopeOf(options, timestamp)
  const canonical = canonicalRequest({
    method: request.method,
    target: request.target,
    rawHeaders,
    signedHeaders: names,
    payloadHash,
    pathStyle: options.pathStyle ?? pathStyleOf(service),
  })
  const signature = signatureFor(options, timestamp, scope, canonical)
  const credential = `Credential=${credentials.accessKeyId}/${scope}`
  const pieces = `${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return [...rawHeaders, 'Authorization', `${algorithm} ${pieces}`]
}

/**
 * Signs a request by query string: the target to send.
 *
 * @param options.expiresSeconds From 1 to 604800.
 * Source: AWS Signature Version 4, query string.
 */
export function presign(
  request: UnsignedRequest,
  options: SigningOptions & { readonly expiresSeconds: number },
): string {
  const { credentials, service } = options
  const timestamp = basicTimestamp(options.now)
  const scope = scopeOf(options, timestamp)
  const names = signedNames(request.rawHeaders)
  const parameters = [
    `X-Amz-Algorithm=${algorithm}`,
    `X-Amz-Credential=${encoded(`${credentials.accessKeyId}/${scope}`)}`,
    `X-Amz-Date=${timestamp}`,
    `X-Amz-SignedHeaders=${encoded(names.join(';'))}`,
    `X-Amz-Expires=${options.expiresSeconds}`,
  ]
  if (credentials.sessionToken !== undefined) {
    parameters.push(`X-Amz-Security-Token=${encoded(credentials.sessionToken)}`)
  }
  const separator = request.target.includes('?') ? '&' : '?'
  const target = `${request.target}${separator}${parameters.join('&')}`
  const canonical = canonicalRequest({
    method: request.method,
    target,
    rawHeaders: request.rawHeaders,
    signedHeaders: names,
    payloadHash: pathStyleOf(service) === 's3' ? 'UNSIGNED-PAYLOAD' : sha256Hex(request.body),
    pathStyle: options.pathStyle ?? pathStyleOf(service),
  })
  return `${target}&X-Amz-Signature=${signatureFor(options, timestamp, scope, canonical)}`
}

function signedNames(rawHeaders: readonly string[]): readonly string[] {
  const names = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    if (!unsignedHeaders.has(name)) names.add(name)
  }
  return [...names].sort()
}

function scopeOf({ region, service }: SigningOptions, timestamp: string): string {
  return `${timestamp.slice(0, 8)}/${region}/${service}/${scopeTerminator}`
}

function signatureFor(
  { credentials, region, service }: SigningOptions,
  timestamp: string,
  scope: string,
  canonical: string,
): string {
  const key = keyFor(credentials, timestamp.slice(0, 8), region, service)
  return signatureOf(stringToSign(timestamp, scope, canonical), key)
}

const lastKeys = new WeakMap<Credentials, { readonly name: string; readonly key: Uint8Array }>()

/** The last key is kept as long as the caller keeps the credentials: a client signs alike all day. */
function keyFor(credentials: Credentials, day: string, region: string, service: string) {
  const { secretAccessKey } = credentials
  const name = `${day}/${region}/${service}/${secretAccessKey}`
  const last = lastKeys.get(credentials)
  if (last?.name === name) return last.key
  const key = deriveSigningKey(secretAccessKey, day, region, service)
  lastKeys.set(credentials, { name, key })
  return key
}
