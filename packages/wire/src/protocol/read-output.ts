import { isUtf8 } from 'node:buffer'
import type { HttpAnswer } from '../http.ts'
import type { MemberModel, OperationModel, ProtocolName, StructureShape } from '../model.ts'
import { decodeCbor } from './cbor/decode.ts'
import { readStructure as readJson } from './json/read.ts'
import { placementOf } from './rest/body-shape.ts'
import { headerReader } from './rest/bindings.ts'
import { MalformedInput } from './scalar.ts'
import { parseXml, type XmlElement } from './xml/parse.ts'
import { readStructure as readXml } from './xml/read.ts'

/** The members of an output as the model names them; what the model does not know is not in it. */
export type OperationOutput = Readonly<Record<string, unknown>>

/** An answer as a client reads it: header names are in lower case, the body is whole. */
export type ReceivedAnswer = Pick<HttpAnswer, 'status' | 'headers'> & { readonly body: Uint8Array }

/**
 * The output of an operation, as a client reads an answer that went well; undefined where it is
 * none. Of a body that is a stream only the headers are read.
 *
 * Errors: a TypeError for a protocol that forwarded services do not speak. Whatever is in the answer
 * never makes it throw.
 */
export function readOutput(
  { name, output: shape }: OperationModel,
  protocol: ProtocolName,
  answer: ReceivedAnswer,
): OperationOutput | undefined {
  if (shape === undefined) return {}
  try {
    return readShape(name, shape, protocol, answer)
  } catch (thrown) {
    if (isUnreadable(thrown)) return undefined
    throw thrown
  }
}

/** What the readers of the protocols say of bytes that are no answer. */
function isUnreadable(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  return ['MalformedInput', 'CborError', 'SyntaxError'].includes(thrown.name)
}

function readShape(
  name: string,
  shape: StructureShape,
  protocol: ProtocolName,
  answer: ReceivedAnswer,
): OperationOutput {
  const { body } = answer
  switch (protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return readJson(shape, jsonOf(body))
    case 'rpcV2Cbor':
      return readJson(shape, body.length === 0 ? {} : decodeCbor(body))
    case 'awsQuery': {
      const result = childOf(rootOf(body), `${name}Result`)
      return result === undefined ? {} : readXml(shape, result)
    }
    case 'restXml':
      return readRest(shape, answer, (held) => readXml(held, rootOf(body)))
    case 'restJson1':
      return readRest(shape, answer, (held) => readJson(held, jsonOf(body)))
    case 'ec2Query':
      throw new TypeError('EC2 is not forwarded')
  }
}

function jsonOf(body: Uint8Array): unknown {
  return body.length === 0 ? {} : (JSON.parse(textOf(body)) as unknown)
}

function rootOf(body: Uint8Array): XmlElement {
  const root = parseXml(textOf(body))
  if (root === undefined) throw new MalformedInput('The answer is not XML')
  return root
}

function textOf(body: Uint8Array): string {
  if (!isUtf8(body)) throw new MalformedInput('The answer is not UTF-8')
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
}

function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name)
}

function readRest(
  shape: StructureShape,
  { status, headers, body }: ReceivedAnswer,
  read: (shape: StructureShape) => OperationOutput,
): OperationOutput {
  const { payload, body: unbound, bound } = placementOf(shape, 'output')
  const output: Record<string, unknown> = {}
  const reader = headerReader(new Map(Object.entries(headers)))
  for (const member of bound) {
    const value = member.httpResponseCode ? status : reader(member)
    if (value !== undefined) output[member.name] = value
  }
  if (body.length === 0) return output
  if (payload === undefined) {
    return unbound.members.length === 0 ? output : { ...output, ...read(unbound) }
  }
  const value = payloadValue(payload, body, read)
  return value === undefined ? output : { ...output, [payload.name]: value }
}

function payloadValue(
  { shape, streaming }: MemberModel,
  body: Uint8Array,
  read: (shape: StructureShape) => OperationOutput,
): unknown {
  if (streaming) return undefined
  if (shape.kind === 'structure') return read(shape)
  return shape.kind === 'string' ? textOf(body) : body
}

/**
 * The code of an error answer, without a namespace; undefined where it carries none, as one to HEAD
 * does not. Total.
 * Source: Smithy, "Operation error serialization" of each protocol; S3 API Reference, "Error responses".
 */
export function readErrorCode(
  protocol: ProtocolName,
  { headers, body }: ReceivedAnswer,
): string | undefined {
  const queryError = headers['x-amzn-query-error']?.split(';')[0]
  const inHeader = queryError ?? headers['x-amzn-errortype']
  if (inHeader !== undefined) return bareCode(inHeader)
  try {
    if (isXml(protocol)) return errorElement(rootOf(body), 'Code')
    const { __type: type, code } = errorValue(protocol, body)
    return [type, code].flatMap((each) => (typeof each === 'string' ? bareCode(each) : []))[0]
  } catch (thrown) {
    return nothingReadable(thrown)
  }
}

/** What an error answer says in words; undefined where it says nothing that can be read. Total. */
export function readErrorMessage(
  protocol: ProtocolName,
  { body }: Pick<ReceivedAnswer, 'body'>,
): string | undefined {
  try {
    if (isXml(protocol)) return errorElement(rootOf(body), 'Message')
    const { message, Message } = errorValue(protocol, body)
    return [message, Message].find((each) => typeof each === 'string')
  } catch (thrown) {
    return nothingReadable(thrown)
  }
}

function nothingReadable(thrown: unknown): undefined {
  if (isUnreadable(thrown) || thrown instanceof TypeError) return undefined
  throw thrown
}

function isXml(protocol: ProtocolName): boolean {
  return protocol === 'restXml' || protocol === 'awsQuery'
}

function errorValue(protocol: ProtocolName, body: Uint8Array): Readonly<Record<string, unknown>> {
  const value = protocol === 'rpcV2Cbor' ? decodeCbor(body) : jsonOf(body)
  return value as Readonly<Record<string, unknown>>
}

/** Query wraps the error in an answer; S3's is the root. */
function errorElement(root: XmlElement, name: string): string | undefined {
  const error = root.name === 'Error' ? root : childOf(root, 'Error')
  return childOf(error, name)?.text
}

/** `com.amazonaws.sqs#QueueDoesNotExist:http://…` is `QueueDoesNotExist`. */
function bareCode(type: string): string {
  const [head = ''] = type.split(':')
  return head.slice(head.indexOf('#') + 1)
}
