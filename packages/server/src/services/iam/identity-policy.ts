import { parsePolicy } from '@bailiwick/policy'
import { ApiError } from '../api-error.ts'

/**
 * Errors: MalformedPolicyDocument, in AWS's words, where the text is not an identity policy.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language".
 */
export function assertIdentityPolicy(text: string): void {
  const parsed = parsePolicy(text, 'identityPolicy')
  if (!parsed.ok) throw new ApiError('MalformedPolicyDocument', parsed.problems[0].message)
}
