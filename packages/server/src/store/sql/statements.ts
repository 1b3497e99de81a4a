import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { readStatements } from './read-statements.ts'
import { reportStatements } from './report-statements.ts'
import { tableNames } from './schema.ts'
import type { Tables } from './schema.ts'
import { argument as arg, compileStatement } from './statement.ts'
import type { Statement } from './statement.ts'
import { writeStatements } from './write-statements.ts'

/** All statements of a dialect, compiled once. `db` only builds; it is never run. */
export function compileStatements(db: Kysely<Tables>) {
  return {
    ...readStatements(db),
    ...writeStatements(db),
    ...logStatements(db),
    ...reportStatements(db),
    clear: clearStatements(db),
  }
}

export type Statements = ReturnType<typeof compileStatements>

function logStatements(db: Kysely<Tables>) {
  return {
    insertChange: compileStatement(
      'insertChange',
      db.insertInto('changes').values({
        account_id: arg<string>('account_id'),
        version: arg<number>('version'),
        idx: arg<number>('idx'),
        at: arg<string>('at'),
        event_id: arg<string>('event_id'),
        kind: arg<string>('kind'),
        entity_id: arg<string>('entity_id'),
        before: arg<string | null>('before'),
        after: arg<string | null>('after'),
      }),
    ),
    changePage: compileStatement(
      'changePage',
      db
        .selectFrom('changes')
        .selectAll()
        .where('account_id', '=', arg<string>('account_id'))
        .where('version', '>', arg<number>('after'))
        .orderBy('version')
        .orderBy('idx')
        .limit(arg<number>('limit')),
    ),
    putLastUsed: compileStatement(
      'putLastUsed',
      db
        .insertInto('last_used')
        .values({
          id: arg<string>('id'),
          used_at: arg<string>('used_at'),
          service: arg<string>('service'),
          region: arg<string>('region'),
        })
        .onConflict((on) =>
          on
            .column('id')
            .doUpdateSet({
              used_at: sql<string>`excluded.used_at`,
              service: sql<string>`excluded.service`,
              region: sql<string>`excluded.region`,
            })
            .where(sql<boolean>`excluded.used_at > last_used.used_at`),
        ),
    ),
    settingByName: compileStatement(
      'settingByName',
      db.selectFrom('settings').select('value').where('name', '=', arg<string>('name')),
    ),
    putSetting: compileStatement(
      'putSetting',
      db
        .insertInto('settings')
        .values({ name: arg<string>('name'), value: arg<string>('value') })
        .onConflict((on) => on.column('name').doUpdateSet({ value: sql<string>`excluded.value` })),
    ),
  }
}

function clearStatements(db: Kysely<Tables>) {
  return Object.fromEntries(
    tableNames.map((table) => [table, compileStatement(`clear-${table}`, db.deleteFrom(table))]),
  ) as Record<(typeof tableNames)[number], Statement<unknown>>
}
