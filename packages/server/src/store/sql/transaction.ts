import type { Account, AccountId, Entity, EntityKind, Link, LinkKind } from '../../domain/entity.ts'
import type { Report } from '../../domain/report.ts'
import type { Change, ChangeContext, StoreTransaction } from '../port.ts'
import type { SqlConnection } from './connection.ts'
import { SqlReader } from './reader.ts'
import { reportArguments } from './report-rows.ts'
import { accountArguments, changeArguments, entityArguments, linkArguments } from './rows.ts'
import type { Statements } from './statements.ts'

type PendingChange = Omit<Change, 'version' | 'index' | 'at' | 'eventId'>

/** The writes of one job. Whoever runs it begins, calls `finish`, and commits or rolls back. */
export class SqlTransaction extends SqlReader implements StoreTransaction {
  readonly #context: ChangeContext
  readonly #pending: PendingChange[] = []

  constructor(connection: SqlConnection, statements: Statements, context: ChangeContext) {
    super(connection, statements)
    this.#context = context
  }

  async insert(entity: Entity, sealed?: Uint8Array): Promise<boolean> {
    const { connection, statements } = this
    if ((await connection.run(statements.insertEntity, entityArguments(entity))) === 0) return false
    if (sealed) await connection.run(statements.putSealed, { entity_id: entity.id, sealed })
    await this.#count(entity, 1)
    this.#log(entity.accountId, entity.kind, entity.id, undefined, entity)
    return true
  }

  async update(entity: Entity, sealed?: Uint8Array): Promise<boolean> {
    const { connection, statements } = this
    const before = await this.#existing(entity.kind, entity.id)
    if (before.accountId !== entity.accountId) {
      throw new Error(`${entity.kind} ${entity.id} belongs to another account`)
    }
    const args = entityArguments(entity)
    if ((await connection.run(statements.updateEntity, args)) === 0) return false
    if (sealed) await connection.run(statements.putSealed, { entity_id: entity.id, sealed })
    this.#log(entity.accountId, entity.kind, entity.id, before, entity)
    return true
  }

  async remove(kind: EntityKind, id: string): Promise<void> {
    const { connection, statements } = this
    const before = await this.#existing(kind, id)
    for (const held of ['childOf', 'linkAtFrom', 'linkAtTo'] as const) {
      if (await connection.first<unknown>(statements[held], { id })) {
        throw new Error(`${kind} ${id} still has children or links`)
      }
    }
    await connection.run(statements.deleteEntity, { id })
    await connection.run(statements.deleteSealed, { id })
    await connection.run(statements.deleteLastUsed, { id })
    const uses = { account_id: before.accountId, principal_id: id }
    await connection.run(statements.deleteActionUses, uses)
    await this.#count(before, -1)
    this.#log(before.accountId, kind, id, before, undefined)
  }

  async link(link: Link): Promise<boolean> {
    const { connection, statements } = this
    if ((await connection.run(statements.insertLink, linkArguments(link))) === 0) return false
    this.#log(link.accountId, link.kind, link.fromId, undefined, link)
    return true
  }

  async unlink(kind: LinkKind, fromId: string, toId: string): Promise<boolean> {
    const before = await this.findLink(kind, fromId, toId)
    if (!before) return false
    const args = { kind, from_id: fromId, to_id: toId }
    await this.connection.run(this.statements.deleteLink, args)
    this.#log(before.accountId, kind, fromId, before, undefined)
    return true
  }

  async insertAccount(account: Account): Promise<boolean> {
    const args = accountArguments(account)
    if ((await this.connection.run(this.statements.insertAccount, args)) === 0) return false
    this.#log(account.accountId, 'account', account.accountId, undefined, account)
    return true
  }

  async updateAccount(account: Account): Promise<boolean> {
    const before = await this.account(account.accountId)
    if (!before) throw new Error(`there is no account ${account.accountId}`)
    const args = accountArguments(account)
    if ((await this.connection.run(this.statements.updateAccount, args)) === 0) return false
    this.#log(account.accountId, 'account', account.accountId, before, account)
    return true
  }

  async putReport(report: Report): Promise<void> {
    await this.connection.run(this.statements.putReport, reportArguments(report))
  }

  /**
   * Takes a version for each account that changed, and writes the log. To be called once, last,
   * under the lock that makes versions follow the order of commits.
   */
  async finish(): Promise<readonly Change[]> {
    const changes: Change[] = []
    const accountIds = [...new Set(this.#pending.map(({ accountId }) => accountId))].sort()
    for (const accountId of accountIds) {
      const version = await this.#nextVersion(accountId)
      const ofAccount = this.#pending.filter((change) => change.accountId === accountId)
      for (const [index, change] of ofAccount.entries()) {
        const { now: at, eventId } = this.#context
        const logged: Change = { ...change, version, index, at, eventId }
        await this.connection.run(this.statements.insertChange, changeArguments(logged))
        changes.push(logged)
      }
    }
    return changes
  }

  async #nextVersion(accountId: AccountId): Promise<number> {
    const args = { account_id: accountId }
    const row = await this.connection.first(this.statements.nextAccountVersion, args)
    if (!row) throw new Error(`there is no account ${accountId}`)
    return Number(row.version)
  }

  async #existing(kind: EntityKind, id: string): Promise<Entity> {
    const entity = await this.get(kind, id)
    if (!entity) throw new Error(`there is no ${kind} ${id}`)
    return entity
  }

  async #count({ accountId, kind }: Entity, step: 1 | -1): Promise<void> {
    await this.connection.run(this.statements.addToCounter, { account_id: accountId, kind, step })
  }

  #log(
    accountId: AccountId,
    kind: Change['kind'],
    id: string,
    before: Entity | Link | Account | undefined,
    after: Entity | Link | Account | undefined,
  ): void {
    this.#pending.push({
      accountId,
      kind,
      id,
      ...(before && { before }),
      ...(after && { after }),
    })
  }
}
