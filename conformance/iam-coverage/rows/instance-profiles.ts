import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { quotas, type World } from '../world.ts'
import { protectedRole, role } from './holder.ts'

const InstanceProfileName = 'i'
const RoleName = 'r'
const both = { InstanceProfileName, RoleName }

async function someProfiles({ iam }: World, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await iam('CreateInstanceProfile', { InstanceProfileName: `i${String(n)}` })
  }
}

async function withProtectedRole(world: World) {
  await world.iam('CreateInstanceProfile', { InstanceProfileName })
  return protectedRole(world, { InstanceProfileName })
}

async function profileWithRole(world: World): Promise<typeof both> {
  await world.iam('CreateInstanceProfile', { InstanceProfileName })
  await role(world)
  await world.iam('AddRoleToInstanceProfile', both)
  return both
}

export const instanceProfileRows: Rows = {
  CreateInstanceProfile: {
    refused: { InstanceProfileName },
    async success({ iam, arn }) {
      const created = { InstanceProfileName, Path: '/a/', Tags: [{ Key: 'a', Value: '' }] }
      const { InstanceProfile } = await iam('CreateInstanceProfile', created)
      expect(InstanceProfile).toMatchObject({ ...created, Arn: arn('instance-profile/a/i') })
    },
    errors: {
      async EntityAlreadyExists({ iam }) {
        await iam('CreateInstanceProfile', { InstanceProfileName })
        return { InstanceProfileName: 'I' }
      },
      InvalidInput: { InstanceProfileName, Tags: [{ Key: 'aws:x', Value: '' }] },
      async LimitExceeded(world) {
        await someProfiles(world, quotas.InstanceProfilesPerAccount)
        return { InstanceProfileName }
      },
    },
  },

  GetInstanceProfile: {
    refused: { InstanceProfileName },
    async success(world) {
      await profileWithRole(world)
      const { InstanceProfile } = await world.iam('GetInstanceProfile', { InstanceProfileName })
      expect(InstanceProfile).toMatchObject({ InstanceProfileName, Roles: [{ RoleName }] })
    },
    errors: { NoSuchEntity: { InstanceProfileName } },
  },

  ListInstanceProfiles: {
    refused: {},
    async success(world) {
      await profileWithRole(world)
      const { InstanceProfiles } = await world.iam('ListInstanceProfiles', {})
      expect(InstanceProfiles).toMatchObject([{ InstanceProfileName, Roles: [{ RoleName }] }])
    },
    errors: {},
    async pastTheEnd(world) {
      await someProfiles(world, 3)
      return { input: {}, items: 3 }
    },
  },

  ListInstanceProfilesForRole: {
    refused: { RoleName },
    async success(world) {
      await profileWithRole(world)
      const { InstanceProfiles } = await world.iam('ListInstanceProfilesForRole', { RoleName })
      expect(InstanceProfiles).toMatchObject([{ InstanceProfileName, Roles: [{ RoleName }] }])
    },
    errors: { NoSuchEntity: { RoleName } },
    async pastTheEnd(world) {
      await role(world)
      await someProfiles(world, 3)
      for (const name of ['i0', 'i1', 'i2']) {
        await world.iam('AddRoleToInstanceProfile', { RoleName, InstanceProfileName: name })
      }
      return { input: { RoleName }, items: 3 }
    },
  },

  AddRoleToInstanceProfile: {
    refused: both,
    async success(world) {
      await profileWithRole(world)
      const { InstanceProfile } = await world.iam('GetInstanceProfile', { InstanceProfileName })
      expect(InstanceProfile?.Roles).toMatchObject([{ RoleName }])
    },
    errors: {
      NoSuchEntity: both,
      LimitExceeded: profileWithRole,
      UnmodifiableEntity: withProtectedRole,
    },
  },

  RemoveRoleFromInstanceProfile: {
    refused: both,
    async success(world) {
      await world.iam('RemoveRoleFromInstanceProfile', await profileWithRole(world))
      const { InstanceProfile } = await world.iam('GetInstanceProfile', { InstanceProfileName })
      expect(InstanceProfile?.Roles).toEqual([])
    },
    errors: { NoSuchEntity: both, UnmodifiableEntity: withProtectedRole },
  },

  DeleteInstanceProfile: {
    refused: { InstanceProfileName },
    async success({ iam }) {
      await iam('CreateInstanceProfile', { InstanceProfileName })
      await iam('DeleteInstanceProfile', { InstanceProfileName })
      expect((await iam('ListInstanceProfiles', {})).InstanceProfiles).toEqual([])
    },
    errors: {
      NoSuchEntity: { InstanceProfileName },
      async DeleteConflict(world) {
        await profileWithRole(world)
        return { InstanceProfileName }
      },
    },
  },
}
