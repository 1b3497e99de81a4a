import { documentNonSpaceChars } from '@bailiwick/policy'
import { Refusal } from '../refusal.ts'
import type { KeptCall, KeptOperation, KnownCall } from './kept.ts'
import type { Resource } from './resource.ts'
import { readResourcePolicy, type ReadPolicy } from './resource-policy.ts'
import { publicAccessBlockOf } from './s3-access.ts'
import { hasPublicPolicy, isPublicPolicy } from './public-policy.ts'
import { checkBucketStatements } from './s3-policy-statements.ts'
import { malformedPolicy } from './s3-words.ts'

/** Characters but for white space. Source: S3 User Guide, "Adding a bucket policy": 20 KB. */
export const bucketPolicyCharsMax = 20_480

/**
 * A bucket policy as S3 takes it. Errors: MalformedPolicy in S3's words, also for a principal that
 * does not exist.
 * Source: policy-language §10; S3 User Guide, "Bucket policies".
 */
export async function parseBucketPolicy(
  text: string,
  bucketArn: string,
  call: Pick<KeptCall, 'partition' | 'resources'>,
): Promise<ReadPolicy> {
  if (documentNonSpaceChars(text) > bucketPolicyCharsMax) {
    const message = 'Policy exceeds the maximum allowed document size.'
    throw new Refusal('PolicyTooLarge', message, 400)
  }
  const rules = {
    service: 's3',
    // Chosen by us: a pattern for the bucket's own name is refused, too.
    isResource: (arn: string) => arn === bucketArn || arn.startsWith(`${bucketArn}/`),
    malformed: malformedPolicy,
    unknownPrincipal: () => malformedPolicy('Invalid principal in policy'),
  }
  const read = await readResourcePolicy(text, rules, call)
  checkBucketStatements(read.document)
  return read
}

/** Source: as users report it of AWS. */
function refuseIfBlocked({ caller }: KnownCall, current: Resource): void {
  if (publicAccessBlockOf(current)?.BlockPublicPolicy !== true) return
  const message = `User: ${caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${current.arn}" because public policies are blocked by the BlockPublicPolicy block public access setting.`
  throw new Refusal('AccessDenied', message, 403)
}

function noPolicy(): Refusal {
  return new Refusal('NoSuchBucketPolicy', 'The bucket policy does not exist', 404)
}

async function readBack({ resource, resources }: KnownCall): Promise<{ Policy: string }> {
  if (resource.policy === undefined) throw noPolicy()
  return { Policy: await resources.shownPolicy(resource.policy) }
}

function withoutPolicy({ policy: _, ...resource }: Resource): Resource {
  return resource
}

/** Source: S3 API Reference, the operations. */
export const s3PolicyOperations: Readonly<Record<string, KeptOperation>> = {
  PutBucketPolicy: {
    async changes(call) {
      const { arn } = call.resource
      const { document, policy } = await parseBucketPolicy(String(call.input.Policy), arn, call)
      return (current) => {
        if (isPublicPolicy(document)) refuseIfBlocked(call, current)
        return { ...current, policy }
      }
    },
    answers: () => ({}),
  },
  GetBucketPolicy: { answers: readBack },
  GetBucketPolicyStatus: {
    answers({ resource }) {
      if (resource.policy === undefined) throw noPolicy()
      return { PolicyStatus: { IsPublic: hasPublicPolicy(resource) } }
    },
  },
  DeleteBucketPolicy: { changes: () => withoutPolicy, answers: () => ({}) },
}
