import { expect } from 'vitest'
import { newPublicKey } from '../certificates.ts'
import type { Rows } from '../row.ts'
import type { World } from '../world.ts'

const UserName = 'ann'
const SSHPublicKeyBody = newPublicKey()
const unknown = { UserName, SSHPublicKeyId: 'APKAAAAAAAAAAAAAAAAA' }

async function userWithKey({ iam }: World) {
  await iam('CreateUser', { UserName })
  const { SSHPublicKey } = await iam('UploadSSHPublicKey', { UserName, SSHPublicKeyBody })
  return { UserName, SSHPublicKeyId: SSHPublicKey?.SSHPublicKeyId }
}

export const sshPublicKeyRows: Rows = {
  UploadSSHPublicKey: {
    refused: { UserName, SSHPublicKeyBody },
    async success({ iam }) {
      await iam('CreateUser', { UserName })
      const { SSHPublicKey } = await iam('UploadSSHPublicKey', { UserName, SSHPublicKeyBody })
      expect(SSHPublicKey).toMatchObject({ UserName, SSHPublicKeyBody, Status: 'Active' })
      expect(SSHPublicKey?.SSHPublicKeyId).toMatch(/^APKA[A-Z2-7]{16}$/)
      expect(SSHPublicKey?.Fingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/)
    },
    errors: {
      NoSuchEntity: { UserName, SSHPublicKeyBody },
      async LimitExceeded(world) {
        await userWithKey(world)
        for (let count = 1; count < 5; count++) {
          const input = { UserName, SSHPublicKeyBody: newPublicKey() }
          await world.iam('UploadSSHPublicKey', input) // AWS's quota SSHPublicKeysPerUser is 5.
        }
        return { UserName, SSHPublicKeyBody: newPublicKey() }
      },
      async InvalidPublicKey({ iam }) {
        await iam('CreateUser', { UserName })
        return { UserName, SSHPublicKeyBody: 'ssh-rsa AAAA' }
      },
      async DuplicateSSHPublicKey(world) {
        await userWithKey(world)
        return { UserName, SSHPublicKeyBody }
      },
      async UnrecognizedPublicKeyEncoding({ iam }) {
        await iam('CreateUser', { UserName })
        return { UserName, SSHPublicKeyBody: 'ssh-ed25519 AAAA' }
      },
    },
  },

  GetSSHPublicKey: {
    refused: { ...unknown, Encoding: 'SSH' },
    async success(world) {
      const key = await userWithKey(world)
      const ssh = await world.iam('GetSSHPublicKey', { ...key, Encoding: 'SSH' })
      expect(ssh.SSHPublicKey).toMatchObject(key)
      expect(ssh.SSHPublicKey?.SSHPublicKeyBody).toMatch(/^ssh-rsa AAAAB3/)
      const pem = await world.iam('GetSSHPublicKey', { ...key, Encoding: 'PEM' })
      expect(pem.SSHPublicKey?.SSHPublicKeyBody).toBe(SSHPublicKeyBody)
    },
    errors: { NoSuchEntity: { ...unknown, Encoding: 'SSH' } },
  },

  ListSSHPublicKeys: {
    refused: { UserName },
    async success(world) {
      const key = await userWithKey(world)
      const { SSHPublicKeys } = await world.iam('ListSSHPublicKeys', { UserName })
      expect(SSHPublicKeys).toMatchObject([{ ...key, Status: 'Active' }])
    },
    errors: { NoSuchEntity: { UserName } },
    async pastTheEnd(world) {
      await userWithKey(world)
      for (let count = 1; count < 3; count++) {
        const input = { UserName, SSHPublicKeyBody: newPublicKey() }
        await world.iam('UploadSSHPublicKey', input)
      }
      return { input: { UserName }, items: 3 }
    },
  },

  UpdateSSHPublicKey: {
    refused: { ...unknown, Status: 'Inactive' },
    async success(world) {
      const key = await userWithKey(world)
      await world.iam('UpdateSSHPublicKey', { ...key, Status: 'Inactive' })
      const { SSHPublicKeys } = await world.iam('ListSSHPublicKeys', { UserName })
      expect(SSHPublicKeys).toMatchObject([{ ...key, Status: 'Inactive' }])
    },
    errors: { NoSuchEntity: { ...unknown, Status: 'Inactive' } },
  },

  DeleteSSHPublicKey: {
    refused: unknown,
    async success(world) {
      await world.iam('DeleteSSHPublicKey', await userWithKey(world))
      const { SSHPublicKeys } = await world.iam('ListSSHPublicKeys', { UserName })
      expect(SSHPublicKeys).toEqual([])
    },
    errors: { NoSuchEntity: unknown },
  },
}
