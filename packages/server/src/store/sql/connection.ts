import type { SqlValue, Statement, StatementArguments } from './statement.ts'

/** One connection inside a transaction. SQLite answers at once, PostgreSQL with a promise. */
export interface SqlConnection {
  first<Row>(statement: Statement<Row>, args: StatementArguments): Answer<Row | undefined>
  all<Row>(statement: Statement<Row>, args: StatementArguments): Answer<readonly Row[]>
  /** The number of rows changed. */
  run(statement: Statement<unknown>, args: StatementArguments): Answer<number>
}

export type Answer<T> = T | Promise<T>
export type { SqlValue }

/**
 * A connection lent for one read or one write. Once that has ended the connection serves another,
 * so what was lent refuses to work: a forgotten `await` becomes an error, not a wrong answer.
 */
export class LentConnection implements SqlConnection {
  #connection: SqlConnection | undefined

  constructor(connection: SqlConnection) {
    this.#connection = connection
  }

  end(): void {
    this.#connection = undefined
  }

  first<Row>(statement: Statement<Row>, args: StatementArguments): Answer<Row | undefined> {
    return this.#live().first(statement, args)
  }

  all<Row>(statement: Statement<Row>, args: StatementArguments): Answer<readonly Row[]> {
    return this.#live().all(statement, args)
  }

  run(statement: Statement<unknown>, args: StatementArguments): Answer<number> {
    return this.#live().run(statement, args)
  }

  #live(): SqlConnection {
    if (!this.#connection) throw new Error('the read or write this belongs to has ended')
    return this.#connection
  }
}
