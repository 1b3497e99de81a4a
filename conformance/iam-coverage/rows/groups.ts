import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { everything, quotas, type World } from '../world.ts'

const GroupName = 'g'

async function someGroups({ iam }: World, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await iam('CreateGroup', { GroupName: `g${String(n)}` })
}

async function groupWithMember({ iam }: World): Promise<void> {
  await iam('CreateGroup', { GroupName })
  await iam('CreateUser', { UserName: 'ann' })
  await iam('AddUserToGroup', { GroupName, UserName: 'ann' })
}

export const groupRows: Rows = {
  CreateGroup: {
    refused: { GroupName },
    async success({ iam, arn }) {
      const { Group } = await iam('CreateGroup', { GroupName, Path: '/a/' })
      expect(Group).toMatchObject({ GroupName, Path: '/a/', Arn: arn('group/a/g') })
      expect(Group?.GroupId).toMatch(/^AGPA[A-Z2-7]{17}$/)
    },
    errors: {
      async EntityAlreadyExists({ iam }) {
        await iam('CreateGroup', { GroupName })
        return { GroupName: 'G' }
      },
      async LimitExceeded(world) {
        await someGroups(world, quotas.GroupsPerAccount)
        return { GroupName }
      },
      ValidationError: { GroupName: 'g', Path: 'a' },
    },
  },

  GetGroup: {
    refused: { GroupName },
    async success(world) {
      await groupWithMember(world)
      const { Group, Users } = await world.iam('GetGroup', { GroupName })
      expect(Group).toMatchObject({ GroupName, Path: '/' })
      expect(Users).toMatchObject([{ UserName: 'ann', Arn: world.arn('user/ann') }])
    },
    errors: { NoSuchEntity: { GroupName } },
    async pastTheEnd({ iam }) {
      await iam('CreateGroup', { GroupName })
      for (const UserName of ['cyd', 'Ann', 'bob']) {
        await iam('CreateUser', { UserName })
        await iam('AddUserToGroup', { GroupName, UserName })
      }
      return { input: { GroupName }, items: 3 }
    },
  },

  ListGroups: {
    refused: {},
    async success({ iam }) {
      await iam('CreateGroup', { GroupName, Path: '/a/' })
      await iam('CreateGroup', { GroupName: 'elsewhere' })
      const { Groups, IsTruncated } = await iam('ListGroups', { PathPrefix: '/a/' })
      expect(Groups).toMatchObject([{ GroupName }])
      expect(IsTruncated).toBe(false)
    },
    errors: {},
    async pastTheEnd(world) {
      await someGroups(world, 3)
      return { input: {}, items: 3 }
    },
  },

  UpdateGroup: {
    refused: { GroupName, NewGroupName: 'h' },
    async success({ iam, arn }) {
      await iam('CreateGroup', { GroupName })
      await iam('UpdateGroup', { GroupName, NewGroupName: 'h', NewPath: '/b/' })
      const { Group } = await iam('GetGroup', { GroupName: 'h' })
      expect(Group).toMatchObject({ GroupName: 'h', Arn: arn('group/b/h') })
    },
    errors: {
      NoSuchEntity: { GroupName, NewGroupName: 'h' },
      async EntityAlreadyExists(world) {
        await someGroups(world, 2)
        return { GroupName: 'g0', NewGroupName: 'G1' }
      },
    },
  },

  DeleteGroup: {
    refused: { GroupName },
    async success({ iam }) {
      await iam('CreateGroup', { GroupName })
      await iam('DeleteGroup', { GroupName })
      expect((await iam('ListGroups', {})).Groups).toEqual([])
    },
    errors: {
      NoSuchEntity: { GroupName },
      async DeleteConflict(world) {
        await groupWithMember(world)
        const policy = { PolicyName: 'p', PolicyDocument: everything }
        await world.iam('PutGroupPolicy', { GroupName, ...policy })
        await world.iam('RemoveUserFromGroup', { GroupName, UserName: 'ann' })
        return { GroupName }
      },
    },
  },
}
