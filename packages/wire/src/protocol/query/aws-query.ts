import type { HttpAnswer, HttpRequest } from '../../http.ts'
import type { OperationModel, ServiceModel } from '../../model.ts'
import { violationsOf } from '../constraint/check.ts'
import { violationError } from '../constraint/wording.ts'
import { frameworkError } from '../framework-error.ts'
import type { OpenedCall, OperationInput, Protocol, Result } from '../protocol.ts'
import { readForm } from './form.ts'
import type { FormNode } from './form.ts'
import { readAwsQuery } from './read.ts'
import type { FormReader } from './read.ts'
import { MalformedInput } from '../scalar.ts'
import { escapeXml } from '../xml/escape.ts'
import { writeStructure } from '../xml/write.ts'

/** The namespace of answers given before a service was reached. Source: recorded from STS. */
const dispatchNamespace = 'http://webservices.amazon.com/AWSFault/2005-15-09'

/**
 * AWS Query: a form in, XML out. Source: Smithy, "AWS query protocol"; recordings of IAM and STS.
 */
export const awsQuery: Protocol = {
  name: 'awsQuery',

  ...formRequests(readAwsQuery),

  writeOutput(model, operation, output, requestId): HttpAnswer {
    const { name } = operation
    const result =
      operation.output === undefined
        ? ''
        : `<${name}Result>${writeStructure(operation.output, output ?? {})}</${name}Result>`
    const body =
      `<${name}Response xmlns="${model.xmlNamespace}">${result}` +
      `<ResponseMetadata><RequestId>${escapeXml(requestId)}</RequestId></ResponseMetadata>` +
      `</${name}Response>`
    return { status: 200, headers: headersFor(requestId), body }
  },

  writeError(model, error, requestId): HttpAnswer {
    const known = model?.errors.get(error.code)
    const status = known?.status ?? frameworkError(error.code)?.status ?? 400
    // Recorded from STS: beyond the limit the answer has no body.
    if (status === 413) return { status, headers: headersFor(requestId), body: '' }
    const dispatch = model === undefined || error.code === 'InvalidAction'
    const namespace = dispatch ? dispatchNamespace : model.xmlNamespace
    const message =
      error.message === undefined ? '' : `<Message>${escapeXml(error.message)}</Message>`
    const members =
      known === undefined || error.members === undefined
        ? ''
        : writeStructure(known.shape, { ...error.members, message: undefined, Message: undefined })
    const body =
      `<ErrorResponse xmlns="${namespace}"><Error>` +
      `<Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
      `<Code>${escapeXml(error.code)}</Code>${message}${members}</Error>` +
      `<RequestId>${escapeXml(requestId)}</RequestId></ErrorResponse>`
    return { status, headers: headersFor(requestId), body }
  },
}

export function headersFor(requestId: string): Record<string, string> {
  return { 'content-type': 'text/xml', 'x-amzn-RequestId': requestId }
}

/** The reading side of the two Query protocols. */
export function formRequests(readStructure: FormReader): Pick<Protocol, 'open' | 'readInput'> {
  return {
    open(request: HttpRequest): Result<{ readonly call: OpenedCall }> {
      const form = readForm(request)
      if (!form.ok) return form
      const { root } = form
      const operationName = root.children?.get('Action')?.value
      const version = root.children?.get('Version')?.value
      const call: OpenedCall = {
        ...(operationName !== undefined && { operationName }),
        ...(version !== undefined && { version }),
        readInput: (model, operation) => readInput(model, operation, root, readStructure),
      }
      return { ok: true, call }
    },

    readInput(model, operation, request) {
      const form = readForm(request)
      return form.ok ? readInput(model, operation, form.root, readStructure) : form
    },
  }
}

function readInput(
  model: ServiceModel,
  operation: OperationModel,
  root: FormNode,
  readStructure: FormReader,
): Result<{ readonly input: OperationInput }> {
  const shape = operation.input
  if (shape === undefined) return { ok: true, input: {} }
  let input: OperationInput
  try {
    input = readStructure(shape, root)
  } catch (thrown) {
    if (thrown instanceof MalformedInput) return { ok: false, error: thrown.error }
    throw thrown
  }
  const violations = violationsOf(shape, input)
  if (violations.length === 0) return { ok: true, input }
  return { ok: false, error: violationError(model, violations) }
}
