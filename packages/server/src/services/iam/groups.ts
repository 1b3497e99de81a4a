import { iamArn } from '../../domain/arn.ts'
import type { Group } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import { assertWithoutPolicies, deleteConflict } from './delete-conflicts.ts'
import { entityCheck, listCheck, renameChecks } from './entity-check.ts'
import { existing } from './no-such-entity.ts'
import { pageByName } from './paging.ts'
import { assertWithinQuota } from './quota.ts'
import { groupView, listedUserView } from './views.ts'

function groupExists(name: string): ApiError {
  return new ApiError('EntityAlreadyExists', `Group with name ${name} already exists.`)
}

/**
 * iam:CreateGroup. Groups have no tags and no boundary. Errors: EntityAlreadyExists, LimitExceeded.
 * Source: IAM API Reference, CreateGroup.
 */
export const CreateGroup = writeOperation('iam', 'CreateGroup', {
  authorize: (input, scope) => ({
    resourceArn: iamArn(scope, 'group', input.Path ?? '/', input.GroupName),
  }),

  async handle(input, scope) {
    const { accountId, now, newId, store } = scope
    assertWithinQuota(scope, 'GroupsPerAccount', (await store.count('group', accountId)) + 1)
    const group: Group = {
      kind: 'group',
      accountId,
      id: newId('AGPA'),
      name: input.GroupName,
      path: input.Path ?? '/',
      createdAt: now,
      tags: [],
    }
    if (!(await store.insert(group))) throw groupExists(input.GroupName)
    return { Group: groupView(scope, group) }
  },
})

/** iam:GetGroup, with a page of its users. Source: IAM API Reference, GetGroup. */
export const GetGroup = readOperation('iam', 'GetGroup', {
  resolve: ({ GroupName }, { store, accountId }) => store.find('group', accountId, GroupName),
  authorize: (input, scope, group) => entityCheck(scope, 'group', group, input.GroupName),

  async handle(input, scope, found) {
    const group = existing(found, 'group', input.GroupName)
    const { items, output } = await pageByName(input, (request) =>
      scope.store.linkedTo('membership', scope.accountId, group.id, 'user', request),
    )
    const Users = items.map((user) => listedUserView(scope, user))
    return { Group: groupView(scope, group), Users, ...output }
  },
})

/** iam:ListGroups. Source: IAM API Reference, ListGroups. */
export const ListGroups = readOperation('iam', 'ListGroups', {
  authorize: (input, scope) => listCheck(scope, 'group', input.PathPrefix),

  async handle(input, scope) {
    const { items, output } = await pageByName(input, (request) =>
      scope.store.list('group', scope.accountId, { ...request, pathPrefix: input.PathPrefix }),
    )
    return { Groups: items.map((group) => groupView(scope, group)), ...output }
  },
})

/**
 * iam:UpdateGroup: renames or moves; the new ARN needs the permission as well.
 * Errors: EntityAlreadyExists, NoSuchEntity. Source: IAM API Reference, UpdateGroup.
 */
export const UpdateGroup = writeOperation('iam', 'UpdateGroup', {
  resolve: ({ GroupName }, { store, accountId }) => store.find('group', accountId, GroupName),

  authorize: (input, scope, group) =>
    renameChecks(scope, 'group', group, input.GroupName, input.NewPath, input.NewGroupName),

  async handle(input, { store }, found) {
    const group = existing(found, 'group', input.GroupName)
    const name = input.NewGroupName ?? group.name
    const renamed = { ...group, name, path: input.NewPath ?? group.path }
    if (!(await store.update(renamed))) throw groupExists(name)
  },
})

/**
 * iam:DeleteGroup. Errors: DeleteConflict while it has members or policies; NoSuchEntity.
 * Source: IAM API Reference, DeleteGroup.
 */
export const DeleteGroup = writeOperation('iam', 'DeleteGroup', {
  resolve: ({ GroupName }, { store, accountId }) => store.find('group', accountId, GroupName),
  authorize: (input, scope, group) => entityCheck(scope, 'group', group, input.GroupName),

  async handle(input, scope, found) {
    const group = existing(found, 'group', input.GroupName)
    const members = await scope.store.countLinksTo('membership', scope.accountId, group.id)
    if (members > 0) throw deleteConflict('remove users from group')
    await assertWithoutPolicies(scope, group)
    await scope.store.remove('group', group.id)
  },
})
