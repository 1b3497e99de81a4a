import { StoreUnavailableError } from '../errors.ts'
import { LentConnection } from '../sql/connection.ts'
import { RememberingReader, type Remembered } from '../sql/remembering-reader.ts'
import type { StoreReader } from '../port.ts'
import type { SqliteConnection } from './connection.ts'
import { sqliteStatements } from './statements.ts'

interface Pooled {
  readonly connection: SqliteConnection
  /** The commits that its snapshot was begun after; meaningful in a transaction. */
  commitCount: number
}

/**
 * Connections that read, each one snapshot at a time. They see what is committed, and a commit is
 * seen only once it is on the disk: with `synchronous=FULL` SQLite publishes it after the sync.
 *
 * Beginning a snapshot costs as much as a look-up in it. Nobody else writes, so all snapshots
 * between two commits are the same: an idle connection keeps its own until the next commit, and
 * what one reader was answered the next need not ask.
 */
export class ReadPool {
  readonly #open: () => SqliteConnection
  readonly #sizeMax: number
  readonly #all: Pooled[] = []
  readonly #idle: Pooled[] = []
  readonly #waiting: ((pooled: Pooled) => void)[] = []
  #commitCount = 0
  /** Of the snapshots between the last commit and the next. */
  #remembered: Remembered = new Map()
  #closed = false
  #onIdle: (() => void) | undefined

  constructor(open: () => SqliteConnection, sizeMax: number) {
    this.#open = open
    this.#sizeMax = sizeMax
  }

  /** Opens them all now, for a database that soon has no name to open. */
  fill(): void {
    while (this.#all.length < this.#sizeMax) {
      const pooled = this.#grow()
      // SQLite opens the files of the log with the first read.
      pooled.connection.database.prepare('select count(*) from entities').get()
      this.#idle.push(pooled)
    }
  }

  async read<T>(work: (reader: StoreReader) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreUnavailableError('The store is closed.')
    const pooled = this.#idle.pop() ?? (await this.#wait())
    const lent = new LentConnection(pooled.connection)
    try {
      this.#beginSnapshot(pooled)
      return await work(new RememberingReader(lent, sqliteStatements, this.#remembered))
    } finally {
      lent.end()
      this.#giveBack(pooled)
    }
  }

  /** One statement, which is a snapshot by itself. */
  async query<T>(work: (connection: SqliteConnection) => T): Promise<T> {
    if (this.#closed) throw new StoreUnavailableError('The store is closed.')
    const pooled = this.#idle.pop() ?? (await this.#wait())
    try {
      return work(pooled.connection)
    } finally {
      this.#giveBack(pooled)
    }
  }

  /**
   * To be called right before each commit, in the same turn: lets go of the snapshots that are
   * about to be old, which would also keep the log from being emptied.
   */
  beforeCommit(): void {
    this.#commitCount++
    this.#remembered = new Map()
    for (const { connection } of this.#idle) endSnapshot(connection)
  }

  /** Refuses more, and closes each connection when its read has ended. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#idle.length < this.#all.length) {
      await new Promise<void>((resolve) => (this.#onIdle = resolve))
    }
    for (const { connection } of this.#all) connection.database.close()
  }

  #beginSnapshot(pooled: Pooled): void {
    if (pooled.connection.database.inTransaction) return
    pooled.connection.beginSnapshot()
    pooled.commitCount = this.#commitCount
  }

  // INVARIANT: an idle connection is in no transaction, or in one begun after the last commit.
  #giveBack(pooled: Pooled): void {
    if (pooled.commitCount !== this.#commitCount) endSnapshot(pooled.connection)
    const next = this.#waiting.shift()
    if (next) return next(pooled)
    this.#idle.push(pooled)
    this.#onIdle?.()
  }

  #wait(): Pooled | Promise<Pooled> {
    if (this.#all.length < this.#sizeMax) return this.#grow()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #grow(): Pooled {
    const pooled = { connection: this.#open(), commitCount: this.#commitCount }
    this.#all.push(pooled)
    return pooled
  }
}

function endSnapshot(connection: SqliteConnection): void {
  if (connection.database.inTransaction) connection.control('rollback')
}
