/** A store full of users. */
import { join } from 'node:path'
import type { User } from '../packages/server/src/domain/entity.ts'
import { openSqliteStore } from '../packages/server/src/store/sqlite/open.ts'
import { accountId } from './server.ts'

const createdAt = new Date('2026-01-01T00:00:00Z')

/** In the order of their numbers. */
export const userName = (i: number) => `user-${String(i).padStart(7, '0')}`

function user(i: number): User {
  const id = `AIDA${String(i).padStart(17, '0')}`
  return { kind: 'user', accountId, id, name: userName(i), path: '/', createdAt, tags: [] }
}

/** Fills a stopped server's store as its transactions would, without the way through the gate. */
export async function fillWithUsers(dataDir: string, count: number): Promise<void> {
  const store = await openSqliteStore({ file: join(dataDir, 'bailiwick.db') })
  const context = { accountId, eventId: 'bench', now: createdAt }
  const step = 5_000
  for (let begin = 0; begin < count; begin += step) {
    await store.write(context, async (tx) => {
      for (let i = begin; i < Math.min(begin + step, count); i++) await tx.insert(user(i))
    })
  }
  await store.close()
}
