import type { HttpAnswer } from '../../http.ts'
import { frameworkError } from '../framework-error.ts'
import type { Protocol } from '../protocol.ts'
import { escapeXml } from '../xml/escape.ts'
import { writeStructure } from '../xml/write.ts'
import { formRequests, headersFor } from './aws-query.ts'
import { readEc2Query } from './read.ts'

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
    const framework = frameworkError(error.code)
    const { code, status } = framework?.ec2 ?? { ...error, status: framework?.status ?? 400 }
    if (status === 413) return { status, headers: headersFor(requestId), body: '' }
    const message = escapeXml(error.message ?? '')
    const body =
      `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>` +
      `<Code>${escapeXml(code)}</Code><Message>${message}</Message>` +
      `</Error></Errors><RequestID>${escapeXml(requestId)}</RequestID></Response>`
    return { status, headers: headersFor(requestId), body }
  },
}
