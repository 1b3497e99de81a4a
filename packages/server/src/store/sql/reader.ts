import type {
  Account,
  AccountId,
  EntityKind,
  EntityOf,
  Link,
  LinkKind,
} from '../../domain/entity.ts'
import { foldName } from '../../domain/fold-name.ts'
import type { Report } from '../../domain/report.ts'
import type {
  ActionUse,
  LastUsed,
  LinkedRequest,
  ListRequest,
  PageRequest,
  ServiceUse,
  StoreReader,
} from '../port.ts'
import type { SqlConnection } from './connection.ts'
import { actionUseOf, reportOf, serviceUseOf } from './report-rows.ts'
import { accountOf, entityOf, lastUsedOf, linkOf } from './rows.ts'
import type { Statements } from './statements.ts'

/** Up to so many of one path prefix are sorted; of more, names are walked until a page is full. */
const pathSortedCountMax = 2000

/** What services ask, over one connection that sees one snapshot. */
export class SqlReader implements StoreReader {
  protected readonly connection: SqlConnection
  protected readonly statements: Statements

  constructor(connection: SqlConnection, statements: Statements) {
    this.connection = connection
    this.statements = statements
  }

  async find<K extends EntityKind>(
    kind: K,
    accountId: AccountId,
    name: string,
    parentId = '',
  ): Promise<EntityOf<K> | undefined> {
    const row = await this.connection.first(this.statements.entityByName, {
      account_id: accountId,
      kind,
      parent_id: parentId,
      name_folded: foldName(name),
    })
    return row && entityOf<K>(row)
  }

  async get<K extends EntityKind>(kind: K, id: string): Promise<EntityOf<K> | undefined> {
    const row = await this.connection.first(this.statements.entityById, { id, kind })
    return row && entityOf<K>(row)
  }

  async list<K extends EntityKind>(
    kind: K,
    accountId: AccountId,
    request: ListRequest,
  ): Promise<readonly EntityOf<K>[]> {
    assertLimit(request.limit)
    const { statements } = this
    const args = {
      account_id: accountId,
      kind,
      parent_id: request.parentId ?? '',
      after: foldName(request.after ?? ''),
      limit: request.limit,
      ...pathRange(request.pathPrefix),
    }
    let statement = statements.entityPage
    if (hasPathPrefix(request)) {
      const few = await this.#isAtMost(pathSortedCountMax, args)
      statement = few ? statements.entityPageByPath : statements.entityPageWalkingNames
    }
    const rows = await this.connection.all(statement, args)
    return rows.map((row) => entityOf<K>(row))
  }

  async #isAtMost(countMax: number, args: Readonly<Record<string, string | number>>) {
    const probed = await this.connection.first(this.statements.pathCountUpTo, {
      ...args,
      limit: countMax + 1,
    })
    return Number(probed?.count) <= countMax
  }

  async count(kind: EntityKind, accountId: AccountId): Promise<number> {
    const row = await this.connection.first(this.statements.entityCount, {
      account_id: accountId,
      kind,
    })
    return Number(row?.count ?? 0)
  }

  async sealed(id: string): Promise<Uint8Array | undefined> {
    const row = await this.connection.first(this.statements.sealedOf, { entity_id: id })
    return row?.sealed
  }

  async linksFrom(kind: LinkKind, fromId: string): Promise<readonly Link[]> {
    const rows = await this.connection.all(this.statements.linksFrom, { kind, from_id: fromId })
    return rows.map(linkOf)
  }

  async countLinksTo(kind: LinkKind, accountId: AccountId, toId: string): Promise<number> {
    const row = await this.connection.first(this.statements.linkCount, {
      link_kind: kind,
      account_id: accountId,
      to_id: toId,
    })
    return Number(row?.count ?? 0)
  }

  async linkCounts(kind: LinkKind, accountId: AccountId): Promise<ReadonlyMap<string, number>> {
    const args = { link_kind: kind, account_id: accountId }
    const rows = await this.connection.all(this.statements.linkCounts, args)
    return new Map(rows.map((row) => [row.to_id, Number(row.count)]))
  }

  async hasLink(kind: LinkKind, fromId: string, toId: string): Promise<boolean> {
    return (await this.findLink(kind, fromId, toId)) !== undefined
  }

  protected async findLink(kind: LinkKind, fromId: string, toId: string) {
    const args = { kind, from_id: fromId, to_id: toId }
    const row = await this.connection.first(this.statements.linkByEnds, args)
    return row && linkOf(row)
  }

  async linkedTo<K extends EntityKind>(
    link: LinkKind,
    accountId: AccountId,
    toId: string,
    kind: K,
    request: LinkedRequest,
  ): Promise<readonly EntityOf<K>[]> {
    assertLimit(request.limit)
    const { linkedPage, linkedPageOfPath } = this.statements
    const rows = await this.connection.all(hasPathPrefix(request) ? linkedPageOfPath : linkedPage, {
      link_kind: link,
      account_id: accountId,
      to_id: toId,
      kind,
      after: foldName(request.after ?? ''),
      limit: request.limit,
      ...pathRange(request.pathPrefix),
    })
    return rows.map((row) => entityOf<K>(row))
  }

  async account(accountId: AccountId): Promise<Account | undefined> {
    const row = await this.connection.first(this.statements.accountById, { account_id: accountId })
    return row && accountOf(row)
  }

  async accountByAlias(alias: string): Promise<Account | undefined> {
    const row = await this.connection.first(this.statements.accountByAlias, { alias })
    return row && accountOf(row)
  }

  async accountByEmail(email: string): Promise<Account | undefined> {
    const args = { email_folded: foldName(email) }
    const row = await this.connection.first(this.statements.accountByEmail, args)
    return row && accountOf(row)
  }

  async accounts(request: PageRequest): Promise<readonly Account[]> {
    assertLimit(request.limit)
    const args = { after: request.after ?? '', limit: request.limit }
    const rows = await this.connection.all(this.statements.accountPage, args)
    return rows.map(accountOf)
  }

  async accountVersion(accountId: AccountId): Promise<number> {
    const args = { account_id: accountId }
    const row = await this.connection.first(this.statements.accountVersion, args)
    return Number(row?.version ?? 0)
  }

  async lastUsed(id: string): Promise<LastUsed | undefined> {
    const row = await this.connection.first(this.statements.lastUsedOf, { id })
    return row && lastUsedOf(row)
  }

  async actionUses(accountId: AccountId, principalId: string): Promise<readonly ActionUse[]> {
    const args = { account_id: accountId, principal_id: principalId }
    const rows = await this.connection.all(this.statements.actionUsesOf, args)
    return rows.map(actionUseOf)
  }

  async serviceUses(accountId: AccountId): Promise<readonly ServiceUse[]> {
    const args = { account_id: accountId }
    const rows = await this.connection.all(this.statements.serviceUsesOf, args)
    return rows.map(serviceUseOf)
  }

  async report(id: string): Promise<Report | undefined> {
    const row = await this.connection.first(this.statements.reportById, { id })
    return row && reportOf(row)
  }

  async newestReport(kind: Report['kind'], accountId: AccountId, subject: string) {
    const args = { account_id: accountId, kind, subject }
    const row = await this.connection.first(this.statements.newestReport, args)
    return row && reportOf(row)
  }
}

function assertLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new Error(`a page of ${limit} is none`)
}

function hasPathPrefix({ pathPrefix }: { readonly pathPrefix?: string | undefined }): boolean {
  return pathPrefix !== undefined && pathPrefix !== '/' && pathPrefix !== ''
}

/** All paths that begin with the prefix: up to the last code point after it. */
function pathRange(prefix = '') {
  return { path_from: prefix, path_before: `${prefix}\u{10ffff}` }
}
