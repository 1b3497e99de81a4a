/** A way back in for who has lost every administrator, on the data itself, with the server stopped. */
import { randomBytes as cryptoRandomBytes } from 'node:crypto'
import { insertAdministrator, newKey } from './bootstrap.ts'
import { createSecretVault } from './credentials/secrets.ts'
import { administratorPolicyId } from './domain/managed-policy-catalog.ts'
import { uniqueId } from './domain/unique-id.ts'
import { openManagedPolicies } from './managed-policies/catalog.ts'
import { masterKeyOf, openStore, type StoreOptions } from './open-store.ts'
import { StartError, type FixedKey } from './options.ts'

export interface Recovered {
  readonly accountId: string
  readonly userName: string
  readonly key: FixedKey
}

const randomBytes = (length: number): Uint8Array => cryptoRandomBytes(length)

/**
 * Makes a fresh user with AdministratorAccess and an access key: fresh, so that no policy that
 * hangs on an old one denies it. Logged as a change like any other.
 *
 * @param accountId Absent: the deployment's first account.
 * @throws StartError, StoreOpenError: also while a server runs on the same data.
 */
export async function recoverAdministrator(
  options: StoreOptions & { readonly partition: string },
  accountId?: string,
): Promise<Recovered> {
  const store = await openStore(options)
  try {
    const vault = createSecretVault([masterKeyOf(options, randomBytes)], randomBytes)
    const now = new Date()
    const all = await store.read((reader) => reader.accounts({ limit: 1000 }))
    const oldest = all.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())[0]
    const account = accountId === undefined ? oldest : all.find((a) => a.accountId === accountId)
    if (account === undefined) {
      throw new StartError(
        `there is no account ${accountId ?? ''} in this data: start the server first`,
      )
    }
    const key = newKey(account.accountId, randomBytes)
    const stamp = now.toISOString().slice(0, 19).replaceAll(/[:-]/g, '')
    const userName = `recovered-admin-${stamp}`
    const context = { accountId: account.accountId, eventId: 'recover', now }
    const policyId = administratorPolicyId(
      openManagedPolicies(options.partition),
      options.partition,
    )
    const id = uniqueId('AIDA', account.accountId, randomBytes(17))
    const user = { accountId: account.accountId, id, name: userName, now, policyId }
    await store.write(context, (tx) => insertAdministrator(tx, vault, user, key))
    return { accountId: account.accountId, userName, key }
  } finally {
    await store.close()
  }
}
