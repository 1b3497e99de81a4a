import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgresMissing, startPostgres } from '../conformance/postgres-server.ts'
import type { PostgresServer } from '../conformance/postgres-server.ts'
import { account, accountId, context, user } from '../conformance/fixtures.ts'
import { storeConformance } from '../conformance/suite.ts'
import { openPostgresStore } from './open.ts'

const missing = postgresMissing()
if (missing !== undefined) {
  process.stderr.write(`\nSKIPPED: the store on PostgreSQL is not tested. ${missing}\n\n`)
}

describe.skipIf(missing !== undefined)(`PostgreSQL ${missing ?? ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.stop())

  storeConformance('PostgreSQL', () => openPostgresStore({ url: server.url }))

  describe('bad situations', () => {
    test('a second node is refused while one serves, and let in after', async () => {
      const first = await openPostgresStore({ url: server.url })
      const second = openPostgresStore({ url: server.url })
      await expect(second).rejects.toMatchObject({
        name: 'StoreOpenError',
        reason: 'locked',
        message: expect.stringContaining('is in use by another node'),
      })
      await first.close()
      await (await openPostgresStore({ url: server.url })).close()
    })

    const unreachable: readonly [what: string, url: () => string, says: string][] = [
      ['nobody listens', () => 'postgresql://me:hunter2@127.0.0.1:1/x', 'ECONNREFUSED'],
      ['the database is missing', () => server.url.replace(/postgres$/, 'none'), 'createdb'],
      [
        'the user is unknown',
        () => server.url.replace('bailiwick@', 'me:hunter2@'),
        'user and password',
      ],
    ]
    test.each(unreachable)('not opened where %s', async (_what, url, says) => {
      const error = await openPostgresStore({ url: url() }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'StoreOpenError', reason: 'unreachable' })
      const { message } = error as Error
      expect(message).toContain(says)
      expect(message).not.toMatch(/hunter2|\n/)
    })

    test('a database of a newer version is refused', async () => {
      await (await openPostgresStore({ url: server.url })).close()
      const pg = (await import('pg')).default
      const client = new pg.Client(server.url)
      await client.connect()
      await client.query(`insert into kysely_migration values ('9999-future', now()::text)`)
      const opened = openPostgresStore({ url: server.url })
      await expect(opened).rejects.toMatchObject({ reason: 'newerVersion' })
      await client.query(`delete from kysely_migration where name = '9999-future'`)
      await client.end()
    })

    test('writes survive a restart of the server, and a store that lost its lock refuses', async () => {
      const store = await openPostgresStore({ url: server.url })
      await store.clear()
      await store.write(context, async (tx) => {
        await tx.insertAccount(account(accountId))
        await tx.insert(user('ann'))
      })
      await server.restart()
      const read = store.read((reader) => reader.account(accountId))
      await expect(read).rejects.toMatchObject({ name: 'StoreUnavailableError' })
      const write = store.write(context, (tx) => tx.insert(user('bob')))
      await expect(write).rejects.toMatchObject({ name: 'StoreUnavailableError' })
      await store.close()
      const again = await openPostgresStore({ url: server.url })
      expect(await again.read((reader) => reader.count('user', accountId))).toBe(1)
      await again.close()
    })
  })
})
