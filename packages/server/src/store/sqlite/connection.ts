import type { Database, Statement as Prepared } from 'better-sqlite3'
import type { SqlConnection } from '../sql/connection.ts'
import { bindArguments } from '../sql/statement.ts'
import type { Statement, StatementArguments } from '../sql/statement.ts'

/** One SQLite connection; every statement is prepared once. Answers at once. */
export class SqliteConnection implements SqlConnection {
  readonly database: Database
  readonly #prepared = new Map<Statement<unknown>, Prepared>()

  constructor(database: Database) {
    this.database = database
  }

  first<Row>(statement: Statement<Row>, args: StatementArguments): Row | undefined {
    return this.#prepare(statement).get(bindArguments(statement, args)) as Row | undefined
  }

  all<Row>(statement: Statement<Row>, args: StatementArguments): readonly Row[] {
    return this.#prepare(statement).all(bindArguments(statement, args)) as Row[]
  }

  run(statement: Statement<unknown>, args: StatementArguments): number {
    return this.#prepare(statement).run(bindArguments(statement, args)).changes
  }

  /** Transaction control: `begin`, `savepoint job` … */
  control(sql: string): void {
    this.#control(sql).run()
  }

  /** At this moment: a transaction by itself sees what is committed at its first look. */
  beginSnapshot(): void {
    this.control('begin')
    this.#look ??= this.database.prepare('select 1 from sqlite_schema limit 1')
    this.#look.get()
  }

  #look: Prepared | undefined

  readonly #controls = new Map<string, Prepared>()

  #control(sql: string): Prepared {
    let prepared = this.#controls.get(sql)
    if (!prepared) this.#controls.set(sql, (prepared = this.database.prepare(sql)))
    return prepared
  }

  #prepare(statement: Statement<unknown>): Prepared {
    let prepared = this.#prepared.get(statement)
    if (!prepared) {
      prepared = this.database.prepare(statement.sql)
      this.#prepared.set(statement, prepared)
    }
    return prepared
  }
}
