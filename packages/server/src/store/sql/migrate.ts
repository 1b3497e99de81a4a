import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { StoreOpenError } from '../errors.ts'
import { migrations } from './migrations.ts'
import type { ColumnTypes } from './migrations.ts'

/**
 * Brings the schema up to date, within the caller's transaction where the dialect does not open
 * one itself.
 *
 * @throws StoreOpenError `newerVersion` where the database has migrations this program lacks.
 */
export async function migrateToLatest(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const known = migrations(types)
  const applied = await appliedMigrations(db)
  const unknown = applied.find((name) => !Object.hasOwn(known, name))
  if (unknown !== undefined) {
    throw new StoreOpenError(
      'newerVersion',
      `The database was written by a newer version of Bailiwick (it has ${unknown}): start that version, or restore a backup made by this one.`,
    )
  }
  if (applied.length === Object.keys(known).length) return
  const migrator = new Migrator({ db, provider: { getMigrations: async () => known } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('migration', { cause: error })
}

async function appliedMigrations(db: Kysely<unknown>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}
