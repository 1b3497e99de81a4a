import type { OperationInput } from '@bailiwick/wire'
import { Refusal } from '../refusal.ts'
import { at, list, text } from '../resolve/forwarded-call.ts'
import type { Change, KeptCall, KeptOperation, KnownCall } from './kept.ts'
import type { NewResource } from './resource.ts'
import { canonicalId } from './s3-words.ts'

/** Source: S3 API Reference, PublicAccessBlockConfiguration. */
const blockNames = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const

type PublicAccessBlock = Readonly<Record<(typeof blockNames)[number], boolean>>

/** What a bucket is made with since April 2023. Source: S3 User Guide, "Blocking public access". */
export const newBucketSettings = {
  publicAccessBlock: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
  objectOwnership: 'BucketOwnerEnforced',
} as const

export function publicAccessBlockOf({ settings }: NewResource): PublicAccessBlock | undefined {
  return settings.publicAccessBlock as PublicAccessBlock | undefined
}

/** A setting put in its place, or taken out where it is undefined. */
export function withSetting(name: string, value: unknown): Change {
  return (current) => {
    const { [name]: _, ...settings } = current.settings
    return { ...current, settings: value === undefined ? settings : { ...settings, [name]: value } }
  }
}

function notFound(code: string, message: string): Refusal {
  return new Refusal(code, message, 404)
}

function putPublicAccessBlock({ input }: KnownCall): Change {
  const given = input.PublicAccessBlockConfiguration
  const block = Object.fromEntries(blockNames.map((name) => [name, at(given, name) === true]))
  return withSetting('publicAccessBlock', block)
}

function getPublicAccessBlock({ resource }: KnownCall) {
  const block = publicAccessBlockOf(resource)
  if (block !== undefined) return { PublicAccessBlockConfiguration: block }
  const message = 'The public access block configuration was not found'
  throw notFound('NoSuchPublicAccessBlockConfiguration', message)
}

/**
 * ACLs stay off, so that a bucket's policy alone says who gets in. Chosen by us: an ownership that
 * turns them on is refused, and a bucket whose controls were deleted has none either.
 */
export function assertAclsOff(ownership: unknown): void {
  if (ownership === undefined || ownership === 'BucketOwnerEnforced') return
  const message = `ACLs are not decided on here: ObjectOwnership must be BucketOwnerEnforced.`
  throw new Refusal('NotImplemented', message, 501)
}

function putOwnership({ input }: KnownCall): Change {
  const rules = list(at(input, 'OwnershipControls', 'Rules'))
  for (const rule of rules) assertAclsOff(at(rule, 'ObjectOwnership') ?? null)
  return withSetting('objectOwnership', 'BucketOwnerEnforced')
}

function getOwnership({ resource }: KnownCall) {
  const ownership = resource.settings.objectOwnership
  if (ownership !== undefined) {
    return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } }
  }
  const message = 'The bucket ownership controls were not found'
  throw notFound('OwnershipControlsNotFoundError', message)
}

/** What every ACL says where there are none: the bucket's owner may do everything. */
function ownersAcl({ resource }: KnownCall) {
  const ID = canonicalId(resource.accountId)
  const grant = { Grantee: { ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }
  return { Owner: { ID }, Grants: [grant] }
}

async function objectAcl(call: KnownCall) {
  const { input, ask } = call
  const { Bucket, Key, VersionId } = input
  const asked = await ask('HeadObject', { Bucket, Key, VersionId })
  if (asked.ok) return ownersAcl(call)
  if (asked.status === 404) throw notFound('NoSuchKey', 'The specified key does not exist.')
  throw new Refusal('ServiceUnavailable', 'The backend does not say whether it is there.', 503)
}

const grants = [
  'GrantFullControl',
  'GrantRead',
  'GrantReadACP',
  'GrantWrite',
  'GrantWriteACP',
] as const

/** Those that say no more than what holds anyway. */
const harmlessAcls = new Set<unknown>([undefined, 'private', 'bucket-owner-full-control'])

/** Operations that put an object, which may come with an ACL. */
const putting = new Set(['CopyObject', 'CreateMultipartUpload', 'PutObject'])
const puttingAcls = new Set(['PutBucketAcl', 'PutObjectAcl'])

/**
 * What of an ACL is refused. Errors: AccessControlListNotSupported.
 * Source: S3 User Guide, "Controlling ownership of objects and disabling ACLs".
 */
export function refuseAcls({ operation, input }: Pick<KeptCall, 'operation' | 'input'>): void {
  const hasGrants = grants.some((name) => text(input[name]) !== undefined)
  const isPut = putting.has(operation.name)
  if (isPut && !hasGrants && harmlessAcls.has(input.ACL)) return
  if (!isPut && !puttingAcls.has(operation.name)) return
  const isOwners = input.ACL === 'bucket-owner-full-control' && operation.name === 'PutObjectAcl'
  if (isOwners && !hasGrants && input.AccessControlPolicy === undefined) return
  throw new Refusal('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400)
}

/** An input without ACLs: what a backend makes of them, nobody has decided on. */
export function withoutAcls(input: OperationInput): OperationInput {
  const names = new Set<string>(['ACL', ...grants])
  return Object.fromEntries(Object.entries(input).filter(([name]) => !names.has(name)))
}

export const s3AccessOperations: Readonly<Record<string, KeptOperation>> = {
  PutPublicAccessBlock: { changes: putPublicAccessBlock, answers: () => ({}) },
  GetPublicAccessBlock: { answers: getPublicAccessBlock },
  DeletePublicAccessBlock: {
    changes: () => withSetting('publicAccessBlock', undefined),
    answers: () => ({}),
  },
  PutBucketOwnershipControls: { changes: putOwnership, answers: () => ({}) },
  GetBucketOwnershipControls: { answers: getOwnership },
  DeleteBucketOwnershipControls: {
    changes: () => withSetting('objectOwnership', undefined),
    answers: () => ({}),
  },
  GetBucketAcl: { answers: ownersAcl },
  GetObjectAcl: { answers: objectAcl },
  PutObjectAcl: { answers: () => ({}) },
}
