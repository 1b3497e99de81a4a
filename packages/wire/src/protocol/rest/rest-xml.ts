import type { HttpAnswer } from '../../http.ts'
import type { ServiceModel, StructureShape } from '../../model.ts'
import { frameworkError } from '../framework-error.ts'
import type { Protocol } from '../protocol.ts'
import { MalformedInput } from '../scalar.ts'
import { escapeXml } from '../xml/escape.ts'
import { parseXml } from '../xml/parse.ts'
import { readStructure } from '../xml/read.ts'
import { writeElement } from '../xml/write.ts'
import { restAnswer, restRequests, type RestBody } from './rest.ts'

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

export const xmlBody: RestBody = {
  read(shape, text) {
    const root = parseXml(text)
    if (root === undefined) {
      throw new MalformedInput('The XML you provided was not well-formed.')
    }
    return readStructure(shape, root)
  },
  write: (model, shape, value) => xmlText(model, rootName(shape), shape, value),
  contentType: 'application/xml',
}

/** A document whose root is a structure. Errors: throws a TypeError where the value is another. */
export function xmlText(
  model: ServiceModel,
  name: string,
  shape: StructureShape,
  value: unknown,
): string {
  return declaration + writeElement(name, shape, value, model.xmlNamespace)
}

/** S3 names the root of an answer after the result, which its shapes call output. */
function rootName({ name }: StructureShape): string {
  return name.replace(/Output$/, 'Result')
}

/** REST with XML bodies: S3. Source: Smithy, "AWS restXml protocol"; S3 API Reference. */
export const restXml: Protocol = {
  name: 'restXml',

  ...restRequests(xmlBody),

  writeOutput: (model, operation, output, requestId) =>
    restAnswer(model, operation, output, xmlBody, headersFor(requestId)),

  writeError(model, error, requestId): HttpAnswer {
    const framework = frameworkError(error.code)
    const known = model?.errors.get(error.code) ?? framework
    const { code, status } = framework?.s3 ?? { ...error, status: known?.status ?? 400 }
    const members = Object.entries(error.members ?? {})
      .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
      .join('')
    const body =
      `${declaration}<Error><Code>${escapeXml(code)}</Code>` +
      `<Message>${escapeXml(error.message ?? '')}</Message>${members}` +
      `<RequestId>${escapeXml(requestId)}</RequestId>` +
      `<HostId>${escapeXml(requestId)}</HostId></Error>`
    return {
      status,
      headers: { ...headersFor(requestId), 'content-type': 'application/xml' },
      body,
    }
  },
}

function headersFor(requestId: string): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId }
}
