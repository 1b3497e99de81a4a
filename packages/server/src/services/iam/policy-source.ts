import type { Check } from '@bailiwick/gateway'
import { iamArn, parseArn, splitResource } from '../../domain/arn.ts'
import type { HeldPolicies, HeldPolicy } from '../../domain/held-policy.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { resourceTagKeys } from './context-keys.ts'
import type { PolicyHolder } from './policy-holder.ts'

type HolderKind = PolicyHolder['kind']

const holderKinds: ReadonlySet<string> = new Set<HolderKind>(['user', 'group', 'role'])

/** The user, group or role of an ARN; undefined for what is the ARN of none of them. */
export function parseHolderArn(text: string) {
  const arn = parseArn(text)
  const { type, path, name } = splitResource(arn?.resource ?? '')
  if (arn?.service !== 'iam' || arn.region !== '' || name === '') return undefined
  if (!/^\d{12}$/.test(arn.accountId) || !holderKinds.has(type)) return undefined
  return { kind: type as HolderKind, accountId: arn.accountId, path, name }
}

/**
 * Whose policies an operation reads, where it is of this account. The path in the ARN does not
 * count: recorded from SimulatePrincipalPolicy and GetContextKeysForPrincipalPolicy.
 */
export async function findPolicySource(
  { store, accountId }: Scope,
  arn: string,
): Promise<PolicyHolder | undefined> {
  const source = parseHolderArn(arn)
  if (source?.accountId !== accountId) return undefined
  return store.find(source.kind, accountId, source.name)
}

/** The check of an operation that reads the policies of a user, group or role, by its own ARN. */
export function policySourceCheck(
  scope: Scope,
  arn: string,
  holder: PolicyHolder | undefined,
): Check {
  if (!holder) return { resourceArn: arn }
  const resourceArn = iamArn(scope, holder.kind, holder.path, holder.name)
  return { resourceArn, contextKeys: resourceTagKeys(holder.tags) }
}

/**
 * The user, group or role, where there is one. Errors: InvalidInput for what is no such ARN or of
 * another account; NoSuchEntity. Source: recorded answers of SimulatePrincipalPolicy.
 */
export function existingPolicySource(
  { accountId }: Scope,
  arn: string,
  holder: PolicyHolder | undefined,
): PolicyHolder {
  const source = parseHolderArn(arn)
  if (!source) throw new ApiError('InvalidInput', `Invalid ARN provided in the request: ${arn}`)
  if (source.accountId !== accountId) {
    const message = `Invalid Policy Source Arn: caller's account ${accountId} does not have access to policies in account ${source.accountId}.`
    throw new ApiError('InvalidInput', message)
  }
  if (!holder) throw new ApiError('NoSuchEntity', 'Unable to retrieve specified IAM entity.')
  return holder
}

/** All policies that are read of a holder, its boundary last. */
export function allHeld({ identity, permissionsBoundary }: HeldPolicies): readonly HeldPolicy[] {
  return permissionsBoundary ? [...identity, permissionsBoundary] : identity
}
