import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backend } from '@bailiwick/gateway'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EmbeddedChild } from './child.ts'
import { embeddedBackend } from './embedded-backends.ts'

// Goal: a process that does not know the gate's key says nothing of its client's. Method: real
// processes that were told another key.
let dataDir: string
let child: EmbeddedChild | undefined
const reported: string[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-key-'))
  reported.length = 0
})

afterEach(async () => {
  await child?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

type BackendRequest = Parameters<Backend['send']>[0]

const asked = { method: 'GET', target: '/', headers: [], body: Buffer.alloc(0) }
const common = { ...asked, region: 'us-east-1', account: '111122223333', now: new Date() }
const requests: Readonly<Record<'s3' | 'queues' | 'tables', BackendRequest>> = {
  s3: { ...common, service: 's3', protocol: 'restXml' },
  queues: { ...common, method: 'POST', service: 'sns', protocol: 'awsQuery' },
  tables: { ...common, method: 'POST', service: 'dynamodb', protocol: 'awsJson1_0' },
}

for (const [name, request] of Object.entries(requests)) {
  test(`${name} that was told another key: it is reported once, and is no answer`, async () => {
    const kind = name as keyof typeof requests
    const report = (message: string) => void reported.push(message)
    child = new EmbeddedChild({ kind, dataDir, accessKeyId: 'another', report })
    const settings = { accessKeyId: 'the-gates-own', firstAccountId: '111122223333', report }
    const backend = embeddedBackend({ kind, child, ...settings })
    for (const method of [request.method, request.method, 'HEAD']) {
      const sent = backend.send({ ...request, method })
      await expect(sent).rejects.toMatchObject({ name: 'BackendError', failure: 'key' })
    }
    expect(backend.state()).toBe('keyRefused')
    const words = "does not take the gate's key (InvalidAccessKeyId: ): start the server anew"
    expect(reported).toEqual([`embedded ${kind} ${words}`])
    backend.close()
  })
}
