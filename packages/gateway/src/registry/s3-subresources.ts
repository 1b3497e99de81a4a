/**
 * What a backend makes of a subresource that it does not know: Swift and Ceph pass it over, and do
 * what the rest of the request says. `DELETE /bucket?metrics` then deletes the bucket, `PUT
 * /bucket/key?retention` overwrites the object, and `GET /bucket?cors` lists the bucket; nobody has
 * decided on that. So nothing is written to a subresource before the backend has shown that it knows
 * it, and of an answer nothing passes that the model of the operation does not have. Chosen by us.
 */
import type { OperationInput } from '@bailiwick/wire'
import { Refusal } from '../refusal.ts'
import { at } from '../resolve/forwarded-call.ts'
import type { Asked, KeptCall, KeptOperation } from './kept.ts'
import { noSuchBucket } from './s3-words.ts'

/** What reads a subresource of buckets, and what writes it. Each answers 404 where there is none. */
const writersOf: Readonly<Record<string, readonly string[]>> = {
  GetBucketAnalyticsConfiguration: [
    'PutBucketAnalyticsConfiguration',
    'DeleteBucketAnalyticsConfiguration',
  ],
  GetBucketCors: ['PutBucketCors', 'DeleteBucketCors'],
  GetBucketEncryption: ['PutBucketEncryption', 'DeleteBucketEncryption'],
  GetBucketIntelligentTieringConfiguration: [
    'PutBucketIntelligentTieringConfiguration',
    'DeleteBucketIntelligentTieringConfiguration',
  ],
  GetBucketInventoryConfiguration: [
    'PutBucketInventoryConfiguration',
    'DeleteBucketInventoryConfiguration',
  ],
  GetBucketLifecycleConfiguration: ['PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle'],
  GetBucketMetadataConfiguration: [
    'DeleteBucketMetadataConfiguration',
    'UpdateBucketMetadataAnnotationTableConfiguration',
    'UpdateBucketMetadataInventoryTableConfiguration',
    'UpdateBucketMetadataJournalTableConfiguration',
  ],
  GetBucketMetadataTableConfiguration: ['DeleteBucketMetadataTableConfiguration'],
  GetBucketMetricsConfiguration: [
    'PutBucketMetricsConfiguration',
    'DeleteBucketMetricsConfiguration',
  ],
  GetBucketReplication: ['PutBucketReplication', 'DeleteBucketReplication'],
  GetBucketWebsite: ['PutBucketWebsite', 'DeleteBucketWebsite'],
  GetObjectLockConfiguration: ['PutObjectLockConfiguration'],
}

/** Those that are read alone. */
const readers = [
  ...['GetBucketAccelerateConfiguration', 'GetBucketRequestPayment'],
  ...['ListBucketAnalyticsConfigurations', 'ListBucketIntelligentTieringConfigurations'],
  ...['ListBucketInventoryConfigurations', 'ListBucketMetricsConfigurations'],
]

/** Of an object; there is none without the bucket's Object Lock. */
const lockReaders = ['GetObjectLegalHold', 'GetObjectRetention']
const lockWriters = ['PutObjectLegalHold', 'PutObjectRetention']

/** Of an object, and of no backend that we know: it would read, overwrite or delete the object. */
const unknown = [
  ...['DeleteObjectAnnotation', 'GetObjectAnnotation', 'GetObjectTorrent'],
  ...['ListObjectAnnotations', 'PutObjectAnnotation', 'UpdateObjectEncryption'],
]

function notImplemented(): Refusal {
  const message = 'A header or operation that the backend does not have.'
  return new Refusal('NotImplemented', message, 501)
}

/** Whether an answer has anything in it that the model knows. */
function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false
  if (typeof value !== 'object' || value instanceof Date) return true
  return Object.values(value).some(isFilled)
}

/** Undefined where the backend knows the subresource, whether or not there is one. */
function refusalOf(asked: Asked): Refusal | undefined {
  if (asked.ok) return isFilled(asked.output) ? undefined : notImplemented()
  if (asked.code === 'NoSuchBucket') return noSuchBucket()
  return asked.status === 404 && asked.code !== undefined ? undefined : notImplemented()
}

function placeOf({ Bucket, Id }: OperationInput): OperationInput {
  return { Bucket, ...(Id !== undefined && { Id }) }
}

/** Source: S3 User Guide, "Locking objects with Object Lock"; the words as S3 answers them. */
async function withoutLock({ input, ask }: KeptCall): Promise<Refusal | undefined> {
  const asked = await ask('GetObjectLockConfiguration', { Bucket: input.Bucket })
  const isLocked =
    asked.ok && at(asked.output, 'ObjectLockConfiguration', 'ObjectLockEnabled') === 'Enabled'
  if (isLocked) return undefined
  return new Refusal('InvalidRequest', 'Bucket is missing Object Lock Configuration', 400)
}

function each(names: readonly string[], operation: KeptOperation) {
  return names.map((name) => [name, operation] as const)
}

const asModelled: KeptOperation = { merges: (output) => output }

export const s3SubresourceOperations: Readonly<Record<string, KeptOperation>> = Object.fromEntries([
  ...Object.entries(writersOf).flatMap(([reader, writers]) =>
    each(writers, {
      refuses: async ({ input, ask }) => refusalOf(await ask(reader, placeOf(input))),
    }),
  ),
  ...each([...Object.keys(writersOf), ...readers], asModelled),
  ...each(lockReaders, { refuses: withoutLock, ...asModelled }),
  ...each(lockWriters, { refuses: withoutLock }),
  ...each(unknown, { refuses: notImplemented }),
])
