import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import type { Store } from '../port.ts'
import { account, accountId, context, otherAccountId } from './fixtures.ts'
import { accountCases } from './accounts.ts'
import { entityCases } from './entities.ts'
import { linkCases } from './links.ts'
import { pageCases } from './pages.ts'
import { reportCases } from './reports.ts'
import { resourceCases } from './resources.ts'
import { transactionCases } from './transactions.ts'

/**
 * The behaviour of a store, the same for every implementation. `open` is called once; each case
 * begins with two accounts and nothing in them.
 */
export function storeConformance(name: string, open: () => Promise<Store>): void {
  describe(`store conformance: ${name}`, () => {
    let store: Store
    beforeAll(async () => {
      store = await open()
    }, 60_000)
    afterAll(() => store.close())
    beforeEach(async () => {
      await store.clear()
      await store.write(context, (tx) => tx.insertAccount(account(accountId)))
      const other = { ...context, accountId: otherAccountId }
      await store.write(other, (tx) => tx.insertAccount(account(otherAccountId)))
    })
    for (const cases of [
      entityCases,
      pageCases,
      linkCases,
      accountCases,
      transactionCases,
      reportCases,
      resourceCases,
    ]) {
      cases(() => store)
    }
  })
}
