import { ListHandshakesForAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations'
import { connect } from 'node:net'
import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminKey, startServer, type RunningServer } from './server.ts'

// Goal: bad input gets a clear error in AWS's words, nothing is lost, and the server lives on.
// Method: raw sockets and requests signed by hand (Signature Version 4, written here on its own).

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  await server.stop()
})

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Uint8Array, data: string) =>
  createHmac('sha256', key).update(data).digest()

interface Signing {
  readonly secret?: string
  readonly accessKeyId?: string
  readonly service?: string
  readonly region?: string
  /** Milliseconds off the clock. */
  readonly skewMs?: number
  readonly token?: string
}

function signedHeaders(body: string | Uint8Array, signing: Signing = {}): Record<string, string> {
  const stamp = new Date(Date.now() + (signing.skewMs ?? 0))
    .toISOString()
    .replace(/[-:]|\.\d+/g, '')
  const region = signing.region ?? 'us-east-1'
  const scope = `${stamp.slice(0, 8)}/${region}/${signing.service ?? 'iam'}/aws4_request`
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    host: `127.0.0.1:${String(server.port)}`,
    'x-amz-date': stamp,
    ...(signing.token !== undefined && { 'x-amz-security-token': signing.token }),
  }
  const names = Object.keys(headers).sort()
  const canonical = [
    'POST\n/\n',
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    `\n${names.join(';')}`,
    sha256(body),
  ].join('\n')
  const toSign = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256(canonical)}`
  let key: Buffer = hmac(`AWS4${signing.secret ?? adminKey.secretAccessKey}`, stamp.slice(0, 8))
  for (const part of [region, signing.service ?? 'iam', 'aws4_request']) key = hmac(key, part)
  const credential = `${signing.accessKeyId ?? adminKey.accessKeyId}/${scope}`
  const signature = hmac(key, toSign).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { ...headers, authorization }
}

async function call(body: string | Uint8Array<ArrayBuffer>, signing?: Signing) {
  const { host: _host, ...headers } = signedHeaders(body, signing)
  const answer = await fetch(server.url, { method: 'POST', headers, body })
  return { status: answer.status, text: await answer.text() }
}

const iam = (parameters: string) => `Version=2010-05-08&${parameters}`
const sts = (parameters: string) => `Version=2011-06-15&${parameters}`
const listUsers = iam('Action=ListUsers')

/** Sends bytes as they are and gives all that comes back until the server closes. */
async function raw(bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.end(bytes))
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    socket.once('close', () => {
      resolve(text)
    })
    socket.once('error', reject)
  })
}

// Source: wire.md §6 (authentication errors), codes, statuses and messages.
const signatures: readonly [what: string, signing: Signing, status: number, words: string][] = [
  ['a wrong secret', { secret: 'wrong' }, 403, 'SignatureDoesNotMatch'],
  ['an unknown key', { accessKeyId: 'AKIARTX3GSDS3QV27EJP' }, 403, 'InvalidClientTokenId'],
  ['a wrong service in the scope', { service: 'sts' }, 403, 'SignatureDoesNotMatch'],
  ['a clock an hour behind', { skewMs: -3_600_000 }, 403, 'Signature expired'],
  ['a clock an hour ahead', { skewMs: 3_600_000 }, 403, 'Signature not yet current'],
  ['a token that is none', { token: 'abc' }, 403, 'InvalidClientTokenId'],
]
for (const [what, signing, status, words] of signatures) {
  test(`${what} is refused`, async () => {
    const answer = await call(listUsers, signing)
    expect(answer.text).toContain(words)
    expect(answer.status).toBe(status)
  })
}

test('any region in the scope is accepted for IAM', async () => {
  for (const region of ['eu-west-1', 'cn-north-1', 'us-west-2']) {
    expect(await call(listUsers, { region })).toMatchObject({ status: 200 })
  }
})

test('an altered body is refused', async () => {
  const { host: _host, ...headers } = signedHeaders(listUsers)
  const body = `${listUsers}&MaxItems=1`
  const answer = await fetch(server.url, { method: 'POST', headers, body })
  expect(answer.status).toBe(403)
  expect(await answer.text()).toContain('SignatureDoesNotMatch')
})

test('an operation that is not there yet says so', async () => {
  const organizations = new OrganizationsClient({
    ...{ endpoint: server.url, region: 'us-east-1', credentials: adminKey, maxAttempts: 1 },
  })
  const sent = organizations.send(new ListHandshakesForAccountCommand({}))
  await expect(sent).rejects.toMatchObject({
    ...{ name: 'NotImplementedException', $metadata: { httpStatusCode: 501 } },
  })
})

test('an unsigned request is refused', async () => {
  const answer = await fetch(server.url, { method: 'POST', body: new URLSearchParams(listUsers) })
  expect(answer.status).toBe(403)
  expect(await answer.text()).toContain('Request is missing Authentication Token')
})

// Source: resources-and-limits §3, §5, §9; policy-language §9; wire.md §2.
const requests: readonly [what: string, body: string, status: number, words: string][] = [
  ['an unknown action', iam('Action=MakeTea'), 400, 'InvalidAction'],
  ['a missing action', iam(''), 400, 'Action'],
  ['a wrong version', 'Version=1999-01-01&Action=ListUsers', 400, 'InvalidAction'],
  ['a service/version mismatch', sts('Action=ListUsers'), 400, 'InvalidAction'],
  ['a name too long', iam(`Action=GetUser&UserName=${'a'.repeat(129)}`), 400, 'ValidationError'],
  ['a page of 1,001', iam('Action=ListUsers&MaxItems=1001'), 400, 'less than or equal to 1000'],
  ['a bad marker', iam('Action=ListUsers&Marker=x'), 400, 'Invalid Marker.'],
  [
    'a policy that is not JSON',
    iam('Action=CreatePolicy&PolicyName=p&PolicyDocument=x'),
    400,
    'MalformedPolicyDocument',
  ],
  [
    'prototype pollution',
    iam('Action=CreateUser&UserName=pp&Tags.member.1.__proto__.x=1'),
    400,
    'ValidationError',
  ],
  [
    'a list index of a billion',
    iam('Action=TagUser&UserName=admin&Tags.member.1000000000.Key=a'),
    400,
    '',
  ],
]
for (const [what, body, status, words] of requests) {
  test(`${what}: ${String(status)}`, async () => {
    const answer = await call(body)
    expect(answer.text).toContain(words)
    expect(answer.status, answer.text).toBe(status)
    expect((await call(listUsers)).status).toBe(200)
  })
}

test('names that differ only in case are one name', async () => {
  expect((await call(iam('Action=CreateUser&UserName=Case'))).status).toBe(200)
  const second = await call(iam('Action=CreateUser&UserName=cASE'))
  expect(second.status).toBe(409)
  expect(second.text).toContain('EntityAlreadyExists')
})

test('a million parameters are refused in bounded time', async () => {
  const body = `Action=ListUsers&Version=2010-05-08${'&a=b'.repeat(1_000_000)}`
  const started = performance.now()
  const answer = await call(body)
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
  expect(performance.now() - started).toBeLessThan(10_000)
})

test('a policy document of 10 MB is refused, and so is a body past the limit', async () => {
  const large = await call(
    iam(`Action=CreatePolicy&PolicyName=p&PolicyDocument=${'a'.repeat(9_900_000)}`),
  )
  expect(large.status).toBe(400)
  const { host: _host, ...headers } = signedHeaders('x')
  const tooLarge = await fetch(server.url, {
    method: 'POST',
    headers,
    body: 'a'.repeat(10_000_001),
  }).then(
    (answer) => answer.status,
    () => 413, // The server may close the connection while we still send.
  )
  expect(tooLarge).toBe(413)
})

test('invalid UTF-8 is refused', async () => {
  const bytes = Buffer.concat([
    Buffer.from(iam('Action=CreateUser&UserName=')),
    Buffer.from([0xff, 0xfe, 0x41]),
  ])
  const answer = await call(bytes)
  expect(answer.status).toBe(400)
})

test('a truncated body, a torn request and garbage leave the server alive', async () => {
  await raw(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nAction=Li`)
  await raw('POST / HT')
  expect(await raw('\u0000\u0001garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400|^$/)
  expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(70_000)}\r\n\r\n`)).toMatch(
    /431|400/,
  )
  expect((await call(listUsers)).status).toBe(200)
})
