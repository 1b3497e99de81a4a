import { iamArn, parseArn, splitResource } from '../../domain/arn.ts'
import type { ArnScope } from '../../domain/arn.ts'
import type { ManagedPolicy, Tag } from '../../domain/entity.ts'
import type { AwsManagedPolicy } from '../../domain/managed-policy-catalog.ts'
import { ApiError } from '../api-error.ts'
import type { AccountScope, Scope } from '../operation.ts'
import { existing, noSuchEntity } from './no-such-entity.ts'

/** A managed policy, whosever it is: what is the same of AWS's and of the account's own. */
export interface AnyManagedPolicy {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly defaultVersionId: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly description?: string
  readonly tags: readonly Tag[]
  /** The entity of a customer managed policy; absent for AWS's. */
  readonly own?: ManagedPolicy
}

/** A customer managed policy as any. */
export function ownPolicy(scope: ArnScope, own: ManagedPolicy): AnyManagedPolicy {
  const { id, name, path, defaultVersionId, createdAt, updatedAt, description, tags } = own
  const arn = iamArn(scope, 'policy', path, name)
  const common = { id, name, path, arn, defaultVersionId, createdAt, updatedAt, tags, own }
  return description === undefined ? common : { ...common, description }
}

/** A policy of AWS as any. */
export function awsPolicy(policy: AwsManagedPolicy): AnyManagedPolicy {
  const { policyId: id, policyName: name, ...rest } = policy
  return { ...rest, id, name, tags: [] }
}

/**
 * The managed policy of an ARN, as this account sees it: its own and AWS's, no other account's.
 * ARNs compare exactly. Undefined where there is none.
 */
export async function managedPolicyByArn(
  scope: AccountScope,
  arn: string,
): Promise<AnyManagedPolicy | undefined> {
  const parsed = parseArn(arn)
  if (parsed?.accountId === 'aws') {
    const aws = scope.managedPolicies.byArn(arn)
    return aws && awsPolicy(aws)
  }
  if (parsed?.accountId !== scope.accountId) return undefined
  const { name } = splitResource(parsed.resource)
  const entity = await scope.store.find('policy', scope.accountId, name)
  if (!entity) return undefined
  const policy = ownPolicy(scope, entity)
  return policy.arn === arn ? policy : undefined
}

/** The managed policy at the far end of an attachment or boundary. */
export async function managedPolicyById(
  scope: AccountScope,
  id: string,
): Promise<AnyManagedPolicy | undefined> {
  const aws = scope.managedPolicies.byId(id)
  if (aws) return awsPolicy(aws)
  const entity = await scope.store.get('policy', id)
  return entity && ownPolicy(scope, entity)
}

/** Whether the text has the form of a managed policy's ARN in this partition. */
export function isPolicyArn(scope: Pick<Scope, 'partition'>, text: string): boolean {
  const arn = parseArn(text)
  return (
    arn?.partition === scope.partition &&
    arn.service === 'iam' &&
    arn.region === '' &&
    /^(aws|\d{12})$/.test(arn.accountId) &&
    /^policy\/./.test(arn.resource)
  )
}

/** Whether it is one that AWS keeps for a service-linked role. */
export function isServiceRolePolicy(policy: AnyManagedPolicy): boolean {
  return !policy.own && policy.path.startsWith('/aws-service-role/')
}

/** A path and a name as CreatePolicy takes them. */
const wellFormed = /^policy(\/[\w+=,.@-]+)+$/

/**
 * Errors: ValidationError for what is no policy's ARN; InvalidInput where its path or name can be
 * none's. Source: recorded wording, 2026; the second as users report it of AttachRolePolicy.
 */
export function assertPolicyArn(scope: Pick<Scope, 'partition'>, arn: string): void {
  const message = `ARN ${arn} is not valid.`
  if (!isPolicyArn(scope, arn)) throw new ApiError('ValidationError', message)
  if (!wellFormed.test(parseArn(arn)?.resource ?? '')) throw new ApiError('InvalidInput', message)
}

/** The managed policy of an ARN, to be read. Errors: NoSuchEntity, and as `assertPolicyArn`. */
export function existingPolicy(
  scope: Pick<Scope, 'partition'>,
  policy: AnyManagedPolicy | undefined,
  arn: string,
): AnyManagedPolicy {
  assertPolicyArn(scope, arn)
  return existing(policy, 'policy', arn)
}

/**
 * The customer managed policy of an ARN, to be changed.
 * Errors: AccessDenied for the policies of AWS and of other accounts; NoSuchEntity, and as
 * `assertPolicyArn`.
 * Source: recorded answers of DeletePolicy, DeletePolicyVersion and CreatePolicyVersion.
 *
 * @param change What the refusal says: `update policies`.
 */
export function changeablePolicy(
  scope: Pick<Scope, 'accountId' | 'partition'>,
  policy: AnyManagedPolicy | undefined,
  arn: string,
  change: 'update policies' | 'delete policies' | 'delete policy versions for policies',
): ManagedPolicy {
  assertPolicyArn(scope, arn)
  if (parseArn(arn)?.accountId !== scope.accountId) {
    throw new ApiError('AccessDenied', `Cannot ${change} outside your own account.`)
  }
  if (!policy?.own) throw noSuchEntity('policy', arn)
  return policy.own
}

/** How often a policy is attached, and how often it is a boundary. */
export interface PolicyUsage {
  readonly AttachmentCount: number
  readonly PermissionsBoundaryUsageCount: number
}

/** The usage of any policy in this account, from two queries however many are asked about. */
export async function policyUsages({
  store,
  accountId,
}: Scope): Promise<(policyId: string) => PolicyUsage> {
  const attachments = await store.linkCounts('attachment', accountId)
  const boundaries = await store.linkCounts('boundary', accountId)
  return (policyId) => ({
    AttachmentCount: attachments.get(policyId) ?? 0,
    PermissionsBoundaryUsageCount: boundaries.get(policyId) ?? 0,
  })
}

/** The usage of one policy in this account. */
export async function policyUsage(
  { store, accountId }: Scope,
  policyId: string,
): Promise<PolicyUsage> {
  return {
    AttachmentCount: await store.countLinksTo('attachment', accountId, policyId),
    PermissionsBoundaryUsageCount: await store.countLinksTo('boundary', accountId, policyId),
  }
}
