import type { Client, Pool } from 'pg'
import { Kysely, PostgresDialect } from 'kysely'
import { StoreOpenError } from '../errors.ts'
import type { Store } from '../port.ts'
import { migrateToLatest } from '../sql/migrate.ts'
import { postgresTypes } from '../sql/migrations.ts'
import { asOpenFailure, placeOf } from './failure.ts'
import { lockDatabase } from './lock.ts'
import { PostgresStore } from './store.ts'

export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database`. */
  readonly url: string
  /** Besides the one that holds the lock. */
  readonly connectionCountMax?: number
}

const connectMilliseconds = 5_000

/** @throws StoreOpenError Its message is for the operator. */
export async function openPostgresStore(options: PostgresOptions): Promise<Store> {
  const { url } = options
  // Loaded here: who runs on SQLite need not wait for it.
  const { default: pg } = await import('pg')
  const settings = { connectionString: url, connectionTimeoutMillis: connectMilliseconds }
  let client: Client | undefined
  let pool: Pool | undefined
  try {
    client = new pg.Client({ ...settings, keepAlive: true })
    client.on('error', () => {}) // `end` follows, and the store refuses.
    await client.connect()
    await assertSuitable(client, url)
    await lockDatabase(client, url)
    pool = new pg.Pool({ ...settings, max: options.connectionCountMax ?? 10 })
    pool.on('error', () => {}) // An idle connection broke; the pool makes a new one.
    await migrateToLatest(new Kysely({ dialect: new PostgresDialect({ pool }) }), postgresTypes)
    return new PostgresStore(url, pool, client)
  } catch (error) {
    await pool?.end()
    await client?.end().catch(() => {})
    throw asOpenFailure(error, url)
  }
}

async function assertSuitable(client: Client, url: string): Promise<void> {
  const { rows } = await client.query('show server_encoding')
  const encoding: unknown = rows[0]?.server_encoding
  if (encoding === 'UTF8') return
  throw new StoreOpenError(
    'unsuitable',
    `${placeOf(url)} has the encoding ${String(encoding)}: create it with encoding UTF8.`,
  )
}
