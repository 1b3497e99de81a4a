import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What the two dialects call the types that differ. */
export interface ColumnTypes {
  /** Compared byte by byte in UTF-8, so that both dialects order alike. */
  readonly text: RawBuilder<unknown>
  readonly blob: RawBuilder<unknown>
  readonly integer: RawBuilder<unknown>
}

export const sqliteTypes: ColumnTypes = {
  text: sql`text`,
  blob: sql`blob`,
  integer: sql`integer`,
}

export const postgresTypes: ColumnTypes = {
  text: sql`text collate "C"`,
  blob: sql`bytea`,
  integer: sql`bigint`,
}

/**
 * All migrations by name, in name order. A released one is never changed: what it made is on
 * somebody's disk.
 */
export function migrations(types: ColumnTypes): Record<string, Migration> {
  return {
    '0001-entities': { up: (db) => createEntities(db, types) },
    '0002-logs': { up: (db) => createLogs(db, types) },
    '0003-reports': { up: (db) => createReports(db, types) },
    '0004-link-counts': { up: indexLinksByAccount },
  }
}

async function createEntities(db: Kysely<unknown>, { text, blob, integer }: ColumnTypes) {
  await db.schema
    .createTable('accounts')
    .addColumn('account_id', text, (column) => column.primaryKey().notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('email', text, (column) => column.notNull())
    .addColumn('email_folded', text, (column) => column.notNull().unique())
    .addColumn('alias', text, (column) => column.unique())
    .addColumn('created_at', text, (column) => column.notNull())
    .addColumn('attributes', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('entities')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('account_id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('parent_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('name_folded', text, (column) => column.notNull())
    .addColumn('path', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addColumn('attributes', text, (column) => column.notNull())
    .addColumn('tags', text, (column) => column.notNull())
    .execute()
  // Finds by name, holds it unique, and is the order of every list.
  await db.schema
    .createIndex('entities_name')
    .unique()
    .on('entities')
    .columns(['account_id', 'kind', 'parent_id', 'name_folded'])
    .execute()
  // Most paths are `/`, and are not in it; a path prefix other than `/` never asks for them.
  await sql`create index entities_path
    on entities (account_id, kind, parent_id, path, name_folded) where path <> '/'`.execute(db)
  await sql`create index entities_parent on entities (parent_id) where parent_id <> ''`.execute(db)
  await db.schema
    .createTable('sealed_secrets')
    .addColumn('entity_id', text, (column) => column.primaryKey().notNull())
    .addColumn('sealed', blob, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('links')
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('account_id', text, (column) => column.notNull())
    .addColumn('from_id', text, (column) => column.notNull())
    .addColumn('to_id', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('links_pk', ['from_id', 'kind', 'to_id'])
    .execute()
  await db.schema
    .createIndex('links_to')
    .on('links')
    .columns(['to_id', 'kind', 'account_id', 'from_id'])
    .execute()
  await db.schema
    .createTable('counters')
    .addColumn('account_id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('count', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('counters_pk', ['account_id', 'kind'])
    .execute()
}

async function createLogs(db: Kysely<unknown>, { text, integer }: ColumnTypes) {
  await db.schema
    .createTable('last_used')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('used_at', text, (column) => column.notNull())
    .addColumn('service', text, (column) => column.notNull())
    .addColumn('region', text, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('changes')
    .addColumn('account_id', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('idx', integer, (column) => column.notNull())
    .addColumn('at', text, (column) => column.notNull())
    .addColumn('event_id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('entity_id', text, (column) => column.notNull())
    .addColumn('before', text)
    .addColumn('after', text)
    .addPrimaryKeyConstraint('changes_pk', ['account_id', 'version', 'idx'])
    .execute()
  await db.schema
    .createTable('settings')
    .addColumn('name', text, (column) => column.primaryKey().notNull())
    .addColumn('value', text, (column) => column.notNull())
    .execute()
}

async function createReports(db: Kysely<unknown>, { text }: ColumnTypes) {
  await db.schema
    .createTable('action_uses')
    .addColumn('account_id', text, (column) => column.notNull())
    .addColumn('principal_id', text, (column) => column.notNull())
    .addColumn('service', text, (column) => column.notNull())
    .addColumn('action', text, (column) => column.notNull())
    .addColumn('region', text, (column) => column.notNull())
    .addColumn('used_at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('action_uses_pk', [
      'account_id',
      'principal_id',
      'service',
      'action',
      'region',
    ])
    .execute()
  await db.schema
    .createIndex('action_uses_expiry')
    .on('action_uses')
    .columns(['account_id', 'used_at'])
    .execute()
  await db.schema
    .createTable('reports')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('account_id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('subject', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('started_at', text, (column) => column.notNull())
    .addColumn('finished_at', text)
    .addColumn('content', text, (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('reports_subject')
    .on('reports')
    .columns(['account_id', 'kind', 'subject', 'started_at'])
    .execute()
  await db.schema
    .createIndex('reports_expiry')
    .on('reports')
    .columns(['account_id', 'started_at'])
    .execute()
}

/** What an account's links lead to, counted in one walk. */
async function indexLinksByAccount(db: Kysely<unknown>) {
  await db.schema
    .createIndex('links_account')
    .on('links')
    .columns(['account_id', 'kind', 'to_id'])
    .execute()
}
