/** Which organization an account is in: the store is the truth, memory answers. */
import type { OrganizationOf } from '@bailiwick/gateway'
import type { Account, Organization } from '../domain/entity.ts'
import type { Change, Store, StoreReader } from '../store/port.ts'

export interface AccountOrganizations {
  readonly organizationOf: OrganizationOf
  /** After the store was emptied. */
  clear(): void
}

/** Of accounts read at once. */
const loadedPageSize = 1000

/** Loads what there is; from then on it follows what is committed. */
export async function openAccountOrganizations(store: Store): Promise<AccountOrganizations> {
  const organizations = new Map<string, string>()
  const roots = new Map<string, string>()
  const put = ({ accountId, organizationId }: Account) => {
    if (organizationId === undefined) organizations.delete(accountId)
    else organizations.set(accountId, organizationId)
  }
  const putRoot = ({ id, rootId }: Organization) => roots.set(id, rootId)
  const apply = ({ kind, before, after }: Change) => {
    if (kind === 'account' && after !== undefined) put(after as Account)
    if (kind !== 'organization') return
    if (after !== undefined) putRoot(after as Organization)
    else roots.delete((before as Organization).id)
  }
  store.onCommit((changes) => {
    changes.forEach(apply)
  })
  await store.read(async (reader) => {
    for await (const account of accountsOf(reader)) {
      put(account)
      for (const found of await reader.list('organization', account.accountId, { limit: 1 })) {
        putRoot(found)
      }
    }
  })
  return {
    organizationOf(accountId) {
      const id = organizations.get(accountId)
      const root = id === undefined ? undefined : roots.get(id)
      // Accounts are all at the root: there are no organizational units yet.
      return id === undefined || root === undefined ? undefined : { id, path: `${id}/${root}/` }
    },
    clear() {
      organizations.clear()
      roots.clear()
    },
  }
}

async function* accountsOf(reader: StoreReader): AsyncGenerator<Account> {
  let after: string | undefined
  for (;;) {
    const accounts = await reader.accounts({ limit: loadedPageSize, ...(after && { after }) })
    yield* accounts
    if (accounts.length < loadedPageSize) return
    after = accounts.at(-1)?.accountId
  }
}
