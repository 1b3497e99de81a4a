import { ApiError } from '../api-error.ts'
import type { AccountScope, Scope, WriteScope } from '../operation.ts'
import { assertPolicyArn, isServiceRolePolicy } from './managed-policy.ts'
import { managedPolicyByArn, managedPolicyById } from './managed-policy.ts'
import type { AnyManagedPolicy } from './managed-policy.ts'
import { existing, noSuchEntity } from './no-such-entity.ts'
import { pageOfList } from './paging.ts'
import type { PageInput } from './paging.ts'
import { changeableHolder, changingHolder, readingHolder } from './policy-holder.ts'
import type { HolderOperations, PolicyHolder } from './policy-holder.ts'
import { assertWithinQuota } from './quota.ts'

interface AttachmentInput {
  readonly PolicyArn: string
}

/**
 * Errors: PolicyNotAttachable for the policies AWS keeps for service-linked roles.
 * Source: wording as users report it from AttachRolePolicy; for users and groups by analogy.
 */
function assertAttachable(policy: AnyManagedPolicy, holder: PolicyHolder): void {
  if (!isServiceRolePolicy(policy)) return
  const kind = { user: 'User', group: 'Group', role: 'Role' }[holder.kind]
  const message = `Cannot attach a Service Role Policy to a Customer ${kind}.`
  throw new ApiError('PolicyNotAttachable', message)
}

function policyKey({ PolicyArn }: AttachmentInput) {
  return { 'iam:PolicyARN': PolicyArn }
}

/**
 * Attach…Policy: a policy that is attached already is no error. Errors: LimitExceeded,
 * NoSuchEntity, PolicyNotAttachable, UnmodifiableEntity, and as `assertPolicyArn`.
 */
export function attachPolicy<K extends PolicyHolder['kind'], I>(
  operations: HolderOperations<K, I>,
) {
  type Input = I & AttachmentInput
  return {
    ...changingHolder<K, I, Input>(operations, policyKey),

    async handle(input: Input, scope: WriteScope, found: PolicyHolder | undefined) {
      assertPolicyArn(scope, input.PolicyArn)
      const holder = changeableHolder(operations, input, found)
      const policy = await managedPolicyByArn(scope, input.PolicyArn)
      if (!policy) throw noSuchEntity('attachablePolicy', input.PolicyArn)
      assertAttachable(policy, holder)
      const { store, accountId, now } = scope
      const attached = await store.linksFrom('attachment', holder.id)
      if (attached.some(({ toId }) => toId === policy.id)) return
      assertWithinQuota(scope, operations.attachmentQuota, attached.length + 1)
      const link = { kind: 'attachment', accountId, fromId: holder.id, toId: policy.id } as const
      await store.link({ ...link, createdAt: now })
    },
  }
}

/** Detach…Policy. Errors: NoSuchEntity, also where it is not attached; UnmodifiableEntity. */
export function detachPolicy<K extends PolicyHolder['kind'], I>(
  operations: HolderOperations<K, I>,
) {
  type Input = I & AttachmentInput
  return {
    ...changingHolder<K, I, Input>(operations, policyKey),

    async handle(input: Input, scope: WriteScope, found: PolicyHolder | undefined) {
      assertPolicyArn(scope, input.PolicyArn)
      const holder = changeableHolder(operations, input, found)
      const policy = await managedPolicyByArn(scope, input.PolicyArn)
      const wasAttached =
        policy !== undefined && (await scope.store.unlink('attachment', holder.id, policy.id))
      if (!wasAttached) throw noSuchEntity('policy', input.PolicyArn)
    },
  }
}

/** Sorts by name, ignoring case, and tells an own policy from AWS's of the same name. */
function orderKey({ name, arn }: AnyManagedPolicy): string {
  return `${name.toLowerCase()} ${arn}`
}

/** The managed policies attached to a user, group or role, in name order. */
export async function attachedPolicies(
  scope: AccountScope,
  holderId: string,
): Promise<readonly AnyManagedPolicy[]> {
  const links = await scope.store.linksFrom('attachment', holderId)
  const policies = await Promise.all(links.map(({ toId }) => managedPolicyById(scope, toId)))
  return policies
    .filter((policy) => policy !== undefined)
    .sort((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1))
}

/** As lists of attachments show a policy. */
export function attachedPolicyView({ name, arn }: AnyManagedPolicy) {
  return { PolicyName: name, PolicyArn: arn }
}

/** ListAttached…Policies, by the path of the policies. Errors: NoSuchEntity. */
export function listAttachedPolicies<K extends PolicyHolder['kind'], I>(
  operations: HolderOperations<K, I>,
) {
  type Input = I & PageInput & { readonly PathPrefix?: string | undefined }
  return {
    ...readingHolder(operations),

    async handle(input: Input, scope: Scope, found: PolicyHolder | undefined) {
      const holder = existing(found, operations.kind, operations.nameOf(input))
      const policies = await attachedPolicies(scope, holder.id)
      const { items, output } = pageOfList(
        input,
        policies.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/')),
        orderKey,
        (policy, key) => orderKey(policy) > key,
      )
      return { AttachedPolicies: items.map(attachedPolicyView), ...output }
    },
  }
}
