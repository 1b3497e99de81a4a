import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { everything, quotas, type World } from '../world.ts'

const UserName = 'ann'
const twice = [
  { Key: 'team', Value: 'a' },
  { Key: 'Team', Value: 'b' },
]

async function someUsers({ iam }: World, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await iam('CreateUser', { UserName: `u${String(n)}` })
}

export const userRows: Rows = {
  CreateUser: {
    refused: { UserName },
    async success({ iam, arn }) {
      const Tags = [{ Key: 'team', Value: 'ä' }]
      const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
      const input = { UserName, Path: '/a/', Tags, PermissionsBoundary }
      const { User } = await iam('CreateUser', input)
      expect(User).toMatchObject({ UserName, Path: '/a/', Tags, Arn: arn('user/a/ann') })
      expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(PermissionsBoundary)
      expect(User?.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/)
    },
    errors: {
      async LimitExceeded(world) {
        await someUsers(world, quotas.UsersPerAccount)
        return { UserName }
      },
      async EntityAlreadyExists({ iam }) {
        await iam('CreateUser', { UserName })
        return { UserName: 'ANN' }
      },
      NoSuchEntity: ({ arn }) => ({ UserName, PermissionsBoundary: arn('policy/gone') }),
      InvalidInput: { UserName, Tags: twice },
    },
  },

  GetUser: {
    refused: { UserName },
    async success({ iam, user, arn }) {
      const ann = await user(UserName)
      const expected = { UserName, Arn: arn('user/ann') }
      expect((await ann('GetUser', {})).User).toMatchObject(expected)
      expect((await iam('GetUser', { UserName: 'ANN' })).User).toMatchObject(expected)
    },
    errors: { NoSuchEntity: { UserName }, ValidationError: {} },
  },

  ListUsers: {
    refused: {},
    async success({ iam }) {
      await iam('CreateUser', { UserName, Path: '/a/' })
      await iam('CreateUser', { UserName: 'elsewhere' })
      const { Users } = await iam('ListUsers', { PathPrefix: '/a/' })
      expect(Users).toMatchObject([{ UserName }])
    },
    errors: {},
    async pastTheEnd(world) {
      await someUsers(world, 3)
      return { input: {}, items: 3 }
    },
  },

  UpdateUser: {
    refused: { UserName, NewUserName: 'bea' },
    async success({ iam, arn }) {
      const made = await iam('CreateUser', { UserName })
      await iam('UpdateUser', { UserName, NewUserName: 'bea', NewPath: '/b/' })
      const { User } = await iam('GetUser', { UserName: 'bea' })
      expect(User).toMatchObject({ UserId: made.User?.UserId, Arn: arn('user/b/bea') })
    },
    errors: {
      NoSuchEntity: { UserName, NewUserName: 'bea' },
      async EntityAlreadyExists(world) {
        await someUsers(world, 2)
        return { UserName: 'u0', NewUserName: 'U1' }
      },
    },
  },

  DeleteUser: {
    refused: { UserName },
    async success({ iam }) {
      await iam('CreateUser', { UserName })
      await iam('DeleteUser', { UserName })
      expect((await iam('ListUsers', {})).Users).toEqual([])
    },
    errors: {
      NoSuchEntity: { UserName },
      async DeleteConflict({ iam }) {
        await iam('CreateUser', { UserName })
        const policy = { PolicyName: 'p', PolicyDocument: everything }
        await iam('PutUserPolicy', { UserName, ...policy })
        return { UserName }
      },
    },
  },

  AddUserToGroup: {
    refused: { UserName, GroupName: 'g' },
    async success({ iam }) {
      await iam('CreateUser', { UserName })
      await iam('CreateGroup', { GroupName: 'g' })
      await iam('AddUserToGroup', { UserName, GroupName: 'g' })
      expect((await iam('GetGroup', { GroupName: 'g' })).Users).toMatchObject([{ UserName }])
    },
    errors: {
      NoSuchEntity: { UserName, GroupName: 'g' },
      async LimitExceeded(world) {
        await inGroups(world, 10) // AWS's quota GroupsPerUser.
        await world.iam('CreateGroup', { GroupName: 'g' })
        return { UserName, GroupName: 'g' }
      },
    },
  },

  RemoveUserFromGroup: {
    refused: { UserName, GroupName: 'g0' },
    async success(world) {
      await inGroups(world, 1)
      await world.iam('RemoveUserFromGroup', { UserName, GroupName: 'g0' })
      expect((await world.iam('GetGroup', { GroupName: 'g0' })).Users).toEqual([])
    },
    errors: { NoSuchEntity: { UserName, GroupName: 'g0' } },
  },

  ListGroupsForUser: {
    refused: { UserName },
    async success(world) {
      await inGroups(world, 1)
      const { Groups } = await world.iam('ListGroupsForUser', { UserName })
      expect(Groups).toMatchObject([{ GroupName: 'g0', Arn: world.arn('group/g0') }])
    },
    errors: { NoSuchEntity: { UserName } },
    async pastTheEnd(world) {
      await inGroups(world, 3)
      return { input: { UserName }, items: 3 }
    },
  },
}

/** A user, and as many groups that she is in. */
async function inGroups({ iam }: World, count: number): Promise<void> {
  await iam('CreateUser', { UserName })
  for (let n = 0; n < count; n++) {
    const GroupName = `g${String(n)}`
    await iam('CreateGroup', { GroupName })
    await iam('AddUserToGroup', { UserName, GroupName })
  }
}
