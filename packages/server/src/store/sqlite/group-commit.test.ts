import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { account, accountId, context, user } from '../conformance/fixtures.ts'
import { openSqliteStore } from './open.ts'

afterEach(() => void vi.useRealTimers())

test('work that awaits something else is rolled back, and holds up nobody for long', async () => {
  const store = await openSqliteStore({ memory: true })
  await store.write(context, (tx) => tx.insertAccount(account(accountId)))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let started = () => {}
  const running = new Promise<void>((resolve) => (started = resolve))
  const stuck = store.write(context, async (tx) => {
    await tx.insert(user('stuck'))
    started()
    await new Promise(() => {})
  })
  const behind = store.write(context, (tx) => tx.insert(user('behind')))
  const refused = expect(stuck).rejects.toThrow('awaited something else')
  await running
  await vi.advanceTimersByTimeAsync(5_001)
  await refused
  expect(await behind).toBe(true)
  await store.read(async (reader) => {
    expect(await reader.find('user', accountId, 'stuck')).toBeUndefined()
    expect(await reader.count('user', accountId)).toBe(1)
  })
  await store.close()
})

test('a listener that throws ends the process, and the write is durable', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-listener-'))
  const file = join(folder, 'x.db')
  const imported = (path: string) => JSON.stringify(join(import.meta.dirname, path))
  const script = `import { openSqliteStore } from ${imported('open.ts')}
    import { account, accountId, context } from ${imported('../conformance/fixtures.ts')}
    const store = await openSqliteStore({ file: ${JSON.stringify(file)} })
    store.onCommit(() => { throw new Error('stale cache') })
    await store.write(context, (tx) => tx.insertAccount(account(accountId)))
    console.log('went on')`
  const args = ['--input-type=module', '-e', script]
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(ran).toMatchObject({ status: 1 })
  expect(ran.stderr).toContain('stale cache')
  const store = await openSqliteStore({ file })
  expect(await store.read((reader) => reader.accountVersion(accountId))).toBe(1)
  await store.close()
  rmSync(folder, { recursive: true })
})
