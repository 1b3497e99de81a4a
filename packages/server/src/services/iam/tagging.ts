/**
 * Tags of users and customer managed policies. Written once, in `tag-operations.ts`.
 * Source: IAM API Reference, TagUser, UntagUser, ListUserTags, and of policies.
 */
import type { Tag, User } from '../../domain/entity.ts'
import { readOperation, writeOperation } from '../operation.ts'
import { entityCheck, policyCheck } from './entity-check.ts'
import { changeablePolicy, existingPolicy, managedPolicyByArn } from './managed-policy.ts'
import type { AnyManagedPolicy } from './managed-policy.ts'
import { existing } from './no-such-entity.ts'
import { listEntityTags, tagEntity, untagEntity } from './tag-operations.ts'
import type { TagTarget } from './tag-operations.ts'

const user: TagTarget<{ readonly UserName: string }, User> = {
  keyCase: 'ignored',
  find: ({ UserName }, { store, accountId }) => store.find('user', accountId, UserName),
  check: ({ UserName }, scope, found, keys) => entityCheck(scope, 'user', found, UserName, keys),
  changeable: ({ UserName }, _scope, found) => existing(found, 'user', UserName),
  tags: ({ UserName }, _scope, found) => existing(found, 'user', UserName).tags,
}

/** Keys by length, then by name: recorded from ListPolicyTags (`a, b, z, abc`). */
function byLengthThenName(a: Tag, b: Tag): number {
  if (a.Key.length !== b.Key.length) return a.Key.length - b.Key.length
  return a.Key < b.Key ? -1 : 1
}

const policy: TagTarget<{ readonly PolicyArn: string }, AnyManagedPolicy> = {
  keyCase: 'kept',
  find: ({ PolicyArn }, scope) => managedPolicyByArn(scope, PolicyArn),
  check: ({ PolicyArn }, _scope, found, keys) => policyCheck(PolicyArn, found?.tags, keys),
  changeable: ({ PolicyArn }, scope, found) =>
    changeablePolicy(scope, found, PolicyArn, 'update policies'),
  tags: ({ PolicyArn }, scope, found) =>
    existingPolicy(scope, found, PolicyArn).tags.toSorted(byLengthThenName),
}

/** iam:TagUser. */
export const TagUser = writeOperation('iam', 'TagUser', tagEntity(user))
/** iam:UntagUser. */
export const UntagUser = writeOperation('iam', 'UntagUser', untagEntity(user))
/** iam:ListUserTags. */
export const ListUserTags = readOperation('iam', 'ListUserTags', listEntityTags(user))

/** iam:TagPolicy. */
export const TagPolicy = writeOperation('iam', 'TagPolicy', tagEntity(policy))
/** iam:UntagPolicy. */
export const UntagPolicy = writeOperation('iam', 'UntagPolicy', untagEntity(policy))
/** iam:ListPolicyTags. */
export const ListPolicyTags = readOperation('iam', 'ListPolicyTags', listEntityTags(policy))
