import { rawQueryOf } from '../http.ts'
import type { HttpRequest } from '../http.ts'
import type { Result, WireError } from '../protocol/protocol.ts'
import { algorithm, basicTimestamp } from './key.ts'

/** What a request says about its signature; nothing of it is proven yet. */
export interface SignedRequest {
  readonly form: 'header' | 'query'
  readonly accessKeyId: string
  readonly scope: CredentialScope
  /** Lower-case, sorted, without duplicates. */
  readonly signedHeaders: readonly string[]
  /** Hex, as given. */
  readonly signature: string
  /** `20261123T165232Z`, from X-Amz-Date or Date. */
  readonly timestamp: string
  readonly date: Date
  /** Of a presigned request; absent where it names none. */
  readonly expiresSeconds?: number
  readonly securityToken?: string
}

export interface CredentialScope {
  /** `20261123` */
  readonly date: string
  readonly region: string
  readonly service: string
  /** Should be `aws4_request`. */
  readonly terminator: string
}

/** Seconds that a presigned request may be valid. Source: AWS Signature Version 4, query string. */
export const expiresSecondsMax = 604_800

/**
 * The signature that a request carries, or what is wrong with its form, in AWS's order and words.
 *
 * A request without any is `MissingAuthenticationToken`, which some operations do not mind. Chosen by
 * us: whatever of it is given twice is refused. Total.
 * Source: public probing of AWS's front ends; the wording where duplicated is ours.
 */
export function parseSignature(request: HttpRequest): Result<{ readonly signed: SignedRequest }> {
  const parameters = signatureParameters(rawQueryOf(request.target))
  const authorization = request.headers.get('authorization')
  if (authorization !== undefined && parameters.has('X-Amz-Algorithm')) {
    const message = `Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.`
    return refuse({ code: 'SignatureDoesNotMatch', message })
  }
  if (authorization === undefined && !isQueryForm(parameters)) {
    const message = 'Request is missing Authentication Token'
    return refuse({ code: 'MissingAuthenticationToken', message })
  }
  const twice = authorization === undefined ? parameters.twice : headerGivenTwice(request)
  if (twice !== undefined) return incomplete(`'${twice}' must be given only once.`)
  return authorization === undefined
    ? parseQueryForm(request, parameters)
    : parseHeaderForm(request, authorization)
}

function refuse(error: WireError): { readonly ok: false; readonly error: WireError } {
  return { ok: false, error }
}

function incomplete(message: string): { readonly ok: false; readonly error: WireError } {
  return refuse({ code: 'IncompleteSignature', message })
}

/** The `X-Amz-…` parameters of a query, decoded; the first value of each. */
class SignatureParameters extends Map<string, string> {
  twice: string | undefined
}

const signatureNames = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
]

function signatureParameters(rawQuery: string): SignatureParameters {
  const found = new SignatureParameters()
  if (rawQuery === '') return found
  for (const piece of rawQuery.split('&')) {
    const equals = piece.indexOf('=')
    const name = decoded(equals === -1 ? piece : piece.slice(0, equals))
    if (!signatureNames.includes(name)) continue
    if (found.has(name)) found.twice ??= name
    else found.set(name, equals === -1 ? '' : decoded(piece.slice(equals + 1)))
  }
  return found
}

function decoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text // Will match nothing.
  }
}

/** Whether a query carries a signature, or part of one. */
function isQueryForm(parameters: SignatureParameters): boolean {
  return (
    parameters.has('X-Amz-Algorithm') ||
    parameters.has('X-Amz-Credential') ||
    parameters.has('X-Amz-Signature')
  )
}

const onlyOnce = new Set(['host', 'date', 'x-amz-date', 'authorization', 'x-amz-security-token'])

function headerGivenTwice({ rawHeaders }: HttpRequest): string | undefined {
  const seen = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    // By length first: this runs for every header of every request.
    if (name.length !== 4 && name.length !== 10 && name.length !== 13 && name.length !== 20) {
      continue
    }
    const lower = name.toLowerCase()
    if (!onlyOnce.has(lower)) continue
    if (seen.has(lower)) return name
    seen.add(lower)
  }
  return undefined
}

function parseHeaderForm(
  request: HttpRequest,
  authorization: string,
): Result<{ readonly signed: SignedRequest }> {
  const header = authorization.trim()
  const space = header.search(/\s/)
  const named = space === -1 ? header : header.slice(0, space)
  const pieces = new Map<string, string>()
  for (const piece of space === -1 ? [] : header.slice(space).split(',')) {
    const pair = piece.trim()
    if (pair === '') continue
    const equals = pair.indexOf('=')
    if (equals === -1) {
      const where = `(missing equal-sign) in Authorization header: '${header}'.`
      return incomplete(`'${pair}' not a valid key=value pair ${where}`)
    }
    const name = pair.slice(0, equals)
    if (pieces.has(name)) return incomplete(`'${name}' must be given only once.`)
    pieces.set(name, pair.slice(equals + 1))
  }
  const amzDate = request.headers.get('x-amz-date')
  const date = amzDate ?? request.headers.get('date')
  const missing = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => !pieces.get(name))
    .map((name) => `Authorization header requires '${name}' parameter. `)
  if (!date) {
    missing.push(
      `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. `,
    )
  }
  if (missing.length > 0) return incomplete(`${missing.join('')}Authorization=${named}`)
  return parsePieces({
    form: 'header',
    algorithm: named,
    credential: pieces.get('Credential') as string,
    signature: pieces.get('Signature') as string,
    signedHeaders: pieces.get('SignedHeaders') as string,
    date: amzDate === undefined ? (httpDateAsBasic(date as string) ?? (date as string)) : amzDate,
    securityToken: request.headers.get('x-amz-security-token'),
  })
}

function parseQueryForm(
  request: HttpRequest,
  parameters: SignatureParameters,
): Result<{ readonly signed: SignedRequest }> {
  const date = parameters.get('X-Amz-Date') ?? request.headers.get('x-amz-date')
  const missing = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders']
    .filter((name) => !parameters.get(name))
    .concat(date ? [] : ['X-Amz-Date'])
  if (missing.length > 0) {
    const sentences = missing.map((name) => `AWS query-string parameters must include '${name}'. `)
    return incomplete(`${sentences.join('')}Re-examine the query-string parameters.`)
  }
  const expires = parameters.get('X-Amz-Expires')
  if (expires !== undefined) {
    const seconds = /^[0-9]{1,6}$/.test(expires) ? Number(expires) : 0
    if (seconds < 1 || seconds > expiresSecondsMax) {
      return incomplete(`X-Amz-Expires must be a number between 1 and ${expiresSecondsMax}.`)
    }
  }
  return parsePieces({
    form: 'query',
    algorithm: parameters.get('X-Amz-Algorithm') as string,
    credential: parameters.get('X-Amz-Credential') as string,
    signature: parameters.get('X-Amz-Signature') as string,
    signedHeaders: parameters.get('X-Amz-SignedHeaders') as string,
    date: date as string,
    securityToken: tokenOf(request, parameters),
    expiresSeconds: expires === undefined ? undefined : Number(expires),
  })
}

/** Recorded from S3: a signed header overrides the parameter; one that is not signed is nothing. */
function tokenOf(request: HttpRequest, parameters: SignatureParameters): string | undefined {
  const header = request.headers.get('x-amz-security-token')
  const names = (parameters.get('X-Amz-SignedHeaders') as string).toLowerCase().split(';')
  if (header !== undefined && names.includes('x-amz-security-token')) return header
  return parameters.get('X-Amz-Security-Token')
}

interface Pieces {
  readonly form: 'header' | 'query'
  readonly algorithm: string
  readonly credential: string
  readonly signature: string
  readonly signedHeaders: string
  readonly date: string
  readonly securityToken: string | undefined
  readonly expiresSeconds?: number | undefined
}

function parsePieces(pieces: Pieces): Result<{ readonly signed: SignedRequest }> {
  const date = parseBasicTimestamp(pieces.date)
  if (date === undefined) {
    const link = 'http://en.wikipedia.org/wiki/ISO_8601'
    const got = `Got '${pieces.date}'. See ${link}`
    return incomplete(`Date must be in ISO-8601 'basic format'. ${got}`)
  }
  const names = pieces.signedHeaders.toLowerCase().split(';')
  const signedHeaders = names.length === 1 ? names : [...new Set(names)].sort()
  if (!signedHeaders.includes('host') && !signedHeaders.includes(':authority')) {
    const message = `'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.`
    return refuse({ code: 'SignatureDoesNotMatch', message })
  }
  if (pieces.algorithm !== algorithm) {
    const only = `(only ${algorithm} for now). `
    return incomplete(`Unsupported AWS 'algorithm': '${pieces.algorithm}' ${only}`)
  }
  const elements = pieces.credential.split('/')
  if (elements.length !== 5) {
    const form = 'e.g. keyid/date/region/service/term'
    const got = `got '${pieces.credential}'`
    return incomplete(`Credential must have exactly 5 slash-delimited elements, ${form}, ${got}`)
  }
  const [accessKeyId, scopeDate, region, service, terminator] = elements as [
    string,
    string,
    string,
    string,
    string,
  ]
  const signed: SignedRequest = {
    form: pieces.form,
    accessKeyId,
    scope: { date: scopeDate, region, service, terminator },
    signedHeaders,
    signature: pieces.signature,
    timestamp: pieces.date,
    date,
    ...(pieces.expiresSeconds !== undefined && { expiresSeconds: pieces.expiresSeconds }),
    ...(pieces.securityToken !== undefined && { securityToken: pieces.securityToken }),
  }
  return { ok: true, signed }
}

/** `20261123T165232Z`; undefined for anything else, and for days that no calendar has. */
function parseBasicTimestamp(text: string): Date | undefined {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return undefined
  const part = (start: number, end: number) => Number(text.slice(start, end))
  const [month, day, hour, minute, second] = [
    part(4, 6),
    part(6, 8),
    part(9, 11),
    part(11, 13),
    part(13, 15),
  ]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const date = new Date(Date.UTC(part(0, 4), month - 1, day, hour, minute, second))
  // What is out of range moved on to another month.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : undefined
}

/** The `Date` header's RFC 9110 form as the string to sign has it. */
function httpDateAsBasic(text: string): string | undefined {
  if (!/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text)) return undefined
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? undefined : basicTimestamp(date)
}
