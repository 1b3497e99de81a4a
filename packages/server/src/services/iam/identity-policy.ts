import { documentNonSpaceChars, parsePolicy } from '@bailiwick/policy'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { assertWithinQuota } from './quota.ts'

/**
 * Errors: MalformedPolicyDocument, in AWS's words, where the text is not an identity policy.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language".
 */
export function assertIdentityPolicy(text: string): void {
  const parsed = parsePolicy(text, 'identityPolicy')
  if (!parsed.ok) throw new ApiError('MalformedPolicyDocument', parsed.problems[0].message)
}

/**
 * Errors: LimitExceeded `Cannot exceed quota for PolicySize: 6144` for a managed policy that is
 * too long, white space not counted. Source: IAM User Guide, "IAM and AWS STS quotas".
 */
export function assertPolicySize(scope: Pick<Scope, 'quota'>, text: string): void {
  assertWithinQuota(scope, 'PolicySize', documentNonSpaceChars(text))
}
