import type { HttpAnswer } from '../../http.ts'
import { frameworkError } from '../framework-error.ts'
import type { Protocol } from '../protocol.ts'
import { escapeXml } from '../xml/escape.ts'
import { writeStructure } from '../xml/write.ts'
import { formRequests, headersFor } from './aws-query.ts'
import { readEc2Query } from './read.ts'

/** EC2 words some refusals of the framework in its own codes. Source: EC2 API Reference, "Error codes". */
const ec2Codes: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  AccessDenied: { code: 'UnauthorizedOperation', status: 403 },
  InvalidClientTokenId: { code: 'AuthFailure', status: 401 },
  SignatureDoesNotMatch: { code: 'AuthFailure', status: 401 },
  ExpiredToken: { code: 'RequestExpired', status: 400 },
  InternalFailure: { code: 'InternalError', status: 500 },
  ServiceUnavailable: { code: 'Unavailable', status: 503 },
}

/**
 * EC2 Query: a form in, XML out, with names and errors of its own.
 * Source: Smithy, "AWS EC2 query protocol"; EC2 API Reference, "Error codes".
 */
export const ec2Query: Protocol = {
  name: 'ec2Query',

  ...formRequests(readEc2Query),

  writeOutput(model, operation, output, requestId): HttpAnswer {
    const { name } = operation
    const result =
      operation.output === undefined
        ? '<return>true</return>'
        : writeStructure(operation.output, output ?? {})
    const body =
      `<${name}Response xmlns="${model.xmlNamespace}/">` +
      `<requestId>${escapeXml(requestId)}</requestId>${result}</${name}Response>`
    return { status: 200, headers: headersFor(requestId), body }
  },

  writeError(_model, error, requestId): HttpAnswer {
    const own = Object.hasOwn(ec2Codes, error.code) ? ec2Codes[error.code] : undefined
    const status = own?.status ?? frameworkError(error.code)?.status ?? 400
    if (status === 413) return { status, headers: headersFor(requestId), body: '' }
    const message = escapeXml(error.message ?? '')
    const body =
      `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>` +
      `<Code>${escapeXml(own?.code ?? error.code)}</Code><Message>${message}</Message>` +
      `</Error></Errors><RequestID>${escapeXml(requestId)}</RequestID></Response>`
    return { status, headers: headersFor(requestId), body }
  },
}
