/** The first start: the management account, its root user and its first administrator. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createPasswords } from './credentials/passwords.ts'
import type { RandomBytes } from './credentials/seal.ts'
import { newSecretAccessKey, type SecretVault } from './credentials/secrets.ts'
import {
  administratorPolicyId,
  type ManagedPolicyCatalog,
} from './domain/managed-policy-catalog.ts'
import { loginProfileName } from './domain/entity.ts'
import { uniqueId } from './domain/unique-id.ts'
import {
  accountIdOfDetails,
  applyInitFile,
  parseInitFile,
  type AuthorizationDetails,
} from './init-file.ts'
import { StartError, type FixedKey, type ServerOptions } from './options.ts'
import type { Store, StoreTransaction } from './store/port.ts'

export interface Bootstrap {
  readonly store: Store
  readonly vault: SecretVault
  readonly randomBytes: RandomBytes
  readonly now: Date
  readonly managedPolicies: ManagedPolicyCatalog
}

/** What is shown once, at the first start, and never again. */
export interface FirstStart {
  readonly accountId: string
  readonly rootEmail: string
  readonly rootPassword: string
  readonly adminUserName: string
  readonly admin: FixedKey
  readonly rootKey?: FixedKey
}

/** The second where an account that is taken over has the first. */
const adminUserNames = ['admin', 'bailiwick-admin'] as const
const rootEmail = 'root@bailiwick.invalid'

/**
 * The account that the deployment began with; kept, since it can no longer be told once accounts
 * have come and gone.
 */
export async function firstAccountOf(store: Store): Promise<string> {
  const kept = await store.setting('first-account')
  if (kept !== undefined) return kept
  const [any] = await store.read((reader) => reader.accounts({ limit: 1 }))
  if (any === undefined) throw new Error('there is no account')
  const first = any.managementAccountId ?? any.accountId
  await store.putSetting('first-account', first)
  return first
}

/** Undefined where there is an account already: then nothing is changed. */
export async function bootstrap(
  { store, vault, randomBytes, now, managedPolicies }: Bootstrap,
  options: ServerOptions,
): Promise<FirstStart | undefined> {
  const [existing] = await store.read((reader) => reader.accounts({ limit: 1 }))
  if (existing !== undefined) return undefined
  const details = options.initFile === undefined ? undefined : readInitFile(options.initFile)
  const accountId =
    options.accountId ?? (details && accountIdOfDetails(details)) ?? randomAccountId(randomBytes)
  if (!/^\d{12}$/.test(accountId)) {
    throw new StartError(`--account-id ${accountId}: an account id has 12 digits`)
  }
  const rootPassword = Buffer.from(randomBytes(18)).toString('base64url')
  const passwords = createPasswords(vault, randomBytes)
  const profileId = uniqueId('LOGP', accountId, randomBytes(17))
  const sealedPassword = await passwords.sealNew(profileId, rootPassword)
  const admin = options.adminKey ?? newKey(accountId, randomBytes)
  for (const key of [admin, options.rootKey]) if (key) checkKey(key)
  const isTaken = details?.UserDetailList.some(({ UserName }) => UserName.toLowerCase() === 'admin')
  const adminUserName = adminUserNames[isTaken === true ? 1 : 0]
  await store.write({ accountId, eventId: 'first-start', now }, async (tx) => {
    await insertAccount(tx, accountId, now)
    await insertRootPassword(tx, { accountId, id: profileId, now }, sealedPassword)
    const newId = (prefix: string) => uniqueId(prefix, accountId, randomBytes(17))
    if (details) await applyInitFile({ tx, accountId, newId, managedPolicies, now }, details)
    const policyId = administratorPolicyId(managedPolicies, options.partition)
    const user = { accountId, id: newId('AIDA'), name: adminUserName, now, policyId }
    await insertAdministrator(tx, vault, user, admin)
    if (options.rootKey) {
      await insertKey(tx, vault, { accountId, parentId: accountId, now }, options.rootKey)
    }
  })
  return {
    accountId,
    rootEmail,
    rootPassword,
    adminUserName,
    admin,
    ...(options.rootKey && { rootKey: options.rootKey }),
  }
}

function readInitFile(file: string): AuthorizationDetails {
  try {
    return parseInitFile(readFileSync(file, 'utf8'), file)
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new StartError(`--init ${file}: cannot be read`)
  }
}

async function insertAccount(tx: StoreTransaction, accountId: string, now: Date): Promise<void> {
  const account = { accountId, name: 'management', email: rootEmail, createdAt: now }
  if (await tx.insertAccount(account)) return
  throw new StartError('another server has just made the first account: start again')
}

async function insertRootPassword(
  tx: StoreTransaction,
  root: { readonly accountId: string; readonly id: string; readonly now: Date },
  sealed: Uint8Array,
): Promise<void> {
  const { accountId, id, now } = root
  const names = { id, name: loginProfileName, path: '/', parentId: accountId }
  const times = { createdAt: now, passwordChangedAt: now }
  const profile = { kind: 'loginProfile', passwordResetRequired: false, tags: [] } as const
  await tx.insert({ ...profile, accountId, ...names, ...times }, sealed)
}

/** A user to be made an administrator. */
interface NewAdministrator {
  readonly accountId: string
  readonly id: string
  readonly name: string
  readonly now: Date
  /** Of AdministratorAccess. */
  readonly policyId: string
}

/** Makes a user with AdministratorAccess and an access key. */
export async function insertAdministrator(
  tx: StoreTransaction,
  vault: SecretVault,
  { accountId, id, name, now: createdAt, policyId }: NewAdministrator,
  key: FixedKey,
): Promise<void> {
  await tx.insert({ kind: 'user', accountId, id, name, path: '/', createdAt, tags: [] })
  await tx.link({ kind: 'attachment', accountId, fromId: id, toId: policyId, createdAt })
  await insertKey(tx, vault, { accountId, parentId: id, now: createdAt }, key)
}

/** Makes an access key of a user, or of root, whose id is the account's. */
async function insertKey(
  tx: StoreTransaction,
  vault: SecretVault,
  owner: { readonly accountId: string; readonly parentId: string; readonly now: Date },
  { accessKeyId, secretAccessKey }: FixedKey,
): Promise<void> {
  const { accountId, parentId, now } = owner
  const inserted = await tx.insert(
    {
      kind: 'accessKey',
      accountId,
      id: accessKeyId,
      name: accessKeyId,
      path: '/',
      parentId,
      createdAt: now,
      tags: [],
      status: 'Active',
    },
    vault.seal(accessKeyId, secretAccessKey),
  )
  if (!inserted) throw new StartError(`the access key id ${accessKeyId} is taken`)
}

export function newKey(accountId: string, randomBytes: RandomBytes): FixedKey {
  return {
    accessKeyId: uniqueId('AKIA', accountId, randomBytes(17)),
    secretAccessKey: newSecretAccessKey(randomBytes),
  }
}

/** Source: IAM API Reference, accessKeyIdType; secrets have 40 characters, more do no harm. */
function checkKey({ accessKeyId, secretAccessKey }: FixedKey): void {
  if (!/^[A-Z0-9]{16,128}$/.test(accessKeyId)) {
    throw new StartError('a fixed access key id has 16 to 128 capital letters and digits')
  }
  if (!/^[\u0021-\u007e]{8,128}$/.test(secretAccessKey)) {
    throw new StartError('a fixed secret access key has 8 to 128 printable characters')
  }
}

/** 12 digits, the first not zero, so that nobody's spreadsheet shortens it. */
export function randomAccountId(randomBytes: RandomBytes): string {
  const digest = createHash('sha256').update(randomBytes(16)).digest()
  const number = digest.readBigUInt64BE(0) % 900_000_000_000n
  return String(100_000_000_000n + number)
}
