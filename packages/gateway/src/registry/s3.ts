import type { OperationInput } from '@bailiwick/wire'
import type { Caller } from '../caller.ts'
import { notificationOperations } from './deliveries/withhold.ts'
import type { KeptCall, KeptService } from './kept.ts'
import type { NewResource } from './resource.ts'
import {
  newBucketSettings,
  publicAccessBlockOf,
  refuseAcls,
  s3AccessOperations,
  withoutAcls,
} from './s3-access.ts'
import { backendBuckets, bucketArn, bucketName, s3BucketOperations } from './s3-buckets.ts'
import { s3PolicyOperations } from './s3-policy.ts'
import { hasPublicPolicy } from './public-policy.ts'
import { s3SubresourceOperations } from './s3-subresources.ts'
import { decidingTags, existingObjectTags, s3TagOperations } from './s3-tags.ts'
import { noSuchBucket, s3Denied } from './s3-words.ts'

/** What the owner's root user may do whatever the policy denies, to get back in. */
const unlocking = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'])

/**
 * Source: S3 User Guide, "Bucket policies", on the root user; "Blocking public access", on
 * RestrictPublicBuckets: a public policy lets in the owner's account and services alone.
 */
function ignoresPolicy(resource: NewResource, caller: Caller, action: string): boolean {
  const { principal, accountId } = caller
  const isOwners = accountId === resource.accountId
  if (isOwners) return principal.kind === 'root' && unlocking.has(action)
  if (principal.kind === 'service') return false
  const isRestricted = publicAccessBlockOf(resource)?.RestrictPublicBuckets === true
  return isRestricted && hasPublicPolicy(resource)
}

/** Source: S3 User Guide, "Verifying bucket ownership with bucket owner condition". */
function refuseOtherOwner({ input, partition, resources }: KeptCall): void {
  const { Bucket, ExpectedBucketOwner, CopySource, ExpectedSourceBucketOwner } = input
  const [source] = typeof CopySource === 'string' ? CopySource.replace(/^\//, '').split('/') : []
  const expected = [
    [Bucket, ExpectedBucketOwner],
    [source, ExpectedSourceBucketOwner],
  ]
  for (const [name, owner] of expected) {
    if (owner === undefined) continue
    const bucket = resources.find(bucketArn(partition, String(name)))
    if (bucket?.accountId !== owner) throw s3Denied()
  }
}

/** What a backend makes of owners and ACLs, nobody has decided on. */
function backendInput(input: OperationInput): OperationInput {
  const { ExpectedBucketOwner: _, ExpectedSourceBucketOwner: __, ...rest } = input
  return withoutAcls(rest)
}

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
  tagsOf: decidingTags,
  keysOf: (resource) => ({
    's3:ResourceAccount': resource.accountId,
    // All that begin so are known: a bucket without ABAC has none.
    's3:BucketTag/': undefined,
    ...Object.fromEntries(
      decidingTags(resource).map(({ Key, Value }) => [`s3:BucketTag/${Key}`, Value]),
    ),
  }),
  ignoresPolicy,
  askedKeys: existingObjectTags,
  refuses(call) {
    refuseOtherOwner(call)
    refuseAcls(call)
  },
  backendInput,
  async createdAt(resource, ask) {
    const name = bucketName(resource)
    return (await backendBuckets(ask)).find((bucket) => bucket.name === name)?.createdAt
  },
  adoptableType: 'bucket',
  async adoptable(ask, { partition }) {
    return (await backendBuckets(ask)).map(({ name, createdAt }) => ({
      arn: bucketArn(partition, name),
      type: 'bucket',
      tags: [],
      settings: newBucketSettings,
      ...(createdAt && { backendCreatedAt: createdAt }),
    }))
  },
  operations: {
    ...s3SubresourceOperations,
    ...s3BucketOperations,
    ...s3PolicyOperations,
    ...s3AccessOperations,
    ...s3TagOperations,
    ...notificationOperations,
  },
}
