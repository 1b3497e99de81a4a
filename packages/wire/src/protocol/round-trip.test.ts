import { HttpResponse } from '@smithy/core/protocols'
import fc from 'fast-check'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { headersOf } from '../http.ts'
import type { HttpAnswer, HttpRequest } from '../http.ts'
import { loadModel } from '../load-model.ts'
import type { ModelledService } from '../load-model.ts'
import { readServices } from '../../models/read-model.ts'
import type { OperationModel, StructureShape } from '../model.ts'
import { valuesOf } from '../testing/values.ts'
import { protocolOf } from './protocols.ts'
import { openRest } from './rest/rest.ts'
import { xmlBody } from './rest/rest-xml.ts'

// Goal: what AWS's own client writes we read, and what we write it reads, for every operation.
// Method: the SDK's client with a request handler of ours in place of the network: our reader must
// find the input it was given, and it must find the output, or the error, that our writer was given.

interface SdkRequest {
  method: string
  path: string
  query: Record<string, string | readonly string[] | null>
  headers: Record<string, string>
  body?: string | Uint8Array
}

/** Calls the handler in the place of the network. */
function handlerOf(answer: (request: HttpRequest) => HttpAnswer) {
  return {
    handle(request: SdkRequest) {
      const rawHeaders = Object.entries(request.headers).flat()
      const given = answer({
        method: request.method,
        target: targetOf(request),
        rawHeaders,
        headers: headersOf(rawHeaders),
        body: new Uint8Array(Buffer.from(request.body ?? '')),
        secure: true,
        remoteAddress: '192.0.2.1',
      })
      const response = new HttpResponse({
        statusCode: given.status,
        headers: { ...given.headers },
        body: Readable.from([Buffer.from(given.body)]),
      })
      return Promise.resolve({ response })
    },
  }
}

function targetOf({ path, query }: SdkRequest): string {
  const pieces = Object.entries(query).flatMap(([name, value]) =>
    value === null
      ? [encodeURIComponent(name)]
      : [value].flat().map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`),
  )
  return pieces.length === 0 ? path : `${path}?${pieces.join('&')}`
}

const options = (answer: (request: HttpRequest) => HttpAnswer) => ({
  region: 'us-east-1',
  endpoint: 'https://127.0.0.1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  maxAttempts: 1,
  requestHandler: handlerOf(answer),
})

type Send = (name: string, input: unknown) => Promise<Record<string, unknown>>

const packageOf: Partial<Record<ModelledService, string>> = {
  secretsmanager: 'secrets-manager',
  events: 'eventbridge',
  logs: 'cloudwatch-logs',
  states: 'sfn',
  apigateway: 'api-gateway',
  'cognito-idp': 'cognito-identity-provider',
  ds: 'directory-service',
}

/** The SDK's client of a service: the one class of its package whose name ends so. */
async function clientOf(service: ModelledService) {
  const name = `@aws-sdk/client-${packageOf[service] ?? service}`
  const sdk = (await import(name)) as Record<string, new (options: object) => object>
  const Client = Object.entries(sdk).find(([key]) => /^(?!__).*[^_]Client$/.test(key))?.[1]
  if (Client === undefined) throw new Error(`${name} has no client`)
  return (answer: (request: HttpRequest) => HttpAnswer) =>
    sender(new Client({ ...options(answer), forcePathStyle: true }), sdk)
}

function sender(client: object, commands: object): Send {
  const { send } = client as { send: (command: unknown) => Promise<Record<string, unknown>> }
  return async (name, input) => {
    const Command = (commands as Record<string, new (input: unknown) => unknown>)[`${name}Command`]
    if (Command === undefined) throw new Error(`The SDK has no ${name}`)
    return send.call(client, new Command(input))
  }
}

const ready = { requestId: '6b1b5c6e-0000-4000-8000-000000000000' }

const bucket = 'my-bucket'

/** The bucket's name becomes part of the host or the path, so it must be one. */
function withBucket(input: Record<string, unknown>): Record<string, unknown> {
  return Object.hasOwn(input, 'Bucket') ? { ...input, Bucket: bucket } : input
}

/** What the SDK turns into something else, or leads elsewhere. */
const transformed = /^(CopySource)?SSECustomerKey|^EndpointId$|^Checksum/

/** Streams are handed on as they are, and a status is no member of the wire. */
function thereAndBack(shape: StructureShape): StructureShape {
  const members = shape.members.filter(
    ({ name, streaming, httpResponseCode }) =>
      !streaming && !httpResponseCode && !transformed.test(name),
  )
  return { ...shape, members }
}

/** Neither EC2's Query nor queries, headers and flattened lists in XML can say "an empty list". */
const withoutEmpty = new Set(['ec2Query', 'restXml', 'restJson1'])

function inputsOf(
  service: ModelledService,
  { input }: OperationModel,
  empty: boolean,
): fc.Arbitrary<Record<string, unknown>> {
  if (input === undefined) return fc.constant({})
  const headers = input.members.filter(({ httpHeader }) => httpHeader).map(({ name }) => name)
  return valuesOf(thereAndBack(input), { valid: true, empty }).map((value) => {
    const given = withBucket(value as Record<string, unknown>)
    // White space around a header's value is not part of it.
    for (const name of headers) {
      const trimmed = (text: unknown) => (typeof text === 'string' ? text.trim() || 'x' : text)
      const held = given[name]
      if (held !== undefined) given[name] = Array.isArray(held) ? held.map(trimmed) : trimmed(held)
    }
    // Nor are header names told apart by case.
    if (service === 's3' && typeof given.Metadata === 'object') {
      const entries = Object.entries(given.Metadata as Record<string, string>)
      given.Metadata = Object.fromEntries(entries.map(([key, value]) => [key.toLowerCase(), value]))
    }
    return given
  })
}

/** Outputs that the SDK makes something else of: streams, and messages whose digest it checks. */
function isReadBack(service: ModelledService, { name, output }: OperationModel): boolean {
  if (service === 'sqs' && name.includes('Message')) return false
  if (service === 's3' && /Copy|Complete/.test(name)) return false // An empty 200 is an error there.
  return output?.members.every(({ streaming }) => !streaming) ?? true
}

/** An answer as the SDK gives it, without what it adds, blobs as plain bytes. */
function membersOf(answered: object, { output }: OperationModel): object {
  const members = Object.entries(answered) as [string, unknown][]
  const status = output?.members.find(({ httpResponseCode }) => httpResponseCode)?.name
  const prefixed = output?.members.find(({ httpPrefixHeaders }) => httpPrefixHeaders)?.name
  return Object.fromEntries(
    members
      .filter(([key, value]) => key !== '$metadata' && key !== status && value !== null)
      .filter(([key, value]) => key !== prefixed || Object.keys(value as object).length > 0)
      .map(([key, value]) => [key, value instanceof Uint8Array ? new Uint8Array(value) : value]),
  )
}

/** What was read, without what the SDK adds: tokens, media types, checksums, empty streams. */
function asGiven(
  read: Record<string, unknown>,
  given: object,
  { input }: OperationModel,
): Record<string, unknown> {
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
  const streams = input?.members.filter(({ streaming }) => streaming).map(({ name }) => name)
  const isAdded = (key: string, value: unknown) =>
    key === 'accepts' ||
    transformed.test(key) ||
    streams?.includes(key) === true ||
    (typeof value === 'string' && uuid.test(value))
  return Object.fromEntries(
    Object.entries(read).filter(([key, value]) => key in given || !isAdded(key, value)),
  )
}

for (const service of ['iam', 'sts', 'organizations', ...readServices] as const) {
  const model = loadModel(service)
  const protocol = protocolOf(model)
  const empty = !withoutEmpty.has(protocol.name)
  const connect = await clientOf(service)
  const isOwn = !(readServices as readonly string[]).includes(service)

  const open = (request: HttpRequest) => {
    if (service !== 's3') return protocol.open(request, model)
    const [, first = '', path = ''] = /^\/([^/?]*)([^?]*)/.exec(request.target) ?? []
    const labels = first === bucket ? { Bucket: first } : undefined
    return openRest(model, request, xmlBody, {
      path: labels === undefined ? `/${first}${path}` : path || '/',
      labels: labels ?? {},
    })
  }

  test(`${service}: every operation there and back through the AWS SDK`, async () => {
    for (const operation of model.operations.values()) {
      const inputs = inputsOf(service, operation, empty)
      const outputs =
        operation.output && isReadBack(service, operation)
          ? valuesOf(thereAndBack(operation.output), { valid: false, empty })
          : fc.constant({})
      await fc.assert(
        fc.asyncProperty(inputs, outputs, async (input, output) => {
          let read: ReturnType<typeof protocol.readInput> | undefined
          const send = connect((request) => {
            const opened = open(request)
            if (!opened.ok) throw new Error(opened.error.message)
            expect(opened.call.operationName).toBe(operation.name)
            if (opened.call.version !== undefined)
              expect(opened.call.version).toBe(model.apiVersion)
            if (opened.call.target !== undefined) expect(opened.call.target).toBe(model.target)
            read = opened.call.readInput(model, operation)
            return protocol.writeOutput(model, operation, output, ready.requestId)
          })
          const sent = send(operation.name, input)
          const answered = await (isReadBack(service, operation) ? sent : sent.catch(() => ({})))
          const found = read?.ok ? asGiven(read.input, input, operation) : read
          expect(found, operation.name).toEqual(input)
          if (!isReadBack(service, operation)) return
          expect(membersOf(answered, operation), operation.name).toEqual(output)
        }),
        { numRuns: isOwn ? 4 : 2, seed: 20261124 },
      )
    }
  })
  test(`${service}: every error through the AWS SDK`, async () => {
    const [first] = model.operations.values()
    for (const [code, error] of model.errors) {
      const message = `<${code}> & "more"`
      const send = connect(() => protocol.writeError(model, { code, message }, ready.requestId))
      const operation = [...model.operations.values()].find(({ errors }) => errors.includes(code))
      const called = operation ?? (first as OperationModel)
      const [input] = fc.sample(inputsOf(service, called, empty), { numRuns: 1, seed: 1 })
      const thrown = await send(called.name, input).then(
        () => expect.unreachable(),
        (reason: unknown) => reason as Error & { $metadata: { httpStatusCode: number } },
      )
      expect(thrown.message, code).toBe(message)
      expect([error.shape.name, code]).toContain(thrown.name)
      // JSON has 400 for all of them, but where it came after Query: see writeError.
      const isJson = protocol.name.startsWith('awsJson') && !model.alsoSpeaks.includes('awsQuery')
      const status = isJson && error.status < 500 ? 400 : error.status
      expect(thrown.$metadata.httpStatusCode, code).toBe(status)
    }
  })
}
