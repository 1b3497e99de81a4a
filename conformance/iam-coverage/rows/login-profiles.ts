import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { by, type World } from '../world.ts'

const UserName = 'ann'
const Password = 'Correct-Horse-7'
const weak = 'password'
const change = { OldPassword: Password, NewPassword: 'Another-Horse-8' }

async function userWithPassword({ iam }: World) {
  await iam('CreateUser', { UserName })
  await iam('CreateLoginProfile', { UserName, Password })
}

export const loginProfileRows: Rows = {
  CreateLoginProfile: {
    refused: { UserName, Password },
    async success({ iam }) {
      await iam('CreateUser', { UserName })
      const input = { UserName, Password, PasswordResetRequired: true }
      const { LoginProfile } = await iam('CreateLoginProfile', input)
      expect(LoginProfile).toMatchObject({ UserName, PasswordResetRequired: true })
      expect(LoginProfile?.CreateDate).toBeInstanceOf(Date)
    },
    errors: {
      NoSuchEntity: { UserName, Password },
      async EntityAlreadyExists(world) {
        await userWithPassword(world)
        return { UserName, Password }
      },
      async PasswordPolicyViolation({ iam }) {
        await iam('CreateUser', { UserName })
        return { UserName, Password: weak }
      },
    },
  },

  GetLoginProfile: {
    refused: { UserName },
    async success(world) {
      await userWithPassword(world)
      const { LoginProfile } = await world.iam('GetLoginProfile', { UserName })
      expect(LoginProfile).toMatchObject({ UserName, PasswordResetRequired: false })
    },
    errors: { NoSuchEntity: { UserName } },
  },

  UpdateLoginProfile: {
    refused: { UserName, Password },
    async success(world) {
      await userWithPassword(world)
      const { iam } = world
      await iam('UpdateLoginProfile', { UserName, PasswordResetRequired: true })
      const { LoginProfile } = await iam('GetLoginProfile', { UserName })
      expect(LoginProfile).toMatchObject({ PasswordResetRequired: true })
    },
    errors: {
      NoSuchEntity: { UserName, Password },
      async PasswordPolicyViolation(world) {
        await userWithPassword(world)
        return { UserName, Password: weak }
      },
    },
  },

  DeleteLoginProfile: {
    refused: { UserName },
    async success(world) {
      await userWithPassword(world)
      await world.iam('DeleteLoginProfile', { UserName })
      await world.iam('DeleteUser', { UserName })
    },
    errors: { NoSuchEntity: { UserName } },
  },

  ChangePassword: {
    refused: change,
    async success(world) {
      const ann = await world.user(UserName)
      await world.iam('CreateLoginProfile', { UserName, Password })
      await ann('ChangePassword', change)
      const back = { OldPassword: change.NewPassword, NewPassword: Password }
      await ann('ChangePassword', back)
    },
    errors: {
      InvalidUserType: change,
      async NoSuchEntity({ user }) {
        return by(await user(UserName), change)
      },
      async PasswordPolicyViolation({ user, iam }) {
        const ann = await user(UserName)
        await iam('CreateLoginProfile', { UserName, Password })
        return by(ann, { ...change, NewPassword: weak })
      },
      async AccessDenied({ user, iam }) {
        const ann = await user(UserName)
        await iam('CreateLoginProfile', { UserName, Password })
        return by(ann, { ...change, OldPassword: weak })
      },
    },
  },
}
