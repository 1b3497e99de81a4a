/** S3: our own, on files and SQLite, since none of the registry's packages has tags and versions. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  decodeText,
  headersOf,
  openRest,
  payloadOf,
  rawPathOf,
  restXml,
  xmlBody,
  type HttpAnswer,
  type OperationInput,
  type OperationModel,
} from '@bailiwick/wire'
import type { EmbeddedService } from '../child.ts'
import { placeOf } from '../known-caller.ts'
import type { Call, Outcome } from './call.ts'
import { S3Error } from './errors.ts'
import { handlers, model } from './handlers.ts'
import { documentBytesMax } from './limits.ts'
import { S3Store } from './store.ts'

/** @param now Milliseconds since 1970. */
export function openS3(dataDir: string, now: () => number): EmbeddedService {
  const store = new S3Store(dataDir, now)
  const swept = store.sweep().catch((cause: unknown) => {
    process.stderr.write(`${String(cause)}\n`)
  })
  return {
    answer: (request, response) => {
      answer(store, request, response).catch((cause: unknown) => {
        // The answer had begun, or the gate has gone: it must not look whole.
        process.stderr.write(`${String(cause)}\n`)
        response.destroy()
      })
    },
    close: async () => {
      await swept
      store.close()
    },
  }
}

async function answer(
  store: S3Store,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = '0'
  let head: HttpAnswer
  let stream: Outcome['stream']
  try {
    const { operation, input } = await readCall(request)
    const handler = handlers.get(operation.name)
    if (handler === undefined) {
      const message = `The embedded S3 does not have ${operation.name}.`
      throw new S3Error('NotImplemented', message)
    }
    const place = placeOf(request)
    if (place === undefined) throw new Error('the gate names neither account nor region')
    const call: Call = { store, input, ...place, body: request }
    const outcome = await handler(call)
    stream = outcome.stream
    const written = restXml.writeOutput(model, operation, outcome.output ?? {}, requestId)
    head = { ...written, status: outcome.status ?? written.status }
  } catch (thrown) {
    stream?.destroy()
    stream = undefined
    head = refusal(thrown, requestId)
  }
  request.resume()
  await send(head, stream, request, response)
}

async function send(
  { status, headers, body }: HttpAnswer,
  stream: Outcome['stream'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isBodiless = request.method === 'HEAD' || status === 204 || status === 304
  const given = Buffer.from(body)
  const hasLength = Object.hasOwn(headers, 'Content-Length')
  response.writeHead(status, {
    ...headers,
    ...(!hasLength && status !== 204 && status !== 304 && { 'Content-Length': given.length }),
  })
  if (isBodiless || stream === undefined) {
    response.end(isBodiless ? undefined : given)
    return
  }
  const { pipeline } = await import('node:stream/promises')
  await pipeline(stream, response)
}

function refusal(thrown: unknown, requestId: string): HttpAnswer {
  if (!(thrown instanceof S3Error)) process.stderr.write(`${String(thrown)}\n`)
  const error = thrown instanceof S3Error ? thrown : new S3Error('InternalError')
  const { code, message, status, headers } = error
  const written = restXml.writeError(model, { code, message }, requestId)
  return { ...written, status, headers: { ...written.headers, ...headers } }
}

interface ReadCall {
  readonly operation: OperationModel
  readonly input: OperationInput
}

/** The gate writes every request with its bucket in the path. */
async function readCall(request: IncomingMessage): Promise<ReadCall> {
  const { method = '', url: target = '/', rawHeaders } = request
  const [, bucket = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(rawPathOf(target)) ?? []
  const labels: Readonly<Record<string, string>> =
    bucket === '' ? {} : { Bucket: decodeText(bucket) ?? '' }
  const place = { path: bucket === '' || rest === '' ? '/' : rest, labels }
  const head = { method, target, rawHeaders, headers: headersOf(rawHeaders), secure: false }
  const bodiless = { ...head, body: new Uint8Array(0), remoteAddress: '' }
  const named = openRest(model, bodiless, xmlBody, place)
  const operation = named.ok ? model.operations.get(named.call.operationName ?? '') : undefined
  if (operation === undefined) throw new S3Error('MethodNotAllowed')
  const isObject = payloadOf(operation)?.streaming === true
  const body = isObject ? bodiless.body : await documentOf(request)
  const opened = openRest(model, { ...bodiless, body }, xmlBody, place)
  const read = opened.ok ? opened.call.readInput(model, operation) : opened
  if (!read.ok) {
    const code = read.error.code === 'MalformedInput' ? 'MalformedXML' : 'InvalidRequest'
    throw new S3Error(code, read.error.message)
  }
  return { operation, input: read.input }
}

async function documentOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > documentBytesMax) throw new S3Error('InvalidRequest', 'The document is too long.')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
