import { generateSync } from 'otplib'
import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { quotas, type World } from '../world.ts'
import { tagRows } from './tags.ts'

const UserName = 'ann'
const VirtualMFADeviceName = 'phone'
const noCodes = { AuthenticationCode1: '000000', AuthenticationCode2: '000000' }
const devicesPerUser = 8

const missing = ({ arn }: World) => ({ SerialNumber: arn(`mfa/${VirtualMFADeviceName}`) })
const missingOfUser = (world: World) => ({ UserName, ...missing(world) })
const missingWithCodes = (world: World) => ({ ...missingOfUser(world), ...noCodes })

/** A device with its codes, by steps from now. */
async function device({ iam }: World, name = VirtualMFADeviceName) {
  const created = await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: name })
  const { SerialNumber = '', Base32StringSeed } = created.VirtualMFADevice ?? {}
  const secret = Buffer.from(Base32StringSeed ?? []).toString()
  const epoch = Math.floor(Date.now() / 1000)
  const code = (step: number) => generateSync({ secret, epoch: epoch + 30 * step })
  const codes = (step: number) => ({
    AuthenticationCode1: code(step),
    AuthenticationCode2: code(step + 1),
  })
  return { SerialNumber, codes }
}

async function enabled(world: World, name?: string) {
  const { SerialNumber, codes } = await device(world, name)
  const named = { UserName, SerialNumber }
  await world.iam('EnableMFADevice', { ...named, ...codes(-1) })
  return { ...named, codes }
}

async function ofAnn(world: World) {
  await world.user(UserName)
  const { codes, ...named } = await enabled(world)
  return { named, codes }
}

/** A device that is there, and whose it is not. */
async function unassigned(world: World) {
  await world.user(UserName)
  await device(world)
  return missingOfUser(world)
}

export const mfaDeviceRows: Rows = {
  CreateVirtualMFADevice: {
    refused: { VirtualMFADeviceName },
    async success({ iam, arn }) {
      const created = { VirtualMFADeviceName, Path: '/a/', Tags: [{ Key: 'a', Value: '' }] }
      const { VirtualMFADevice } = await iam('CreateVirtualMFADevice', created)
      expect(VirtualMFADevice).toMatchObject({
        SerialNumber: arn('mfa/a/phone'),
        Tags: created.Tags,
      })
      const { Base32StringSeed, QRCodePNG } = VirtualMFADevice ?? {}
      expect(Buffer.from(Base32StringSeed ?? []).toString()).toMatch(/^[A-Z2-7]{64}$/)
      expect(
        Buffer.from(QRCodePNG ?? [])
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG')
    },
    errors: {
      InvalidInput: { VirtualMFADeviceName, Tags: [{ Key: 'aws:x', Value: '' }] },
      async EntityAlreadyExists(world) {
        await device(world)
        return { VirtualMFADeviceName }
      },
      async LimitExceeded(world) {
        for (let n = 0; n < quotas.UsersPerAccount; n++) await device(world, String(n))
        return { VirtualMFADeviceName }
      },
    },
  },

  ListVirtualMFADevices: {
    refused: {},
    async success(world) {
      const { named } = await ofAnn(world)
      const { VirtualMFADevices } = await world.iam('ListVirtualMFADevices', {})
      expect(VirtualMFADevices).toMatchObject([
        { SerialNumber: named.SerialNumber, User: { UserName } },
      ])
    },
    errors: {},
    async pastTheEnd(world) {
      for (const name of ['a', 'b', 'c']) await device(world, name)
      return { input: {}, items: 3 }
    },
  },

  DeleteVirtualMFADevice: {
    refused: missing,
    async success(world) {
      const { SerialNumber } = await device(world)
      await world.iam('DeleteVirtualMFADevice', { SerialNumber })
      expect((await world.iam('ListVirtualMFADevices', {})).VirtualMFADevices).toEqual([])
    },
    errors: {
      NoSuchEntity: missing,
      async DeleteConflict(world) {
        const { named } = await ofAnn(world)
        return { SerialNumber: named.SerialNumber }
      },
    },
  },

  EnableMFADevice: {
    refused: missingWithCodes,
    async success(world) {
      const { named } = await ofAnn(world)
      expect(await world.iam('GetMFADevice', named)).toMatchObject(named)
    },
    errors: {
      NoSuchEntity: missingWithCodes,
      EntityAlreadyExists: async (world) => ({ ...(await ofAnn(world)).named, ...noCodes }),
      InvalidAuthenticationCode: async (world) => ({ ...(await unassigned(world)), ...noCodes }),
      async LimitExceeded(world) {
        await world.user(UserName)
        for (let n = 0; n < devicesPerUser; n++) await enabled(world, String(n))
        const { SerialNumber, codes } = await device(world)
        return { UserName, SerialNumber, ...codes(-1) }
      },
    },
  },

  ResyncMFADevice: {
    refused: missingWithCodes,
    async success(world) {
      const { named, codes } = await ofAnn(world)
      await world.iam('ResyncMFADevice', { ...named, ...codes(3) })
      const before = world.iam('ResyncMFADevice', { ...named, ...codes(2) })
      await expect(before).rejects.toMatchObject({ name: 'InvalidAuthenticationCodeException' })
    },
    errors: {
      NoSuchEntity: async (world) => ({ ...(await unassigned(world)), ...noCodes }),
      InvalidAuthenticationCode: async (world) => ({ ...(await ofAnn(world)).named, ...noCodes }),
    },
  },

  DeactivateMFADevice: {
    refused: missingOfUser,
    async success(world) {
      const { named } = await ofAnn(world)
      await world.iam('DeactivateMFADevice', named)
      expect((await world.iam('ListMFADevices', { UserName })).MFADevices).toEqual([])
    },
    errors: { NoSuchEntity: unassigned },
  },

  ListMFADevices: {
    refused: { UserName },
    async success(world) {
      const { named } = await ofAnn(world)
      const { MFADevices } = await world.iam('ListMFADevices', { UserName })
      expect(MFADevices).toMatchObject([named])
    },
    errors: { NoSuchEntity: { UserName } },
    async pastTheEnd(world) {
      await world.user(UserName)
      for (const name of ['a', 'b', 'c']) await enabled(world, name)
      return { input: { UserName }, items: 3 }
    },
  },

  GetMFADevice: {
    refused: missingOfUser,
    async success(world) {
      const { named } = await ofAnn(world)
      const { SerialNumber } = named
      expect(await world.iam('GetMFADevice', { SerialNumber })).toMatchObject(named)
    },
    errors: { NoSuchEntity: missing },
  },
}

export const mfaDeviceTagRows = tagRows({
  kind: 'MFADevice',
  missing,
  async make(world) {
    const { SerialNumber } = await device(world)
    return { SerialNumber }
  },
})
