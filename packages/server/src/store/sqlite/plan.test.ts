import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Statement } from '../sql/statement.ts'
import { openSqliteStore } from './open.ts'
import { sqliteStatements as statements } from './statements.ts'

// Goal: a page costs the same however many there are. Method: SQLite says how it would run each
// hot statement; a scan, or a sort where the index has the order, would grow with the table.
const folder = mkdtempSync(join(tmpdir(), 'bailiwick-plan-'))
const file = join(folder, 'plan.db')
let database: Database.Database

beforeAll(async () => {
  await (await openSqliteStore({ file })).close()
  database = new Database(file)
})
afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const sorts = /TEMP B-TREE/
const plans: readonly [statement: Statement<unknown>, uses: RegExp, mayScan?: RegExp][] = [
  [statements.entityByName, /INDEX entities_name \(account_id=\? .*name_folded=\?\)/],
  [statements.entityById, /INDEX sqlite_autoindex_entities_1 \(id=\?\)/],
  [statements.entityPage, /INDEX entities_name \(.*name_folded>\?\)/],
  [statements.entityPageWalkingNames, /INDEX entities_name \(.*name_folded>\?\)/],
  [statements.entityPageByPath, /INDEX entities_path \(.*path>\? AND path<\?\)/, sorts],
  [
    statements.pathCountUpTo,
    /COVERING INDEX entities_path \(.*path>\? AND path<\?\)/,
    /SCAN probed/,
  ],
  [statements.childOf, /INDEX entities_parent \(parent_id=\?\)/],
  [statements.sealedOf, /INDEX sqlite_autoindex_sealed_secrets_1/],
  [statements.linksFrom, /INDEX sqlite_autoindex_links_1 \(from_id=\? AND kind=\?\)/, sorts],
  [statements.linkByEnds, /INDEX sqlite_autoindex_links_1 \(from_id=\? .*to_id=\?\)/],
  [statements.linkCount, /COVERING INDEX links_(to|account) \(.*=\? AND kind=\? AND .*=\?\)/],
  [statements.linkCounts, /COVERING INDEX links_account \(account_id=\? AND kind=\?\)/],
  [statements.linkAtTo, /INDEX links_to \(to_id=\?\)/],
  [statements.linkedPage, /INDEX links_to \(to_id=\? AND kind=\? AND account_id=\?\)/, sorts],
  [statements.accountById, /INDEX sqlite_autoindex_accounts_1/],
  [statements.accountByAlias, /INDEX .* \(alias=\?\)/],
  [statements.accountByEmail, /INDEX .* \(email_folded=\?\)/],
  [statements.accountVersion, /INDEX sqlite_autoindex_accounts_1/],
  [
    statements.actionUsesOf,
    /INDEX sqlite_autoindex_action_uses_1 \(account_id=\? AND principal_id=\?\)/,
  ],
  [statements.reportById, /INDEX sqlite_autoindex_reports_1/],
  [statements.newestReport, /INDEX reports_subject/],
  [statements.expiredChanges, /INDEX sqlite_autoindex_changes_1 \(account_id=\?\)/, /SCAN oldest/],
  [statements.expiredActionUses, /INDEX action_uses_expiry \(.*used_at<\?\)/, /SCAN oldest/],
  [statements.expiredReports, /INDEX reports_expiry \(.*started_at<\?\)/, /SCAN oldest/],
  [statements.changePage, /INDEX sqlite_autoindex_changes_1 \(account_id=\? AND version>\?\)/],
]

test.each(plans.map((plan) => [plan[0].name, ...plan] as const))(
  '%s follows an index',
  (_name, statement, uses, mayScan) => {
    const values = statement.parameters.map(() => '')
    const steps = database
      .prepare<unknown[], { detail: string }>(`explain query plan ${statement.sql}`)
      .all(...values)
      .map(({ detail }) => detail)
    expect(steps.join('\n')).toMatch(uses)
    const costly = steps.filter((step) => /^SCAN|TEMP B-TREE/.test(step))
    expect(costly.filter((step) => !mayScan?.test(step))).toEqual([])
  },
)
