import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { account, accountId, context, user } from '../conformance/fixtures.ts'
import { openSqliteStore } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'bailiwick-pool-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('snapshots kept by idle connections do not keep the log from being emptied', async () => {
  const file = join(folder, 'log.db')
  const store = await openSqliteStore({ file })
  await store.write(context, (tx) => tx.insertAccount(account(accountId)))
  const tags = [{ Key: 'k', Value: 'x'.repeat(500_000) }]
  for (let i = 0; i < 60; i++) {
    await store.write(context, (tx) => tx.insert(user(`u${i}`, { tags })))
    const read = () => store.read((reader) => reader.count('user', accountId))
    expect(await Promise.all([read(), read(), read()])).toEqual([i + 1, i + 1, i + 1])
  }
  const written = statSync(file).size
  expect(written).toBeGreaterThan(48e6)
  expect(statSync(`${file}-wal`).size).toBeLessThan(24e6)
  await store.close()
})

test('more reads at once than connections wait their turn', async () => {
  const store = await openSqliteStore({ memory: true, readConnectionCountMax: 2 })
  let atOnce = 0
  let atOnceMax = 0
  await Promise.all(
    Array.from({ length: 9 }, () =>
      store.read(async (reader) => {
        atOnceMax = Math.max(atOnceMax, ++atOnce)
        await new Promise(setImmediate)
        await reader.count('user', accountId)
        atOnce--
      }),
    ),
  )
  expect(atOnceMax).toBe(2)
  await store.close()
  await expect(store.read(async () => 1)).rejects.toThrow('The store is closed.')
  await expect(store.putSetting('x', '1')).rejects.toThrow('The store is closed.')
})

// Goal: what readers are told from memory is what their own snapshot holds, before a commit and after.
test('answers are remembered from one commit to the next, each in its own snapshot', async () => {
  const store = await openSqliteStore({ memory: true, readConnectionCountMax: 3 })
  await store.write(context, (tx) => tx.insertAccount(account(accountId)))
  const ann = () => store.read((reader) => reader.find('user', accountId, 'ann'))
  expect(await ann()).toBeUndefined()
  let goOn = () => {}
  const waits = new Promise<void>((resolve) => (goOn = resolve))
  const old = store.read(async (reader) => {
    await waits
    return [await reader.find('user', accountId, 'ann'), await reader.count('user', accountId)]
  })
  await store.write(context, (tx) => tx.insert(user('ann')))
  expect(await ann()).toMatchObject({ name: 'ann' })
  expect(await ann(), 'the very same').toBe(await ann())
  expect(await store.read((reader) => reader.find('user', accountId, 'ANN'))).toEqual(await ann())
  goOn()
  expect(await old).toEqual([undefined, 0])
  await store.write(context, (tx) => tx.remove('user', user('ann').id))
  expect(await ann()).toBeUndefined()
  await store.close()
})

test('a snapshot is of the moment its reader began, not of its first question', async () => {
  const store = await openSqliteStore({ memory: true })
  await store.write(context, (tx) => tx.insertAccount(account(accountId)))
  let goOn = () => {}
  const waits = new Promise<void>((resolve) => (goOn = resolve))
  const old = store.read(async (reader) => {
    await waits
    return reader.count('user', accountId)
  })
  await store.write(context, (tx) => tx.insert(user('ann')))
  goOn()
  expect(await old).toBe(0)
  await store.close()
})
