import type { PolicyVersion } from '../../domain/entity.ts'
import type { AccountScope, Scope, WriteScope } from '../operation.ts'
import type { AnyManagedPolicy } from './managed-policy.ts'
import type { AnyPolicyVersion } from './policy-views.ts'

/** More than any policy has: the quota is 5, and even a raised one stays far below. */
const versionCountMax = 1000

/** `v12` → 12. */
export function versionNumber(versionId: string): number {
  return Number(versionId.slice(1))
}

export function newPolicyVersion(
  { accountId, newId, now }: WriteScope,
  policyId: string,
  versionId: string,
  document: string,
): PolicyVersion {
  return {
    kind: 'policyVersion',
    accountId,
    id: newId('ANVA'),
    name: versionId,
    path: '/',
    parentId: policyId,
    createdAt: now,
    tags: [],
    document,
  }
}

/** The stored versions of a customer managed policy, in no promised order. */
export function versionsOf(
  { store, accountId }: Scope,
  policyId: string,
): Promise<readonly PolicyVersion[]> {
  return store.list('policyVersion', accountId, { parentId: policyId, limit: versionCountMax })
}

/** One version of a policy, whosever it is. */
export async function policyVersion(
  scope: AccountScope,
  policy: AnyManagedPolicy,
  versionId: string,
): Promise<AnyPolicyVersion | undefined> {
  if (policy.own) {
    const version = await scope.store.find('policyVersion', scope.accountId, versionId, policy.id)
    return (
      version && {
        versionId: version.name,
        document: version.document,
        createdAt: version.createdAt,
      }
    )
  }
  const document = scope.managedPolicies.document(policy.arn, versionId)
  return document === undefined ? undefined : awsVersion(policy, versionId, document)
}

/** All versions of a policy, newest first. */
export async function policyVersions(
  scope: Scope,
  policy: AnyManagedPolicy,
): Promise<readonly AnyPolicyVersion[]> {
  const versions = policy.own
    ? (await versionsOf(scope, policy.id)).map(({ name, document, createdAt }) => {
        return { versionId: name, document, createdAt }
      })
    : scope.managedPolicies.versionIds(policy.arn).map((versionId) => {
        const document = scope.managedPolicies.document(policy.arn, versionId) ?? ''
        return awsVersion(policy, versionId, document)
      })
  return [...versions].sort((a, b) => versionNumber(b.versionId) - versionNumber(a.versionId))
}

/** The public data dates the policy and its last change, not each version. */
function awsVersion(
  policy: AnyManagedPolicy,
  versionId: string,
  document: string,
): AnyPolicyVersion {
  const createdAt = versionId === 'v1' ? policy.createdAt : policy.updatedAt
  return { versionId, document, createdAt }
}
