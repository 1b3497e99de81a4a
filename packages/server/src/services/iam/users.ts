import { iamArn, rootArn } from '../../domain/arn.ts'
import type { User } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import { asRecorded } from './as-recorded.ts'
import { creationChecks, entityCheck, listCheck, renameChecks } from './entity-check.ts'
import { existing } from './no-such-entity.ts'
import { pageByName } from './paging.ts'
import { boundaryPolicyId, linkBoundary, unlinkBoundary } from './permissions-boundary.ts'
import { assertWithinQuota } from './quota.ts'
import { targetCheck, targetUser } from './self.ts'
import { newTags } from './tags.ts'
import { assertUserDeletable } from './delete-conflicts.ts'
import { listedUserView, userView } from './views.ts'

function userExists(name: string): ApiError {
  return new ApiError('EntityAlreadyExists', `User with name ${name} already exists.`)
}

/**
 * iam:CreateUser. Errors: EntityAlreadyExists, InvalidInput, LimitExceeded, NoSuchEntity (boundary).
 * Source: IAM API Reference, CreateUser.
 */
export const CreateUser = writeOperation('iam', 'CreateUser', {
  authorize: (input, scope) =>
    creationChecks(
      iamArn(scope, 'user', input.Path ?? '/', input.UserName),
      { 'iam:PermissionsBoundary': input.PermissionsBoundary },
      'iam:TagUser',
      input.Tags,
    ),

  async handle(input, scope) {
    const { accountId, now, newId, store } = scope
    const tags = newTags(input.Tags, 'ignored')
    const permissionsBoundaryArn = input.PermissionsBoundary
    const policyId =
      permissionsBoundaryArn === undefined
        ? undefined
        : await boundaryPolicyId(scope, permissionsBoundaryArn)
    assertWithinQuota(scope, 'UsersPerAccount', (await store.count('user', accountId)) + 1)
    const user: User = {
      kind: 'user',
      accountId,
      id: newId('AIDA'),
      name: input.UserName,
      path: input.Path ?? '/',
      createdAt: now,
      tags,
      ...(permissionsBoundaryArn !== undefined && { permissionsBoundaryArn }),
    }
    if (!(await store.insert(user))) throw userExists(input.UserName)
    if (policyId !== undefined) await linkBoundary(scope, user.id, policyId)
    return { User: userView(scope, user) }
  },
})

/**
 * iam:GetUser. Without a name it answers the caller, root included.
 * Source: IAM API Reference, GetUser.
 */
export const GetUser = readOperation('iam', 'GetUser', {
  resolve: (input, scope) => targetUser(scope, input.UserName),
  authorize: (_input, scope, target) => targetCheck(scope, target),

  async handle(_input, scope, target) {
    if (target.kind === 'user') {
      return { User: userView(scope, existing(target.user, 'user', target.name)) }
    }
    const account = await scope.store.account(scope.accountId)
    // Root has neither name nor path. Source: recorded from `aws iam get-user` as root.
    const CreateDate = account?.createdAt ?? scope.now
    return asRecorded({ User: { UserId: scope.accountId, Arn: rootArn(scope), CreateDate } })
  },
})

/** iam:ListUsers. Tags and boundaries are left out. Source: IAM API Reference, ListUsers. */
export const ListUsers = readOperation('iam', 'ListUsers', {
  authorize: (input, scope) => listCheck(scope, 'user', input.PathPrefix),

  async handle(input, scope) {
    const { items, output } = await pageByName(input, (request) =>
      scope.store.list('user', scope.accountId, { ...request, pathPrefix: input.PathPrefix }),
    )
    return { Users: items.map((user) => listedUserView(scope, user)), ...output }
  },
})

/**
 * iam:UpdateUser: renames or moves. Id, keys, memberships and policies stay; the new ARN needs
 * the permission as well. Errors: EntityAlreadyExists, NoSuchEntity.
 * Source: IAM API Reference, UpdateUser; IAM User Guide, "Renaming an IAM user".
 */
export const UpdateUser = writeOperation('iam', 'UpdateUser', {
  resolve: ({ UserName }, { store, accountId }) => store.find('user', accountId, UserName),

  authorize: (input, scope, user) =>
    renameChecks(scope, 'user', user, input.UserName, input.NewPath, input.NewUserName),

  async handle(input, { store }, found) {
    const user = existing(found, 'user', input.UserName)
    const name = input.NewUserName ?? user.name
    const renamed = { ...user, name, path: input.NewPath ?? user.path }
    if (!(await store.update(renamed))) throw userExists(name)
  },
})

/**
 * iam:DeleteUser. Errors: DeleteConflict while anything hangs on the user; NoSuchEntity.
 * Source: IAM API Reference, DeleteUser.
 */
export const DeleteUser = writeOperation('iam', 'DeleteUser', {
  resolve: ({ UserName }, { store, accountId }) => store.find('user', accountId, UserName),
  authorize: (input, scope, user) => entityCheck(scope, 'user', user, input.UserName),

  async handle(input, scope, found) {
    const user = existing(found, 'user', input.UserName)
    await assertUserDeletable(scope, user)
    await unlinkBoundary(scope, user.id)
    await scope.store.remove('user', user.id)
  },
})
