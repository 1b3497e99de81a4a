import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import type { World } from '../world.ts'

const UserName = 'ann'
const unknown = 'AKIAIOSFODNN7EXAMPLE'

async function userWithKey({ iam }: World, name = UserName) {
  await iam('CreateUser', { UserName: name })
  const { AccessKey } = await iam('CreateAccessKey', { UserName: name })
  return { UserName: name, AccessKeyId: AccessKey?.AccessKeyId }
}

export const accessKeyRows: Rows = {
  CreateAccessKey: {
    refused: { UserName },
    async success({ iam, as }) {
      await iam('CreateUser', { UserName })
      const { AccessKey } = await iam('CreateAccessKey', { UserName })
      expect(AccessKey).toMatchObject({ UserName, Status: 'Active' })
      expect(AccessKey?.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
      expect(AccessKey?.SecretAccessKey).toMatch(/^[A-Za-z0-9/+]{40}$/)
      const ann = await as(UserName)
      await expect(ann('CreateAccessKey', {})).rejects.toMatchObject({ name: 'AccessDenied' })
    },
    errors: {
      NoSuchEntity: { UserName },
      async LimitExceeded(world) {
        await userWithKey(world)
        await world.iam('CreateAccessKey', { UserName }) // AWS's quota AccessKeysPerUser is 2.
        return { UserName }
      },
    },
  },

  ListAccessKeys: {
    refused: { UserName },
    async success(world) {
      const key = await userWithKey(world)
      const { AccessKeyMetadata } = await world.iam('ListAccessKeys', { UserName })
      expect(AccessKeyMetadata).toMatchObject([{ ...key, Status: 'Active' }])
    },
    errors: { NoSuchEntity: { UserName } },
    async pastTheEnd(world) {
      await userWithKey(world)
      await world.iam('CreateAccessKey', { UserName })
      return { input: { UserName }, items: 2 }
    },
  },

  UpdateAccessKey: {
    refused: { UserName, AccessKeyId: unknown, Status: 'Inactive' },
    async success(world) {
      const key = await userWithKey(world)
      await world.iam('UpdateAccessKey', { ...key, Status: 'Inactive' })
      const { AccessKeyMetadata } = await world.iam('ListAccessKeys', { UserName })
      expect(AccessKeyMetadata).toMatchObject([{ ...key, Status: 'Inactive' }])
    },
    errors: {
      NoSuchEntity: { UserName, AccessKeyId: unknown, Status: 'Inactive' },
      async InvalidInput(world) {
        return { ...(await userWithKey(world)), Status: 'Expired' }
      },
    },
  },

  DeleteAccessKey: {
    refused: { UserName, AccessKeyId: unknown },
    async success(world) {
      await world.iam('DeleteAccessKey', await userWithKey(world))
      const { AccessKeyMetadata } = await world.iam('ListAccessKeys', { UserName })
      expect(AccessKeyMetadata).toEqual([])
    },
    errors: { NoSuchEntity: { UserName, AccessKeyId: unknown } },
  },

  GetAccessKeyLastUsed: {
    async refused(world) {
      const { AccessKeyId } = await userWithKey(world, 'last-used')
      return { AccessKeyId }
    },
    async success(world) {
      const { AccessKeyId } = await userWithKey(world)
      const answer = await world.iam('GetAccessKeyLastUsed', { AccessKeyId })
      const never = { ServiceName: 'N/A', Region: 'N/A' }
      expect(answer).toMatchObject({ UserName, AccessKeyLastUsed: never })
      expect(answer.AccessKeyLastUsed?.LastUsedDate).toBeUndefined()
    },
    errors: { AccessDenied: { AccessKeyId: unknown } },
  },
}
