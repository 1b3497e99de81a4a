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
 * AWS JSON: `X-Amz-Target` names the operation, bodies are JSON; 1.0 and 1.1 differ in the content
 * type alone.
 * Source: Smithy, "AWS JSON 1.0 protocol" and "… 1.1"; public recordings of Organizations.
 */
function awsJson(name: 'awsJson1_0' | 'awsJson1_1', contentType: string): Protocol {
  const headersFor = (requestId: string): Record<string, string> => ({
    'content-type': contentType,
    'x-amzn-RequestId': requestId,
  })
  return {
    name,

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
      const { ownStatus, type, body } = jsonError(model, error)
      // Recorded from Organizations: 400 whatever the model's trait says; from SQS: as in Query.
      const spokeQuery = model?.alsoSpeaks.includes('awsQuery') === true
      const status = spokeQuery || ownStatus >= 500 || ownStatus === 413 ? ownStatus : 400
      if (status === 413) return { status, headers: headersFor(requestId), body: '' }
      const headers = {
        ...headersFor(requestId),
        // Clients that once spoke Query to the service still look for its codes.
        ...(spokeQuery && {
          'x-amzn-query-error': `${error.code};${status < 500 ? 'Sender' : 'Receiver'}`,
        }),
      }
      return { status, headers, body: JSON.stringify({ __type: type, ...body }) }
    },
  }
}

/** An error as the JSON protocols have it: its type with namespace, and the other members. */
export function jsonError(
  model: ServiceModel | undefined,
  error: WireError,
): { readonly ownStatus: number; readonly type: string; readonly body: Record<string, unknown> } {
  const known = model?.errors.get(error.code)
  const framework = known === undefined ? frameworkError(error.code) : undefined
  const code = framework?.json ?? error.code
  const ownStatus = known?.status ?? framework?.status ?? 400
  // A code of the model in the Query spelling, such as AccessDenied, may be one of its own here.
  const shape = known?.shape ?? model?.errors.get(code)?.shape
  const namespace = shape === undefined ? frameworkNamespace : model?.shapeNamespace
  const messageName = shape?.members.find(({ name }) => /^message$/i.test(name))?.name
  const members =
    shape === undefined || error.members === undefined ? {} : jsonStructure(shape, error.members)
  return {
    ownStatus,
    type: `${namespace}#${shape?.name ?? code}`,
    body: {
      ...members,
      ...(error.message !== undefined && {
        [messageName ?? frameworkMessageName(code)]: error.message,
      }),
    },
  }
}

/** Recorded from DynamoDB, SQS and Lambda: it alone is written large. */
function frameworkMessageName(code: string): string {
  return code === 'AccessDeniedException' ? 'Message' : 'message'
}

export const awsJson1_0 = awsJson('awsJson1_0', 'application/x-amz-json-1.0')
export const awsJson1_1 = awsJson('awsJson1_1', 'application/x-amz-json-1.1')

function readInput(
  model: ServiceModel,
  operation: OperationModel,
  request: HttpRequest,
): Result<{ readonly input: OperationInput }> {
  const shape = operation.input
  const refuse = (error: WireError) => ({ ok: false as const, error })
  if (request.body.length > bodyBytesMax) return refuse({ code: 'RequestEntityTooLarge' })
  const parsed = parseJsonBody(request.body)
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
export function parseJsonBody(body: Uint8Array): Result<{ readonly value: unknown }> {
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
