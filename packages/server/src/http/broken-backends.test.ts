import type { Socket } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { headOf, openFront, openRawBackend, talk } from '../testing/front.ts'
import type { Asked, Front, FrontOptions, RawBackend } from '../testing/front.ts'

// Goal: whatever a backend does, its client gets a whole answer, a refusal, or a connection that
// ends before the answer is whole; no socket hangs, and nothing of it is a bug of ours.
// Method: a backend of bare sockets, limits of milliseconds, real connections on both sides.
const stallMs = 200
const limits = { connectMs: 200, stallMs, functionStallMs: 5_000, openMs: 100 }

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close()
})

async function open(
  reply: (socket: Socket, nth: number, head: string) => void,
  options: Partial<FrontOptions> = {},
): Promise<{ readonly front: Front; readonly backend: RawBackend }> {
  const backend = await openRawBackend(reply)
  const front = await openFront({ backendUrl: backend.url, limits, ...options })
  opened.push(front, backend)
  return { front, backend }
}

/** All that a client sees of one answer, on a connection that it does not want to keep. */
async function ask(front: Front, asked: Asked = {}, body = ''): Promise<string> {
  const headers = [...(asked.headers ?? []), 'Connection', 'close']
  const client = talk(front.port, headOf(front.port, { ...asked, headers }), body)
  await client.closed
  return client.text()
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const refusals: readonly [what: string, reply: (socket: Socket) => void][] = [
  ['never answers', () => undefined],
  ['resets the connection', (socket) => socket.resetAndDestroy()],
  ['closes the connection', (socket) => socket.end()],
  ['answers what is no HTTP', (socket) => socket.end('hello\r\n\r\n')],
  ['breaks off in the head', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le')],
  [
    'answers with two lengths',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
  ],
  [
    'answers with a head without end',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}`),
  ],
  [
    'speaks another protocol from now on',
    (socket) => socket.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  ],
]

for (const [what, reply] of refusals) {
  test(`a backend that ${what}: 503 in the service's form, and nothing left over`, async () => {
    const { front, backend } = await open(reply)
    const answer = await ask(front)
    expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*<Code>ServiceUnavailable<\/Code>/)
    expect(front.events).toMatchObject([{ status: 503, backendFailure: expect.any(String) }])
    expect(front.bugs).toEqual([])
    await vi.waitFor(() => {
      expect(backend.sockets.size).toBe(0)
    })
  })
}

const head = 'HTTP/1.1 200 OK\r\n'
const cuts: readonly [what: string, reply: (socket: Socket) => void][] = [
  ['closes too early', (socket) => socket.end(`${head}Content-Length: 100\r\n\r\nhalf`)],
  [
    'resets in the middle',
    (socket) => {
      socket.write(`${head}Content-Length: 100\r\n\r\nhalf`)
      setTimeout(() => socket.resetAndDestroy(), 20)
    },
  ],
  ['stops in the middle', (socket) => socket.write(`${head}Content-Length: 100\r\n\r\nhalf`)],
  [
    'closes between chunks',
    (socket) => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`),
  ],
  [
    'sends a chunk that is none',
    (socket) => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n`),
  ],
  ['stops, without a length', (socket) => socket.write(`${head}\r\nhalf`)],
  [
    'resets, without a length',
    (socket) => {
      socket.write(`${head}\r\nhalf`)
      setTimeout(() => socket.resetAndDestroy(), 20)
    },
  ],
]

for (const [what, reply] of cuts) {
  test(`an answer whose backend ${what} never looks whole`, async () => {
    const { front, backend } = await open(reply)
    const answer = await ask(front)
    if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    // Of a length it is short; in chunks the last one is missing.
    const [, body = ''] = answer.split('\r\n\r\n')
    const isShort = /content-length: 100/i.test(answer) && body.length < 100
    const isOpen = /transfer-encoding: chunked/i.test(answer) && !answer.endsWith('0\r\n\r\n')
    expect(answer === '' || isShort || isOpen).toBe(true)
    expect(front.bugs).toEqual([])
    await vi.waitFor(() => {
      expect(backend.sockets.size).toBe(0)
    })
  })
}

const put: Asked = { method: 'PUT', headers: ['Content-Length', '100000'] }

test('a backend that says no while the body comes: its answer at once, the rest is not sent', async () => {
  const no = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\n<No/>\n'
  const { front, backend } = await open((socket) => socket.write(no))
  const client = talk(front.port, headOf(front.port, put), 'a')
  // The first piece is sent once there is a second.
  const more = setInterval(() => client.socket.write('b'), 20)
  expect(await client.until(/<No\/>/)).toMatch(/^HTTP\/1\.1 403 /)
  clearInterval(more)
  await vi.waitFor(() => {
    expect(backend.sockets.size).toBe(0)
  })
  client.socket.destroy()
  expect(front.events).toMatchObject([{ status: 403 }])
  expect(front.bugs).toEqual([])
})

test('a backend that says yes before the body has come, and closes: it is no yes', async () => {
  const { front } = await open((socket) => socket.end(ok))
  const client = talk(front.port, headOf(front.port, put), 'a')
  const more = setInterval(() => client.socket.write('b'), 20)
  await vi.waitFor(() => {
    expect(front.events).toMatchObject([{ status: 503 }])
  })
  expect(await client.until(/ServiceUnavailable/)).not.toContain('200 OK')
  clearInterval(more)
  client.socket.destroy()
  expect(front.bugs).toEqual([])
})

const repeats: readonly [method: string, asked: Asked, isRepeated: boolean][] = [
  ['GET', {}, true],
  ['HEAD', { method: 'HEAD' }, true],
  ['DELETE', { method: 'DELETE' }, false],
  ['PUT', { method: 'PUT', headers: ['Content-Length', '0'] }, false],
  [
    'POST',
    { method: 'POST', target: '/reports/a?uploads', headers: ['Content-Length', '0'] },
    false,
  ],
]

for (const [method, asked, isRepeated] of repeats) {
  test(`${method} on a kept connection that closes is ${isRepeated ? '' : 'not '}asked again`, async () => {
    const { front, backend } = await open((socket, nth) => {
      if (nth === 0) socket.write(ok)
      else socket.resetAndDestroy()
    })
    expect(await ask(front)).toContain('200 OK')
    const answer = await ask(front, asked)
    expect(answer).toMatch(isRepeated ? /^HTTP\/1\.1 200 / : /^HTTP\/1\.1 503 /)
    expect(backend.requestCount()).toBe(isRepeated ? 3 : 2)
  })
}

test('a request is asked again once, and on a new connection never', async () => {
  const { front, backend } = await open((socket, nth, text) => {
    if (nth === 0 && text.includes('/reports/first')) setTimeout(() => socket.write(ok), 50)
    else socket.resetAndDestroy()
  })
  // Two connections are kept.
  const first = { target: '/reports/first' }
  await Promise.all([ask(front, first), ask(front, first)])
  expect(await ask(front)).toMatch(/^HTTP\/1\.1 503 /)
  expect(backend.requestCount()).toBe(4)
  expect(await ask(front)).toMatch(/^HTTP\/1\.1 503 /)
  expect(backend.requestCount()).toBe(5)
})

test('Lambda may take its time, long polls outlast an idle client, S3 is given up', async () => {
  const { front } = await open((socket) => setTimeout(() => socket.write(ok), stallMs * 2), {
    stallTimeoutMs: 50,
  })
  const target = '/2019-09-30/functions/f/concurrency'
  const asked = { method: 'GET', target, service: 'lambda' } as const
  expect(await ask(front, asked)).toMatch(/^HTTP\/1\.1 200 [^]*ok$/)
  expect(await ask(front)).toMatch(/^HTTP\/1\.1 503 /)
})

test('a connection that is accepted and goes no further is given up', async () => {
  const silent = await openRawBackend(() => undefined)
  const front = await openFront({ backendUrl: silent.url.replace('http:', 'https:'), limits })
  opened.push(front, silent)
  expect(await ask(front)).toMatch(/^HTTP\/1\.1 503 /)
  expect(front.events[0]?.backendFailure).toBe('it does not accept the connection')
})

test('a backend that is not there is tried five times, then left alone, then tried again', async () => {
  const { front, backend } = await open((socket) => socket.write(ok))
  const port = Number(new URL(backend.url).port)
  expect(front.backend.state()).toBe('untried')
  expect(await ask(front)).toContain('200 OK')
  expect(front.backend.state()).toBe('reachable')
  await backend.close()
  for (let i = 0; i < 5; i++) expect(await ask(front)).toMatch(/^HTTP\/1\.1 503 /)
  expect(front.backend.state()).toBe('unreachable')
  expect(await ask(front)).toMatch(/<Code>ServiceUnavailable<\/Code>/)
  const failures = front.events.map(({ backendFailure }) => backendFailure)
  expect(failures[5]).toContain('ECONNREFUSED')
  expect(failures[6]).toBe('it could not be reached a moment ago')
  opened.push(await openRawBackend((socket) => socket.write(ok), port))
  await vi.waitFor(async () => {
    expect(await ask(front)).toContain('200 OK')
  })
  expect(front.backend.state()).toBe('reachable')
  expect(front.changes).toEqual([false, true])
  expect(front.bugs).toEqual([])
})

test("a backend that does not take the gate's key: 503, not a word of it to the client, until it does", async () => {
  const error = '<Error><Code>InvalidAccessKeyId</Code><Message>Who is that?</Message></Error>'
  const no = `HTTP/1.1 403 Forbidden\r\nContent-Length: ${String(error.length)}\r\n\r\n`
  let takesKey = false
  const { front } = await open((socket, _nth, text) => {
    const isHead = text.startsWith('HEAD')
    socket.write(takesKey ? ok : isHead ? no : no + error)
  })
  const answer = await ask(front)
  expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*<Code>ServiceUnavailable<\/Code>/)
  expect(answer).not.toContain('Who is that?')
  expect(await ask(front, { method: 'HEAD' })).toMatch(/^HTTP\/1\.1 503 /)
  const invoke = { method: 'GET', target: '/2015-03-31/functions/f', service: 'lambda' } as const
  expect(await ask(front, invoke)).toMatch(/^HTTP\/1\.1 503 /)
  expect(front.backend.state()).toBe('keyRefused')
  expect(front.events[0]?.backendFailure).toContain('InvalidAccessKeyId: Who is that?')
  takesKey = true
  expect(await ask(front)).toMatch(/^HTTP\/1\.1 200 /)
  expect(front.backend.state()).toBe('reachable')
  expect(front.keyChanges).toEqual(['InvalidAccessKeyId: Who is that?', undefined])
  expect(front.bugs).toEqual([])
})

test('requests in flight at the limit are taken, one more is refused at once', async () => {
  const { front, backend } = await open(() => undefined, {
    limits: { ...limits, stallMs: 5_000, connectionCount: 2 },
  })
  const clients = [talk(front.port, headOf(front.port)), talk(front.port, headOf(front.port))]
  await vi.waitFor(() => {
    expect(backend.requestCount()).toBe(2)
  })
  expect(await ask(front)).toMatch(/^HTTP\/1\.1 503 /)
  expect(backend.requestCount()).toBe(2)
  for (const { socket } of clients) socket.destroy()
  await vi.waitFor(() => {
    expect(backend.sockets.size).toBe(0)
  })
  const again = talk(front.port, headOf(front.port))
  await vi.waitFor(() => {
    expect(backend.requestCount()).toBe(3)
  })
  again.socket.destroy()
})

test('HEAD, ranges and conditions come through as they are', async () => {
  const answers: Readonly<Record<string, string>> = {
    'head /': 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: "e"\r\n\r\n',
    'if-none-match: "e"': 'HTTP/1.1 304 Not Modified\r\nETag: "e"\r\n\r\n',
    'range: bytes=2-3':
      'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-3/1000\r\nContent-Length: 2\r\n\r\ncd',
    'if-match: "f"': 'HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n',
  }
  const { front } = await open((socket, _nth, text) => {
    const found = Object.entries(answers).find(([part]) => text.toLowerCase().includes(part))
    socket.write(found?.[1] ?? ok)
  })
  const answer = await ask(front, { method: 'HEAD' })
  expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*content-length: 1000[^]*\r\n\r\n$/i)
  expect(await ask(front, { headers: ['If-None-Match', '"e"'] })).toMatch(/^HTTP\/1\.1 304 /)
  const part = await ask(front, { headers: ['Range', 'bytes=2-3'] })
  expect(part).toMatch(/^HTTP\/1\.1 206 [^]*content-range: bytes 2-3\/1000[^]*cd$/i)
  expect(await ask(front, { headers: ['If-Match', '"f"'] })).toMatch(/^HTTP\/1\.1 412 /)
})
