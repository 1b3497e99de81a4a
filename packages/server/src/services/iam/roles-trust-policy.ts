/** Trust policies as they are saved and read back: see `domain/saved-principals.ts`. */
import { documentNonSpaceChars, parsePolicy, principalReferences } from '@bailiwick/policy'
import { parseArn } from '../../domain/arn.ts'
import { savedPrincipals, shownPrincipals } from '../../domain/saved-principals.ts'
import type { Role } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { assertWithinQuota } from './quota.ts'

type TrustPolicies = Pick<Role, 'trustPolicy' | 'trustPolicySaved'>

/**
 * Checks a trust policy and resolves its principals.
 * Errors: MalformedPolicyDocument, also for a user or role that does not exist; LimitExceeded.
 */
export async function savedTrustPolicy(scope: Scope, text: string): Promise<TrustPolicies> {
  const references = principalReferences(text).filter(({ type }) => type === 'AWS')
  for (const { value } of references) assertNoGroup(value)
  const parsed = parsePolicy(text, 'trustPolicy', { partition: scope.partition })
  if (!parsed.ok) throw malformed(parsed.problems[0].message)
  assertWithinQuota(scope, 'ACLSizePerRole', documentNonSpaceChars(text))
  const saved = await savedPrincipals(scope.store, text)
  if (!saved.ok) throw malformed(invalidPrincipal(saved.missing))
  return { trustPolicy: text, trustPolicySaved: saved.text }
}

function malformed(message: string): ApiError {
  return new ApiError('MalformedPolicyDocument', message)
}

/** AWS's words; the reason after them is ours. */
function assertNoGroup(value: string): void {
  const arn = parseArn(value)
  if (arn?.service !== 'iam' || !arn.resource.startsWith('group/')) return
  const reason = 'A group cannot be a principal: name its users, or a role.'
  throw malformed(`${invalidPrincipal(value)}. ${reason}`)
}

/** Source: as users report it of AWS. */
function invalidPrincipal(value: string): string {
  return `Invalid principal in policy: "AWS":"${value}"`
}

/** See `shownPrincipals`. */
export function shownTrustPolicy(
  { store, partition }: Pick<Scope, 'store' | 'partition'>,
  { trustPolicy, trustPolicySaved }: TrustPolicies,
): Promise<string> {
  return shownPrincipals(store, partition, trustPolicy, trustPolicySaved)
}
