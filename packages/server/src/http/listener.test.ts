import { get } from 'node:https'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '@bailiwick/wire'
import { certificateOf } from '../testing/certificates.ts'
import { bodyBytesMax, headBytesMax } from './limits.ts'
import { listen, type Listener } from './listener.ts'

// Goal: what the listener takes and what it refuses, at each limit and one past it; raw bytes over a
// socket, since a client library would not send most of it.
let listener: Listener | undefined
const bugs: unknown[] = []

afterEach(async () => {
  await listener?.close()
  listener = undefined
  bugs.length = 0
})

const ok: HttpAnswer = { status: 200, headers: {}, body: 'ok' }

async function start(answer: (request: HttpRequest) => Promise<HttpAnswer>): Promise<Listener> {
  listener = await listen({
    host: '127.0.0.1',
    port: 0,
    answer,
    reportBug: (cause) => bugs.push(cause),
  })
  return listener
}

/** All that comes back until the server closes; `connection: close` is for the request to say. */
function talk(port: number, ...bytes: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('error', () => {
      resolve(text)
    })
    socket.on('close', () => {
      resolve(text)
    })
    for (const piece of bytes) socket.write(piece)
  })
}

const head = 'POST /a%2Fb//c?x=%41&y HTTP/1.1\r\nHost: h\r\nconnection: close\r\n'

test('a request arrives as it was sent: target, headers in order and case, body bytes', async () => {
  let seen: HttpRequest | undefined
  const { port } = await start((request) => {
    seen = request
    return Promise.resolve(ok)
  })
  const body = Buffer.from([0xff, 0xfe, 0x00, 0x41])
  const answer = await talk(
    port,
    `${head}X-B: 2\r\nx-a: 1\r\nX-B: 3\r\ncontent-length: 4\r\n\r\n`,
    body,
  )
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Date: [^]*\r\n\r\nok$/)
  expect(seen?.target).toBe('/a%2Fb//c?x=%41&y')
  expect(seen?.rawHeaders.slice(4, 10)).toEqual(['X-B', '2', 'x-a', '1', 'X-B', '3'])
  expect(Buffer.from(seen?.body ?? [])).toEqual(body)
  expect(seen?.remoteAddress).toBe('127.0.0.1')
})

const malformed: readonly [what: string, bytes: string, status: number][] = [
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['a space in a header name', 'GET / HTTP/1.1\r\nHost: h\r\nbad name: 1\r\n\r\n', 400],
  ['two lengths that differ', `${head}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, 400],
  [
    'length and chunks at once',
    `${head}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'a head past its limit',
    `GET / HTTP/1.1\r\nHost: h\r\nx: ${'a'.repeat(headBytesMax)}\r\n\r\n`,
    431,
  ],
]

for (const [what, bytes, status] of malformed) {
  test(`${what} is answered ${String(status)}, and the server lives on`, async () => {
    const { port } = await start(() => Promise.resolve(ok))
    expect(await talk(port, bytes)).toMatch(new RegExp('^HTTP/1\\.1 ' + String(status)))
    expect(await talk(port, `${head}\r\n`)).toContain('200 OK')
  })
}

test('headers of 50 kB are taken: a session token with 50 tags fits', async () => {
  const { port } = await start(() => Promise.resolve(ok))
  const token = 'a'.repeat(50_000)
  expect(await talk(port, `${head}x-amz-security-token: ${token}\r\n\r\n`)).toContain('200 OK')
})

test('a body at the limit is taken, one byte more is 413 with an empty body', async () => {
  const { port } = await start((request) =>
    Promise.resolve({ ...ok, body: String(request.body.length) }),
  )
  const body = Buffer.alloc(bodyBytesMax, 0x61)
  const atLimit = `${head}content-length: ${String(bodyBytesMax)}\r\n\r\n`
  expect(await talk(port, atLimit, body)).toMatch(/10000000$/)
  const past = `${head}content-length: ${String(bodyBytesMax + 1)}\r\n\r\n`
  expect(await talk(port, past)).toMatch(/^HTTP\/1\.1 413 [^]*\r\n\r\n$/)
})

test('a body that breaks off is nobody to answer to, and the server lives on', async () => {
  let asked = 0
  const { port } = await start(() => {
    asked++
    return Promise.resolve(ok)
  })
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${head}content-length: 100\r\n\r\nhalf`, () => {
        socket.destroy()
        resolve()
      })
    })
  })
  expect(await talk(port, `${head}\r\n`)).toContain('200 OK')
  expect(asked).toBe(1)
})

test('an answer that fails is a 500 that says nothing, and is reported', async () => {
  const { port } = await start(() => Promise.reject(new Error('secret')))
  expect(await talk(port, `${head}\r\n`)).toMatch(/^HTTP\/1\.1 500 [^]*\r\n\r\n$/)
  expect(bugs).toHaveLength(1)
})

test('closing lets a request in flight end', async () => {
  let finish: (answer: HttpAnswer) => void = () => undefined
  let arrived: () => void = () => undefined
  const inFlight = new Promise<void>((resolve) => (arrived = resolve))
  const { port } = await start(() => {
    arrived()
    return new Promise((resolve) => (finish = resolve))
  })
  const answer = talk(port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  await inFlight
  const closed = (listener as Listener).close()
  finish(ok)
  expect(await answer).toMatch(/200 OK[^]*ok$/)
  await closed
})

test('over TLS a request tells how it was secured, without it nothing', async () => {
  const seen: HttpRequest[] = []
  const answer = (request: HttpRequest) => {
    seen.push(request)
    return Promise.resolve(ok)
  }
  const { pem: certificate, privateKeyPem: key } = await certificateOf('localhost')
  const options = { host: '127.0.0.1', port: 0, answer, reportBug: () => undefined }
  listener = await listen({ ...options, tls: { certificate, key } })
  const { port } = listener
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    await new Promise((resolve) => {
      const client = { host: '127.0.0.1', port, maxVersion, rejectUnauthorized: false }
      get(client, (response) => response.resume().once('end', resolve))
    })
  }
  await listener.close()
  const plain = await start(answer)
  await talk(plain.port, 'GET / HTTP/1.1\r\nHost: h\r\nconnection: close\r\n\r\n')
  expect(seen.map(({ tls }) => tls?.version)).toEqual(['TLSv1.3', 'TLSv1.2', undefined])
  expect(seen[0]?.tls?.cipherSuite).toMatch(/^TLS_AES_/)
  expect(seen[1]?.tls?.cipherSuite).toMatch(/^ECDHE-ECDSA-AES/)
})
