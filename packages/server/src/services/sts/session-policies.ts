import { parsePolicy } from '@bailiwick/policy'
import type { SessionClaims } from '../../credentials/port.ts'
import { iamArn, parseArn, splitResource } from '../../domain/arn.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'

/** Source: STS API Reference, AssumeRole, PolicyArns. */
const policyArnsMax = 10

type SessionPolicies = Pick<SessionClaims, 'sessionPolicy' | 'sessionPolicyArns'>

export interface PolicyInput {
  readonly Policy?: string | undefined
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined
}

/**
 * The session policies of a new session.
 *
 * @param accountId Of the role or user: customer managed policies are of the same account.
 * Errors: MalformedPolicyDocument; ValidationError for a managed policy that is not there, in
 * words of our own.
 * Source: IAM User Guide, "Session policies".
 */
export async function newSessionPolicies(
  scope: Scope,
  { Policy, PolicyArns = [] }: PolicyInput,
  accountId: string,
): Promise<SessionPolicies> {
  if (Policy !== undefined) {
    const { partition } = scope
    const parsed = parsePolicy(Policy, 'sessionPolicy', { partition })
    if (!parsed.ok) throw new ApiError('MalformedPolicyDocument', parsed.problems[0].message)
  }
  if (PolicyArns.length > policyArnsMax) {
    // The model has no limit; worded as the limits that it has, chosen by us.
    const limit = `Member must have length less than or equal to ${policyArnsMax}`
    const message = `1 validation error detected: Value at 'policyArns' failed to satisfy constraint: ${limit}`
    throw new ApiError('ValidationError', message)
  }
  const sessionPolicyArns = [...new Set(PolicyArns.map(({ arn = '' }) => arn))]
  for (const arn of sessionPolicyArns) await assertPolicyExists(scope, arn, accountId)
  return { ...(Policy !== undefined && { sessionPolicy: Policy }), sessionPolicyArns }
}

async function assertPolicyExists(scope: Scope, arn: string, accountId: string): Promise<void> {
  if (scope.managedPolicies.byArn(arn)) return
  const { name } = splitResource(parseArn(arn)?.resource ?? '')
  const policy = await scope.store.find('policy', accountId, name)
  if (policy && iamArn({ ...scope, accountId }, 'policy', policy.path, policy.name) === arn) return
  throw new ApiError('ValidationError', `Policy ${arn} does not exist or is not attachable.`)
}

/**
 * How full the packed policies and tags are; undefined where there are none.
 * Errors: PackedPolicyTooLarge; of its two wordings the one for policies is unconfirmed.
 */
export function packedPolicySize(scope: Scope, claims: SessionClaims): number | undefined {
  const hasPolicies = claims.sessionPolicy !== undefined || claims.sessionPolicyArns.length > 0
  if (!hasPolicies && claims.tags.length === 0) return undefined
  const percent = scope.sessions.packedPolicySizePercent(claims)
  if (percent <= 100) return percent
  const message = hasPolicies
    ? `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`
    : `Packed size of session tags consumes ${percent}% of allotted space.`
  throw new ApiError('PackedPolicyTooLarge', message)
}
