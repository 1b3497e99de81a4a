import { expect } from 'vitest'
import { newCertificate } from '../certificates.ts'
import type { Rows } from '../row.ts'
import type { World } from '../world.ts'

const UserName = 'ann'
const { CertificateBody } = await newCertificate()
const unknown = { UserName, CertificateId: 'A'.repeat(32) }

async function userWithCertificate({ iam }: World) {
  await iam('CreateUser', { UserName })
  const { Certificate } = await iam('UploadSigningCertificate', { UserName, CertificateBody })
  return { UserName, CertificateId: Certificate?.CertificateId }
}

async function userWithTwo(world: World) {
  await userWithCertificate(world)
  const other = (await newCertificate()).CertificateBody
  await world.iam('UploadSigningCertificate', { UserName, CertificateBody: other })
}

export const signingCertificateRows: Rows = {
  UploadSigningCertificate: {
    refused: { UserName, CertificateBody },
    async success({ iam }) {
      await iam('CreateUser', { UserName })
      const { Certificate } = await iam('UploadSigningCertificate', { UserName, CertificateBody })
      expect(Certificate).toMatchObject({ UserName, CertificateBody, Status: 'Active' })
      expect(Certificate?.CertificateId).toMatch(/^[A-Z2-7]{32}$/)
    },
    errors: {
      NoSuchEntity: { UserName, CertificateBody },
      async LimitExceeded(world) {
        await userWithTwo(world) // AWS's quota CertificatesPerUser is 2.
        return { UserName, CertificateBody: (await newCertificate()).CertificateBody }
      },
      async MalformedCertificate({ iam }) {
        await iam('CreateUser', { UserName })
        return { UserName, CertificateBody: 'no certificate' }
      },
      async InvalidCertificate({ iam }) {
        await iam('CreateUser', { UserName })
        return { UserName, CertificateBody: (await newCertificate(-20)).CertificateBody }
      },
      async DuplicateCertificate(world) {
        await userWithCertificate(world)
        return { UserName, CertificateBody }
      },
    },
  },

  ListSigningCertificates: {
    refused: { UserName },
    async success(world) {
      const certificate = await userWithCertificate(world)
      const { Certificates } = await world.iam('ListSigningCertificates', { UserName })
      expect(Certificates).toMatchObject([{ ...certificate, CertificateBody }])
    },
    errors: { NoSuchEntity: { UserName } },
    async pastTheEnd(world) {
      await userWithTwo(world)
      return { input: { UserName }, items: 2 }
    },
  },

  UpdateSigningCertificate: {
    refused: { ...unknown, Status: 'Inactive' },
    async success(world) {
      const certificate = await userWithCertificate(world)
      await world.iam('UpdateSigningCertificate', { ...certificate, Status: 'Inactive' })
      const { Certificates } = await world.iam('ListSigningCertificates', { UserName })
      expect(Certificates).toMatchObject([{ ...certificate, Status: 'Inactive' }])
    },
    errors: { NoSuchEntity: { ...unknown, Status: 'Inactive' } },
  },

  DeleteSigningCertificate: {
    refused: unknown,
    async success(world) {
      await world.iam('DeleteSigningCertificate', await userWithCertificate(world))
      const { Certificates } = await world.iam('ListSigningCertificates', { UserName })
      expect(Certificates).toEqual([])
    },
    errors: { NoSuchEntity: unknown },
  },
}
