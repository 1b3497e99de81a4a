import { createHash } from 'node:crypto'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { Readable } from 'node:stream'
import {
  CompleteMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { presign } from '@bailiwick/wire'
import { afterEach, expect, test } from 'vitest'
import { clientKey, headOf, openFront, talk } from '../testing/front.ts'
import type { Front } from '../testing/front.ts'

// Goal: what AWS's client sends arrives whole as it was given, or not at all. Method: the client
// unmodified, a wire on which somebody alters what passes, and a store that keeps what arrives.
interface Arrived {
  readonly body: string
  readonly whole: boolean
}

const opened: (Server | HttpServer)[] = []
let front: Front | undefined
const arrived: Arrived[] = []

afterEach(async () => {
  await front?.close()
  for (const each of opened.splice(0)) await new Promise((resolve) => each.close(resolve))
  arrived.length = 0
})

async function listening(server: Server | HttpServer): Promise<number> {
  opened.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** @param answer What the store says to each request; its status with it. */
async function openStore(answer = 'kept', status = 200, headers: Record<string, string> = {}) {
  const store = createHttpServer((incoming, response) => {
    let body = ''
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')))
    incoming.on('error', () => undefined)
    incoming.on('close', () => arrived.push({ body, whole: incoming.complete }))
    incoming.on('end', () => {
      const { port } = store.address() as AddressInfo
      const here = (text: string) => text.replaceAll('HERE', `127.0.0.1:${String(port)}`)
      const said = Object.entries(headers).map(([name, value]) => [name, here(value)])
      response.writeHead(status, Object.fromEntries(said) as Record<string, string>)
      response.end(here(answer))
    })
  })
  const port = await listening(store)
  front = await openFront({ backendUrl: `http://127.0.0.1:${String(port)}` })
  return front
}

/** A wire that alters what the client sends. The signature holds for the address of the gate. */
async function wireTo(port: number, alter: (text: string) => string): Promise<number> {
  return listening(
    createServer((client) => {
      const gate = connect(port, '127.0.0.1')
      client.on('data', (bytes) => {
        gate.write(Buffer.from(alter(bytes.toString('latin1')), 'latin1'))
      })
      gate.pipe(client)
      for (const [one, other] of [
        [client, gate],
        [gate, client],
      ] as const) {
        one.on('error', () => other.destroy())
        one.on('close', () => other.destroy())
      }
    }),
  )
}

function clientOf(port: number): S3Client {
  const { accessKeyId, secretAccessKey } = clientKey
  return new S3Client({
    endpoint: `http://127.0.0.1:${String(port)}`,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
  })
}

const text = 'hello, whoever reads this'
const asBytes = { Body: text }
const streamed = () => ({ Body: Readable.from([text]), ContentLength: text.length })
const md5 = createHash('md5').update(text).digest('base64')
const otherMd5 = createHash('md5').update('other').digest('base64')

type Upload = Partial<PutObjectCommandInput>
const uploads: readonly [
  what: string,
  upload: () => Upload,
  alter: (text: string) => string,
  code: string | undefined,
][] = [
  ['bytes', () => asBytes, (sent) => sent, undefined],
  ['bytes with their MD5', () => ({ ...asBytes, ContentMD5: md5 }), (sent) => sent, undefined],
  [
    'bytes with the MD5 of others',
    () => ({ ...asBytes, ContentMD5: otherMd5 }),
    (sent) => sent,
    'BadDigest',
  ],
  [
    'bytes with an MD5 that is none',
    () => ({ ...asBytes, ContentMD5: 'none' }),
    (sent) => sent,
    'InvalidDigest',
  ],
  [
    'bytes that were altered',
    () => asBytes,
    (sent) => sent.replace('hello', 'hellO'),
    'XAmzContentSHA256Mismatch',
  ],
  [
    'bytes with the checksum of others',
    () => ({ ...asBytes, ChecksumCRC32: 'AAAAAA==' }),
    (sent) => sent,
    'BadDigest',
  ],
  ['a stream', streamed, (sent) => sent, undefined],
  ['a stream that was altered', streamed, (sent) => sent.replace('hello', 'hellO'), 'BadDigest'],
  [
    'a stream whose trailer was altered',
    streamed,
    (sent) => sent.replace(/(x-amz-checksum-crc32:)..../, '$1AAAA'),
    'BadDigest',
  ],
  [
    'a stream whose trailer was taken away',
    streamed,
    (sent) => sent.replace(/x-amz-checksum-crc32:[^\r]*\r\n/, (line) => '\r\n'.padEnd(line.length)),
    'IncompleteBody',
  ],
]

for (const [what, upload, alter, code] of uploads) {
  test(`the client of AWS puts ${what}: ${code ?? 'it arrives'}`, async () => {
    const { port, bugs } = await openStore()
    const client = clientOf(await wireTo(port, alter))
    const input = { Bucket: 'reports', Key: 'a', ...upload() }
    const outcome = await client.send(new PutObjectCommand(input)).then(
      () => undefined,
      (error: unknown) => (error as Error).name,
    )
    client.destroy()
    expect(outcome).toBe(code)
    const whole = arrived.filter((each) => each.whole)
    expect(whole).toEqual(code === undefined ? [{ body: text, whole: true }] : [])
    expect(bugs).toEqual([])
  })
}

test('an object of parts is where it was asked for, not at the backend', async () => {
  const answer =
    '<CompleteMultipartUploadResult><Location>http://HERE/reports/a%20b</Location><ETag>"e"</ETag></CompleteMultipartUploadResult>'
  const { port } = await openStore(answer)
  const client = clientOf(port)
  const { Location, ETag } = await client.send(
    new CompleteMultipartUploadCommand({
      Bucket: 'reports',
      Key: 'a b',
      UploadId: 'u',
      MultipartUpload: { Parts: [{ ETag: 'e', PartNumber: 1 }] },
    }),
  )
  client.destroy()
  expect({ Location, ETag }).toEqual({
    Location: `http://127.0.0.1:${String(port)}/reports/a%20b`,
    ETag: '"e"',
  })
})

test('a redirect leads to the gate', async () => {
  const answer =
    '<Error><Code>PermanentRedirect</Code><Endpoint>HERE</Endpoint><Bucket>reports</Bucket></Error>'
  const headers = { location: 'http://HERE/reports/a', 'x-amz-bucket-region': 'eu-central-1' }
  const { port } = await openStore(answer, 301, headers)
  const client = talk(port, headOf(port, { headers: ['Connection', 'close'] }))
  await client.closed
  const gate = `127.0.0.1:${String(port)}`
  expect(client.text()).toContain(`<Endpoint>${gate}</Endpoint>`)
  expect(client.text()).toContain(`location: http://${gate}/reports/a\r\n`)
  expect(client.text()).toContain('x-amz-bucket-region: eu-central-1\r\n')
})

const hour = 3_600_000
const presigned: readonly [
  what: string,
  method: string,
  agoMs: number,
  key: string,
  code: string,
][] = [
  ['GET', 'GET', 0, 'a', ''],
  ['HEAD', 'HEAD', 0, 'a', ''],
  ['PUT', 'PUT', 0, 'a', ''],
  ['GET whose time is over', 'GET', hour, 'a', 'AccessDenied'],
  ['PUT whose time is over', 'PUT', hour, 'a', 'AccessDenied'],
  ['GET that its signer may not', 'GET', 0, 'secret', 'AccessDenied'],
]

for (const [what, method, agoMs, key, code] of presigned) {
  test(`a presigned ${what}: ${code === '' ? 'comes through' : code}`, async () => {
    const { port } = await openStore()
    const target = presign(
      {
        method,
        target: `/reports/${key}`,
        rawHeaders: ['Host', `127.0.0.1:${String(port)}`],
        body: '',
      },
      {
        credentials: clientKey,
        region: 'eu-west-1',
        service: 's3',
        now: new Date(Date.now() - agoMs),
        expiresSeconds: 60,
      },
    )
    const body = method === 'PUT' && { body: text }
    const answer = await fetch(`http://127.0.0.1:${String(port)}${target}`, { method, ...body })
    const said = await answer.text()
    expect(answer.status).toBe(code === '' ? 200 : 403)
    if (agoMs > 0) expect(said).toContain('<Message>Request has expired</Message>')
    expect(arrived).toHaveLength(code === '' ? 1 : 0)
  })
}

test('what the client gets is what the store gives', async () => {
  const { port } = await openStore()
  const client = clientOf(port)
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'reports', Key: 'a' }))
  expect(await Body?.transformToString()).toBe('kept')
  client.destroy()
})
