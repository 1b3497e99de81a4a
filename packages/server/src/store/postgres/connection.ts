import type { PoolClient } from 'pg'
import type { SqlConnection } from '../sql/connection.ts'
import { bindArguments } from '../sql/statement.ts'
import type { Statement, StatementArguments } from '../sql/statement.ts'

/** One PostgreSQL connection; every statement is prepared once, under its name. */
export class PostgresConnection implements SqlConnection {
  readonly client: PoolClient

  constructor(client: PoolClient) {
    this.client = client
  }

  async first<Row>(statement: Statement<Row>, args: StatementArguments): Promise<Row | undefined> {
    return (await this.#query(statement, args)).rows[0] as Row | undefined
  }

  async all<Row>(statement: Statement<Row>, args: StatementArguments): Promise<readonly Row[]> {
    return (await this.#query(statement, args)).rows as Row[]
  }

  async run(statement: Statement<unknown>, args: StatementArguments): Promise<number> {
    return (await this.#query(statement, args)).rowCount ?? 0
  }

  #query(statement: Statement<unknown>, args: StatementArguments) {
    const values = bindArguments(statement, args)
    return this.client.query({ name: statement.name, text: statement.sql, values })
  }
}
