import { sql } from 'kysely'
import type { Compilable, Kysely } from 'kysely'
import { tableNames } from './schema.ts'
import type { AccountRow, EntityRow, LinkRow, Tables } from './schema.ts'
import { argument as arg, compileStatement } from './statement.ts'
import type { Statement } from './statement.ts'

/** All statements of a dialect, compiled once. `db` only builds; it is never run. */
export function compileStatements(db: Kysely<Tables>) {
  return {
    ...entityReads(db),
    ...linkReads(db),
    ...accountReads(db),
    ...entityWrites(db),
    ...accountWrites(db),
    ...logStatements(db),
    clear: clearStatements(db),
  }
}

export type Statements = ReturnType<typeof compileStatements>

function listed(db: Kysely<Tables>) {
  return db
    .selectFrom('entities')
    .selectAll()
    .where('account_id', '=', arg<string>('account_id'))
    .where('kind', '=', arg<string>('kind'))
    .where('parent_id', '=', arg<string>('parent_id'))
}

function entityReads(db: Kysely<Tables>) {
  const named = listed(db)
  const page = named
    .where('name_folded', '>', arg<string>('after'))
    .orderBy('name_folded')
    .limit(arg<number>('limit'))
  // `|| ''` keeps the name's index out of it: the planner cannot know that few have the path.
  const pathRange = named
    .where(sql<boolean>`path <> '/'`)
    .where('path', '>=', arg<string>('path_from'))
    .where('path', '<', arg<string>('path_before'))
    .where(sql<string>`name_folded || ''`, '>', arg<string>('after'))
  return {
    entityByName: compileStatement(
      'entityByName',
      named.where('name_folded', '=', arg<string>('name_folded')),
    ),
    entityById: compileStatement(
      'entityById',
      db
        .selectFrom('entities')
        .selectAll()
        .where('id', '=', arg<string>('id'))
        .where('kind', '=', arg<string>('kind')),
    ),
    entityPage: compileStatement('entityPage', page),
    entityPageWalkingNames: compileStatement(
      'entityPageWalkingNames',
      page
        .where('path', '>=', arg<string>('path_from'))
        .where('path', '<', arg<string>('path_before')),
    ),
    entityPageByPath: compileStatement(
      'entityPageByPath',
      pathRange.orderBy(sql`name_folded || ''`).limit(arg<number>('limit')),
    ),
    pathCountUpTo: compileStatement(
      'pathCountUpTo',
      db
        .selectFrom(
          pathRange
            .clearSelect()
            .select(sql<number>`1`.as('one'))
            .limit(arg<number>('limit'))
            .as('probed'),
        )
        .select((count) => count.fn.countAll<number>().as('count')),
    ),
    entityCount: compileStatement(
      'entityCount',
      db
        .selectFrom('counters')
        .select('count')
        .where('account_id', '=', arg<string>('account_id'))
        .where('kind', '=', arg<string>('kind')),
    ),
    childOf: compileStatement(
      'childOf',
      db
        .selectFrom('entities')
        .select('id')
        .where('parent_id', '=', arg<string>('id'))
        .where(sql<boolean>`parent_id <> ''`)
        .limit(1),
    ),
    sealedOf: compileStatement(
      'sealedOf',
      db
        .selectFrom('sealed_secrets')
        .select('sealed')
        .where('entity_id', '=', arg<string>('entity_id')),
    ),
    lastUsedOf: compileStatement(
      'lastUsedOf',
      db.selectFrom('last_used').selectAll().where('id', '=', arg<string>('id')),
    ),
  }
}

function linkReads(db: Kysely<Tables>) {
  const linksTo = db
    .selectFrom('links')
    .where('links.to_id', '=', arg<string>('to_id'))
    .where('links.kind', '=', arg<string>('link_kind'))
    .where('links.account_id', '=', arg<string>('account_id'))
  const linked = linksTo
    .innerJoin('entities', 'entities.id', 'links.from_id')
    .selectAll('entities')
    .where('entities.kind', '=', arg<string>('kind'))
    .where('entities.name_folded', '>', arg<string>('after'))
    .orderBy('entities.name_folded')
    .orderBy('entities.id')
    .limit(arg<number>('limit'))
  return {
    linksFrom: compileStatement(
      'linksFrom',
      db
        .selectFrom('links')
        .selectAll()
        .where('from_id', '=', arg<string>('from_id'))
        .where('kind', '=', arg<string>('kind'))
        .orderBy('created_at')
        .orderBy('to_id'),
    ),
    linkCount: compileStatement(
      'linkCount',
      linksTo.select((count) => count.fn.countAll<number>().as('count')),
    ),
    linkByEnds: compileStatement(
      'linkByEnds',
      db
        .selectFrom('links')
        .selectAll()
        .where('from_id', '=', arg<string>('from_id'))
        .where('kind', '=', arg<string>('kind'))
        .where('to_id', '=', arg<string>('to_id')),
    ),
    linkAtFrom: compileStatement(
      'linkAtFrom',
      db.selectFrom('links').select('kind').where('from_id', '=', arg<string>('id')).limit(1),
    ),
    linkAtTo: compileStatement(
      'linkAtTo',
      db.selectFrom('links').select('kind').where('to_id', '=', arg<string>('id')).limit(1),
    ),
    linkedPage: compileStatement('linkedPage', linked),
    linkedPageOfPath: compileStatement(
      'linkedPageOfPath',
      linked
        .where('entities.path', '>=', arg<string>('path_from'))
        .where('entities.path', '<', arg<string>('path_before')),
    ),
  }
}

function accountReads(db: Kysely<Tables>) {
  const accounts = db.selectFrom('accounts').selectAll()
  const byId = accounts.where('account_id', '=', arg<string>('account_id'))
  return {
    accountById: compileStatement('accountById', byId),
    accountByAlias: compileStatement(
      'accountByAlias',
      accounts.where('alias', '=', arg<string>('alias')),
    ),
    accountByEmail: compileStatement(
      'accountByEmail',
      accounts.where('email_folded', '=', arg<string>('email_folded')),
    ),
    accountPage: compileStatement(
      'accountPage',
      accounts
        .where('account_id', '>', arg<string>('after'))
        .orderBy('account_id')
        .limit(arg<number>('limit')),
    ),
    accountVersion: compileStatement('accountVersion', byId.clearSelect().select('version')),
  }
}

function entityWrites(db: Kysely<Tables>) {
  const counter = {
    account_id: arg<string>('account_id'),
    kind: arg<string>('kind'),
    count: arg<number>('step'),
  }
  return {
    insertEntity: compileStatement(
      'insertEntity',
      db
        .insertInto('entities')
        .values(entityColumns())
        // Only the name: an id used again is a bug, and must not look like a taken name.
        .onConflict((on) =>
          on.columns(['account_id', 'kind', 'parent_id', 'name_folded']).doNothing(),
        ),
    ),
    updateEntity: compileStatement(
      'updateEntity',
      db
        .updateTable('entities')
        .set(withoutKeys(entityColumns()))
        .where('id', '=', arg<string>('id'))
        .where(({ not, exists }) =>
          not(
            exists(
              listed(db)
                .where('name_folded', '=', arg<string>('name_folded'))
                .where('id', '<>', arg<string>('id')),
            ),
          ),
        ),
    ),
    deleteEntity: byColumn(db, 'entities', 'id'),
    deleteSealed: byColumn(db, 'sealed_secrets', 'entity_id'),
    deleteLastUsed: byColumn(db, 'last_used', 'id'),
    insertSealed: compileStatement(
      'insertSealed',
      db.insertInto('sealed_secrets').values({
        entity_id: arg<string>('entity_id'),
        sealed: arg<Uint8Array>('sealed'),
      }),
    ),
    insertLink: compileStatement(
      'insertLink',
      db
        .insertInto('links')
        .values(linkColumns())
        .onConflict((on) => on.columns(['from_id', 'kind', 'to_id']).doNothing()),
    ),
    deleteLink: compileStatement(
      'deleteLink',
      db
        .deleteFrom('links')
        .where('from_id', '=', arg<string>('from_id'))
        .where('kind', '=', arg<string>('kind'))
        .where('to_id', '=', arg<string>('to_id')),
    ),
    addToCounter: compileStatement(
      'addToCounter',
      db
        .insertInto('counters')
        .values(counter)
        .onConflict((on) =>
          on
            .columns(['account_id', 'kind'])
            .doUpdateSet({ count: sql<number>`counters.count + excluded.count` }),
        ),
    ),
  }
}

function accountWrites(db: Kysely<Tables>) {
  return {
    insertAccount: compileStatement(
      'insertAccount',
      db
        .insertInto('accounts')
        .values({ ...accountColumns(), version: 0 })
        .onConflict((on) => on.doNothing()),
    ),
    updateAccount: compileStatement(
      'updateAccount',
      db
        .updateTable('accounts')
        .set(accountColumns())
        .where('account_id', '=', arg<string>('account_id'))
        .where(({ not, exists, or, eb }) =>
          not(
            exists(
              db
                .selectFrom('accounts as other')
                .select('other.account_id')
                .where('other.account_id', '<>', arg<string>('account_id'))
                .where(
                  or([
                    eb('other.email_folded' as never, '=', arg<never>('email_folded')),
                    eb('other.alias' as never, '=', arg<never>('alias')),
                  ]),
                ),
            ),
          ),
        ),
    ),
    nextAccountVersion: compileStatement(
      'nextAccountVersion',
      db
        .updateTable('accounts')
        .set({ version: sql<number>`version + 1` })
        .where('account_id', '=', arg<string>('account_id'))
        .returning('version'),
    ),
  }
}

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

/** Deletes the rows where `column` is the argument `id`. */
function byColumn(
  db: Kysely<Tables>,
  table: 'entities' | 'sealed_secrets' | 'last_used',
  column: 'id' | 'entity_id',
) {
  const query: Compilable<unknown> = db
    .deleteFrom(table)
    .where(sql.ref(column), '=', arg<string>('id'))
  return compileStatement(`delete-${table}`, query)
}

function entityColumns(): Record<keyof EntityRow, string> {
  return columns([
    'id',
    'account_id',
    'kind',
    'parent_id',
    'name',
    'name_folded',
    'path',
    'created_at',
    'attributes',
    'tags',
  ])
}

function withoutKeys({
  id: _id,
  account_id: _account,
  kind: _kind,
  ...rest
}: Record<keyof EntityRow, string>) {
  return rest
}

function linkColumns(): Record<keyof LinkRow, string> {
  return columns(['kind', 'account_id', 'from_id', 'to_id', 'created_at'])
}

function accountColumns(): Record<Exclude<keyof AccountRow, 'version'>, string> {
  return columns([
    'account_id',
    'name',
    'email',
    'email_folded',
    'alias',
    'created_at',
    'attributes',
  ])
}

/** Each column takes the argument of its own name. */
function columns<Name extends string>(names: readonly Name[]): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, arg<string>(name)])) as Record<Name, string>
}
