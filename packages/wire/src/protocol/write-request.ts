import { createHash } from 'node:crypto'
import type { MemberModel, OperationModel, ProtocolName, ServiceModel } from '../model.ts'
import { encoded } from '../sigv4/canonical.ts'
import { encodeCbor } from './cbor/encode.ts'
import { jsonStructure } from './json/write.ts'
import type { OperationInput } from './protocol.ts'
import { writeAwsForm } from './query/write-form.ts'
import { placementOf } from './rest/body-shape.ts'
import { xmlText } from './rest/rest-xml.ts'
import { formatTimestamp } from './timestamp.ts'

/** A request as a client writes it, but for host, length and signature. */
export interface WrittenRequest {
  readonly method: string
  /** Path and query, percent-encoded. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Empty where the payload is a stream, which is not looked at. */
  readonly body: Uint8Array
}

/** The member that is the whole body of a request; undefined where several make it up, or none. */
export function payloadOf(operation: OperationModel): MemberModel | undefined {
  return operation.input && placementOf(operation.input, 'input').payload
}

/**
 * An input as a client writes it: what the model does not know, or came twice, is not in it. A label
 * that the template has not, S3's bucket, stands before the path.
 *
 * Errors: throws a TypeError where `input` contradicts the model, or the protocol is not one that
 * forwarded services speak.
 */
export function writeRequest(
  model: ServiceModel,
  operation: OperationModel,
  protocol: ProtocolName,
  input: OperationInput,
): WrittenRequest {
  const { input: shape, name } = operation
  switch (protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1': {
      const version = protocol === 'awsJson1_0' ? '1.0' : '1.1'
      const body = shape === undefined ? {} : jsonStructure(shape, input)
      const target = ['X-Amz-Target', `${model.target}.${name}`] as const
      return posted('/', JSON.stringify(body), `application/x-amz-json-${version}`, target)
    }
    case 'rpcV2Cbor': {
      const path = `/service/${model.target}/operation/${name}`
      const smithy = ['Smithy-Protocol', 'rpc-v2-cbor'] as const
      return posted(path, encodeCbor(input), 'application/cbor', smithy)
    }
    case 'awsQuery': {
      const head = `Action=${name}&Version=${model.apiVersion}`
      const parameters = shape === undefined ? '' : writeAwsForm(shape, input)
      const body = parameters === '' ? head : `${head}&${parameters}`
      return posted('/', body, 'application/x-www-form-urlencoded; charset=utf-8')
    }
    case 'restXml':
    case 'restJson1':
      return writeRest(model, operation, protocol, input)
    case 'ec2Query':
      throw new TypeError('EC2 is not forwarded')
  }
}

function posted(
  target: string,
  body: string | Uint8Array,
  contentType: string,
  ...more: readonly (readonly [string, string])[]
): WrittenRequest {
  const headers = [['Content-Type', contentType] as const, ...more]
  return { method: 'POST', target, headers, body: Buffer.from(body) }
}

function writeRest(
  model: ServiceModel,
  operation: OperationModel,
  protocol: 'restXml' | 'restJson1',
  input: OperationInput,
): WrittenRequest {
  if (operation.http === undefined) throw new TypeError(`${operation.name} is not bound to HTTP`)
  const [template = '', literals = ''] = operation.http.uri.split('?')
  const members = operation.input?.members ?? []
  const queries = literals.split('&').filter((piece) => piece !== '' && !piece.startsWith('x-id='))
  const headers: (readonly [string, string])[] = []
  for (const member of members) {
    const value = input[member.name]
    if (value === undefined) continue
    queries.push(...queriesOf(member, value))
    headers.push(...headersOf(member, value))
  }
  const path = pathOf(template, members, input)
  const query = queries.length === 0 ? '' : `?${queries.join('&')}`
  const written = bodyOf(model, operation, protocol, input)
  return {
    method: operation.http.method,
    target: path + query,
    headers: [
      ...headers.filter(([name]) => !isOfBody(name, written.isWritten)),
      ...written.headers,
    ],
    body: written.body,
  }
}

/** What speaks of a body as it was sent, which is written anew: its checksums, and its length. */
function isOfBody(header: string, isWritten: boolean): boolean {
  const name = header.toLowerCase()
  if (name === 'content-length') return true
  return isWritten && (name === 'content-md5' || name === 'x-amz-sdk-checksum-algorithm')
}

function pathOf(template: string, members: readonly MemberModel[], input: OperationInput): string {
  let path = template
  for (const { name, httpLabel } of members) {
    if (!httpLabel) continue
    const text = scalarText(input[name], 'date-time')
    const isGreedy = path.includes(`{${name}+}`)
    if (!isGreedy && !path.includes(`{${name}}`)) path = `/${encoded(text)}${path}`
    else if (isGreedy)
      path = path.replace(`{${name}+}`, () => text.split('/').map(encoded).join('/'))
    else path = path.replace(`{${name}}`, () => encoded(text))
  }
  return path.length > 1 && template === '/' ? path.slice(0, -1) : path
}

function queriesOf({ httpQuery, httpQueryParams, timestampFormat }: MemberModel, value: unknown) {
  if (httpQueryParams) {
    const pairs = Object.entries(value as Readonly<Record<string, unknown>>)
    return pairs.map(([name, each]) => `${encoded(name)}=${encoded(String(each))}`)
  }
  if (httpQuery === undefined) return []
  const texts = [value].flat().map((each) => scalarText(each, timestampFormat ?? 'date-time'))
  return texts.map((text) => `${encoded(httpQuery)}=${encoded(text)}`)
}

function headersOf(member: MemberModel, value: unknown): readonly (readonly [string, string])[] {
  const { httpHeader, httpPrefixHeaders, timestampFormat } = member
  if (httpPrefixHeaders !== undefined) {
    const pairs = Object.entries(value as Readonly<Record<string, unknown>>)
    return pairs.map(([name, each]) => [httpPrefixHeaders + name, String(each)] as const)
  }
  if (httpHeader === undefined) return []
  const format = timestampFormat ?? 'http-date'
  const text = Array.isArray(value)
    ? value.map((each) => listed(scalarText(each, format))).join(', ')
    : scalarText(value, format)
  return [[httpHeader, text]]
}

/** In a list, what holds a comma or a quote stands in quotes. */
function listed(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll(/["\\]/g, (char) => `\\${char}`)}"` : text
}

function bodyOf(
  model: ServiceModel,
  operation: OperationModel,
  protocol: 'restXml' | 'restJson1',
  input: OperationInput,
): Pick<WrittenRequest, 'body' | 'headers'> & { readonly isWritten: boolean } {
  const none = { body: Buffer.alloc(0), headers: [], isWritten: false }
  if (operation.input === undefined) return none
  const { payload, body: unbound } = placementOf(operation.input, 'input')
  if (payload?.streaming) return none
  const isXml = protocol === 'restXml'
  const written = (body: Uint8Array, contentType: string) => {
    const md5 = createHash('md5').update(body).digest('base64')
    const checksum = isXml ? [['Content-MD5', md5] as const] : []
    return { body, headers: [['Content-Type', contentType] as const, ...checksum], isWritten: true }
  }
  const value = payload === undefined ? input : input[payload.name]
  if (value === undefined) return none
  const shape = payload?.shape ?? unbound
  if (shape.kind !== 'structure') {
    const bytes = value instanceof Uint8Array ? value : Buffer.from(value as string)
    return written(bytes, isXml ? 'text/plain' : 'application/octet-stream')
  }
  if (payload === undefined && !unbound.members.some(({ name }) => input[name] !== undefined)) {
    return none
  }
  const name = payload?.xmlName ?? (payload === undefined ? `${operation.name}Request` : shape.name)
  if (isXml) return written(Buffer.from(xmlText(model, name, shape, value)), 'application/xml')
  return written(Buffer.from(JSON.stringify(jsonStructure(shape, value))), 'application/json')
}

function scalarText(value: unknown, format: 'date-time' | 'http-date' | 'epoch-seconds'): string {
  if (value instanceof Date) return formatTimestamp(value, format)
  if (value === undefined || value === null || typeof value === 'object') {
    throw new TypeError('An input has another kind than its model')
  }
  return String(value as string | number | boolean)
}
