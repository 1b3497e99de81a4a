import type { AccountId } from '../../domain/entity.ts'
import type { Report } from '../../domain/report.ts'
import { changeOf } from '../sql/rows.ts'
import { CommitListeners } from '../sql/listeners.ts'
import { SqlTransaction } from '../sql/transaction.ts'
import type { SqlConnection } from '../sql/connection.ts'
import { clearTables, expireRows, putReport, putUses } from '../sql/upkeep.ts'
import type {
  Change,
  ChangeContext,
  Expiry,
  Store,
  StoreReader,
  StoreTransaction,
  Uses,
} from '../port.ts'
import type { SqliteConnection } from './connection.ts'
import { asStoreFailure } from './failure.ts'
import { GroupCommit } from './group-commit.ts'
import type { ReadPool } from './read-pool.ts'
import { sqliteStatements } from './statements.ts'

/** A store over an open, migrated database. */
export class SqliteStore implements Store {
  readonly #file: string
  readonly #readers: ReadPool
  readonly #writer: GroupCommit
  readonly #listeners = new CommitListeners()
  readonly #onClose: () => void
  #closing: Promise<void> | undefined

  /** @param onClose Called once, when all connections are closed. */
  constructor(writer: SqliteConnection, readers: ReadPool, onClose: () => void) {
    this.#file = writer.database.name
    this.#readers = readers
    this.#writer = new GroupCommit(
      writer,
      () => readers.beforeCommit(),
      (changes) => this.#listeners.announce(changes),
    )
    this.#onClose = onClose
  }

  async read<T>(work: (reader: StoreReader) => Promise<T>): Promise<T> {
    try {
      return await this.#readers.read(work)
    } catch (error) {
      throw asStoreFailure(error, this.#file)
    }
  }

  write<T>(context: ChangeContext, work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return this.#writer.submit(async (connection) => {
      const transaction = new SqlTransaction(connection, sqliteStatements, context)
      const value = await work(transaction)
      return { value, changes: await transaction.finish() }
    })
  }

  recordUses(uses: Uses): Promise<void> {
    return this.#upkeep((connection) => putUses(connection, sqliteStatements, uses))
  }

  putReport(report: Report): Promise<void> {
    return this.#upkeep((connection) => putReport(connection, sqliteStatements, report))
  }

  expire(accountId: AccountId, expiry: Expiry, rowsMax: number): Promise<number> {
    return this.#upkeep((connection) =>
      expireRows(connection, sqliteStatements, accountId, expiry, rowsMax),
    )
  }

  onCommit(listener: (changes: readonly Change[]) => void): void {
    this.#listeners.add(listener)
  }

  async changes(accountId: AccountId, afterVersion: number, limit: number) {
    const args = { account_id: accountId, after: afterVersion, limit }
    const rows = await this.#readers.query((connection) =>
      connection.all(sqliteStatements.changePage, args),
    )
    return rows.map(changeOf)
  }

  async setting(name: string): Promise<string | undefined> {
    const row = await this.#readers.query((connection) =>
      connection.first(sqliteStatements.settingByName, { name }),
    )
    return row?.value
  }

  putSetting(name: string, value: string): Promise<void> {
    return this.#upkeep(async (connection) => {
      await connection.run(sqliteStatements.putSetting, { name, value })
    })
  }

  clear(): Promise<void> {
    return this.#upkeep((connection) => clearTables(connection, sqliteStatements))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#readers.close()
    await this.#writer.close()
    this.#onClose()
  }

  /** Durable as `write` is, and outside the log of changes. */
  #upkeep<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.#writer.submit(async (connection) => ({
      value: await work(connection),
      changes: [],
    }))
  }
}
