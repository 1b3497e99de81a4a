/**
 * Trust policies as they are saved and read back. What is decided on names unique ids, so that a
 * role or user made anew under an old name is not trusted; what is read back is the text as
 * given, with the ARNs of today.
 *
 * Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */
import { documentNonSpaceChars, isUniqueId, parsePolicy } from '@bailiwick/policy'
import { principalReferences, replacePrincipals } from '@bailiwick/policy'
import { iamArn, parseArn, splitResource } from '../../domain/arn.ts'
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
  const ids = new Map<string, string>()
  for (const { value } of references) {
    if (!ids.has(value)) ids.set(value, await savedPrincipal(scope, value))
  }
  const trustPolicySaved = replacePrincipals(text, (value, type) =>
    type === 'AWS' ? (ids.get(value) ?? value) : value,
  )
  return { trustPolicy: text, trustPolicySaved }
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

/**
 * The unique id of a user or role, wherever in the deployment its account is. Accounts and sessions
 * stay as they are written. Chosen by us: an account need not exist, as those of third parties do
 * not here; nobody can be of it.
 */
async function savedPrincipal({ store }: Scope, value: string): Promise<string> {
  const arn = parseArn(value)
  if (arn?.service !== 'iam' || arn.resource === 'root') return value
  const { type, path, name } = splitResource(arn.resource)
  if (type !== 'user' && type !== 'role') return value
  const entity = await store.find(type, arn.accountId, name)
  // Names are found ignoring case, ARNs compare exactly.
  if (entity?.name !== name || entity.path !== path) throw malformed(invalidPrincipal(value))
  return entity.id
}

/**
 * The trust policy as it is read back: byte for byte as given, except that a principal renamed
 * since shows its new ARN, and one that is gone its unique id.
 */
export async function shownTrustPolicy(
  scope: Pick<Scope, 'store' | 'partition'>,
  { trustPolicy, trustPolicySaved }: TrustPolicies,
): Promise<string> {
  // The same principals in the same order: one text is the other with some of them replaced.
  const arns: (string | undefined)[] = []
  for (const { type, value } of principalReferences(trustPolicySaved)) {
    const isReplaced = type === 'AWS' && isUniqueId(value)
    arns.push(isReplaced ? await currentArn(scope, value) : undefined)
  }
  if (arns.every((arn) => arn === undefined)) return trustPolicy
  let index = 0
  return replacePrincipals(trustPolicy, (value) => arns[index++] ?? value)
}

async function currentArn(
  { store, partition }: Pick<Scope, 'store' | 'partition'>,
  id: string,
): Promise<string> {
  const type = id.startsWith('AIDA') ? 'user' : 'role'
  const entity = await store.get(type, id)
  if (!entity) return id
  return iamArn({ partition, accountId: entity.accountId }, type, entity.path, entity.name)
}
