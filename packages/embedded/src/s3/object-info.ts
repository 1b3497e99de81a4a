import type { OperationInput } from '@bailiwick/wire'
import { S3Error } from './errors.ts'

/** What is kept of an object beside its bytes, by the members' names. */
export type ObjectInfo = Readonly<Record<string, unknown>>

const kept = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Metadata',
  'SSEKMSKeyId',
  'ServerSideEncryption',
  'StorageClass',
  'WebsiteRedirectLocation',
]

/** What would change how an object is kept, and does not: refused, so that nobody relies on it. */
const refused = [
  'ObjectLockLegalHoldStatus',
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'SSECustomerAlgorithm',
  'SSECustomerKey',
  'CopySourceSSECustomerKey',
  'WriteOffsetBytes',
]

/** @throws S3Error for what the embedded S3 does not do. */
export function infoOf(input: OperationInput): ObjectInfo {
  const unknown = refused.find((name) => input[name] !== undefined)
  if (unknown !== undefined) {
    throw new S3Error('NotImplemented', `The embedded S3 does not have ${unknown}.`)
  }
  const { Expires: expires } = input
  return {
    ...pick(input, (name) => kept.includes(name)),
    ...checksumsOf(input),
    ...(expires instanceof Date && { Expires: expires.toISOString() }),
  }
}

/** The checksums that came in headers, which the gate has verified. */
export function checksumsOf(input: OperationInput): ObjectInfo {
  return pick(input, (name) => /^Checksum(CRC|SHA|XXHASH|MD5)/.test(name))
}

/** As GetObject and HeadObject answer with it. */
export function answeredInfo(text: string, withChecksums: boolean): ObjectInfo {
  const info = JSON.parse(text) as ObjectInfo
  const { Expires: expires, StorageClass: storageClass, ContentType: type } = info
  return {
    ...pick(info, (name) => withChecksums || !name.startsWith('Checksum')),
    ContentType: type ?? 'binary/octet-stream',
    Expires: typeof expires === 'string' ? new Date(expires) : undefined,
    StorageClass: storageClass === 'STANDARD' ? undefined : storageClass,
    PartSizes: undefined,
  }
}

function pick(from: OperationInput, isWanted: (name: string) => boolean): ObjectInfo {
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => value !== undefined && isWanted(name)),
  )
}

export interface Tag {
  readonly Key: string
  readonly Value: string
}

/** The header `x-amz-tagging`: a query string. */
export function tagsOfHeader(text: unknown): readonly Tag[] {
  if (typeof text !== 'string') return []
  const tags = [...new URLSearchParams(text)].map(([Key, Value]) => ({ Key, Value }))
  return checkTags(tags)
}

/** Tags of an object. Source: S3 User Guide, "Object tagging". */
export const tagCountMax = 10

/** @throws S3Error where they are none that S3 takes. */
export function checkTags(tags: readonly Tag[]): readonly Tag[] {
  const keys = new Set(tags.map(({ Key }) => Key))
  if (keys.size !== tags.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key')
  }
  if (tags.length > tagCountMax) {
    throw new S3Error('InvalidTag', 'Object tags cannot be greater than 10')
  }
  if (tags.some(({ Key, Value }) => Key === '' || Key.length > 128 || Value.length > 256)) {
    throw new S3Error('InvalidTag')
  }
  return tags
}
