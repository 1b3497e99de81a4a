import type { Account, Link, ManagedPolicy, User } from '../../domain/entity.ts'
import type { ChangeContext } from '../port.ts'

export const accountId = '111122223333'
export const otherAccountId = '444455556666'
export const now = new Date('2026-03-04T05:06:07.089Z')
export const context: ChangeContext = { accountId, eventId: 'event-1', now }

export function account(id: string, fields: Partial<Account> = {}): Account {
  return {
    accountId: id,
    name: `Account ${id}`,
    email: `${id}@example.com`,
    createdAt: now,
    ...fields,
  }
}

/** A user whose id follows from its name. */
export function user(name: string, fields: Partial<User> = {}): User {
  const base = {
    kind: 'user',
    accountId,
    id: `AIDA${name}`,
    name,
    path: '/',
    createdAt: now,
  } as const
  return { ...base, tags: [], ...fields }
}

export function managedPolicy(name: string): ManagedPolicy {
  return {
    kind: 'policy',
    accountId,
    id: `ANPA${name}`,
    name,
    path: '/',
    createdAt: now,
    updatedAt: new Date(now.getTime() + 1),
    tags: [],
    defaultVersionId: 'v1',
    nextVersionNumber: 2,
  }
}

export function attachment(fromId: string, toId: string, fields: Partial<Link> = {}): Link {
  return { kind: 'attachment', accountId, fromId, toId, createdAt: now, ...fields }
}
