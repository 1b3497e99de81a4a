import type { BucketRow } from './database.ts'
import { documentIn, textIn, type Call, type Handler } from './call.ts'
import { S3Error } from './errors.ts'
import { checkBucketName } from './limits.ts'

export const CreateBucket: Handler = ({ store, input, accountId, region }) => {
  const name = checkBucketName(textIn(input, 'Bucket'))
  const existing = store.db.prepare('SELECT * FROM buckets WHERE name = ?').get(name)
  if (existing !== undefined) {
    const isOwn = (existing as BucketRow).account === accountId
    throw new S3Error(isOwn ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists')
  }
  if (input['ObjectLockEnabledForBucket'] === true) {
    throw new S3Error('NotImplemented', 'The embedded S3 does not have object lock.')
  }
  const configuration = input['CreateBucketConfiguration'] as
    { readonly LocationConstraint?: string } | undefined
  store.db
    .prepare('INSERT INTO buckets (name, account, region, created) VALUES (?, ?, ?, ?)')
    .run(name, accountId, configuration?.LocationConstraint ?? region, store.now())
  return { output: { Location: `/${name}` } }
}

export const HeadBucket: Handler = ({ store, input }) => {
  const { region } = store.bucket(input['Bucket'])
  return { output: { BucketRegion: region } }
}

export const DeleteBucket: Handler = ({ store, input }) => {
  const { name } = store.bucket(input['Bucket'])
  const holds = ['versions', 'uploads'].some((table) =>
    store.db.prepare(`SELECT 1 FROM ${table} WHERE bucket = ? LIMIT 1`).get(name),
  )
  if (holds) throw new S3Error('BucketNotEmpty')
  store.db.transaction(() => {
    store.db.prepare('DELETE FROM settings WHERE bucket = ?').run(name)
    store.db.prepare('DELETE FROM buckets WHERE name = ?').run(name)
  })()
  return {}
}

export const ListBuckets: Handler = ({ store, accountId }) => {
  const sql = 'SELECT * FROM buckets WHERE account = ? ORDER BY name'
  const rows = store.db.prepare(sql).all(accountId) as BucketRow[]
  const Buckets = rows.map(({ name, created, region }) => ({
    Name: name,
    CreationDate: new Date(created),
    BucketRegion: region,
  }))
  return { output: { Buckets, Owner: ownerOf(accountId) } }
}

export const GetBucketLocation: Handler = ({ store, input }) => {
  const { region } = store.bucket(input['Bucket'])
  return { output: { LocationConstraint: region === 'us-east-1' ? undefined : region } }
}

export const GetBucketVersioning: Handler = ({ store, input }) => {
  const { versioning } = store.bucket(input['Bucket'])
  return { output: { Status: versioning ?? undefined } }
}

export const PutBucketVersioning: Handler = ({ store, input }) => {
  const { name } = store.bucket(input['Bucket'])
  const { Status, MFADelete } = documentIn(input, 'VersioningConfiguration')
  if (MFADelete !== undefined && MFADelete !== 'Disabled') {
    throw new S3Error('NotImplemented', 'The embedded S3 does not have MFA delete.')
  }
  if (Status !== 'Enabled' && Status !== 'Suspended') throw new S3Error('MalformedXML')
  store.db.prepare('UPDATE buckets SET versioning = ? WHERE name = ?').run(Status, name)
  return {}
}

/** As S3 names an owner, whose canonical id is nobody's secret here: the account's own. */
export function ownerOf(accountId: string) {
  return { ID: accountId.padStart(64, '0'), DisplayName: accountId }
}

/** Access control lists are off, as in every new bucket: the owner has all. */
export const GetBucketAcl: Handler = ({ store, input }) => acl(store.bucket(input['Bucket']))

export const GetObjectAcl: Handler = ({ store, input }) => {
  const bucket = store.bucket(input['Bucket'])
  store.version(bucket.name, input['Key'], input['VersionId'])
  return acl(bucket)
}

function acl({ account }: BucketRow) {
  const Owner = ownerOf(account)
  const Grantee = { ...Owner, Type: 'CanonicalUser' }
  return { output: { Owner, Grants: [{ Grantee, Permission: 'FULL_CONTROL' }] } }
}

interface Setting {
  /** The member of Put's input that is kept. */
  readonly member: string
  /** Whether Get answers with its members, not with it. */
  readonly isOpened?: true
  /** The error where there is none; absent: an empty answer. */
  readonly missing?: ConstructorParameters<typeof S3Error>[0]
}

/** Kept as given and answered; none of them does anything here. */
const settings: Readonly<Record<string, Setting>> = {
  BucketCors: { member: 'CORSConfiguration', isOpened: true, missing: 'NoSuchCORSConfiguration' },
  BucketEncryption: {
    member: 'ServerSideEncryptionConfiguration',
    missing: 'ServerSideEncryptionConfigurationNotFoundError',
  },
  BucketLifecycleConfiguration: {
    member: 'LifecycleConfiguration',
    isOpened: true,
    missing: 'NoSuchLifecycleConfiguration',
  },
  BucketOwnershipControls: {
    member: 'OwnershipControls',
    missing: 'OwnershipControlsNotFoundError',
  },
  BucketTagging: { member: 'Tagging', isOpened: true, missing: 'NoSuchTagSet' },
  PublicAccessBlock: {
    member: 'PublicAccessBlockConfiguration',
    missing: 'NoSuchPublicAccessBlockConfiguration',
  },
}

/** The handlers of the settings, by operation. */
export const settingHandlers: Readonly<Record<string, Handler>> = Object.fromEntries(
  Object.entries(settings).flatMap(([kind, setting]) => [
    [`Put${kind}`, putSetting(kind, setting)],
    [`Get${kind}`, getSetting(kind, setting)],
    [
      kind === 'BucketLifecycleConfiguration' ? 'DeleteBucketLifecycle' : `Delete${kind}`,
      deleteSetting(kind),
    ],
  ]),
)

function putSetting(kind: string, { member }: Setting): Handler {
  return ({ store, input }: Call) => {
    const { name } = store.bucket(input['Bucket'])
    store.db
      .prepare('INSERT OR REPLACE INTO settings (bucket, kind, value) VALUES (?, ?, ?)')
      .run(name, kind, JSON.stringify(input[member] ?? {}))
    return {}
  }
}

function getSetting(kind: string, { member, isOpened, missing }: Setting): Handler {
  return ({ store, input }) => {
    const { name } = store.bucket(input['Bucket'])
    const sql = 'SELECT value FROM settings WHERE bucket = ? AND kind = ?'
    const row = store.db.prepare(sql).get(name, kind) as { value: string } | undefined
    if (row === undefined) {
      if (missing !== undefined) throw new S3Error(missing)
      return { output: {} }
    }
    const value = JSON.parse(row.value, dates) as Record<string, unknown>
    return { output: isOpened ? value : { [member]: value } }
  }
}

function deleteSetting(kind: string): Handler {
  return ({ store, input }) => {
    const { name } = store.bucket(input['Bucket'])
    store.db.prepare('DELETE FROM settings WHERE bucket = ? AND kind = ?').run(name, kind)
    return { status: 204 }
  }
}

/** Dates of a lifecycle are dates again. */
function dates(name: string, value: unknown): unknown {
  return name === 'Date' && typeof value === 'string' ? new Date(value) : value
}
