import { createHash, createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { deriveSigningKey } from '@bailiwick/wire'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clientKey, openFront, talk, type Front } from '../testing/front.ts'

// Goal: a browser's form that is too large for memory puts its file as it comes, whole or not at all.
// Method: forms over real sockets to a store that keeps of each request how much came, and whether whole.
interface Arrived {
  readonly digest: string
  readonly whole: boolean
}

const arrived: Arrived[] = []
/** Paths of requests that have begun. */
const begun: (string | undefined)[] = []
let store: Server
let front: Front
let onArrived: () => void = () => undefined

beforeAll(async () => {
  store = createServer((incoming, response) => {
    begun.push(incoming.url)
    const hash = createHash('sha256')
    incoming.on('data', (chunk: Buffer) => hash.update(chunk))
    incoming.on('error', () => undefined)
    incoming.on('close', () => {
      arrived.push({ digest: hash.digest('hex'), whole: incoming.complete })
      onArrived()
    })
    incoming.on('end', () => response.writeHead(200, { etag: '"e"' }).end())
  })
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
  const { port } = store.address() as AddressInfo
  front = await openFront({ backendUrl: `http://127.0.0.1:${String(port)}` })
})

afterEach(() => {
  arrived.length = begun.length = 0
  onArrived = () => undefined
})

afterAll(async () => {
  await front.close()
  store.closeAllConnections()
  store.close()
})

/** More than is taken in whole. */
const file = Buffer.alloc(12_000_000, 'some content, ')
const digest = createHash('sha256').update(file)
const whole = [{ digest: digest.copy().digest('hex'), whole: true }]
const closing = '\r\n--edge--\r\n'

/** All of a form before its file. */
function before(more: Readonly<Record<string, string>> = {}, range = [0, 5_000_000_000]): string {
  const at = new Date()
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const day = stamp.slice(0, 8)
  const own = {
    key: 'a',
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${clientKey.accessKeyId}/${day}/eu-west-1/s3/aws4_request`,
    'x-amz-date': stamp,
    ...more,
  }
  const named = Object.entries(own).map(([name, value]) => ({ [name]: value }))
  const conditions = [{ bucket: 'reports' }, ...named, ['content-length-range', ...range]]
  const expiration = new Date(at.getTime() + 60_000).toISOString()
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64')
  const key = deriveSigningKey(clientKey.secretAccessKey, day, 'eu-west-1', 's3')
  const signature = createHmac('sha256', key).update(policy).digest('hex')
  const fields = { ...own, policy, 'x-amz-signature': signature }
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head = 'Content-Disposition: form-data; name="file"; filename="me.txt"'
  return `${parts.join('')}--edge\r\n${head}\r\n\r\n`
}

function post(length: number | 'chunked', ...pieces: readonly (string | Uint8Array)[]) {
  const { port } = front
  const lines = [
    'POST /reports HTTP/1.1',
    `Host: 127.0.0.1:${String(port)}`,
    'Content-Type: multipart/form-data; boundary=edge',
    length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${String(length)}`,
    'Connection: close',
  ]
  return talk(port, `${lines.join('\r\n')}\r\n\r\n`, ...pieces)
}

async function answerTo(...pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const length = pieces.reduce((sum, piece) => sum + Buffer.from(piece).length, 0)
  const client = post(length, ...pieces)
  await client.closed
  return client.text()
}

/** Once a request to the store is over. */
function over(): Promise<void> {
  return new Promise((resolve) => (onArrived = resolve))
}

test('a large form puts its file as it comes', async () => {
  const checksum = { 'x-amz-checksum-sha256': digest.copy().digest('base64') }
  const answer = await answerTo(before(checksum), file, closing)
  expect(answer).toMatch(/^HTTP\/1\.1 204 /)
  expect(answer).toContain('etag: "e"')
  expect(arrived).toEqual(whole)
  expect(front.bugs).toEqual([])
})

const another = '\r\n--edge\r\nContent-Disposition: form-data; name="submit"\r\n\r\nUp'
const refused: readonly [what: string, pieces: () => (string | Uint8Array)[], says: string][] = [
  ['another field after it', () => [before(), file, another, closing], 'must be the last field'],
  ['no line break at its end', () => [before(), file, '\r\n--edge--'], 'must be the last field'],
  ['no boundary at its end', () => [before(), file], 'MalformedPOSTRequest'],
  [
    'another checksum than it has',
    () => [before({ 'x-amz-checksum-crc32': 'AAAAAA==' }), file, closing],
    'BadDigest',
  ],
]

for (const [what, pieces, says] of refused) {
  test(`a large form with ${what} is refused, and its file is not whole at the backend`, async () => {
    const isOver = over()
    const answer = await answerTo(...pieces())
    await isOver
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain(says)
    expect(arrived.map((each) => each.whole)).toEqual([false])
  })
}

const unsent: readonly [what: string, form: () => (string | Uint8Array)[], code: string][] = [
  [
    'longer than its policy lets it',
    () => [before({ key: 'long' }, [0, file.length - 1])],
    'EntityTooLarge',
  ],
  [
    'shorter than its policy asks',
    () => [before({ key: 'short' }, [file.length + 1, 1e9])],
    'EntityTooSmall',
  ],
  ['for a key that its signer may not put', () => [before({ key: 'secret' })], 'AccessDenied'],
]

for (const [what, form, code] of unsent) {
  test(`a file ${what} is ${code}, before anything reaches the backend`, async () => {
    const answer = await answerTo(...form(), file, closing)
    expect(answer).toContain(`<Code>${code}</Code>`)
    expect(begun).toEqual([])
  })
}

test('a file of 5 GiB is taken, one byte more is EntityTooLarge', async () => {
  const max = 5 * 1024 ** 3
  const fields = before({}, [0, max + 1])
  const length = fields.length + closing.length + max
  const client = post(length + 1, fields)
  expect(await client.until(/<\/Error>/)).toContain('<Code>EntityTooLarge</Code>')
  client.socket.destroy()
  await client.closed
  expect(begun).toEqual([])
  const isOver = over()
  const taken = post(length, fields, Buffer.alloc(200_000))
  await expect.poll(() => begun).toEqual(['/reports/a'])
  taken.socket.destroy()
  await isOver
})

test('a client that goes in the middle of its file leaves nothing whole', async () => {
  const isOver = over()
  const fields = before()
  const client = post(fields.length + file.length + closing.length, fields)
  client.socket.write(file.subarray(0, 5_000_000), () => client.socket.destroy())
  await isOver
  expect(arrived.map((each) => each.whole)).toEqual([false])
})

test('a client that goes before its file, or in a small one, is heard of in the log alone', async () => {
  const fields = before()
  const cutOff = () => front.events.filter(({ error }) => error?.code === 'IncompleteBody').length
  for (const [nth, piece] of [fields.slice(0, 300), `${fields}a`].entries()) {
    const client = post(fields.length + 100, piece)
    client.socket.write('', () => client.socket.destroy())
    await expect.poll(cutOff).toBe(nth + 1)
  }
  expect(begun).toEqual([])
  expect(front.bugs).toEqual([])
})

test('a form of unknown length is MissingContentLength', async () => {
  const client = post('chunked', '0\r\n\r\n')
  await client.closed
  expect(client.text()).toMatch(/^HTTP\/1\.1 411 [^]*<Code>MissingContentLength<\/Code>/)
})

test('a client that waits to be told goes on', async () => {
  const fields = before()
  const lines = [
    'POST /reports HTTP/1.1',
    `Host: 127.0.0.1:${String(front.port)}`,
    'Content-Type: multipart/form-data; boundary=edge',
    `Content-Length: ${String(fields.length + file.length + closing.length)}`,
    'Expect: 100-continue',
    'Connection: close',
  ]
  const client = talk(front.port, `${lines.join('\r\n')}\r\n\r\n`)
  await client.until(/100 Continue/)
  for (const piece of [fields, file, closing]) client.socket.write(piece)
  await client.closed
  expect(client.text()).toContain('HTTP/1.1 204 ')
  expect(arrived).toEqual(whole)
})
