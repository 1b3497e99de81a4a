import type { AccountId } from '../../domain/entity.ts'
import type { Report } from '../../domain/report.ts'
import type { Expiry, Uses } from '../port.ts'
import type { SqlConnection } from './connection.ts'
import { actionUseArguments, reportArguments } from './report-rows.ts'
import { tableNames } from './schema.ts'
import type { Statement, StatementArguments } from './statement.ts'
import type { Statements } from './statements.ts'

export async function putUses(
  connection: SqlConnection,
  statements: Statements,
  { lastUsed, actions }: Uses,
): Promise<void> {
  for (const { id, usedAt, service, region } of lastUsed) {
    const used_at = usedAt.toISOString()
    await connection.run(statements.putLastUsed, { id, used_at, service, region })
  }
  for (const use of actions) {
    await connection.run(statements.putActionUse, actionUseArguments(use))
  }
}

export async function putReport(
  connection: SqlConnection,
  statements: Statements,
  report: Report,
): Promise<void> {
  await connection.run(statements.putReport, reportArguments(report))
}

/** As `Store.expire`. */
export async function expireRows(
  connection: SqlConnection,
  statements: Statements,
  accountId: AccountId,
  expiry: Expiry,
  limit: number,
): Promise<number> {
  const args = { account_id: accountId, limit }
  const version = await connection.first(statements.accountVersion, { account_id: accountId })
  const changes = {
    before: expiry.changesBefore.toISOString(),
    upTo: Number(version?.version ?? 0) - expiry.changeVersionsMax,
  }
  const logs: readonly [Statement<{ last: unknown }>, Statement<unknown>, StatementArguments][] = [
    [statements.expiredChanges, statements.deleteChanges, changes],
    [
      statements.expiredActionUses,
      statements.deleteExpiredActionUses,
      { before: expiry.actionUsesBefore.toISOString() },
    ],
    [
      statements.expiredReports,
      statements.deleteExpiredReports,
      { before: expiry.reportsBefore.toISOString() },
    ],
    [statements.excessReports, statements.deleteExpiredReports, { keep: expiry.reportCountMax }],
  ]
  let count = 0
  for (const [find, remove, limits] of logs) {
    const last = (await connection.first(find, { ...args, ...limits }))?.last
    if (last === null || last === undefined) continue
    count += await connection.run(remove, { ...args, last: last as string | number })
  }
  return count
}

export async function clearTables(
  connection: SqlConnection,
  statements: Statements,
): Promise<void> {
  for (const table of tableNames) await connection.run(statements.clear[table], {})
}
