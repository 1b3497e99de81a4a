import type { KeptService } from './kept.ts'
import { backendBuckets, bucketArn, bucketName, s3BucketOperations } from './s3-buckets.ts'
import { s3PolicyOperations } from './s3-policy.ts'
import { noSuchBucket } from './s3-words.ts'

/** Buckets: an object is part of its bucket, and owned with it. */
export const keptS3: KeptService = {
  service: 's3',
  resourceOf(arn) {
    const bucket = /^arn:[^:]+:s3:::[^/*?]+/.exec(arn)?.[0]
    return bucket === undefined ? undefined : { arn: bucket, type: 'bucket' }
  },
  missing: noSuchBucket,
  isGone: (operation, status, code) =>
    code === 'NoSuchBucket' || (operation === 'HeadBucket' && status === 404),
  keysOf: ({ accountId }) => ({ 's3:ResourceAccount': accountId }),
  async createdAt(resource, ask) {
    const name = bucketName(resource)
    return (await backendBuckets(ask)).find((bucket) => bucket.name === name)?.createdAt
  },
  async adoptable(ask, partition) {
    return (await backendBuckets(ask)).map(({ name, createdAt }) => ({
      arn: bucketArn(partition, name),
      type: 'bucket',
      tags: [],
      settings: {},
      ...(createdAt && { backendCreatedAt: createdAt }),
    }))
  },
  operations: { ...s3BucketOperations, ...s3PolicyOperations },
}
