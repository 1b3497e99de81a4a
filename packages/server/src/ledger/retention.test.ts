import { expect, test } from 'vitest'
import type { Account } from '../domain/entity.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import { expireOld, keepRetention, retentionDefaults } from './retention.ts'

// Goal: what has had its time goes, in every account and in as many batches as it takes.
const now = new Date('2026-11-24T12:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)
const accountIds = Array.from({ length: 101 }, (_, i) => String(100_000_000_000 + i))

test('in every account; at the limit it is kept, past it not', async () => {
  const store = await openSqliteStore({ memory: true })
  for (const accountId of accountIds) {
    const account: Account = { accountId, name: 'n', email: accountId, createdAt: now }
    const context = { accountId, eventId: 'e' }
    await store.write({ ...context, now: daysAgo(91) }, (tx) => tx.insertAccount(account))
    await store.write({ ...context, now: daysAgo(90) }, (tx) => tx.updateAccount(account))
  }
  const [first = '', last = ''] = [accountIds[0], accountIds.at(-1)]
  const use = { accountId: first, principalId: 'p', service: 's', region: 'r', usedAt: now }
  const many = Array.from({ length: 2_500 }, (_, i) => {
    return { ...use, action: `a${String(i)}`, usedAt: daysAgo(401) }
  })
  const kept = { ...use, action: 'b', usedAt: daysAgo(400) }
  await store.recordUses({ lastUsed: [], actions: [...many, kept] })
  await expireOld(store, retentionDefaults, now)
  expect(await store.read((reader) => reader.actionUses(first, 'p'))).toEqual([kept])
  for (const accountId of [first, last]) {
    const changes = await store.changes(accountId, 0, 10)
    expect(changes.map(({ version }) => version)).toEqual([2])
  }
  await store.close()
})

test('runs at once, reports a failure, and is stopped before the store closes', async () => {
  const failures: unknown[] = []
  const signals: AbortSignal[] = []
  const failure = new Error('no')
  const retention = keepRetention(
    (signal) => {
      signals.push(signal)
      return Promise.reject(failure)
    },
    (cause) => failures.push(cause),
  )
  await retention.stop()
  expect(failures).toEqual([failure])
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
})
