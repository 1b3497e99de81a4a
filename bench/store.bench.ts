/**
 * The embedded store: durable inserts, look-ups and pages, with 100, 10,000 and 1,000,000 users.
 * Design numbers: a write with 16 clients ≥ 5,000/s; a look-up ≤ 15 µs; a page of 100 ≤ 1 ms; all
 * the same at every size. `--small` stops at 10,000 users.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { User } from '../packages/server/src/domain/entity.ts'
import type { Store } from '../packages/server/src/store/port.ts'
import { openSqliteStore } from '../packages/server/src/store/sqlite/open.ts'
import { reportResults } from './results.ts'
import type { Row } from './results.ts'

const accountId = '111122223333'
const context = { accountId, eventId: 'bench', now: new Date('2026-01-01T00:00:00Z') }
const sizes = process.argv.includes('--small') ? [100, 10_000] : [100, 10_000, 1_000_000]

function user(i: number): User {
  const id = String(i).padStart(17, '0')
  return {
    ...{ kind: 'user', accountId, id: `AIDA${id}`, name: `User-${(i * 7919) % 1e7}-${i}` },
    ...{ path: i % 10 === 0 ? '/team/' : '/', createdAt: context.now },
    tags: [{ Key: 'cost-center', Value: String(i % 100) }],
  } as User
}

async function grow(store: Store, from: number, to: number): Promise<void> {
  const step = 5_000
  for (let begin = from; begin < to; begin += step) {
    await store.write(context, async (tx) => {
      for (let i = begin; i < Math.min(begin + step, to); i++) await tx.insert(user(i))
    })
  }
}

/** Milliseconds per run, the median of five rounds. */
async function timed(runs: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const rounds: number[] = []
  for (let round = 0; round < 5; round++) {
    const start = performance.now()
    for (let i = 0; i < runs; i++) await work(round * runs + i)
    rounds.push((performance.now() - start) / runs)
  }
  return rounds.sort((a, b) => a - b)[2] ?? NaN
}

async function insertsPerSecond(store: Store, clients: number, from: number, count: number) {
  let next = from
  const start = performance.now()
  const client = async () => {
    while (next < from + count) {
      const i = next++
      if (!(await store.write(context, (tx) => tx.insert(user(i))))) throw new Error('taken')
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return Math.round((count / (performance.now() - start)) * 1000)
}

async function measure(store: Store, size: number): Promise<Row> {
  const some = (i: number) => user((i * 104_729) % size)
  const check = (found: unknown) => {
    if (!found) throw new Error('not found')
  }
  const find = await timed(4_000, async (i) =>
    check(await store.read((reader) => reader.find('user', accountId, some(i).name))),
  )
  const get = await timed(4_000, async (i) =>
    check(await store.read((reader) => reader.get('user', some(i).id))),
  )
  const page = await timed(200, (i) =>
    store.read((reader) => reader.list('user', accountId, { after: some(i).name, limit: 100 })),
  )
  const prefix = await timed(40, (i) => {
    const request = { after: some(i).name, limit: 100, pathPrefix: '/team/' }
    return store.read((reader) => reader.list('user', accountId, request))
  })
  return {
    users: size,
    'find µs': round(find * 1000),
    'get µs': round(get * 1000),
    'page of 100 ms': round(page),
    'page of 100 with path prefix ms': round(prefix),
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

const folder = mkdtempSync(join(tmpdir(), 'bailiwick-bench-'))
try {
  const store = await openSqliteStore({ file: join(folder, 'bench.db') })
  await store.write(context, (tx) =>
    tx.insertAccount({ accountId, name: 'bench', email: 'b@example.com', createdAt: context.now }),
  )
  const rows: Row[] = []
  let count = 0
  for (const size of sizes) {
    await grow(store, count, size)
    const row = await measure(store, size)
    const oneClient = await insertsPerSecond(store, 1, size, 1_000)
    const sixteenClients = await insertsPerSecond(store, 16, size + 1_000, 8_000)
    rows.push({ ...row, 'inserts/s, 1 client': oneClient, '16 clients': sixteenClients })
    count = size + 9_000
  }
  await store.close()
  reportResults('store', rows)
} finally {
  rmSync(folder, { recursive: true })
}
