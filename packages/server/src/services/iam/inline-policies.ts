/**
 * Inline policies of users, groups and roles. Written once, in `inline-policy.ts`.
 * Source: IAM API Reference, Put/Get/DeleteUserPolicy, ListUserPolicies, and of groups and roles;
 * Service Authorization Reference: the resource is the holder.
 */
import { readOperation, writeOperation } from '../operation.ts'
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
} from './inline-policy.ts'
import { groupPolicies, rolePolicies, userPolicies } from './policy-holder.ts'

/** iam:PutUserPolicy. */
export const PutUserPolicy = writeOperation('iam', 'PutUserPolicy', putInlinePolicy(userPolicies))
/** iam:PutGroupPolicy. */
export const PutGroupPolicy = writeOperation(
  'iam',
  'PutGroupPolicy',
  putInlinePolicy(groupPolicies),
)
/** iam:PutRolePolicy. */
export const PutRolePolicy = writeOperation('iam', 'PutRolePolicy', putInlinePolicy(rolePolicies))

/** iam:GetUserPolicy. */
export const GetUserPolicy = readOperation(
  'iam',
  'GetUserPolicy',
  getInlinePolicy(userPolicies, (UserName) => ({ UserName })),
)
/** iam:GetGroupPolicy. */
export const GetGroupPolicy = readOperation(
  'iam',
  'GetGroupPolicy',
  getInlinePolicy(groupPolicies, (GroupName) => ({ GroupName })),
)
/** iam:GetRolePolicy. */
export const GetRolePolicy = readOperation(
  'iam',
  'GetRolePolicy',
  getInlinePolicy(rolePolicies, (RoleName) => ({ RoleName })),
)

/** iam:DeleteUserPolicy. */
export const DeleteUserPolicy = writeOperation(
  'iam',
  'DeleteUserPolicy',
  deleteInlinePolicy(userPolicies),
)
/** iam:DeleteGroupPolicy. */
export const DeleteGroupPolicy = writeOperation(
  'iam',
  'DeleteGroupPolicy',
  deleteInlinePolicy(groupPolicies),
)
/** iam:DeleteRolePolicy. */
export const DeleteRolePolicy = writeOperation(
  'iam',
  'DeleteRolePolicy',
  deleteInlinePolicy(rolePolicies),
)

/** iam:ListUserPolicies. */
export const ListUserPolicies = readOperation(
  'iam',
  'ListUserPolicies',
  listInlinePolicies(userPolicies),
)
/** iam:ListGroupPolicies. */
export const ListGroupPolicies = readOperation(
  'iam',
  'ListGroupPolicies',
  listInlinePolicies(groupPolicies),
)
/** iam:ListRolePolicies. */
export const ListRolePolicies = readOperation(
  'iam',
  'ListRolePolicies',
  listInlinePolicies(rolePolicies),
)
