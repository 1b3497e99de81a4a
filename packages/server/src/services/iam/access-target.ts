import type { Check } from '@bailiwick/gateway'
import { iamArn, parseArn, splitResource } from '../../domain/arn.ts'
import type { Group, Role, User } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { AccountScope } from '../operation.ts'
import { entityCheck, policyCheck } from './entity-check.ts'
import { managedPolicyByArn } from './managed-policy.ts'
import type { AnyManagedPolicy } from './managed-policy.ts'
import { noSuchEntity } from './no-such-entity.ts'

type Holder = User | Group | Role

/** Whose use of services is asked for. */
export type AccessTarget =
  | { readonly kind: Holder['kind']; readonly name: string; readonly holder: Holder | undefined }
  | { readonly kind: 'policy'; readonly policy: AnyManagedPolicy | undefined }

/**
 * The user, group, role or managed policy of an ARN, as this account sees it; undefined where it
 * is the ARN of something else. ARNs compare exactly.
 */
export async function accessTarget(
  scope: AccountScope,
  arn: string,
): Promise<AccessTarget | undefined> {
  const parsed = parseArn(arn)
  if (parsed?.service !== 'iam' || parsed.partition !== scope.partition) return undefined
  const { type, name } = splitResource(parsed.resource)
  if (name === '') return undefined
  if (type === 'policy') {
    return { kind: 'policy', policy: await managedPolicyByArn(scope, arn) }
  }
  if (type !== 'user' && type !== 'group' && type !== 'role') return undefined
  const isOwn = parsed.accountId === scope.accountId
  const found = isOwn ? await scope.store.find(type, scope.accountId, name) : undefined
  const isExact = found && iamArn(scope, type, found.path, found.name) === arn
  return { kind: type, name, holder: isExact ? found : undefined }
}

/** The check of an operation on the target. */
export function accessTargetCheck(
  scope: AccountScope,
  arn: string,
  target: AccessTarget | undefined,
): Check {
  if (target?.kind === 'policy') return policyCheck(arn, target.policy?.tags)
  if (!target?.holder) return { resourceArn: arn }
  const { kind, holder, name } = target
  return entityCheck(scope, kind, holder, name)
}

export type FoundTarget = Holder | AnyManagedPolicy

/** Errors: InvalidInput for the ARN of something else, NoSuchEntity. The first wording is ours. */
export function existingTarget(arn: string, target: AccessTarget | undefined): FoundTarget {
  if (!target) throw new ApiError('InvalidInput', `ARN ${arn} is not valid.`)
  if (target.kind === 'policy') {
    if (target.policy) return target.policy
    throw noSuchEntity('policy', arn)
  }
  if (target.holder) return target.holder
  throw noSuchEntity(target.kind, target.name)
}
