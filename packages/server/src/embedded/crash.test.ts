import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EmbeddedChild } from './child.ts'

// Goal: a process that is killed loses nothing that it answered for, leaves no half object, and its
// successor serves at once, whatever locks were held. Method: SIGKILL, on the real processes.
const accessKeyId = 'a-key-of-this-test'
let folder: string
let child: EmbeddedChild | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-crash-'))
})

afterEach(async () => {
  await child?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function opened(kind: 's3' | 'tables'): Promise<EmbeddedChild> {
  const report = () => undefined
  child = new EmbeddedChild({ kind, accessKeyId, dataDir: join(folder, kind), report })
  await child.ready()
  return child
}

function asked(socketPath: string, method: string, path: string, headers = {}) {
  const scope = `${accessKeyId}/20261124/us-east-1/s3/aws4_request`
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`
  const told = { authorization, 'x-moto-account-id': '111122223333', ...headers }
  return request({ socketPath, method, path, headers: told })
}

async function answerTo(made: ReturnType<typeof asked>, body = '') {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    made.once('response', resolve)
    made.once('error', reject)
    made.end(body)
  })
  return { status: answer.statusCode, body: await text(answer) }
}

/** Until another is ready, as requests wait for it: the first try after the end succeeds. */
async function killed(running: EmbeddedChild): Promise<void> {
  const pid = running.pid() ?? 0
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow())
  await running.ready()
  expect(running.pid()).not.toBe(pid)
}

test('an object on its way when the process is killed is not there, and neither is its file', async () => {
  const s3 = await opened('s3')
  const { socketPath } = s3
  await answerTo(asked(socketPath, 'PUT', '/bucket'))
  await answerTo(asked(socketPath, 'PUT', '/bucket/kept'), 'whole')
  const incoming = () => readdirSync(join(folder, 's3', 'incoming'))
  for (const key of ['kept', 'half']) {
    const put = asked(socketPath, 'PUT', `/bucket/${key}`, { 'content-length': 1_000_000 })
    put.on('error', () => undefined)
    put.write('x'.repeat(200_000))
  }
  await vi.waitFor(() => expect(incoming()).toHaveLength(2))
  await killed(s3)
  expect(await answerTo(asked(socketPath, 'GET', '/bucket/kept'))).toMatchObject({ body: 'whole' })
  expect(await answerTo(asked(socketPath, 'GET', '/bucket/half'))).toMatchObject({ status: 404 })
  expect(incoming()).toEqual([])
})

/** One of DynamoDB's operations, and what it says. */
async function items(socketPath: string, operation: string, input: object) {
  const headers = {
    ...{ 'x-amz-target': `DynamoDB_20120810.${operation}`, 'x-amz-date': '20261124T090000Z' },
    'content-type': 'application/x-amz-json-1.0',
  }
  return answerTo(asked(socketPath, 'POST', '/', headers), JSON.stringify(input))
}

test('after a kill the next process gets at the tables, whose store was locked', async () => {
  const tables = await opened('tables')
  const list = () => items(tables.socketPath, 'ListTables', {})
  expect((await list()).status).toBe(200)
  for (let kill = 0; kill < 2; kill++) {
    await killed(tables)
    expect(await list()).toEqual({ status: 200, body: '{"TableNames":[]}' })
  }
})

test('what a transaction has written when its process is killed is undone by the next', async () => {
  const tables = await opened('tables')
  const { socketPath } = tables
  const TableName = 'items'
  const [key, other] = ['a', 'b'].map((k) => ({ k: { S: k } }))
  await items(socketPath, 'CreateTable', {
    ...{ TableName, BillingMode: 'PAY_PER_REQUEST' },
    KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
  })
  const put = (Item: object | undefined) => items(socketPath, 'PutItem', { TableName, Item })
  await vi.waitFor(async () =>
    expect(await put({ ...key, n: { N: '2' } })).toMatchObject({ status: 200 }),
  )
  await put(other)
  // As it stands while a transaction writes.
  const undo = join(folder, 'tables/111122223333/us-east-1.undo')
  const before = { ...key, n: { N: '1' } }
  const noted = [
    { TableName, Key: key, Item: before },
    { TableName, Key: other },
  ]
  writeFileSync(undo, JSON.stringify(noted))
  await killed(tables)
  const scanned = await items(socketPath, 'Scan', { TableName })
  expect(JSON.parse(scanned.body)).toMatchObject({ Items: [before], Count: 1 })
  expect(existsSync(undo)).toBe(false)
})
