import type { Database } from 'better-sqlite3'
import { StoreOpenError } from '../errors.ts'
import { tableNames } from '../sql/schema.ts'
import { damagedMessage } from './failure.ts'

/** Up to this size every page is checked at start: some 30 ms. */
const checkedBytesMax = 16 * 1024 * 1024

/**
 * Looks for damage, in bounded time. A small database is checked whole; of a large one the header
 * and the way to both ends of every table and index. Damage elsewhere shows when it is read.
 *
 * @throws StoreOpenError `damaged`, or SQLite's own error where it finds the damage itself.
 */
export function assertIntact(database: Database): void {
  const pages = database.pragma('page_count', { simple: true }) as number
  const pageBytes = database.pragma('page_size', { simple: true }) as number
  if (pages * pageBytes > checkedBytesMax) return readEnds(database)
  const found = database.pragma('quick_check(1)', { simple: true })
  if (found !== 'ok') {
    throw new StoreOpenError('damaged', damagedMessage(database.name), new Error(String(found)))
  }
}

function readEnds(database: Database): void {
  const present = database
    .prepare<[], { name: string }>(`select name from sqlite_schema where type = 'table'`)
    .all()
    .map(({ name }) => name)
  for (const table of tableNames.filter((name) => present.includes(name))) {
    database.prepare(`select * from ${table} order by rowid limit 1`).all()
    database.prepare(`select * from ${table} order by rowid desc limit 1`).all()
  }
  const indexes = database.prepare<[], { name: string; tbl_name: string }>(
    `select name, tbl_name from sqlite_schema where type = 'index' and sql is not null`,
  )
  for (const { name, tbl_name } of indexes.all()) {
    const partial = { entities_path: `where path <> '/'`, entities_parent: `where parent_id <> ''` }
    const where = partial[name as keyof typeof partial] ?? ''
    database.prepare(`select 1 from ${tbl_name} indexed by ${name} ${where} limit 1`).all()
  }
}
