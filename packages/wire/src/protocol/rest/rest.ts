import { isUtf8 } from 'node:buffer'
import { rawPathOf, rawQueryOf } from '../../http.ts'
import type { HttpAnswer, HttpRequest } from '../../http.ts'
import type { MemberModel, OperationModel, ServiceModel, StructureShape } from '../../model.ts'
import { violationsOf } from '../constraint/check.ts'
import { violationError } from '../constraint/wording.ts'
import { bodyBytesMax } from '../limits.ts'
import type { OpenedCall, OperationInput, Protocol, Result } from '../protocol.ts'
import { MalformedInput } from '../scalar.ts'
import { formatTimestamp } from '../timestamp.ts'
import { readBindings, type HeaderCounts } from './bindings.ts'
import { placementOf, type Placement } from './body-shape.ts'
import { parseQuery } from './query-string.ts'
import { matchRoute, type Place, type RouteMatch } from './route.ts'

/** What the two REST protocols do differently with a body. */
export interface RestBody {
  /** The structure that a body's text holds. Errors: throws MalformedInput. */
  readonly read: (shape: StructureShape, text: string) => OperationInput
  readonly write: (model: ServiceModel, shape: StructureShape, value: unknown) => string
  readonly contentType: string
}

/**
 * Opens a request of a service whose operations are bound to methods and paths.
 *
 * `labels` are those that do not stand in the path; `path` is what is left of it.
 */
export function openRest(
  model: ServiceModel,
  request: HttpRequest,
  body: RestBody,
  { path, labels }: Pick<Place, 'path' | 'labels'>,
): Result<{ readonly call: OpenedCall }> {
  const query = parseQuery(rawQueryOf(request.target))
  if (query === undefined) return malformed('The query is not valid percent-encoded UTF-8.')
  const { method, headers } = request
  const place: Place = { method, path, query, headers, labels }
  const match = matchRoute(model, place)
  if (match === undefined) return { ok: true, call: { readInput: () => malformed('') } }
  return {
    ok: true,
    call: {
      operationName: match.operation.name,
      readInput: (_, operation) => readInput(operation, { request, place, match, body, model }),
    },
  }
}

interface Reading {
  readonly model: ServiceModel
  readonly request: HttpRequest
  readonly place: Place
  readonly match: RouteMatch
  readonly body: RestBody
}

function readInput(
  { input: shape }: OperationModel,
  { model, request, place, match, body }: Reading,
): Result<{ readonly input: OperationInput }> {
  if (shape === undefined) return { ok: true, input: {} }
  const placement = placementOf(shape, 'input')
  try {
    const bound = readBindings(shape, place, match, countHeaders(request))
    const input = { ...readBody(placement, request, body), ...bound }
    const violations = violationsOf(shape, input)
    if (violations.length === 0) return { ok: true, input }
    return { ok: false, error: violationError(model, violations) }
  } catch (thrown) {
    if (thrown instanceof MalformedInput) return { ok: false, error: thrown.error }
    throw thrown
  }
}

/** A payload that is a blob or a stream is handed on as it is, and never looked into. */
function readBody(
  { payload, body: unbound }: Placement,
  request: HttpRequest,
  body: RestBody,
): OperationInput {
  // A stream is never absent, only empty.
  const isThere = request.body.length > 0 || (payload?.required && payload.shape.kind === 'blob')
  if (!isThere) return {}
  if (payload !== undefined && payload.shape.kind !== 'structure') {
    if (payload.shape.kind === 'string') return { [payload.name]: textOf(request.body) }
    return { [payload.name]: request.body }
  }
  if (payload?.shape.kind === 'structure') {
    return { [payload.name]: body.read(payload.shape, textOf(request.body)) }
  }
  return unbound.members.length === 0 ? {} : body.read(unbound, textOf(request.body))
}

function textOf(body: Uint8Array): string {
  if (body.length > bodyBytesMax) throw new MalformedInput('The body is too large')
  if (!isUtf8(body)) throw new MalformedInput('The request body is not valid UTF-8.')
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
}

function countHeaders({ rawHeaders }: HttpRequest): HeaderCounts {
  const counts = new Map<string, number>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase()
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

function malformed(message: string) {
  return { ok: false, error: { code: 'MalformedHttpRequest', message } } as const
}

/** The parts of a REST protocol that are the same for XML and JSON. */
export function restRequests(body: RestBody): Pick<Protocol, 'open' | 'readInput'> {
  const open = (request: HttpRequest, model: ServiceModel | undefined) => {
    if (model === undefined) throw new Error('A REST request cannot be opened without its model')
    return openRest(model, request, body, { path: rawPathOf(request.target), labels: {} })
  }
  return {
    open,
    readInput(model, operation, request) {
      const opened = open(request, model)
      return opened.ok ? opened.call.readInput(model, operation) : opened
    },
  }
}

/** An answer that went well. Errors: throws a TypeError where `output` contradicts the model. */
export function restAnswer(
  model: ServiceModel,
  { output: shape, http }: OperationModel,
  output: unknown,
  body: RestBody,
  requestHeaders: Readonly<Record<string, string>>,
): HttpAnswer {
  const status = http?.status ?? 200
  if (shape === undefined) return { status, headers: requestHeaders, body: '' }
  const { payload, body: unbound, bound } = placementOf(shape, 'output')
  const value = (output ?? {}) as Readonly<Record<string, unknown>>
  const headers: Record<string, string> = { ...requestHeaders }
  for (const member of bound) {
    const { name, httpHeader, httpPrefixHeaders } = member
    const given = value[name]
    if (given === undefined) continue
    if (httpHeader !== undefined) headers[httpHeader] = headerText(member, given)
    if (httpPrefixHeaders === undefined) continue
    for (const [key, text] of Object.entries(given as Record<string, string>)) {
      headers[httpPrefixHeaders + key] = text
    }
  }
  if (payload === undefined) {
    if (unbound.members.length === 0) return { status, headers, body: '' }
    headers['content-type'] = body.contentType
    return { status, headers, body: body.write(model, unbound, value) }
  }
  const given = value[payload.name]
  if (given === undefined) return { status, headers, body: '' }
  if (payload.shape.kind !== 'structure') return { status, headers, body: given as Uint8Array }
  headers['content-type'] = body.contentType
  return { status, headers, body: body.write(model, payload.shape, given) }
}

function headerText({ timestampFormat }: MemberModel, value: unknown): string {
  if (value instanceof Date) return formatTimestamp(value, timestampFormat ?? 'http-date')
  return Array.isArray(value) ? value.join(', ') : String(value)
}
