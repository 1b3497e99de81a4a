import type { Account, AccountId, EntityKind, EntityOf } from '../../domain/entity.ts'
import type { SqlConnection } from './connection.ts'
import { SqlReader } from './reader.ts'
import type { Statements } from './statements.ts'

/** Answers kept of one state of the store; beyond, they are asked for anew. */
export const rememberedMax = 1000

/** What readers of one state have been answered, `undefined` where there was nothing. No secrets. */
export type Remembered = Map<string, Promise<unknown>>

/**
 * A reader of a state that others read as well: what one of them has been told of an entity by its
 * name, or of an account, the next is told from memory. Entities are never changed in place.
 *
 * INVARIANT: `remembered` belongs to the state that the connection sees, and to no other.
 */
export class RememberingReader extends SqlReader {
  readonly #remembered: Remembered

  constructor(connection: SqlConnection, statements: Statements, remembered: Remembered) {
    super(connection, statements)
    this.#remembered = remembered
  }

  override find<K extends EntityKind>(
    kind: K,
    accountId: AccountId,
    name: string,
    parentId = '',
  ): Promise<EntityOf<K> | undefined> {
    const key = `${kind}\n${accountId}\n${parentId}\n${name}`
    return this.#once(key, () => super.find(kind, accountId, name, parentId))
  }

  override account(accountId: AccountId): Promise<Account | undefined> {
    return this.#once(accountId, () => super.account(accountId))
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#remembered.get(key)
    if (known) return known as Promise<T>
    const asked = ask()
    if (this.#remembered.size < rememberedMax) {
      this.#remembered.set(key, asked)
      asked.catch(() => this.#remembered.delete(key))
    }
    return asked
  }
}
