import { existsSync, readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { isInstalled, run } from './run.ts'
import { accountId, adminKey, bailiwickBin, startServer, temporaryFolder } from './server.ts'

// Goal: S3, SQS, SNS and DynamoDB are there without being asked for, keep what they hold, and are
// reached through the gate alone. Method: boto3 and the JavaScript SDK against the built server.
const script = fileURLToPath(new URL('./embedded/walk.py', import.meta.url))
const hasBoto3 = isInstalled('python3', '-c', 'import boto3')

test.skipIf(!hasBoto3)(
  'boto3 to the embedded backends, and again after the server was killed (needs python3 with boto3)',
  async () => {
    const dataDir = await temporaryFolder()
    let server = await startServer({ dataDir })
    try {
      expect(server.output()).toContain('Answered here: s3, sqs, sns, dynamodb (kept under ')
      for (const service of ['s3', 'sqs', 'sns', 'dynamodb']) {
        expect(server.output()).toContain(`without, in ${service}: `)
      }
      const env = { ...server.environment, BAILIWICK_BIN: bailiwickBin }
      const made = await run('python3', [script, 'make'], { env })
      expect(made.stdout + made.stderr).toContain('embedded: all as expected')
      await server.stop('SIGKILL')
      server = await startServer({ dataDir })
      const again = await run('python3', [script, 'again'], { env: server.environment })
      expect(again.stdout + again.stderr).toContain('embedded: all as expected')
    } finally {
      await server.stop()
      await server.removeData()
    }
  },
  180_000,
)

const deliver = fileURLToPath(new URL('./embedded/deliver.py', import.meta.url))
const shared = fileURLToPath(new URL('./backend', import.meta.url))

test.skipIf(!hasBoto3)(
  'topics deliver to another account and region, also after a restart (needs python3 with boto3)',
  async () => {
    const dataDir = await temporaryFolder()
    let server = await startServer({ dataDir })
    const walk = (...given: readonly string[]) => {
      const env = { ...server.environment, PYTHONPATH: shared, PYTHONDONTWRITEBYTECODE: '1' }
      return run('python3', [deliver, ...given], { env })
    }
    try {
      const made = await walk('make')
      expect(made.stdout + made.stderr).toContain('deliver: all as expected')
      await server.stop('SIGKILL')
      server = await startServer({ dataDir })
      const again = await walk('again', made.stdout.split('\n')[0] ?? '')
      expect(again.stdout + again.stderr).toContain('deliver: all as expected')
    } finally {
      await server.stop()
      await server.removeData()
    }
  },
  180_000,
)

test.skipIf(!hasBoto3)(
  'two accounts have queues, topics and tables of one name (needs python3 with boto3)',
  async () => {
    const server = await startServer()
    const names = fileURLToPath(new URL('./embedded/names.py', import.meta.url))
    try {
      const env = { ...server.environment, PYTHONPATH: shared, PYTHONDONTWRITEBYTECODE: '1' }
      const outcome = await run('python3', [names], { env })
      expect(outcome.stdout + outcome.stderr).toContain('names: all as expected')
    } finally {
      await server.stop()
    }
  },
  180_000,
)

test('only the gate reaches them, and nothing is left when it stops', async () => {
  // Of its own: other servers on this machine have theirs beside each other.
  const TMPDIR = await temporaryFolder()
  const folders = () => readdirSync(TMPDIR).map((name) => join(TMPDIR, name))
  const server = await startServer({ env: { TMPDIR } })
  const region = 'us-east-1'
  const at = { endpoint: server.url, forcePathStyle: true }
  const client = new S3Client({ ...at, region, credentials: adminKey })
  try {
    expect(server.output()).toContain('(in memory, objects in temporary files: gone when it stops)')
    expect(folders()).toEqual([])
    // Lists are the gate's own to answer: they start nothing.
    expect((await client.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([])
    expect(folders()).toEqual([])
    await client.send(new CreateBucketCommand({ Bucket: `one-${accountId}` }))
    // Its data and its socket: nobody else's user may enter.
    expect(folders().map((each) => statSync(each).mode & 0o077)).toEqual([0, 0])
    const paths = folders().map((each) => join(each, 's3'))
    const path = paths.find((each) => existsSync(each) && statSync(each).isSocket())
    expect(await statusOf(path ?? '')).toBe('HTTP/1.1 403 Forbidden')
  } finally {
    client.destroy()
    await server.stop()
  }
  expect(folders()).toEqual([])
  await rm(TMPDIR, { recursive: true })
})

/** What a stranger gets who finds the socket. */
function statusOf(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => {
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nx-moto-account-id: 111122223333\r\n\r\n')
    })
    socket.once('data', (data) => {
      resolve(data.toString().split('\r\n')[0] ?? '')
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

test('--no-embedded leaves them out', async () => {
  const server = await startServer({ args: ['--no-embedded'] })
  const client = new S3Client({ endpoint: server.url, region: 'us-east-1', credentials: adminKey })
  try {
    expect(server.output()).not.toContain('Answered here')
    await expect(client.send(new ListBucketsCommand({}))).rejects.toThrow(
      'No service is configured for s3.',
    )
  } finally {
    client.destroy()
    await server.stop()
  }
})
