import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ActionUseRow, ReportRow, Tables } from './schema.ts'
import { argument as arg, columnArguments, compileStatement } from './statement.ts'

/** What principals have tried, the reports, and what becomes of them. */
export function reportStatements(db: Kysely<Tables>) {
  return { ...actionUses(db), ...reports(db), ...expiries(db) }
}

function actionUses(db: Kysely<Tables>) {
  const key = ['account_id', 'principal_id', 'service', 'action', 'region'] as const
  return {
    putActionUse: compileStatement(
      'putActionUse',
      db
        .insertInto('action_uses')
        .values(columnArguments<keyof ActionUseRow>([...key, 'used_at']))
        .onConflict((on) =>
          on
            .columns([...key])
            .doUpdateSet({ used_at: sql<string>`excluded.used_at` })
            .where(sql<boolean>`excluded.used_at > action_uses.used_at`),
        ),
    ),
    actionUsesOf: compileStatement(
      'actionUsesOf',
      db
        .selectFrom('action_uses')
        .selectAll()
        .where('account_id', '=', arg<string>('account_id'))
        .where('principal_id', '=', arg<string>('principal_id'))
        .orderBy('service')
        .orderBy('action')
        .orderBy('region'),
    ),
    serviceUsesOf: compileStatement(
      'serviceUsesOf',
      db
        .selectFrom('action_uses')
        .select(({ fn }) => ['service', 'region', fn.max<string>('used_at').as('used_at')])
        .where('account_id', '=', arg<string>('account_id'))
        .groupBy(['service', 'region'])
        .orderBy('service')
        .orderBy('region'),
    ),
    deleteActionUses: compileStatement(
      'deleteActionUses',
      db
        .deleteFrom('action_uses')
        .where('account_id', '=', arg<string>('account_id'))
        .where('principal_id', '=', arg<string>('principal_id')),
    ),
  }
}

function reports(db: Kysely<Tables>) {
  const made = ['state', 'finished_at', 'content'] as const
  const asked = ['id', 'account_id', 'kind', 'subject', 'started_at'] as const
  return {
    putReport: compileStatement(
      'putReport',
      db
        .insertInto('reports')
        .values(columnArguments<keyof ReportRow>([...asked, ...made]))
        .onConflict((on) =>
          on.column('id').doUpdateSet((row) => ({
            state: row.ref('excluded.state'),
            finished_at: row.ref('excluded.finished_at'),
            content: row.ref('excluded.content'),
          })),
        ),
    ),
    reportById: compileStatement(
      'reportById',
      db.selectFrom('reports').selectAll().where('id', '=', arg<string>('id')),
    ),
    newestReport: compileStatement(
      'newestReport',
      db
        .selectFrom('reports')
        .selectAll()
        .where('account_id', '=', arg<string>('account_id'))
        .where('kind', '=', arg<string>('kind'))
        .where('subject', '=', arg<string>('subject'))
        .orderBy('started_at', 'desc')
        .limit(1),
    ),
  }
}

/**
 * Of each log two statements: where the next batch of expired rows ends, and what deletes up to
 * there. Both follow an index, so a batch costs the same however long the log is.
 */
function expiries(db: Kysely<Tables>) {
  const oldestChanges = db
    .selectFrom('changes')
    .select(['version', 'at'])
    .where('account_id', '=', arg<string>('account_id'))
    .orderBy('version')
    .orderBy('idx')
    .limit(arg<number>('limit'))
  return {
    expiredChanges: compileStatement(
      'expiredChanges',
      db
        .selectFrom(oldestChanges.as('oldest'))
        .select(({ fn }) => fn.max<number | null>('version').as('last'))
        .where(({ or, eb }) =>
          or([eb('at', '<', arg<string>('before')), eb('version', '<=', arg<number>('upTo'))]),
        ),
    ),
    deleteChanges: compileStatement(
      'deleteChanges',
      db
        .deleteFrom('changes')
        .where('account_id', '=', arg<string>('account_id'))
        .where('version', '<=', arg<number>('last')),
    ),
    expiredActionUses: expired(db, 'action_uses', 'used_at'),
    deleteExpiredActionUses: deleteUpTo(db, 'action_uses', 'used_at'),
    excessReports: compileStatement(
      'excessReports',
      db
        .selectFrom('reports')
        .select('started_at as last')
        .where('account_id', '=', arg<string>('account_id'))
        .orderBy('started_at', 'desc')
        .limit(1)
        .offset(arg<number>('keep')),
    ),
    expiredReports: expired(db, 'reports', 'started_at'),
    deleteExpiredReports: deleteUpTo(db, 'reports', 'started_at'),
  }
}

type Dated = readonly [table: 'action_uses' | 'reports', column: 'used_at' | 'started_at']

function expired(db: Kysely<Tables>, ...[table, column]: Dated) {
  const oldest = db
    .selectFrom(table)
    .select(sql.ref<string>(column).as('date'))
    .where('account_id', '=', arg<string>('account_id'))
    .where(sql.ref<string>(column), '<', arg<string>('before'))
    .orderBy(sql.ref(column))
    .limit(arg<number>('limit'))
  return compileStatement(
    `expired-${table}`,
    db.selectFrom(oldest.as('oldest')).select(({ fn }) => fn.max<string | null>('date').as('last')),
  )
}

function deleteUpTo(db: Kysely<Tables>, ...[table, column]: Dated) {
  return compileStatement(
    `deleteUpTo-${table}`,
    db
      .deleteFrom(table)
      .where('account_id', '=', arg<string>('account_id'))
      .where(sql.ref<string>(column), '<=', arg<string>('last')),
  )
}
