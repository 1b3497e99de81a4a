/**
 * Managed policies attached to users, groups and roles. Written once, in `attachment.ts`.
 * Source: IAM API Reference, Attach/DetachUserPolicy, ListAttachedUserPolicies, and of groups and
 * roles; Service Authorization Reference: the resource is the holder, iam:PolicyARN the policy.
 */
import { readOperation, writeOperation } from '../operation.ts'
import { attachPolicy, detachPolicy, listAttachedPolicies } from './attachment.ts'
import { groupPolicies, rolePolicies, userPolicies } from './policy-holder.ts'

/** iam:AttachUserPolicy. */
export const AttachUserPolicy = writeOperation(
  'iam',
  'AttachUserPolicy',
  attachPolicy(userPolicies),
)
/** iam:AttachGroupPolicy. */
export const AttachGroupPolicy = writeOperation(
  'iam',
  'AttachGroupPolicy',
  attachPolicy(groupPolicies),
)
/** iam:AttachRolePolicy. */
export const AttachRolePolicy = writeOperation(
  'iam',
  'AttachRolePolicy',
  attachPolicy(rolePolicies),
)

/** iam:DetachUserPolicy. */
export const DetachUserPolicy = writeOperation(
  'iam',
  'DetachUserPolicy',
  detachPolicy(userPolicies),
)
/** iam:DetachGroupPolicy. */
export const DetachGroupPolicy = writeOperation(
  'iam',
  'DetachGroupPolicy',
  detachPolicy(groupPolicies),
)
/** iam:DetachRolePolicy. */
export const DetachRolePolicy = writeOperation(
  'iam',
  'DetachRolePolicy',
  detachPolicy(rolePolicies),
)

/** iam:ListAttachedUserPolicies. */
export const ListAttachedUserPolicies = readOperation(
  'iam',
  'ListAttachedUserPolicies',
  listAttachedPolicies(userPolicies),
)
/** iam:ListAttachedGroupPolicies. */
export const ListAttachedGroupPolicies = readOperation(
  'iam',
  'ListAttachedGroupPolicies',
  listAttachedPolicies(groupPolicies),
)
/** iam:ListAttachedRolePolicies. */
export const ListAttachedRolePolicies = readOperation(
  'iam',
  'ListAttachedRolePolicies',
  listAttachedPolicies(rolePolicies),
)
