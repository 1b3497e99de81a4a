import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { headOf, openFront, talk } from '../testing/front.ts'
import type { Asked, Front, FrontOptions } from '../testing/front.ts'

// Goal: clients that are slow, many or gone cost a socket on either side while they are there, and
// nothing after; no object becomes whole that was not sent whole. Method: a real store behind the
// gate that keeps what arrives, and bare sockets before it.
interface Arrived {
  readonly size: number
  readonly whole: boolean
}

let server: Server | undefined
let front: Front | undefined
const arrived: Arrived[] = []
let sent = 0

afterEach(async () => {
  await front?.close()
  server?.closeAllConnections()
  await new Promise((resolve) => server?.close(resolve))
  arrived.length = 0
  sent = 0
})

/** Keeps what is put, and gives without end what is got. */
function store(incoming: IncomingMessage, response: ServerResponse): void {
  if (incoming.method === 'GET') {
    give(response)
    return
  }
  let size = 0
  incoming.on('data', (chunk: Buffer) => (size += chunk.length))
  incoming.on('error', () => undefined)
  incoming.on('close', () => arrived.push({ size, whole: incoming.complete }))
  incoming.on('end', () => response.end('stored'))
}

const block = Buffer.alloc(64 * 1024)
function give(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed) {
      sent += block.length
      if (response.write(block)) continue
      response.once('drain', more)
      return
    }
  }
  more()
}

async function open(options: Partial<FrontOptions> = {}, handler = store): Promise<Front> {
  server = createServer(handler)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  front = await openFront({ backendUrl: `http://127.0.0.1:${String(port)}`, ...options })
  return front
}

const connections = (of: Server | undefined) =>
  new Promise<number>((resolve) => {
    of?.getConnections((_error, count) => {
      resolve(count)
    })
  })

async function nothingIsLeft(): Promise<void> {
  await vi.waitFor(async () => {
    expect(await connections(server)).toBe(0)
  })
  expect(front?.bugs).toEqual([])
}

const put = (size: number, more: Asked = {}): Asked => ({
  method: 'PUT',
  headers: ['Content-Length', String(size)],
  ...more,
})

test('a body that trickles is taken for as long as it moves', async () => {
  const { port } = await open({ stallTimeoutMs: 150 })
  const client = talk(port, headOf(port, put(10)))
  const trickle = setInterval(() => client.socket.write('a'), 40)
  expect(await client.until(/stored/)).toContain('200 OK')
  clearInterval(trickle)
  client.socket.destroy()
  expect(arrived).toEqual([{ size: 10, whole: true }])
})

test('a body that stands still gives up its connection, and is not written', async () => {
  const { port } = await open({ stallTimeoutMs: 100 })
  const client = talk(port, headOf(port, put(1_000_000)), Buffer.alloc(300_000))
  await client.closed
  expect(client.text()).toBe('')
  await nothingIsLeft()
  expect(arrived.filter(({ whole }) => whole)).toEqual([])
  expect(front?.events).toMatchObject([{ error: { code: 'ClientClosedRequest' } }])
})

test('a client that goes in the middle of a body leaves nothing whole behind', async () => {
  const { port } = await open()
  const client = talk(port, headOf(port, put(1_000_000)), Buffer.alloc(300_000))
  await vi.waitFor(async () => {
    expect(await connections(server)).toBe(1)
  })
  client.socket.destroy()
  await vi.waitFor(() => {
    expect(arrived).toMatchObject([{ whole: false }])
  })
  await nothingIsLeft()
  expect(front?.events).toMatchObject([{ status: 499, error: { code: 'ClientClosedRequest' } }])
})

test('a client that goes in the middle of an answer ends it at the backend', async () => {
  const { port } = await open()
  const client = talk(port, headOf(port))
  await client.until(/200 OK/)
  client.socket.destroy()
  await nothingIsLeft()
})

test('a client that goes before there is an answer ends its request at the backend', async () => {
  const { port } = await open({}, () => undefined)
  const client = talk(port, headOf(port))
  await vi.waitFor(async () => {
    expect(await connections(server)).toBe(1)
  })
  client.socket.destroy()
  await nothingIsLeft()
  expect(front?.events).toMatchObject([{ status: 499 }])
})

test('a client that does not read holds the backend back, and is given up', async () => {
  const { port } = await open({ stallTimeoutMs: 300 })
  const client = talk(port, headOf(port))
  client.socket.pause()
  let before = 0
  await vi.waitFor(
    () => {
      const moved = sent - before
      before = sent
      expect(moved === 0 && sent > 0).toBe(true)
    },
    { interval: 50 },
  )
  // What fits the buffers of two connections: Linux takes up to 6 MB for an end of each.
  expect(sent).toBeLessThan(30_000_000)
  await nothingIsLeft()
  client.socket.destroy()
})

test('a thousand connections at once: each gets its own answer', async () => {
  const count = 1000
  const waiting: (() => void)[] = []
  const { port } = await open({}, (incoming, response) => {
    const name = incoming.url ?? ''
    waiting.push(() => response.end(`answer to ${name}.`))
    if (waiting.length === count) for (const each of waiting) each()
  })
  const clients = Array.from({ length: count }, (_, i) =>
    talk(port, headOf(port, { target: `/reports/${String(i)}` })),
  )
  const answers = await Promise.all(clients.map(({ until }) => until(/answer to .*\./)))
  for (const [i, answer] of answers.entries()) {
    expect(answer).toContain(`answer to /reports/${String(i)}.`)
  }
  for (const { socket } of clients) socket.destroy()
  expect(front?.events).toHaveLength(count)
  expect(front?.bugs).toEqual([])
}, 60_000)

test('a client is told to go on once its request is allowed, and no backend is asked before', async () => {
  let asked = 0
  const { port } = await open({}, (incoming, response) => {
    asked++
    store(incoming, response)
  })
  const expecting = (target: string) =>
    headOf(port, {
      method: 'PUT',
      target,
      headers: ['Content-Length', '5', 'Expect', '100-continue'],
    })
  const refused = talk(port, expecting('/reports/secret'))
  await refused.until(/<\/Error>/)
  expect(refused.text()).toMatch(/^HTTP\/1\.1 403 /)
  expect(refused.text()).not.toContain('100 Continue')
  await refused.closed
  const allowed = talk(port, expecting('/reports/a'))
  await allowed.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
  expect(asked).toBe(0)
  allowed.socket.write('hello')
  await allowed.until(/100 Continue\r\n\r\nHTTP\/1\.1 200 OK[^]*stored/)
  expect(arrived).toEqual([{ size: 5, whole: true }])
  allowed.socket.destroy()
})

test('a body that is not the signed one: the client hears so on its connection', async () => {
  const { port } = await open()
  const payloadHash = createHash('sha256').update('other').digest('hex')
  const client = talk(port, headOf(port, put(200_000, { payloadHash })), Buffer.alloc(200_000))
  expect(await client.until(/<\/Error>/)).toContain('<Code>XAmzContentSHA256Mismatch</Code>')
  client.socket.destroy()
  await nothingIsLeft()
  expect(arrived.filter(({ whole }) => whole)).toEqual([])
})
