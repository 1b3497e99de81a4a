import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import { Refusal } from '../refusal.ts'
import { at, text } from '../resolve/forwarded-call.ts'
import type { Ask, KeptCall, KeptOperation, Made } from './kept.ts'
import type { Resource } from './resource.ts'
import { assertAclsOff, newBucketSettings, withoutAcls } from './s3-access.ts'
import { readTags } from './s3-tags.ts'
import { canonicalId } from './s3-words.ts'

export function bucketArn(partition: string, name: string): string {
  return `arn:${partition}:s3:::${name}`
}

export function bucketName({ arn }: Pick<Resource, 'arn'>): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}

/** The region that a bucket is asked for; S3's first one has no name there. */
function regionOf({ input, region }: Pick<KeptCall, 'input' | 'region'>): string {
  return text(at(input, 'CreateBucketConfiguration', 'LocationConstraint')) ?? region
}

function made(call: KeptCall): Made {
  const { input } = call
  assertAclsOff(input.ObjectOwnership)
  if (input.ACL !== undefined && input.ACL !== 'private') {
    const message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    throw new Refusal('InvalidBucketAclWithObjectOwnership', message, 400)
  }
  return {
    arn: bucketArn(call.partition, String(input.Bucket)),
    type: 'bucket',
    tags: readTags(at(input, 'CreateBucketConfiguration', 'Tags')),
    settings: { region: regionOf(call), ...newBucketSettings },
  }
}

/** Without what the gate keeps: the backend shall not decide on it. */
function backendInput({ input }: KeptCall): OperationInput {
  const { ObjectOwnership: _, ...rest } = withoutAcls(input)
  const constraint = at(input, 'CreateBucketConfiguration', 'LocationConstraint')
  const configuration = constraint === undefined ? undefined : { LocationConstraint: constraint }
  return { ...rest, CreateBucketConfiguration: configuration }
}

/** A bucket that answers in whatever way is there: only a 404 says that it is not. */
async function exists({ input, ask }: KeptCall): Promise<boolean> {
  const asked = await ask('HeadBucket', { Bucket: input.Bucket })
  return asked.ok || asked.status !== 404
}

/** Source: S3 API Reference, CreateBucket. Chosen by us: us-east-1 is no exception. */
function taken(by: 'other' | 'own' | 'nobody'): Refusal {
  if (by === 'own') {
    const message =
      'Your previous request to create the named bucket succeeded and you already own it.'
    return new Refusal('BucketAlreadyOwnedByYou', message, 409)
  }
  const message =
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.'
  return new Refusal('BucketAlreadyExists', message, 409)
}

/** Source: S3 API Reference, ListBuckets. */
const bucketsOfPageMax = 10_000

/** The account's own buckets, in pages; the token is the name that the page before ended with. */
function listBuckets({ input, accountId, resources }: KeptCall): OperationOutput {
  const { Prefix: prefix, BucketRegion: region, ContinuationToken: token } = input
  const limit = typeof input.MaxBuckets === 'number' ? input.MaxBuckets : bucketsOfPageMax
  const after = typeof token === 'string' ? Buffer.from(token, 'base64url').toString('utf8') : ''
  const all = resources
    .list({ accountId, service: 's3', type: 'bucket' })
    .map((resource) => ({ resource, name: bucketName(resource) }))
    .filter(({ name }) => name > after && name.startsWith(text(prefix) ?? ''))
    .filter(({ resource }) => region === undefined || resource.settings.region === region)
  const page = all.slice(0, limit)
  const last = page.at(-1)?.name
  const isMore = all.length > page.length && last !== undefined
  return {
    Buckets: page.map(({ resource, name }) => ({
      Name: name,
      CreationDate: resource.backendCreatedAt ?? resource.createdAt,
      BucketRegion: text(resource.settings.region),
    })),
    Owner: { ID: canonicalId(accountId) },
    ...(prefix !== undefined && { Prefix: prefix }),
    ...(isMore && { ContinuationToken: Buffer.from(last).toString('base64url') }),
  }
}

/** All buckets of a backend, by name. */
export async function backendBuckets(
  ask: Ask,
): Promise<readonly { readonly name: string; readonly createdAt: Date | undefined }[]> {
  const asked = await ask('ListBuckets', {})
  if (!asked.ok) throw new Refusal('ServiceUnavailable', 'The backend does not list buckets.', 503)
  const buckets = (asked.output.Buckets ?? []) as readonly { Name?: string; CreationDate?: Date }[]
  return buckets.flatMap(({ Name: name, CreationDate: createdAt }) =>
    name === undefined ? [] : [{ name, createdAt }],
  )
}

export const s3BucketOperations: Readonly<Record<string, KeptOperation>> = {
  CreateBucket: { creates: { made, exists, taken }, backendInput },
  DeleteBucket: { deletes: true },
  ListBuckets: { lists: listBuckets },
}
