/**
 * What services need from storage, in their words. Two implementations (SQLite, PostgreSQL) pass
 * one conformance suite. Every read sees one snapshot; a transaction holds store work only, and
 * when `write` has answered, what it wrote is on the disk.
 */
import type {
  Account,
  AccountId,
  Entity,
  EntityKind,
  EntityOf,
  Link,
  LinkKind,
} from '../domain/entity.ts'
import type { Report } from '../domain/report.ts'

/** A page, in name order, ignoring case. `after` is the last name of the page before (exclusive). */
export interface PageRequest {
  readonly after?: string | undefined
  /** At least 1. Ask for one more than is shown to learn whether there is more. */
  readonly limit: number
}

export interface ListRequest extends PageRequest {
  readonly parentId?: string | undefined
  /** `/` or absent: all. */
  readonly pathPrefix?: string | undefined
}

export interface LinkedRequest extends PageRequest {
  readonly pathPrefix?: string | undefined
}

/** One consistent view. */
export interface StoreReader {
  /** By name, ignoring case, within (account, kind, parent). The entity carries the stored case. */
  find<K extends EntityKind>(
    kind: K,
    accountId: AccountId,
    name: string,
    parentId?: string,
  ): Promise<EntityOf<K> | undefined>
  get<K extends EntityKind>(kind: K, id: string): Promise<EntityOf<K> | undefined>
  list<K extends EntityKind>(
    kind: K,
    accountId: AccountId,
    request: ListRequest,
  ): Promise<readonly EntityOf<K>[]>
  /** How many there are, from a counter kept with the writes: O(1). */
  count(kind: EntityKind, accountId: AccountId): Promise<number>
  /** The sealed secret kept beside an entity. */
  sealed(id: string): Promise<Uint8Array | undefined>

  /** All links that leave an entity, oldest first: few by quota. */
  linksFrom(kind: LinkKind, fromId: string): Promise<readonly Link[]>
  /** Within the account: AWS managed policies have the same id in every one. */
  countLinksTo(kind: LinkKind, accountId: AccountId, toId: string): Promise<number>
  /** How many links of the account lead to each id; an id without any is not there. */
  linkCounts(kind: LinkKind, accountId: AccountId): Promise<ReadonlyMap<string, number>>
  hasLink(kind: LinkKind, fromId: string, toId: string): Promise<boolean>
  /** The entities of one kind of the account that link to `toId`, in name order. */
  linkedTo<K extends EntityKind>(
    link: LinkKind,
    accountId: AccountId,
    toId: string,
    kind: K,
    request: LinkedRequest,
  ): Promise<readonly EntityOf<K>[]>

  account(accountId: AccountId): Promise<Account | undefined>
  accountByAlias(alias: string): Promise<Account | undefined>
  accountByEmail(email: string): Promise<Account | undefined>
  /** In order of account id. `after` is an account id. */
  accounts(request: PageRequest): Promise<readonly Account[]>
  /** The account's version: one more with each transaction that changed something in it. 0 if none. */
  accountVersion(accountId: AccountId): Promise<number>
  lastUsed(id: string): Promise<LastUsed | undefined>
  /** What a principal has tried: of an action in a region the newest attempt. */
  actionUses(accountId: AccountId, principalId: string): Promise<readonly ActionUse[]>
  /** Of a service in a region the newest attempt by anybody of the account. */
  serviceUses(accountId: AccountId): Promise<readonly ServiceUse[]>
  report(id: string): Promise<Report | undefined>
  /** The one that was started last. */
  newestReport(
    kind: Report['kind'],
    accountId: AccountId,
    subject: string,
  ): Promise<Report | undefined>
}

/** When, where and for what a credential or role was last used. Not logged as a change. */
export interface LastUsed {
  readonly id: string
  readonly usedAt: Date
  /** Signing name of the service: `iam`, `s3`. */
  readonly service: string
  readonly region: string
}

/** The newest attempt of a principal at an action in a region, allowed or not. No change is logged. */
export interface ActionUse {
  readonly accountId: AccountId
  /** Unique id of the user or role; the account id for root. */
  readonly principalId: string
  /** Namespace, as policies write it: `iam`, `s3`. */
  readonly service: string
  /** `CreateUser`. */
  readonly action: string
  readonly region: string
  readonly usedAt: Date
}

export type ServiceUse = Pick<ActionUse, 'service' | 'region' | 'usedAt'>

export interface Uses {
  readonly lastUsed: readonly LastUsed[]
  readonly actions: readonly ActionUse[]
}

/** What has had its time. */
export interface Expiry {
  readonly changesBefore: Date
  /** Of the log of changes at most so many versions are kept. At least 1. */
  readonly changeVersionsMax: number
  readonly actionUsesBefore: Date
  readonly reportsBefore: Date
  /** So many of the newest are kept. */
  readonly reportCountMax: number
}

/** A change logged in the same transaction: who did it and why is the event's business. */
export interface ChangeContext {
  readonly accountId: AccountId
  /** The ledger event (request id) that causes the changes. */
  readonly eventId: string
  readonly now: Date
}

export interface StoreTransaction extends StoreReader {
  /**
   * Whether it went in: false where the name is taken, ignoring case. The unique index decides, so
   * two writers racing for one name get one true and one false. `sealed` is kept apart.
   */
  insert(entity: Entity, sealed?: Uint8Array): Promise<boolean>
  /**
   * Replaces the entity of that id; false where the new name is taken. Throws if there is none.
   * `sealed` replaces the secret kept beside it; absent, that stays.
   */
  update(entity: Entity, sealed?: Uint8Array): Promise<boolean>
  /** Removes an entity that has no children and no links; its sealed secret goes with it. */
  remove(kind: EntityKind, id: string): Promise<void>
  link(link: Link): Promise<boolean>
  unlink(kind: LinkKind, fromId: string, toId: string): Promise<boolean>
  /** False where the id, e-mail address or alias is taken. */
  insertAccount(account: Account): Promise<boolean>
  updateAccount(account: Account): Promise<boolean>
  /** Inserts the report, or replaces the one of its id. Not logged as a change. */
  putReport(report: Report): Promise<void>
}

/** One row of the log of changes; `before` and `after` never hold a secret, sealed or not. */
export interface Change {
  readonly accountId: AccountId
  /** Ordered by commit within the account. */
  readonly version: number
  /** 0-based within the version. */
  readonly index: number
  readonly at: Date
  readonly eventId: string
  /** An entity kind, a link kind, or `account`. */
  readonly kind: EntityKind | LinkKind | 'account'
  readonly id: string
  readonly before?: unknown
  readonly after?: unknown
}

export interface Store {
  /** Runs `work` on one snapshot of what is durable. */
  read<T>(work: (reader: StoreReader) => Promise<T>): Promise<T>
  /**
   * Runs `work` under the account's lock and commits it durably; an exception rolls all of it
   * back and is thrown on. Concurrent writes may share a commit. Await nothing but `tx` inside.
   */
  write<T>(context: ChangeContext, work: (tx: StoreTransaction) => Promise<T>): Promise<T>
  /** Upserts, outside the log of changes; the newest `usedAt` wins. */
  recordUses(uses: Uses): Promise<void>
  /** As the transaction's, in one of its own. */
  putReport(report: Report): Promise<void>
  /**
   * Removes what has expired in an account, of each kind from the oldest on and about `rowsMax` at
   * a time. Answers how many rows went: none once nothing is left that has expired.
   */
  expire(accountId: AccountId, expiry: Expiry, rowsMax: number): Promise<number>
  /** Called after each durable commit, in commit order, before `write` answers. */
  onCommit(listener: (changes: readonly Change[]) => void): void
  changes(accountId: AccountId, afterVersion: number, limit: number): Promise<readonly Change[]>
  /** Deployment-wide values that are neither entity nor secret, such as the schema's age. */
  setting(name: string): Promise<string | undefined>
  putSetting(name: string, value: string): Promise<void>
  /** Removes everything: only an ephemeral deployment offers it. */
  clear(): Promise<void>
  close(): Promise<void>
}
