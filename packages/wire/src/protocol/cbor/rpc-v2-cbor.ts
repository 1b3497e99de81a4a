import { rawPathOf } from '../../http.ts'
import type { HttpAnswer, HttpRequest } from '../../http.ts'
import type { OperationModel, ServiceModel } from '../../model.ts'
import { violationsOf } from '../constraint/check.ts'
import { violationError } from '../constraint/wording.ts'
import { jsonError } from '../json/aws-json.ts'
import { readStructure } from '../json/read.ts'
import { bodyBytesMax } from '../limits.ts'
import type { OpenedCall, OperationInput, Protocol, Result } from '../protocol.ts'
import { MalformedInput } from '../scalar.ts'
import { CborError, decodeCbor } from './decode.ts'
import { encodeCbor } from './encode.ts'

const path = /^\/service\/([A-Za-z0-9_]{1,128})\/operation\/([A-Za-z0-9_]{1,128})$/

/**
 * Smithy RPC v2 with CBOR bodies: the path names service and operation.
 * Source: Smithy, "Smithy RPC v2 CBOR protocol".
 */
export const rpcV2Cbor: Protocol = {
  name: 'rpcV2Cbor',

  open(request): Result<{ readonly call: OpenedCall }> {
    const found = path.exec(rawPathOf(request.target))
    const call: OpenedCall = {
      ...(found?.[1] !== undefined && { target: found[1] }),
      ...(found?.[2] !== undefined && { operationName: found[2] }),
      readInput: (model, operation) => readInput(model, operation, request),
    }
    return { ok: true, call }
  },

  readInput,

  writeOutput: (_model, operation, output, requestId): HttpAnswer => ({
    status: 200,
    headers: headersFor(requestId),
    body: operation.output === undefined ? '' : encodeCbor(output ?? {}),
  }),

  writeError(model, error, requestId): HttpAnswer {
    const { ownStatus: status, type, body } = jsonError(model, error)
    const headers = headersFor(requestId)
    const isTooLarge = error.code === 'RequestEntityTooLarge'
    return { status, headers, body: isTooLarge ? '' : encodeCbor({ __type: type, ...body }) }
  },
}

function headersFor(requestId: string): Record<string, string> {
  return {
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-RequestId': requestId,
  }
}

function readInput(
  model: ServiceModel,
  { input: shape }: OperationModel,
  { body }: HttpRequest,
): Result<{ readonly input: OperationInput }> {
  if (body.length > bodyBytesMax) return { ok: false, error: { code: 'RequestEntityTooLarge' } }
  if (shape === undefined) return { ok: true, input: {} }
  try {
    const input = readStructure(shape, body.length === 0 ? {} : decodeCbor(body))
    const violations = violationsOf(shape, input)
    if (violations.length === 0) return { ok: true, input }
    return { ok: false, error: violationError(model, violations) }
  } catch (thrown) {
    if (thrown instanceof MalformedInput) return { ok: false, error: thrown.error }
    if (thrown instanceof CborError) {
      return { ok: false, error: { code: 'MalformedInput', message: `CBOR: ${thrown.message}` } }
    }
    throw thrown
  }
}
