import { createServer, type Server } from 'node:tls'
import { connect, type AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import {
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSigned } from './fixtures.ts'
import { hasMoto, startMoto, type Moto } from './moto.ts'
import { isInstalled, run } from './run.ts'
import { adminKey, startServer, type RunningServer } from './server.ts'

// Goal: however AWS's clients frame an upload and whichever checksum they send with it, before or behind
// the body, it is whole at the backend. Method: boto3, the AWS CLI and the SDK for JavaScript, through the
// gate to the embedded S3 and to moto.
const script = fileURLToPath(new URL('./uploads/walk.py', import.meta.url))
const hasBoto3 = isInstalled('python3', '-c', 'import boto3')
const hasCli = isInstalled('aws')
const content = Buffer.alloc(200_001, 'some content, ')
const partBytes = 5 * 1024 * 1024

/** A way to the gate that is TLS, of a certificate that nobody vouches for. */
async function openTls(port: number): Promise<Server> {
  const { body: cert, privateKey: key } = await selfSigned('localhost')
  const server = createServer({ cert, key }, (client) => {
    const gate = connect(port, '127.0.0.1')
    client.pipe(gate).pipe(client)
    client.on('error', () => gate.destroy())
    gate.on('error', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

for (const [name, isThere] of [
  ['the embedded S3', true],
  ['moto', hasMoto],
] as const) {
  describe.skipIf(!isThere)(`to ${name}`, () => {
    let moto: Moto | undefined
    let server: RunningServer
    let front: Server

    beforeAll(async () => {
      if (name === 'moto') moto = await startMoto()
      server = await startServer({ args: moto ? ['--backend', `s3=${moto.url}`] : [] })
      front = await openTls(server.port)
    })

    afterAll(async () => {
      front.close()
      await server.stop()
      moto?.stop()
    })

    test.skipIf(!hasBoto3)(
      'boto3 and the AWS CLI (needs python3 with boto3)',
      async () => {
        const { port } = front.address() as AddressInfo
        const url = `https://127.0.0.1:${String(port)}`
        const env = { ...server.environment, AWS_ENDPOINT_URL: url, PYTHONDONTWRITEBYTECODE: '1' }
        const outcome = await run('python3', [script, 'python', ...(hasCli ? ['cli'] : [])], {
          env,
        })
        expect(outcome.stdout + outcome.stderr).toContain('uploads: all as expected')
        if (!hasCli) console.warn('NOT WALKED: the AWS CLI (needs the aws command)')
        for (const line of outcome.stdout.split('\n')) {
          if (line.startsWith('NOT WALKED')) console.warn(line)
        }
      },
      180_000,
    )

    for (const when of ['WHEN_REQUIRED', 'WHEN_SUPPORTED'] as const) {
      test(`the SDK for JavaScript, ${when}`, async () => {
        const s3 = new S3Client({
          ...{ endpoint: server.url, region: 'us-east-1', credentials: adminKey, maxAttempts: 1 },
          requestChecksumCalculation: when,
          // moto without its modules for CRC32C and CRC64NVME answers with what is neither.
          responseChecksumValidation: moto ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED',
          forcePathStyle: true,
        })
        const at = { Bucket: `uploads-${when.toLowerCase().replace('_', '-')}`, Key: 'a' }
        await s3.send(new CreateBucketCommand({ Bucket: at.Bucket }))
        for (const asked of algorithms) await putAndGot(s3, at, asked)
        s3.destroy()
      })
    }
  })
}

const algorithms = [
  undefined,
  ...(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const satisfies ChecksumAlgorithm[]),
]

interface At {
  readonly Bucket: string
  readonly Key: string
}

/** As bytes, as a stream, and in parts. */
async function putAndGot(s3: S3Client, at: At, asked: ChecksumAlgorithm | undefined) {
  const checksum = asked && { ChecksumAlgorithm: asked }
  const stream = { Body: Readable.from([content]), ContentLength: content.length }
  for (const body of [{ Body: content }, stream]) {
    await s3.send(new PutObjectCommand({ ...at, ...body, ...checksum }))
    expect(await got(s3, at)).toEqual(content)
  }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at, ...checksum }))
  const pieces = [Buffer.alloc(partBytes, 'a'), content]
  const Parts = []
  for (const [i, Body] of pieces.entries()) {
    const part = { ...at, UploadId, PartNumber: i + 1, Body, ...checksum }
    const { $metadata: _, ...sent } = await s3.send(new UploadPartCommand(part))
    Parts.push({ PartNumber: i + 1, ...sent })
  }
  const whole = { ...at, UploadId, MultipartUpload: { Parts } }
  await s3.send(new CompleteMultipartUploadCommand(whole))
  expect((await got(s3, at)).equals(Buffer.concat(pieces))).toBe(true)
}

async function got(s3: S3Client, at: At): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand(at))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}
