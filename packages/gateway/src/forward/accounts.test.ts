import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { headersOf, loadModel, sign, type ForwardedService } from '@bailiwick/wire'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createGate } from '../pipeline.ts'
import type { GateRequest, Service } from '../ports.ts'
import type { GateScope } from '../operation.ts'
import { accountId, callerWith, credentials, now } from '../testing/gate.ts'
import { bucketOf, memoryResources, queueOf, topicOf } from '../testing/resources.ts'
import type { BackendAccounts } from './accounts.ts'
import { createBackend, type Backend } from './backend.ts'

// Goal: a backend is told whose account a call is about, and by nobody but the gate; one that knows
// one account answers for that one; and its own id never stands where the owner's should, nor the
// other way round, while data stays as it is. Method: a real backend that keeps what arrives.
const other = '444455556666'
const zeros = '000000000000'
const arrived: { headers: IncomingHttpHeaders; body: string }[] = []
let reply: { readonly type: string; readonly body: string }
let server: Server
const opened: Backend[] = []

beforeAll(async () => {
  server = createServer((incoming, response) => {
    let body = ''
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()))
    incoming.on('end', () => {
      arrived.push({ headers: incoming.headers, body })
      const named = { 'x-arn': `arn:aws:sqs:us-east-1:${zeros}:q`, 'x-amz-meta-arn': zeros }
      response.writeHead(200, { 'content-type': reply.type, 'x-amz-crc32': '1', ...named })
      response.end(reply.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(() => {
  arrived.length = 0
  for (const backend of opened.splice(0)) backend.close()
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

interface Call {
  readonly service: ForwardedService
  readonly headers: readonly string[]
  readonly body?: string
  readonly method?: string
  readonly target?: string
  readonly answer?: { readonly type: string; readonly body: string }
}

function json(service: ForwardedService, operation: string, input: unknown): Call {
  const target = `${loadModel(service).target}.${operation}`
  const headers = ['Content-Type', 'application/x-amz-json-1.0', 'X-Amz-Target', target]
  return { service, headers, body: JSON.stringify(input) }
}

/** Who may what is not the question here: another account's queue would need its policy. */
const allowed = () => ({ decision: 'allowed', decidingStatements: [] }) as const

async function send(call: Call, accounts: BackendAccounts, isSigned = true) {
  const { service, method = 'POST', target = '/', body = '' } = call
  reply = call.answer ?? { type: 'application/x-amz-json-1.0', body: '{}' }
  const { port } = server.address() as AddressInfo
  const backend = createBackend({
    url: `http://127.0.0.1:${String(port)}`,
    ...(isSigned && { credentials: { accessKeyId: 'AKIDBACKEND', secretAccessKey: 'theirs' } }),
    accounts,
  })
  opened.push(backend)
  const model = loadModel(service)
  const known: Service<GateScope> = { model, operations: new Map(), backend }
  const caller = callerWith()
  const gate = createGate<GateScope>(
    {
      services: new Map([[model.signingName, known]]),
      credentials: {
        lookup: () =>
          Promise.resolve({ ok: true, secretAccessKey: credentials.secretAccessKey, caller }),
        prove: () => Promise.reject(new Error('no proof')),
      },
      scopes: { read: (scope, work) => work(scope, 1), write: (scope, work) => work(scope, 1) },
      record: () => undefined,
      reportBug: () => undefined,
      clock: () => now,
      stopwatch: () => 0,
      newRequestId: () => 'ours',
      resources: memoryResources(...records),
    },
    allowed,
  )
  const given = ['Host', '127.0.0.1:4600', ...call.headers]
  const options = { credentials, region: 'us-east-1', service: model.signingName, now }
  const rawHeaders = sign({ method, target, rawHeaders: given, body }, options)
  const head = { method, target, rawHeaders, headers: headersOf(rawHeaders), secure: false }
  const request: GateRequest = { ...head, body: Buffer.from(body), remoteAddress: '192.0.2.1' }
  const answer = await gate.answer(request)
  const text =
    answer.body instanceof Readable
      ? Buffer.concat((await answer.body.toArray()) as Buffer[]).toString()
      : String(answer.body)
  return { status: answer.status, headers: answer.headers, text, arrived: arrived[0] }
}

const records = [
  bucketOf('reports'),
  queueOf('jobs'),
  queueOf('jobs', { accountId: other }),
  queueOf('dlq'),
  topicOf('t'),
]
const queueUrl = (account: string) => `http://127.0.0.1:4600/${account}/jobs`
const sendMessage = (account: string) =>
  json('sqs', 'SendMessage', { QueueUrl: queueUrl(account), MessageBody: 'm' })
const smuggled = ['x-moto-account-id', '999999999999']

// Source: moto, "Multi-account support": the header names the account.
const hints: readonly [
  what: string,
  call: Call,
  accounts: BackendAccounts,
  hint: string | undefined,
][] = [
  [
    'of the caller, where nobody else is named',
    json('logs', 'DescribeLogGroups', {}),
    { hint: 'moto' },
    accountId,
  ],
  ["of a queue's owner", sendMessage(other), { hint: 'moto' }, other],
  ['none without the setting', sendMessage(accountId), {}, undefined],
]

for (const [what, call, accounts, hint] of hints) {
  test(`account hint: ${what}, never the client's`, async () => {
    const sent = await send({ ...call, headers: [...call.headers, ...smuggled] }, accounts)
    expect(sent.status).toBe(200)
    expect(sent.arrived?.headers['x-moto-account-id']).toBe(hint)
    if (hint !== undefined) {
      expect(sent.arrived?.headers.authorization).toContain('x-moto-account-id')
    }
  })
}

test('a backend without credentials gets its requests unsigned', async () => {
  const sent = await send(sendMessage(accountId), {}, false)
  expect(sent.arrived?.headers.authorization).toBeUndefined()
})

// Chosen by us: docs/reference.md, "Forwarding".
const owners: readonly [what: string, call: Call, accounts: BackendAccounts, status: number][] = [
  ['its own account', json('logs', 'DescribeLogGroups', {}), { account: accountId }, 200],
  ['another account', json('logs', 'DescribeLogGroups', {}), { account: other }, 400],
  [
    'another account, in XML-RPC',
    {
      service: 'cloudwatch',
      headers: ['Content-Type', 'application/x-www-form-urlencoded'],
      body: 'Action=ListMetrics&Version=2010-08-01',
    },
    { account: other },
    403,
  ],
  [
    'another account, with hints',
    json('logs', 'DescribeLogGroups', {}),
    { account: other, hint: 'moto' },
    200,
  ],
  [
    'another account, in a service that the registry keeps apart',
    sendMessage(accountId),
    { account: other },
    200,
  ],
]

for (const [what, call, accounts, status] of owners) {
  test(`a backend of one account: ${what}: ${String(status)}`, async () => {
    const sent = await send(call, accounts)
    expect(sent.status).toBe(status)
    expect(sent.arrived === undefined).toBe(status !== 200)
    if (status === 200) return
    expect(sent.text).toMatch(/AccessDenied/)
    expect(sent.text).toContain(`The backend of ${call.service} belongs to account ${other} alone`)
  })
}

const policy = JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:us-east-1:${accountId}:dlq` })
const inXml = (id: string) =>
  `<R><Owner>${id}</Owner><e><key>TopicArn</key><value>arn:aws:sns:us-east-1:${id}:t</value></e>`
const dataArn = `arn:aws:sqs:us-east-1:${accountId}:in-a-message`

// Source: what ElasticMQ, fauxqs and their like answer with: account 000000000000.
const changes: readonly [
  what: string,
  call: Call,
  asked: readonly string[],
  answered: readonly string[],
][] = [
  [
    'queue URLs, and ARNs in attributes; not message bodies',
    {
      ...json('sqs', 'SendMessage', { QueueUrl: queueUrl(accountId), MessageBody: dataArn }),
      answer: {
        type: 'application/x-amz-json-1.0',
        body: JSON.stringify({
          QueueArn: `arn:aws:sqs:us-east-1:${zeros}:q`,
          Body: `arn:aws:sqs::${zeros}:`,
        }),
      },
    },
    [`/${zeros}/jobs`, dataArn],
    [`"QueueArn":"arn:aws:sqs:us-east-1:${accountId}:q"`, `"Body":"arn:aws:sqs::${zeros}:"`],
  ],
  [
    "a queue's URL",
    {
      ...json('sqs', 'CreateQueue', { QueueName: 'jobs' }),
      answer: { type: 'application/json', body: `{"QueueUrl":"http://h/${zeros}/jobs"}` },
    },
    ['jobs'],
    [`http://h/${accountId}/jobs`],
  ],
  [
    'JSON in an attribute',
    json('sqs', 'SetQueueAttributes', {
      QueueUrl: queueUrl(accountId),
      Attributes: { RedrivePolicy: policy },
    }),
    [`arn:aws:sqs:us-east-1:${zeros}:dlq`],
    ['{}'],
  ],
  [
    'a form, and XML; not the message',
    {
      service: 'sns',
      headers: ['Content-Type', 'application/x-www-form-urlencoded'],
      body:
        `Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A${accountId}%3At` +
        `&Message=${accountId}`,
      answer: {
        type: 'text/xml',
        body: `${inXml(zeros)}<Message>${zeros}</Message><n/></R>`,
      },
    },
    [`us-east-1%3A${zeros}%3At`, `Message=${accountId}`],
    [`${inXml(accountId)}<Message>${zeros}</Message><n/></R>`],
  ],
  [
    'a queue of another account, by its name there',
    sendMessage(other),
    [`/${zeros}/${other}--jobs`],
    ['{}'],
  ],
]

for (const [what, call, asked, answered] of changes) {
  test(`a backend that knows itself as another account: ${what}`, async () => {
    const sent = await send(call, { account: accountId, id: zeros })
    expect(sent.status).toBe(200)
    for (const piece of asked) expect(sent.arrived?.body).toContain(piece)
    for (const piece of answered) expect(sent.text).toContain(piece)
    expect(sent.headers['x-arn']).toContain(accountId)
    expect(sent.headers['x-amz-meta-arn']).toBe(zeros)
    expect(sent.headers['x-amz-crc32']).toBeUndefined()
    expect(Number(sent.headers['content-length'])).toBe(Buffer.byteLength(sent.text))
  })
}

test('objects are never looked into', async () => {
  const body = `arn:aws:sqs:us-east-1:${zeros}:q`
  const call: Call = {
    ...{ service: 's3', headers: [], method: 'GET', target: `/reports/${zeros}` },
    answer: { type: 'application/json', body: JSON.stringify({ QueueArn: body }) },
  }
  const sent = await send(call, { account: accountId, id: zeros })
  expect(sent.text).toBe(JSON.stringify({ QueueArn: body }))
})
