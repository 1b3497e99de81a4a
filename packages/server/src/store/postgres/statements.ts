import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import type { Tables } from '../sql/schema.ts'
import { argument, compileStatement } from '../sql/statement.ts'
import { compileStatements } from '../sql/statements.ts'

const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (introspected) => new PostgresIntrospector(introspected),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

export const postgresStatements = compileStatements(db)

/** Held to the end of the transaction: versions then follow the order of commits. */
export const lockAccount = compileStatement(
  'lockAccount',
  db
    .selectFrom('accounts')
    .select(sql<number>`1`.as('one'))
    .where('account_id', '=', argument<string>('account_id'))
    .forUpdate(),
)
