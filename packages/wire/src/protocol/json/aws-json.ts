import { isUtf8 } from 'node:buffer'
import type { HttpAnswer, HttpRequest } from '../../http.ts'
import type { OperationModel, ServiceModel } from '../../model.ts'
import { violationsOf } from '../constraint/check.ts'
import { violationError } from '../constraint/wording.ts'
import { frameworkError } from '../framework-error.ts'
import { bodyBytesMax } from '../limits.ts'
import type { OpenedCall, OperationInput, Protocol, Result, WireError } from '../protocol.ts'
import { MalformedInput } from '../scalar.ts'
import { readStructure } from './read.ts'
import { jsonStructure } from './write.ts'

/** What stands before `#` in the `__type` of errors that no model lists. */
const frameworkNamespace = 'com.amazon.coral.service'

/**
 * AWS JSON 1.1: `X-Amz-Target` names the operation, bodies are JSON.
 * Source: Smithy, "AWS JSON 1.1 protocol"; public recordings of Organizations.
 */
export const awsJson1_1: Protocol = {
  name: 'awsJson1_1',

  open(request): Result<{ readonly call: OpenedCall }> {
    const header = request.headers.get('x-amz-target')
    const dot = header?.lastIndexOf('.') ?? -1
    const call: OpenedCall = {
      ...(header !== undefined && { operationName: header.slice(dot + 1) }),
      ...(header !== undefined && dot !== -1 && { target: header.slice(0, dot) }),
      readInput: (model, operation) => readInput(model, operation, request),
    }
    return { ok: true, call }
  },

  readInput,

  writeOutput(_model, operation, output, requestId): HttpAnswer {
    const shape = operation.output
    const body = shape === undefined ? {} : jsonStructure(shape, output ?? {})
    return { status: 200, headers: headersFor(requestId), body: JSON.stringify(body) }
  },

  writeError(model, error, requestId): HttpAnswer {
    const known = model?.errors.get(error.code)
    const framework = known === undefined ? frameworkError(error.code) : undefined
    const code = framework?.json ?? error.code
    const ownStatus = known?.status ?? framework?.status ?? 400
    // Recorded from Organizations: 400 whatever the model's trait says.
    const status = ownStatus >= 500 || ownStatus === 413 ? ownStatus : 400
    if (status === 413) return { status, headers: headersFor(requestId), body: '' }
    // A code of the model in the Query spelling, such as AccessDenied, may be one of its own here.
    const shape = known?.shape ?? model?.errors.get(code)?.shape
    const namespace = shape === undefined ? frameworkNamespace : model?.shapeNamespace
    const messageName = shape?.members.find(({ name }) => /^message$/i.test(name))?.name
    const members =
      shape === undefined || error.members === undefined ? {} : jsonStructure(shape, error.members)
    const body = {
      __type: `${namespace}#${code}`,
      ...members,
      ...(error.message !== undefined && { [messageName ?? 'message']: error.message }),
    }
    return { status, headers: headersFor(requestId), body: JSON.stringify(body) }
  },
}

function headersFor(requestId: string): Record<string, string> {
  return { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': requestId }
}

function readInput(
  model: ServiceModel,
  operation: OperationModel,
  request: HttpRequest,
): Result<{ readonly input: OperationInput }> {
  const shape = operation.input
  const refuse = (error: WireError) => ({ ok: false as const, error })
  if (request.body.length > bodyBytesMax) return refuse({ code: 'RequestEntityTooLarge' })
  const parsed = parseBody(request.body)
  if (!parsed.ok) return parsed
  if (shape === undefined) return { ok: true, input: {} }
  let input: OperationInput
  try {
    input = readStructure(shape, parsed.value)
  } catch (thrown) {
    if (thrown instanceof MalformedInput) return refuse(thrown.error)
    throw thrown
  }
  const violations = violationsOf(shape, input)
  return violations.length === 0 ? { ok: true, input } : refuse(violationError(model, violations))
}

/** An empty body is an empty object. */
function parseBody(body: Uint8Array): Result<{ readonly value: unknown }> {
  if (body.length === 0) return { ok: true, value: {} }
  if (!isUtf8(body)) {
    return {
      ok: false,
      error: { code: 'MalformedInput', message: 'The request body is not valid UTF-8.' },
    }
  }
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return {
      ok: false,
      error: { code: 'MalformedInput', message: 'The request body is not valid JSON.' },
    }
  }
}
