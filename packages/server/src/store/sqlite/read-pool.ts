import { StoreUnavailableError } from '../errors.ts'
import { LentConnection } from '../sql/connection.ts'
import { SqlReader } from '../sql/reader.ts'
import type { StoreReader } from '../port.ts'
import type { SqliteConnection } from './connection.ts'
import { sqliteStatements } from './statements.ts'

/**
 * Connections that read, each one snapshot at a time. They see what is committed, and a commit is
 * seen only once it is on the disk: with `synchronous=FULL` SQLite publishes it after the sync.
 */
export class ReadPool {
  readonly #open: () => SqliteConnection
  readonly #sizeMax: number
  readonly #all: SqliteConnection[] = []
  readonly #idle: SqliteConnection[] = []
  readonly #waiting: ((connection: SqliteConnection) => void)[] = []
  #closed = false
  #onIdle: (() => void) | undefined

  constructor(open: () => SqliteConnection, sizeMax: number) {
    this.#open = open
    this.#sizeMax = sizeMax
  }

  /** Opens them all now, for a database that soon has no name to open. */
  fill(): void {
    while (this.#all.length < this.#sizeMax) {
      const connection = this.#grow()
      // SQLite opens the files of the log with the first read.
      connection.database.prepare('select count(*) from entities').get()
      this.#idle.push(connection)
    }
  }

  async read<T>(work: (reader: StoreReader) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreUnavailableError('The store is closed.')
    const connection = this.#idle.pop() ?? (await this.#wait())
    try {
      return await readSnapshot(connection, work)
    } finally {
      this.#giveBack(connection)
    }
  }

  /** One statement, which is a snapshot by itself. */
  async query<T>(work: (connection: SqliteConnection) => T): Promise<T> {
    if (this.#closed) throw new StoreUnavailableError('The store is closed.')
    const connection = this.#idle.pop() ?? (await this.#wait())
    try {
      return work(connection)
    } finally {
      this.#giveBack(connection)
    }
  }

  /** Refuses more, and closes each connection when its read has ended. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#idle.length < this.#all.length) {
      await new Promise<void>((resolve) => (this.#onIdle = resolve))
    }
    for (const { database } of this.#all) database.close()
  }

  #giveBack(connection: SqliteConnection): void {
    const next = this.#waiting.shift()
    if (next) return next(connection)
    this.#idle.push(connection)
    this.#onIdle?.()
  }

  #wait(): SqliteConnection | Promise<SqliteConnection> {
    if (this.#all.length < this.#sizeMax) return this.#grow()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #grow(): SqliteConnection {
    const connection = this.#open()
    this.#all.push(connection)
    return connection
  }
}

async function readSnapshot<T>(
  connection: SqliteConnection,
  work: (reader: StoreReader) => Promise<T>,
): Promise<T> {
  const lent = new LentConnection(connection)
  connection.control('begin')
  try {
    return await work(new SqlReader(lent, sqliteStatements))
  } finally {
    lent.end()
    if (connection.database.inTransaction) connection.control('rollback')
  }
}
