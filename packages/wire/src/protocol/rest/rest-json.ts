import type { HttpAnswer } from '../../http.ts'
import { parseJsonBody, jsonError } from '../json/aws-json.ts'
import { readStructure } from '../json/read.ts'
import { jsonStructure } from '../json/write.ts'
import type { Protocol } from '../protocol.ts'
import { MalformedInput } from '../scalar.ts'
import { restAnswer, restRequests, type RestBody } from './rest.ts'

const json: RestBody = {
  read(shape, text) {
    const parsed = parseJsonBody(Buffer.from(text))
    if (!parsed.ok) throw new MalformedInput(parsed.error.message)
    return readStructure(shape, parsed.value)
  },
  write: (_model, shape, value) => JSON.stringify(jsonStructure(shape, value)),
  contentType: 'application/json',
}

/** REST with JSON bodies. Source: Smithy, "AWS restJson1 protocol". */
export const restJson1: Protocol = {
  name: 'restJson1',

  ...restRequests(json),

  writeOutput: (model, operation, output, requestId) =>
    restAnswer(model, operation, output, json, { 'x-amzn-RequestId': requestId }),

  writeError(model, error, requestId): HttpAnswer {
    const { ownStatus: status, type, body } = jsonError(model, error)
    const headers = {
      'content-type': json.contentType,
      'x-amzn-RequestId': requestId,
      'x-amzn-ErrorType': type.slice(type.indexOf('#') + 1),
    }
    return {
      status,
      headers,
      body: error.code === 'RequestEntityTooLarge' ? '' : JSON.stringify(body),
    }
  },
}
