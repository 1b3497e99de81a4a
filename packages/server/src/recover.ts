/** A way back in for who has lost every administrator, on the data itself, with the server stopped. */
import { randomBytes as cryptoRandomBytes } from 'node:crypto'
import { insertKey, newKey } from './bootstrap.ts'
import { createSecretVault } from './credentials/secrets.ts'
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
    await store.write(context, async (tx) => {
      const owner = { accountId: account.accountId, now }
      const userId = uniqueId('AIDA', account.accountId, randomBytes(17))
      const user = { kind: 'user', id: userId, name: userName, path: '/', tags: [] } as const
      await tx.insert({ ...user, accountId: account.accountId, createdAt: now })
      const arn = `arn:${options.partition}:iam::aws:policy/AdministratorAccess`
      const toId = openManagedPolicies(options.partition).byArn(arn)?.policyId ?? ''
      await tx.link({
        kind: 'attachment',
        accountId: account.accountId,
        fromId: userId,
        toId,
        createdAt: now,
      })
      await insertKey(tx, vault, { ...owner, parentId: userId }, key)
    })
    return { accountId: account.accountId, userName, key }
  } finally {
    await store.close()
  }
}
