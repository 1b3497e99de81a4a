import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { deriveSigningKey, headersOf, loadModel, sign } from '@bailiwick/wire'
import { createHash, createHmac } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createGate } from '../pipeline.ts'
import type { GateAnswer, GateEvent, GateRequest, Service } from '../ports.ts'
import type { GateScope } from '../operation.ts'
import { callerWith, credentials, identityPolicy, now } from '../testing/gate.ts'
import { bucketOf, memoryResources } from '../testing/resources.ts'
import { createBackend, type Backend } from './backend.ts'

// Goal: what is allowed reaches a backend whole, once, as it was understood; whatever is refused,
// altered or ambiguous does not. Method: a real backend that keeps what arrives.
interface Arrived {
  readonly method: string
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** Whether its body came to its end. */
  readonly whole: boolean
}

let server: Server
let backend: Backend
const arrived: Arrived[] = []

beforeEach(async () => {
  arrived.length = 0
  server = createServer((incoming, response) => {
    let body = ''
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')))
    incoming.on('error', () => undefined)
    incoming.on('close', () => {
      const { method = '', url: target = '', headers, complete: whole } = incoming
      arrived.push({ method, target, headers, body, whole })
    })
    incoming.on('end', () => {
      response.writeHead(200, { 'x-amz-request-id': 'theirs', etag: '"e"', server: 'backend' })
      response.end('answer')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  backend = createBackend({
    url: `http://127.0.0.1:${String(port)}`,
    credentials: { accessKeyId: 'AKIDBACKEND', secretAccessKey: 'theirs' },
  })
})

afterEach(async () => {
  backend.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const allowPut = identityPolicy('put', {
  Effect: 'Allow',
  Action: ['s3:PutObject', 's3:GetObject', 's3:ListBucket'],
  Resource: ['arn:aws:s3:::reports', 'arn:aws:s3:::reports/a*'],
})

function gateOf(observe = false, ...policies: readonly ReturnType<typeof identityPolicy>[]) {
  const events: GateEvent[] = []
  const bugs: unknown[] = []
  const s3: Service<GateScope> = {
    model: loadModel('s3'),
    operations: new Map(),
    backend,
    ...(observe && { observe }),
  }
  const gate = createGate<GateScope>({
    services: new Map([['s3', s3]]),
    credentials: {
      lookup: () =>
        Promise.resolve({
          ok: true,
          secretAccessKey: credentials.secretAccessKey,
          caller: callerWith(allowPut, ...policies),
        }),
      prove: () => Promise.reject(new Error('no proof')),
    },
    scopes: { read: (scope, work) => work(scope, 1), write: (scope, work) => work(scope, 1) },
    record: (event) => events.push(event),
    reportBug: (_id, cause) => bugs.push(cause),
    clock: () => now,
    stopwatch: () => 0,
    newRequestId: () => 'ours',
    resources: memoryResources(bucketOf('reports')),
  })
  return { gate, events, bugs }
}

interface Put {
  readonly target?: string
  readonly method?: string
  readonly headers?: readonly string[]
  /** Added once it is signed. */
  readonly smuggled?: readonly string[]
  readonly payloadHash?: string
  readonly body?: string
}

/** A request as a client signs it, its body a stream where the gate asks for one. */
function request(put: Put): GateRequest {
  const { method = 'PUT', target = '/reports/a', body = '' } = put
  const length = method === 'PUT' ? ['Content-Length', String(Buffer.byteLength(body))] : []
  const given = ['Host', '127.0.0.1:4600', ...length, ...(put.headers ?? [])]
  const options = { credentials, region: 'eu-west-1', service: 's3', now }
  const hash = put.payloadHash === undefined ? {} : { payloadHash: put.payloadHash }
  const signed = sign({ method, target, rawHeaders: given, body }, { ...options, ...hash })
  const rawHeaders = [...signed, ...(put.smuggled ?? [])]
  const head = { method, target, rawHeaders, headers: headersOf(rawHeaders), secure: false }
  return { ...head, body: Buffer.from(body), remoteAddress: '192.0.2.1' }
}

async function send(
  made: GateRequest,
  { gate } = gateOf(),
): Promise<GateAnswer & { text: string }> {
  const { body } = made
  const head = { ...made, body: Buffer.alloc(0) }
  const pieces = [body.subarray(0, 3), body.subarray(3)].filter(({ length }) => length > 0)
  const asked = gate.isStreamed(head) ? { ...head, stream: () => Readable.from(pieces) } : made
  const answer = await gate.answer(asked)
  const text = answer.body instanceof Readable ? await textOf(answer.body) : String(answer.body)
  return { ...answer, text }
}

async function textOf(body: Readable): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of body as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

test('an object is put: whole, as understood, under the key of the backend', async () => {
  const answer = await send(
    request({ body: 'hello', headers: ['x-amz-meta-who', 'ann', 'x-unknown', 'x'] }),
  )
  expect(answer).toMatchObject({ status: 200, text: 'answer' })
  expect(answer.headers).toMatchObject({ etag: '"e"', 'x-amz-request-id': 'ours' })
  expect(answer.headers).not.toHaveProperty('server')
  expect(arrived).toHaveLength(1)
  expect(arrived[0]).toMatchObject({ method: 'PUT', target: '/reports/a', body: 'hello' })
  const { headers } = arrived[0] as Arrived
  expect(headers.authorization).toContain('Credential=AKIDBACKEND/20261123/eu-west-1/s3/')
  expect(headers['x-amz-meta-who']).toBe('ann')
  expect(headers).not.toHaveProperty('x-unknown')
  expect(headers['x-amz-content-sha256']).toMatch(/^2cf24dba/) // The hash of hello.
})

test('a bucket in the host is the same bucket, and the query is written anew', async () => {
  const made = request({ method: 'GET', target: '/?prefix=a%2B&list-type=2&x-id=ListObjectsV2' })
  const rawHeaders = ['Host', 'reports.s3.eu-west-1.amazonaws.com']
  const options = { credentials, region: 'eu-west-1', service: 's3', now }
  const signed = sign({ ...made, rawHeaders, body: '' }, options)
  const answer = await send({ ...made, rawHeaders: signed, headers: headersOf(signed) })
  expect(answer.status).toBe(200)
  expect(arrived[0]?.target).toBe('/reports?list-type=2&prefix=a%2B')
})

test('a Deny on what nobody can know denies, and the refusal says what that is', async () => {
  const noDrafts = identityPolicy('drafts', {
    Sid: 'NoDrafts',
    Effect: 'Deny',
    Action: 's3:GetObject',
    Resource: '*',
    Condition: { StringEquals: { 's3:ExistingObjectTag/state': 'draft' } },
  })
  const house = gateOf(false, noDrafts)
  const answer = await send(request({ method: 'GET', target: '/reports/a' }), house)
  expect(answer.status).toBe(403)
  expect(answer.text).toContain(
    'with an explicit deny in an identity-based policy. In doubt it is refused: policies ask for what cannot be known here (s3:ExistingObjectTag/state)',
  )
  expect(house.events[0]?.checks[0]?.doubts).toMatchObject([{ sid: 'NoDrafts', effect: 'Deny' }])
  // It was asked for the tags, and did not tell them.
  expect(arrived.map(({ target }) => target)).toEqual(['/reports/a?tagging'])
  const put = await send(request({ body: 'x' }), house)
  expect(put.status).toBe(200)
})

const foreign = 'a'.repeat(64)
const refusals: readonly [what: string, put: Put, status: number, code: string][] = [
  ['a key that no policy allows', { target: '/reports/b', body: 'x' }, 403, 'AccessDenied'],
  [
    'a header that nobody signed',
    { body: 'x', smuggled: ['x-amz-copy-source', '/other/secret'] },
    403,
    'AccessDenied',
  ],
  [
    'a header that came twice',
    { body: 'x', headers: ['x-amz-acl', 'private', 'X-Amz-Acl', 'public-read'] },
    400,
    'MalformedXML',
  ],
  [
    'a parameter that came twice',
    { target: '/reports/a?partNumber=1&partNumber=2&uploadId=u', body: 'x' },
    400,
    'MalformedXML',
  ],
  ['a parameter nobody knows', { target: '/reports/a?evil', body: 'x' }, 405, 'MethodNotAllowed'],
  [
    'a presigned URL of Signature Version 2',
    { target: '/reports/a?AWSAccessKeyId=AKIA&Signature=x&Expires=1', body: 'x' },
    400,
    'InvalidRequest',
  ],
  [
    'a header of Signature Version 2',
    { headers: ['authorization', 'AWS AKIA:x'], body: 'x' },
    400,
    'InvalidRequest',
  ],
  ['a dot segment', { target: '/reports/a/../b', body: 'x' }, 400, 'InvalidRequest'],
  ['an encoded dot segment', { target: '/reports/a/%2E%2E/b', body: 'x' }, 400, 'InvalidRequest'],
  ['an empty segment', { target: '/reports/a//b', body: 'x' }, 400, 'InvalidRequest'],
  ['a bucket that is none', { target: '/Re_ports/a', body: 'x' }, 400, 'InvalidBucketName'],
  ['a promise that is none', { payloadHash: 'whatever', body: 'x' }, 400, 'InvalidArgument'],
  ['a body that is not signed', { payloadHash: 'UNSIGNED-PAYLOAD', body: 'x' }, 200, ''],
]

for (const [what, put, status, code] of refusals) {
  test(`${status === 200 ? 'let through' : 'refused'}: ${what}`, async () => {
    const answer = await send(request(put))
    expect({ status: answer.status, code: /<Code>([^<]*)/.exec(answer.text)?.[1] ?? '' }).toEqual({
      status,
      code,
    })
    expect(arrived).toHaveLength(status === 200 ? 1 : 0)
  })
}

test('a stranger is refused, and under --observe too; who is known is let through, and told', async () => {
  const anonymous = request({ target: '/reports/b', body: 'x' })
  const rawHeaders = ['Host', 'h', 'Content-Length', '1']
  const stranger = { ...anonymous, rawHeaders, headers: headersOf(rawHeaders) }
  for (const observe of [false, true]) {
    expect((await send(stranger, gateOf(observe))).status).toBe(403)
  }
  expect(arrived).toHaveLength(0)
  const house = gateOf(true)
  const answer = await send(request({ target: '/reports/b', body: 'x' }), house)
  expect(answer.status).toBe(200)
  expect(answer.headers['x-bailiwick-observed']).toBe('deny')
  expect(house.events[0]).toMatchObject({ observed: true })
})

test('--observe passes over policy alone: what nobody has adopted is not reached', async () => {
  for (const observe of [false, true]) {
    const answer = await send(request({ target: '/elsewhere/b', body: 'x' }), gateOf(observe))
    expect(answer.status).toBe(observe ? 404 : 403)
  }
  expect(arrived).toHaveLength(0)
})

test('a body that is not the one that was signed never becomes whole', async () => {
  const answer = await send(request({ body: 'hello', payloadHash: foreign }))
  expect(answer.status).toBe(400)
  expect(answer.text).toContain('XAmzContentSHA256Mismatch')
  expect(arrived.filter(({ whole }) => whole)).toEqual([])
})

function chunked(body: string, alter: (wire: string) => string): GateRequest {
  const form = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
  const declared = ['Content-Encoding', 'aws-chunked', 'X-Amz-Decoded-Content-Length']
  const headers = [...declared, String(body.length)]
  const made = request({ headers, payloadHash: form })
  const seed = /Signature=(\w+)/.exec(made.headers.get('authorization') ?? '')?.[1] ?? ''
  const key = deriveSigningKey(credentials.secretAccessKey, '20261123', 'eu-west-1', 's3')
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const head = 'AWS4-HMAC-SHA256-PAYLOAD\n20261123T165232Z\n20261123/eu-west-1/s3/aws4_request'
  const signatureOf = (before: string, text: string) =>
    createHmac('sha256', key)
      .update(`${head}\n${before}\n${sha256('')}\n${sha256(text)}`)
      .digest('hex')
  const first = signatureOf(seed, body)
  const last = signatureOf(first, '')
  const size = body.length.toString(16)
  const wire = `${size};chunk-signature=${first}\r\n${body}\r\n0;chunk-signature=${last}\r\n\r\n`
  return { ...made, body: Buffer.from(alter(wire)) }
}

test('an upload in chunks arrives without their frames', async () => {
  const answer = await send(chunked('hello', (wire) => wire))
  expect(answer.status).toBe(200)
  expect(arrived).toMatchObject([{ whole: true, body: 'hello' }])
  expect(arrived[0]?.headers).toMatchObject({
    'content-length': '5',
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
  })
  expect(arrived[0]?.headers).not.toHaveProperty('content-encoding')
})

const alterations: readonly [what: string, alter: (wire: string) => string, code: string][] = [
  ['an altered chunk', (wire) => wire.replace('hello', 'hellO'), 'SignatureDoesNotMatch'],
  [
    'an altered last signature',
    (wire) => wire.replace(/(0;chunk-signature=)(\w{4})/, '$1dead'),
    'SignatureDoesNotMatch',
  ],
  ['no last chunk', (wire) => wire.slice(0, wire.indexOf('0;chunk')), 'IncompleteBody'],
]

for (const [what, alter, code] of alterations) {
  test(`an upload with ${what} is refused, and is not written`, async () => {
    const answer = await send(chunked('hello', alter))
    expect(answer.text).toContain(`<Code>${code}</Code>`)
    expect(arrived.filter(({ whole }) => whole)).toEqual([])
  })
}

test('a backend that is not there: 503 in the service’s own form', async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  const answer = await send(request({ method: 'GET', target: '/reports/a' }))
  expect(answer.status).toBe(503)
  expect(answer.text).toContain('<Code>ServiceUnavailable</Code>')
  expect(answer.text).not.toContain('ECONNREFUSED')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
