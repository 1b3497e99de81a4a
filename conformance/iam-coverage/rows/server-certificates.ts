import { expect } from 'vitest'
import { newCertificate } from '../certificates.ts'
import type { Rows } from '../row.ts'
import { quotas, type World } from '../world.ts'

const ServerCertificateName = 'web'
const named = { ServerCertificateName }
const material = await newCertificate()
const upload = { ...named, ...material }

/** Uploads so many: `web`, `web1` … */
export async function uploadCertificates({ iam }: World, count = 1): Promise<void> {
  for (let n = 0; n < count; n++) {
    const name = n === 0 ? ServerCertificateName : `${ServerCertificateName}${String(n)}`
    await iam('UploadServerCertificate', { ...material, ServerCertificateName: name })
  }
}

export const serverCertificateRows: Rows = {
  UploadServerCertificate: {
    refused: upload,
    async success({ iam, arn }) {
      const Tags = [{ Key: 'k', Value: 'v' }]
      const answer = await iam('UploadServerCertificate', { ...upload, Path: '/tls/', Tags })
      expect(answer.Tags).toEqual(Tags)
      expect(answer.ServerCertificateMetadata).toMatchObject({
        ...named,
        Path: '/tls/',
        Arn: arn('server-certificate/tls/web'),
      })
      expect(answer.ServerCertificateMetadata?.ServerCertificateId).toMatch(/^ASCA[A-Z2-7]{17}$/)
    },
    errors: {
      async LimitExceeded(world) {
        await uploadCertificates(world, quotas.ServerCertificatesPerAccount)
        return { ...material, ServerCertificateName: 'one-more' }
      },
      InvalidInput: { ...upload, Tags: [{ Key: 'aws:x', Value: '' }] },
      async EntityAlreadyExists(world) {
        await uploadCertificates(world)
        return { ...upload, ServerCertificateName: 'WEB' }
      },
      MalformedCertificate: { ...upload, CertificateBody: 'no certificate' },
      async KeyPairMismatch() {
        return { ...upload, PrivateKey: (await newCertificate()).PrivateKey }
      },
    },
  },

  GetServerCertificate: {
    refused: named,
    async success(world) {
      await uploadCertificates(world)
      const { ServerCertificate } = await world.iam('GetServerCertificate', named)
      expect(ServerCertificate).toMatchObject({
        ServerCertificateMetadata: named,
        CertificateBody: material.CertificateBody,
      })
    },
    errors: { NoSuchEntity: named },
  },

  ListServerCertificates: {
    refused: {},
    async success(world) {
      await uploadCertificates(world)
      const { ServerCertificateMetadataList } = await world.iam('ListServerCertificates', {})
      expect(ServerCertificateMetadataList).toMatchObject([named])
    },
    errors: {},
    async pastTheEnd(world) {
      await uploadCertificates(world, 3)
      return { input: {}, items: 3 }
    },
  },

  UpdateServerCertificate: {
    refused: { ...named, NewPath: '/tls/' },
    async success(world) {
      await uploadCertificates(world)
      const { iam, arn } = world
      const renaming = { ...named, NewServerCertificateName: 'api', NewPath: '/tls/' }
      await iam('UpdateServerCertificate', renaming)
      const { ServerCertificate } = await iam('GetServerCertificate', {
        ServerCertificateName: 'api',
      })
      expect(ServerCertificate?.ServerCertificateMetadata?.Arn).toBe(
        arn('server-certificate/tls/api'),
      )
    },
    errors: {
      NoSuchEntity: { ...named, NewPath: '/tls/' },
      async EntityAlreadyExists(world) {
        await uploadCertificates(world, 2)
        return { ...named, NewServerCertificateName: 'web1' }
      },
    },
  },

  DeleteServerCertificate: {
    refused: named,
    async success(world) {
      await uploadCertificates(world)
      await world.iam('DeleteServerCertificate', named)
      const { ServerCertificateMetadataList } = await world.iam('ListServerCertificates', {})
      expect(ServerCertificateMetadataList).toEqual([])
    },
    errors: { NoSuchEntity: named },
  },
}
