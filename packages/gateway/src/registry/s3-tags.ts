import { Refusal } from '../refusal.ts'
import { at, list, text } from '../resolve/forwarded-call.ts'
import type { Check } from '../operation.ts'
import type { Ask, AskedKeys, KeptOperation, KnownCall } from './kept.ts'
import type { NewResource, ResourceTag } from './resource.ts'
import { withSetting } from './s3-access.ts'

/** Source: S3 User Guide, "Using cost allocation S3 bucket tags". */
export const bucketTagsMax = 50

/** Tags of an input. Errors: InvalidTag. Source: S3 API Reference, PutBucketTagging. */
export function readTags(value: unknown): readonly ResourceTag[] {
  const tags = list(value).map((tag) => ({
    Key: text(at(tag, 'Key')) ?? '',
    Value: text(at(tag, 'Value')) ?? '',
  }))
  if (tags.length > bucketTagsMax) throw invalidTag('Bucket tag count cannot be greater than 50')
  for (const { Key, Value } of tags) {
    if (Key === '' || Key.length > 128) throw invalidTag('The TagKey you have provided is invalid')
    if (Value.length > 256) throw invalidTag('The TagValue you have provided is invalid')
    if (/^aws:/i.test(Key)) throw invalidTag('System tags cannot be added/updated by requester')
  }
  if (new Set(tags.map(({ Key }) => Key)).size === tags.length) return tags
  throw invalidTag('Cannot provide multiple Tags with the same key')
}

function invalidTag(message: string): Refusal {
  return new Refusal('InvalidTag', message, 400)
}

function tagSet({ resource }: KnownCall) {
  if (resource.tags.length > 0) return { TagSet: resource.tags }
  throw new Refusal('NoSuchTagSet', 'The TagSet does not exist', 404)
}

/**
 * The tags that decide: a bucket's own only once its ABAC is on.
 * Source: S3 User Guide, "Enabling ABAC in general purpose buckets".
 */
export function decidingTags({ tags, settings }: NewResource): readonly ResourceTag[] {
  return settings.abac === 'Enabled' ? tags : []
}

export const s3TagOperations: Readonly<Record<string, KeptOperation>> = {
  PutBucketTagging: {
    changes({ input }) {
      const tags = readTags(at(input, 'Tagging', 'TagSet'))
      return (current) => ({ ...current, tags })
    },
    answers: () => ({}),
  },
  GetBucketTagging: { answers: tagSet },
  DeleteBucketTagging: {
    changes: () => (current) => ({ ...current, tags: [] }),
    answers: () => ({}),
  },
  PutBucketAbac: {
    changes: ({ input }) => withSetting('abac', text(at(input, 'AbacStatus', 'Status'))),
    answers: () => ({}),
  },
  GetBucketAbac: {
    answers: ({ resource }) => ({
      AbacStatus: { Status: text(resource.settings.abac) ?? 'Disabled' },
    }),
  },
}

const objectArn = /^arn:[^:]+:s3:::([^/]+)\/(.+)$/s

/** Tags of the object as the backend has it; one that is not there has none. */
async function tagsOfObject(check: Check, ask: Ask) {
  const [, Bucket, Key] = objectArn.exec(check.resourceArn) ?? []
  const VersionId = check.contextKeys?.['s3:VersionId']
  const asked = await ask('GetObjectTagging', { Bucket, Key, VersionId })
  if (!asked.ok) return asked.status === 404 ? {} : undefined
  const pairs = list(asked.output.TagSet).map(
    (tag) =>
      [`s3:ExistingObjectTag/${String(at(tag, 'Key'))}`, text(at(tag, 'Value')) ?? ''] as const,
  )
  return Object.fromEntries(pairs)
}

/** Asked for only where a policy that applies depends on one. */
export const existingObjectTags: AskedKeys = {
  prefix: 's3:ExistingObjectTag/',
  keysOf: tagsOfObject,
}
