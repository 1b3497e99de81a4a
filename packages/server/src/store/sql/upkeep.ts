import type { LastUsed } from '../port.ts'
import type { SqlConnection } from './connection.ts'
import { tableNames } from './schema.ts'
import type { Statements } from './statements.ts'

export async function putLastUsed(
  connection: SqlConnection,
  statements: Statements,
  uses: readonly LastUsed[],
): Promise<void> {
  for (const { id, usedAt, service, region } of uses) {
    const used_at = usedAt.toISOString()
    await connection.run(statements.putLastUsed, { id, used_at, service, region })
  }
}

export async function clearTables(
  connection: SqlConnection,
  statements: Statements,
): Promise<void> {
  for (const table of tableNames) await connection.run(statements.clear[table], {})
}
