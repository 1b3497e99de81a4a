import type { OperationInput } from '@bailiwick/wire'
import { S3Error } from './errors.ts'
import { checkMetadata } from './limits.ts'

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
  const { Expires: expires, Metadata } = input
  checkMetadata((Metadata ?? {}) as Readonly<Record<string, string>>)
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
