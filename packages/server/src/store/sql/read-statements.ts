import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Tables } from './schema.ts'
import { argument as arg, compileStatement } from './statement.ts'

export function readStatements(db: Kysely<Tables>) {
  return { ...entityReads(db), ...besideReads(db), ...linkReads(db), ...accountReads(db) }
}

/** The entities of one kind, in one account, under one parent. */
export function listed(db: Kysely<Tables>) {
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
  }
}

/** What is kept beside entities. */
function besideReads(db: Kysely<Tables>) {
  return {
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
    linkCounts: compileStatement(
      'linkCounts',
      db
        .selectFrom('links')
        .select((count) => ['to_id', count.fn.countAll<number>().as('count')])
        .where('account_id', '=', arg<string>('account_id'))
        .where('kind', '=', arg<string>('link_kind'))
        .groupBy('to_id'),
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
