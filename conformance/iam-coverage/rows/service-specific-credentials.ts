import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import type { World } from '../world.ts'

const UserName = 'ann'
const ServiceName = 'codecommit.amazonaws.com'
const creation = { UserName, ServiceName }
const unknown = { UserName, ServiceSpecificCredentialId: 'ACCAAAAAAAAAAAAAAAAA' }

async function userWithCredential({ iam }: World, name = UserName) {
  await iam('CreateUser', { UserName: name })
  const input = { UserName: name, ServiceName }
  const created = await iam('CreateServiceSpecificCredential', input)
  const id = created.ServiceSpecificCredential?.ServiceSpecificCredentialId
  return { UserName: name, ServiceSpecificCredentialId: id }
}

export const serviceSpecificCredentialRows: Rows = {
  CreateServiceSpecificCredential: {
    refused: creation,
    async success({ iam, accountId }) {
      await iam('CreateUser', { UserName })
      const { ServiceSpecificCredential } = await iam('CreateServiceSpecificCredential', creation)
      expect(ServiceSpecificCredential).toMatchObject({
        ...{ ...creation, Status: 'Active', ServiceUserName: `ann-at-${accountId}` },
      })
      expect(ServiceSpecificCredential?.ServicePassword).toMatch(/^[A-Za-z0-9+/]{43}=$/)
      const aged = { UserName, ServiceName: 'bedrock.amazonaws.com', CredentialAgeDays: 1 }
      const key = (await iam('CreateServiceSpecificCredential', aged)).ServiceSpecificCredential
      expect(key?.ServiceCredentialSecret).toMatch(/^ABSK/)
      expect(key?.ExpirationDate).toBeInstanceOf(Date)
    },
    errors: {
      NoSuchEntity: creation,
      async LimitExceeded(world) {
        await userWithCredential(world)
        await world.iam('CreateServiceSpecificCredential', creation) // AWS allows two a service.
        return creation
      },
    },
  },

  ListServiceSpecificCredentials: {
    refused: { UserName },
    async success(world) {
      const credential = await userWithCredential(world)
      const one = await world.iam('ListServiceSpecificCredentials', { UserName })
      expect(one.ServiceSpecificCredentials).toMatchObject([credential])
      const bea = await userWithCredential(world, 'bea')
      const all = await world.iam('ListServiceSpecificCredentials', { AllUsers: true })
      expect(all.ServiceSpecificCredentials).toMatchObject([credential, bea])
    },
    errors: { NoSuchEntity: { UserName } },
    async pastTheEnd(world) {
      await userWithCredential(world)
      await world.iam('CreateServiceSpecificCredential', creation)
      const other = { UserName, ServiceName: 'cassandra.amazonaws.com' }
      await world.iam('CreateServiceSpecificCredential', other)
      return { input: { UserName }, items: 3 }
    },
  },

  UpdateServiceSpecificCredential: {
    refused: { ...unknown, Status: 'Inactive' },
    async success(world) {
      const credential = await userWithCredential(world)
      await world.iam('UpdateServiceSpecificCredential', { ...credential, Status: 'Inactive' })
      const listed = await world.iam('ListServiceSpecificCredentials', { UserName })
      expect(listed.ServiceSpecificCredentials).toMatchObject([{ Status: 'Inactive' }])
    },
    errors: { NoSuchEntity: { ...unknown, Status: 'Inactive' } },
  },

  ResetServiceSpecificCredential: {
    refused: unknown,
    async success(world) {
      const credential = await userWithCredential(world)
      const reset = () => world.iam('ResetServiceSpecificCredential', credential)
      const [first, second] = [await reset(), await reset()]
      expect(first.ServiceSpecificCredential).toMatchObject(credential)
      const password = first.ServiceSpecificCredential?.ServicePassword
      expect(second.ServiceSpecificCredential?.ServicePassword).not.toBe(password)
    },
    errors: { NoSuchEntity: unknown },
  },

  DeleteServiceSpecificCredential: {
    refused: unknown,
    async success(world) {
      await world.iam('DeleteServiceSpecificCredential', await userWithCredential(world))
      await world.iam('DeleteUser', { UserName })
    },
    errors: { NoSuchEntity: unknown },
  },
}
