import Database from 'better-sqlite3'
import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Kysely, SqliteDialect } from 'kysely'
import type { Store } from '../port.ts'
import { migrateToLatest } from '../sql/migrate.ts'
import { sqliteTypes } from '../sql/migrations.ts'
import { assertIntact } from './check.ts'
import { SqliteConnection } from './connection.ts'
import { asOpenFailure } from './failure.ts'
import { lockDatabase } from './lock.ts'
import { ReadPool } from './read-pool.ts'
import { SqliteStore } from './store.ts'

export type SqliteOptions = (FileOptions | MemoryOptions) & {
  /** The file may grow to so many pages of 4,096 bytes; then writes are refused as if full. */
  readonly pageCountMax?: number
  /** Reads at once; more wait. */
  readonly readConnectionCountMax?: number
}

export interface FileOptions {
  /** The database; its folder is made where missing. Beside it: `-wal`, `-shm` and `.lock`. */
  readonly file: string
  /** `off` is for a test that shows what `full` is good for. */
  readonly synchronous?: 'full' | 'off'
}

/** Gone with the process, however that ends. */
export interface MemoryOptions {
  readonly memory: true
}

/** How long to wait for another program that reads the file, a backup for instance. */
const busyMilliseconds = 5_000
/** Reads of what is not in a connection's own cache then need no call of the system: 1 GiB. */
const mappedBytesMax = 1024 * 1024 * 1024
/** How much log may gather before it is moved into the database, in pages: 16 MiB. */
const checkpointPages = 4_096
const logBytesMax = 64 * 1024 * 1024

/** @throws StoreOpenError Its message is for the operator. */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  if ('memory' in options) return openMemory(options)
  const { file } = options
  try {
    makeFolder(dirname(file))
    const lock = lockDatabase(file)
    try {
      return await openLocked(file, options.synchronous ?? 'full', options, lock.release)
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    throw asOpenFailure(error, file)
  }
}

/**
 * A database that no file leads to. SQLite's own memory databases either belong to one connection
 * or make readers wait for writers, so this is a file in a folder that is removed as soon as all
 * connections are open; the system frees it with the process.
 */
async function openMemory(options: SqliteOptions): Promise<Store> {
  const folder = mkdtempSync(join(memoryFolder(), 'bailiwick-'))
  try {
    return await openLocked(join(folder, 'memory.db'), 'off', options, () => {}, true)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function memoryFolder(): string {
  const shared = '/dev/shm'
  return statSync(shared, { throwIfNoEntry: false })?.isDirectory() ? shared : tmpdir()
}

async function openLocked(
  file: string,
  synchronous: 'full' | 'off',
  options: SqliteOptions,
  onClose: () => void,
  openReadersNow = false,
): Promise<Store> {
  const opened: Database.Database[] = []
  const open = (readonly: boolean) => {
    const database = new Database(file, { readonly, timeout: busyMilliseconds })
    opened.push(database)
    if (readonly) database.pragma(`mmap_size = ${mappedBytesMax}`)
    return database
  }
  try {
    const database = open(false)
    configureWriter(database, synchronous, options.pageCountMax)
    assertIntact(database)
    await migrate(database)
    const readers = new ReadPool(
      () => new SqliteConnection(open(true)),
      options.readConnectionCountMax ?? 8,
    )
    if (openReadersNow) readers.fill()
    return new SqliteStore(new SqliteConnection(database), readers, onClose)
  } catch (error) {
    for (const database of opened) database.close()
    throw error
  }
}

function configureWriter(database: Database.Database, synchronous: string, pageCountMax?: number) {
  database.pragma('journal_mode = wal')
  database.pragma(`synchronous = ${synchronous}`)
  database.pragma(`wal_autocheckpoint = ${checkpointPages}`)
  database.pragma(`journal_size_limit = ${logBytesMax}`)
  database.pragma('temp_store = memory')
  if (pageCountMax !== undefined) database.pragma(`max_page_count = ${pageCountMax}`)
}

/** All migrations in one transaction: SQLite's DDL is transactional, though Kysely will not say so. */
async function migrate(database: Database.Database): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) })
  database.exec('begin immediate')
  try {
    await migrateToLatest(db, sqliteTypes)
    database.exec('commit')
  } finally {
    if (database.inTransaction) database.exec('rollback')
  }
}

/** Makes the folder, and syncs the one it is in: else a power cut can take the folder away. */
function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  const parent = openSync(dirname(first), 'r')
  try {
    fsyncSync(parent)
  } finally {
    closeSync(parent)
  }
}
