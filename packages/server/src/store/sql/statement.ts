import type { Compilable } from 'kysely'

export type SqlValue = string | number | Uint8Array | null
export type StatementArguments = Readonly<Record<string, SqlValue>>

/**
 * SQL compiled once for one dialect. Kysely builds it, so that both dialects share one text in
 * TypeScript; running it costs no building.
 */
export interface Statement<Row> {
  /** Unique among the statements of a dialect: PostgreSQL prepares under it. */
  readonly name: string
  readonly sql: string
  /** In the order of the placeholders: an argument's name, or a value fixed in the query. */
  readonly parameters: readonly (Placeholder | SqlValue)[]
  /** Never set: carries the type of the rows. */
  readonly row?: Row
}

class Placeholder {
  readonly argument: string

  constructor(argument: string) {
    this.argument = argument
  }
}

/** Stands in a query for an argument given when it runs. Typed as what stands beside it wants. */
export function argument<T>(name: string): T {
  return new Placeholder(name) as unknown as T
}

/** Each column takes the argument of its own name. */
export function columnArguments<Name extends string>(names: readonly Name[]): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, argument<string>(name)])) as Record<
    Name,
    string
  >
}

export function compileStatement<Row>(name: string, query: Compilable<Row>): Statement<Row> {
  const { sql, parameters } = query.compile()
  return { name, sql, parameters: parameters as readonly (Placeholder | SqlValue)[] }
}

/** The values in the order of the placeholders. Throws where an argument is missing. */
export function bindArguments(statement: Statement<unknown>, args: StatementArguments): SqlValue[] {
  const { parameters } = statement
  const values: SqlValue[] = []
  for (const parameter of parameters) {
    const fixed = !(parameter instanceof Placeholder)
    const value = fixed ? parameter : args[parameter.argument]
    if (value === undefined) throw missingArgument(statement, parameter)
    values.push(value)
  }
  return values
}

function missingArgument(statement: Statement<unknown>, parameter: unknown): Error {
  const name = parameter instanceof Placeholder ? parameter.argument : '?'
  return new Error(`statement ${statement.name} lacks its argument ${name}`)
}
