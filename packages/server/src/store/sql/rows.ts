/** Between entities and rows: the fields that are columns, and all others as JSON. */
import type { Account, Entity, EntityKind, EntityOf, Link, LinkKind } from '../../domain/entity.ts'
import { foldName } from '../../domain/fold-name.ts'
import type { Change, LastUsed } from '../port.ts'
import type { AccountRow, ChangeRow, EntityRow, LastUsedRow, LinkRow } from './schema.ts'

export type EntityArguments = Readonly<Record<keyof EntityRow, string>>

export function entityArguments(entity: Entity): EntityArguments {
  const { id, accountId, kind, parentId, name, path, createdAt, tags, ...attributes } = entity
  return {
    id,
    account_id: accountId,
    kind,
    parent_id: parentId ?? '',
    name,
    name_folded: foldName(name),
    path,
    created_at: createdAt.toISOString(),
    attributes: JSON.stringify(attributes),
    tags: JSON.stringify(tags),
  }
}

export function entityOf<K extends EntityKind>(row: EntityRow): EntityOf<K> {
  const entity: Record<string, unknown> = {
    kind: row.kind,
    accountId: row.account_id,
    id: row.id,
    name: row.name,
    path: row.path,
    createdAt: new Date(row.created_at),
    tags: row.tags === '[]' ? [] : JSON.parse(row.tags),
  }
  if (row.parent_id !== '') entity['parentId'] = row.parent_id
  if (row.attributes !== '{}') Object.assign(entity, reviveDates(JSON.parse(row.attributes)))
  return entity as unknown as EntityOf<K>
}

/** INVARIANT: a field whose name ends in `At` is a Date (`domain/entity.ts`). */
function reviveDates(fields: Record<string, unknown>): Record<string, unknown> {
  for (const name in fields) {
    const value = fields[name]
    if (name.endsWith('At') && typeof value === 'string') fields[name] = new Date(value)
  }
  return fields
}

export type AccountArguments = Readonly<
  Record<Exclude<keyof AccountRow, 'version' | 'alias'>, string> & { alias: string | null }
>

export function accountArguments(account: Account): AccountArguments {
  const { accountId, name, email, alias, createdAt, ...attributes } = account
  return {
    account_id: accountId,
    name,
    email,
    email_folded: foldName(email),
    alias: alias ?? null,
    created_at: createdAt.toISOString(),
    attributes: JSON.stringify(attributes),
  }
}

export function accountOf(row: AccountRow): Account {
  return {
    accountId: row.account_id,
    name: row.name,
    email: row.email,
    ...(row.alias === null ? {} : { alias: row.alias }),
    createdAt: new Date(row.created_at),
    ...reviveDates(JSON.parse(row.attributes)),
  }
}

export type LinkArguments = Readonly<Record<keyof LinkRow, string>>

export function linkArguments(link: Link): LinkArguments {
  return {
    kind: link.kind,
    account_id: link.accountId,
    from_id: link.fromId,
    to_id: link.toId,
    created_at: link.createdAt.toISOString(),
  }
}

export function linkOf(row: LinkRow): Link {
  return {
    kind: row.kind as LinkKind,
    accountId: row.account_id,
    fromId: row.from_id,
    toId: row.to_id,
    createdAt: new Date(row.created_at),
  }
}

export function lastUsedOf(row: LastUsedRow): LastUsed {
  return { id: row.id, usedAt: new Date(row.used_at), service: row.service, region: row.region }
}

export function changeArguments(change: Change) {
  return {
    account_id: change.accountId,
    version: change.version,
    idx: change.index,
    at: change.at.toISOString(),
    event_id: change.eventId,
    kind: change.kind,
    entity_id: change.id,
    before: change.before === undefined ? null : JSON.stringify(change.before),
    after: change.after === undefined ? null : JSON.stringify(change.after),
  }
}

export function changeOf(row: ChangeRow): Change {
  return {
    accountId: row.account_id,
    version: Number(row.version),
    index: Number(row.idx),
    at: new Date(row.at),
    eventId: row.event_id,
    kind: row.kind as Change['kind'],
    id: row.entity_id,
    ...(row.before === null ? {} : { before: reviveDates(JSON.parse(row.before)) }),
    ...(row.after === null ? {} : { after: reviveDates(JSON.parse(row.after)) }),
  }
}
