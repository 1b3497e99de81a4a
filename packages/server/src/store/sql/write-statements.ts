import { sql } from 'kysely'
import type { Compilable, Kysely } from 'kysely'
import { listed } from './read-statements.ts'
import type { AccountRow, EntityRow, LinkRow, Tables } from './schema.ts'
import { argument as arg, columnArguments, compileStatement } from './statement.ts'

export function writeStatements(db: Kysely<Tables>) {
  return { ...entityWrites(db), ...linkWrites(db), ...accountWrites(db) }
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
    putSealed: compileStatement(
      'putSealed',
      db
        .insertInto('sealed_secrets')
        .values({ entity_id: arg<string>('entity_id'), sealed: arg<Uint8Array>('sealed') })
        .onConflict((on) =>
          on.column('entity_id').doUpdateSet({ sealed: sql<Uint8Array>`excluded.sealed` }),
        ),
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

function linkWrites(db: Kysely<Tables>) {
  return {
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
  return columnArguments([
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
  return columnArguments(['kind', 'account_id', 'from_id', 'to_id', 'created_at'])
}

function accountColumns(): Record<Exclude<keyof AccountRow, 'version'>, string> {
  return columnArguments([
    'account_id',
    'name',
    'email',
    'email_folded',
    'alias',
    'created_at',
    'attributes',
  ])
}
