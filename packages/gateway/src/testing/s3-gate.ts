import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { headersOf, loadModel, presign, sign } from '@bailiwick/wire'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Caller } from '../caller.ts'
import { createBackend, type Backend } from '../forward/backend.ts'
import type { GateScope } from '../operation.ts'
import { createGate } from '../pipeline.ts'
import type { GateEvent, GateRequest } from '../ports.ts'
import type { Resource, ResourcePort } from '../registry/resource.ts'
import { accountId, callerWith, credentials, identityPolicy, now } from './gate.ts'
import { bucketOf, memoryResources } from './resources.ts'

// A gate before a backend of S3 that keeps what arrives, and answers what the test puts there.
export const other = '444455556666'
/** What reached the backend, as `METHOD /path`, with the body. */
export const arrived: string[] = []
/** By method and path, status and body; else 200 and nothing. */
const replies = new Map<string, readonly [status: number, body: string]>()

/** What the backend answers from now on. */
export function reply(given: Readonly<Record<string, readonly [status: number, body: string]>>) {
  replies.clear()
  for (const [line, answer] of Object.entries(given)) replies.set(line, answer)
}
let server: Server
let backend: Backend

beforeAll(async () => {
  server = createServer((incoming, response) => {
    const line = `${incoming.method ?? ''} ${incoming.url ?? ''}`
    let body = ''
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()))
    incoming.on('end', () => {
      arrived.push(body === '' ? line : `${line} ${body}`)
      const [status, text] = replies.get(line) ?? [200, '']
      response.writeHead(status, { 'content-type': 'application/xml' }).end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const key = { accessKeyId: 'AKIDBACKEND', secretAccessKey: 'theirs' }
  backend = createBackend({ url: `http://127.0.0.1:${String(port)}`, credentials: key })
})

afterEach(() => {
  arrived.length = 0
  replies.clear()
})

afterAll(async () => {
  backend.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

export const nothing = callerWith()
export const everything = callerWith(
  identityPolicy('all', { Effect: 'Allow', Action: '*', Resource: '*' }),
)
export const root: Caller = {
  ...nothing,
  principal: { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` },
  arn: `arn:aws:iam::${accountId}:root`,
}

export interface Call {
  readonly by?: Caller | 'anonymous'
  readonly method?: string
  readonly target?: string
  readonly headers?: readonly string[]
  readonly body?: string
  readonly presigned?: boolean
  /** It brings its signature inside, or none. */
  readonly form?: boolean
  readonly resources?: ResourcePort
}

export async function send(call: Call) {
  const { by = everything, method = 'GET', target = '/reports/a', body = '' } = call
  const { resources = memoryResources(bucketOf('reports')) } = call
  const events: GateEvent[] = []
  const bugs: unknown[] = []
  const gate = createGate<GateScope>({
    services: new Map([['s3', { model: loadModel('s3'), operations: new Map(), backend }]]),
    credentials: {
      lookup: () =>
        Promise.resolve({
          ok: true,
          secretAccessKey: credentials.secretAccessKey,
          caller: by === 'anonymous' ? nothing : by,
        }),
      prove: () => Promise.reject(new Error('no proof')),
    },
    scopes: { read: (scope, work) => work(scope, 1), write: (scope, work) => work(scope, 1) },
    record: (event) => events.push(event),
    reportBug: (_id, cause) => bugs.push(cause),
    clock: () => now,
    stopwatch: () => 0,
    newRequestId: () => 'ours',
    resources,
  })
  const answer = await gate.answer(requestOf({ ...call, by, method, target, body }))
  const text =
    answer.body instanceof Readable
      ? Buffer.concat((await answer.body.toArray()) as Buffer[]).toString()
      : Buffer.from(answer.body).toString()
  expect(bugs).toEqual([])
  const code = /<Code>([^<]*)/.exec(text)?.[1] ?? ''
  const message = /<Message>([^<]*)/.exec(text)?.[1] ?? ''
  const { status, headers } = answer
  return { status, headers, text, code, message, event: events[0] }
}

function requestOf({ by, method = '', target = '', body = '', headers = [], ...call }: Call) {
  const length = method === 'GET' ? [] : ['Content-Length', String(Buffer.byteLength(body))]
  const given = ['Host', '127.0.0.1:4600', ...length, ...headers]
  const options = { credentials, region: 'us-east-1', service: 's3', now }
  const unsigned = { method, target, rawHeaders: given, body }
  const { presigned, form } = call
  const signed = presigned
    ? { target: presign(unsigned, { ...options, expiresSeconds: 60 }), rawHeaders: given }
    : { target, rawHeaders: by === 'anonymous' || form ? given : sign(unsigned, options) }
  const bytes = Buffer.from(body)
  const request: GateRequest = {
    ...{ method, ...signed, headers: headersOf(signed.rawHeaders), secure: false },
    ...{ body: form ? Buffer.alloc(0) : bytes, remoteAddress: '192.0.2.1' },
    ...(form && { stream: () => Readable.from([bytes]) }),
  }
  return request
}

const ofBucket = ['arn:aws:s3:::reports', 'arn:aws:s3:::reports/*']

export function policyOf(...statements: readonly object[]): string {
  const Statement = statements.map((each) => ({ Effect: 'Allow', Resource: ofBucket, ...each }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

export function reports(text: string | undefined, fields: Partial<Resource> = {}): ResourcePort {
  const policy = text === undefined ? {} : { policy: { text, saved: text } }
  return memoryResources(bucketOf('reports', { ...policy, ...fields }))
}

export const ann = { AWS: `arn:aws:iam::${accountId}:user/ann` }
export const read = { Action: 's3:GetObject' }
