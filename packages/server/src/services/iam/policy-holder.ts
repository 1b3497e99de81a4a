import type { Check } from '@bailiwick/gateway'
import type { Group, Role, User } from '../../domain/entity.ts'
import type { QuotaName } from '../../domain/quota.ts'
import type { Scope } from '../operation.ts'
import type { ContextKeys } from './context-keys.ts'
import { entityCheck } from './entity-check.ts'
import { existing } from './no-such-entity.ts'
import { assertModifiable } from './protected-role.ts'

/** What policies hang on. */
export type PolicyHolder = User | Group | Role
type HolderKind = PolicyHolder['kind']

/**
 * What differs between users, groups and roles in the operations on their policies: the rest is
 * written once. `I` is the member that names the holder.
 */
export interface HolderOperations<K extends HolderKind, I> {
  readonly kind: K
  readonly nameOf: (input: I) => string
  /** Quota of all inline policies together, in characters without white space. */
  readonly inlineSizeQuota: QuotaName
  readonly attachmentQuota: QuotaName
  /** How a missing inline policy is worded. */
  readonly inlinePolicy: 'userPolicy' | 'groupPolicy' | 'rolePolicy'
}

export const userPolicies: HolderOperations<'user', { readonly UserName: string }> = {
  kind: 'user',
  nameOf: ({ UserName }) => UserName,
  inlineSizeQuota: 'UserPolicySize',
  attachmentQuota: 'PoliciesPerUser',
  inlinePolicy: 'userPolicy',
}

export const groupPolicies: HolderOperations<'group', { readonly GroupName: string }> = {
  kind: 'group',
  nameOf: ({ GroupName }) => GroupName,
  inlineSizeQuota: 'GroupPolicySize',
  attachmentQuota: 'PoliciesPerGroup',
  inlinePolicy: 'groupPolicy',
}

export const rolePolicies: HolderOperations<'role', { readonly RoleName: string }> = {
  kind: 'role',
  nameOf: ({ RoleName }) => RoleName,
  inlineSizeQuota: 'RolePolicySize',
  attachmentQuota: 'PoliciesPerRole',
  inlinePolicy: 'rolePolicy',
}

/** The holder an input names; undefined where there is none. */
function findHolder<K extends HolderKind, I>(
  { kind, nameOf }: HolderOperations<K, I>,
  input: I,
  { store, accountId }: Scope,
) {
  return store.find(kind, accountId, nameOf(input))
}

/** The check of an operation on the holder's policies. */
function holderCheck<K extends HolderKind, I>(
  { kind, nameOf }: HolderOperations<K, I>,
  input: I,
  scope: Scope,
  holder: PolicyHolder | undefined,
  contextKeys?: ContextKeys,
): Check {
  return entityCheck(scope, kind, holder, nameOf(input), contextKeys)
}

/** As `holderCheck`, with the boundary the holder has at present: of operations that change it. */
function changeCheck<K extends HolderKind, I>(
  operations: HolderOperations<K, I>,
  input: I,
  scope: Scope,
  holder: PolicyHolder | undefined,
  contextKeys?: ContextKeys,
): Check {
  const boundary = holder && 'permissionsBoundaryArn' in holder && holder.permissionsBoundaryArn
  return holderCheck(operations, input, scope, holder, {
    ...(boundary && { 'iam:PermissionsBoundary': boundary }),
    ...contextKeys,
  })
}

/** What an operation that reads the policies of a holder declares. */
export function readingHolder<K extends HolderKind, I>(operations: HolderOperations<K, I>) {
  return {
    resolve: (input: I, scope: Scope) => findHolder(operations, input, scope),
    authorize: (input: I, scope: Scope, holder: PolicyHolder | undefined) =>
      holderCheck(operations, input, scope, holder),
  }
}

/** What an operation that changes the policies of a holder declares, with keys of its own. */
export function changingHolder<K extends HolderKind, I, J extends I = I>(
  operations: HolderOperations<K, I>,
  keysOf?: (input: J) => ContextKeys,
) {
  return {
    resolve: (input: J, scope: Scope) => findHolder(operations, input, scope),
    authorize: (input: J, scope: Scope, holder: PolicyHolder | undefined) =>
      changeCheck(operations, input, scope, holder, keysOf?.(input)),
  }
}

/** The holder, where there is one and it may change. Errors: NoSuchEntity, UnmodifiableEntity. */
export function changeableHolder<K extends HolderKind, I>(
  { kind, nameOf }: HolderOperations<K, I>,
  input: I,
  found: PolicyHolder | undefined,
): PolicyHolder {
  const holder = existing(found, kind, nameOf(input))
  if (holder.kind === 'role') assertModifiable(holder)
  return holder
}
