import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EmbeddedChild } from './child.ts'

// Goal: a process starts when it is needed, answers nobody who does not know its key, starts anew
// when it has ended by itself, and leaves nothing behind. Method: the real processes.
const accessKeyId = 'a-key-of-this-test'
let folder: string
const opened: EmbeddedChild[] = []
const reported: string[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-child-'))
  reported.length = 0
})

afterEach(async () => {
  for (const child of opened.splice(0)) await child.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(kind: 's3' | 'queues' | 'tables'): EmbeddedChild {
  const report = (message: string) => void reported.push(message)
  // As `--data` has it where nobody says otherwise: from where the server was started.
  const dataDir = relative(process.cwd(), join(folder, kind))
  const child = new EmbeddedChild({ kind, accessKeyId, dataDir, report })
  opened.push(child)
  return child
}

/** The status of an answer to a request under a key. */
function ask(socketPath: string, key: string, headers: Record<string, string> = {}) {
  const scope = `${key}/20261124/us-east-1/s3/aws4_request`
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`
  const told = { authorization, 'x-moto-account-id': '111122223333', ...headers }
  return new Promise<number>((resolve, reject) => {
    const asked = request({ socketPath, path: '/', headers: told }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    asked.once('error', reject)
    asked.end()
  })
}

test('it starts when it is needed, and answers under its key alone', async () => {
  const child = open('s3')
  expect(existsSync(child.socketPath)).toBe(false)
  await Promise.all([child.ready(), child.ready()])
  expect(await ask(child.socketPath, accessKeyId)).toBe(200)
  expect(await ask(child.socketPath, 'a-key-of-this-tesT')).toBe(403)
  expect(await ask(child.socketPath, '')).toBe(403)
  await child.close()
  expect(existsSync(dirname(child.socketPath))).toBe(false)
  await expect(child.ready()).rejects.toThrow('the server is closing')
})

for (const kind of ['queues', 'tables'] as const) {
  test(`${kind}: no account, no answer`, async () => {
    const child = open(kind)
    await child.ready()
    const target = 'DynamoDB_20120810.ListTables'
    const strange = { 'x-moto-account-id': '../../etc', 'x-amz-target': target }
    expect(await ask(child.socketPath, accessKeyId, strange)).toBe(500)
  })
}

test('one that ends by itself is reported, and starts anew', async () => {
  const child = open('s3')
  await child.ready()
  const pid = child.pid()
  process.kill(pid ?? 0, 'SIGKILL')
  await vi.waitFor(() => expect(reported).toHaveLength(1))
  expect(reported[0]).toContain('embedded s3 has ended (SIGKILL)')
  await child.ready()
  expect(child.pid()).not.toBe(pid)
  expect(await ask(child.socketPath, accessKeyId)).toBe(200)
})

test('what is told to stop is not reported, and the next request starts another', async () => {
  const child = open('s3')
  await child.ready()
  await child.stop()
  expect(reported).toEqual([])
  await child.ready()
  expect(await ask(child.socketPath, accessKeyId)).toBe(200)
})
