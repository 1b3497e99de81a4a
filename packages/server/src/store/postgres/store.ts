import type { Client, Pool } from 'pg'
import type { AccountId } from '../../domain/entity.ts'
import type { Report } from '../../domain/report.ts'
import { StoreUnavailableError } from '../errors.ts'
import { LentConnection } from '../sql/connection.ts'
import { CommitListeners } from '../sql/listeners.ts'
import { SqlReader } from '../sql/reader.ts'
import { changeOf } from '../sql/rows.ts'
import { SqlTransaction } from '../sql/transaction.ts'
import { clearTables, expireRows, putReport, putUses } from '../sql/upkeep.ts'
import type {
  ActionUse,
  Change,
  ChangeContext,
  Expiry,
  LastUsed,
  Store,
  StoreReader,
  StoreTransaction,
  Uses,
} from '../port.ts'
import { AccountQueue } from './account-queue.ts'
import { PostgresConnection } from './connection.ts'
import { asStoreFailure, mayRetry, placeOf } from './failure.ts'
import { lockAccount, postgresStatements } from './statements.ts'

const attemptsMax = 3
/** Durable even where the server's default is not. */
const beginWrite = 'begin; set local synchronous_commit to on'
const beginRead = 'begin isolation level repeatable read read only'

/** A store over a locked, migrated database. */
export class PostgresStore implements Store {
  readonly #url: string
  readonly #pool: Pool
  readonly #lockHolder: Client
  readonly #listeners = new CommitListeners()
  readonly #queue = new AccountQueue()
  #refusal: string | undefined
  #closing: Promise<void> | undefined

  /** @param lockHolder The session that holds the database's lock. */
  constructor(url: string, pool: Pool, lockHolder: Client) {
    this.#url = url
    this.#pool = pool
    this.#lockHolder = lockHolder
    lockHolder.on('end', () => {
      this.#refusal ??= `The lock on ${placeOf(url)} is lost, and another node may serve: restart this one.`
    })
  }

  read<T>(work: (reader: StoreReader) => Promise<T>): Promise<T> {
    return this.#transact(beginRead, (connection) =>
      work(new SqlReader(connection, postgresStatements)),
    )
  }

  write<T>(context: ChangeContext, work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return this.#queue.run(context.accountId, async () => {
      const { value, changes } = await this.#attemptWrite(context, work)
      if (changes.length > 0) this.#listeners.announce(changes)
      return value
    })
  }

  async #attemptWrite<T>(context: ChangeContext, work: (tx: StoreTransaction) => Promise<T>) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#transact(beginWrite, async (connection) => {
          await connection.first(lockAccount, { account_id: context.accountId })
          const transaction = new SqlTransaction(connection, postgresStatements, context)
          const value = await work(transaction)
          return { value, changes: await transaction.finish() }
        })
      } catch (error) {
        if (attempt === attemptsMax || !mayRetry(error)) throw error
      }
    }
  }

  recordUses({ lastUsed, actions }: Uses): Promise<void> {
    // In one order, so that two of them cannot wait for each other.
    const uses = { lastUsed: inOrder(lastUsed, useKey), actions: inOrder(actions, actionUseKey) }
    return this.#transact(beginWrite, (connection) => putUses(connection, postgresStatements, uses))
  }

  putReport(report: Report): Promise<void> {
    return this.#transact(beginWrite, (connection) =>
      putReport(connection, postgresStatements, report),
    )
  }

  expire(accountId: AccountId, expiry: Expiry, rowsMax: number): Promise<number> {
    return this.#transact(beginWrite, (connection) =>
      expireRows(connection, postgresStatements, accountId, expiry, rowsMax),
    )
  }

  onCommit(listener: (changes: readonly Change[]) => void): void {
    this.#listeners.add(listener)
  }

  async changes(accountId: AccountId, afterVersion: number, limit: number) {
    const args = { account_id: accountId, after: afterVersion, limit }
    const rows = await this.#transact(
      beginRead,
      async (connection) => await connection.all(postgresStatements.changePage, args),
    )
    return rows.map(changeOf)
  }

  setting(name: string): Promise<string | undefined> {
    return this.#transact(beginRead, async (connection) => {
      const row = await connection.first(postgresStatements.settingByName, { name })
      return row?.value
    })
  }

  putSetting(name: string, value: string): Promise<void> {
    return this.#transact(beginWrite, async (connection) => {
      await connection.run(postgresStatements.putSetting, { name, value })
    })
  }

  clear(): Promise<void> {
    return this.#transact(beginWrite, (connection) => clearTables(connection, postgresStatements))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#queue.idle()
    this.#refusal = 'The store is closed.'
    await this.#pool.end()
    await this.#lockHolder.end().catch(() => {})
  }

  async #transact<T>(begin: string, work: (connection: LentConnection) => Promise<T>): Promise<T> {
    if (this.#refusal !== undefined) throw new StoreUnavailableError(this.#refusal)
    try {
      const client = await this.#pool.connect()
      const lent = new LentConnection(new PostgresConnection(client))
      let broken = true
      try {
        await client.query(begin)
        const value = await work(lent)
        lent.end()
        // A transaction in which a statement failed answers COMMIT with ROLLBACK, not an error.
        const { command } = await client.query('commit')
        if (command !== 'COMMIT') throw new Error('the transaction was rolled back')
        broken = false
        return value
      } catch (error) {
        lent.end()
        broken = await client.query('rollback').then(
          () => false,
          () => true,
        )
        throw error
      } finally {
        client.release(broken)
      }
    } catch (error) {
      throw asStoreFailure(error, this.#url)
    }
  }
}

const useKey = ({ id }: LastUsed) => id
const actionUseKey = ({ principalId, service, action, region }: ActionUse) =>
  `${principalId} ${service} ${action} ${region}`

function inOrder<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
