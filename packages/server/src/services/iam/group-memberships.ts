import type { Group } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { entityCheck } from './entity-check.ts'
import { existing } from './no-such-entity.ts'
import { pageOfList } from './paging.ts'
import { assertWithinQuota } from './quota.ts'
import { groupView } from './views.ts'

async function groupAndUser(
  { GroupName, UserName }: { readonly GroupName: string; readonly UserName: string },
  { store, accountId }: Scope,
) {
  return {
    group: await store.find('group', accountId, GroupName),
    user: await store.find('user', accountId, UserName),
  }
}

/**
 * iam:AddUserToGroup. Being a member already is no error. The user is looked up first: recorded
 * from RemoveUserFromGroup. Errors: LimitExceeded, NoSuchEntity.
 * Source: IAM API Reference, AddUserToGroup; Service Authorization Reference: resource group.
 */
export const AddUserToGroup = writeOperation('iam', 'AddUserToGroup', {
  resolve: groupAndUser,
  authorize: (input, scope, { group }) => entityCheck(scope, 'group', group, input.GroupName),

  async handle(input, scope, found) {
    const { store, accountId, now } = scope
    const user = existing(found.user, 'user', input.UserName)
    const group = existing(found.group, 'group', input.GroupName)
    if (await store.hasLink('membership', user.id, group.id)) return
    const memberships = await store.linksFrom('membership', user.id)
    assertWithinQuota(scope, 'GroupsPerUser', memberships.length + 1)
    const link = { kind: 'membership', accountId, fromId: user.id, toId: group.id } as const
    await store.link({ ...link, createdAt: now })
  },
})

/**
 * iam:RemoveUserFromGroup. Errors: NoSuchEntity, also where the user is no member (the wording of
 * that follows roles in instance profiles and is unconfirmed).
 * Source: IAM API Reference, RemoveUserFromGroup.
 */
export const RemoveUserFromGroup = writeOperation('iam', 'RemoveUserFromGroup', {
  resolve: groupAndUser,
  authorize: (input, scope, { group }) => entityCheck(scope, 'group', group, input.GroupName),

  async handle(input, { store }, found) {
    const user = existing(found.user, 'user', input.UserName)
    const group = existing(found.group, 'group', input.GroupName)
    if (await store.unlink('membership', user.id, group.id)) return
    throw new ApiError('NoSuchEntity', `User ${user.name} in Group ${group.name} cannot be found.`)
  },
})

/** iam:ListGroupsForUser, in name order. Source: IAM API Reference, ListGroupsForUser. */
export const ListGroupsForUser = readOperation('iam', 'ListGroupsForUser', {
  resolve: ({ UserName }, { store, accountId }) => store.find('user', accountId, UserName),
  authorize: (input, scope, user) => entityCheck(scope, 'user', user, input.UserName),

  async handle(input, scope, found) {
    const user = existing(found, 'user', input.UserName)
    const groups = await groupsOf(scope, user.id)
    const { items, output } = pageOfList(input, groups, foldedName, (group, name) => {
      return foldedName(group) > name
    })
    return { Groups: items.map((group) => groupView(scope, group)), ...output }
  },
})

function foldedName(group: Group): string {
  return group.name.toLowerCase()
}

/** The groups of a user in name order, ignoring case: at most the quota of them. */
export async function groupsOf(
  { store }: Pick<Scope, 'store'>,
  userId: string,
): Promise<readonly Group[]> {
  const links = await store.linksFrom('membership', userId)
  const groups = await Promise.all(links.map((link) => store.get('group', link.toId)))
  return groups
    .filter((group) => group !== undefined)
    .sort((a, b) => (foldedName(a) < foldedName(b) ? -1 : 1))
}
