import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { quotas, type World } from '../world.ts'
import { SAMLMetadataDocument } from './saml-metadata.ts'
import { tagRows } from './tags.ts'

const Name = 'ADFS'
const create = { Name, SAMLMetadataDocument }
const unreadable = { SAMLMetadataDocument: `<!DOCTYPE a>${' '.repeat(1000)}` }
const notAnArn = { SAMLProviderArn: 'not-the-arn-of-a-provider' }
const missing = ({ arn }: World) => ({ SAMLProviderArn: arn(`saml-provider/${Name}`) })

async function provider(world: World) {
  await world.iam('CreateSAMLProvider', create)
  return missing(world)
}

function privateKey(): string {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

export const samlProviderRows: Rows = {
  CreateSAMLProvider: {
    refused: create,
    async success(world) {
      const more = { AddPrivateKey: privateKey(), AssertionEncryptionMode: 'Required' } as const
      expect(await world.iam('CreateSAMLProvider', { ...create, ...more })).toMatchObject(
        missing(world),
      )
      const got = await world.iam('GetSAMLProvider', missing(world))
      expect(got).toMatchObject({ SAMLMetadataDocument, AssertionEncryptionMode: 'Required' })
      expect(got.PrivateKeyList).toHaveLength(1)
    },
    errors: {
      InvalidInput: { ...create, ...unreadable },
      async EntityAlreadyExists(world) {
        await provider(world)
        return create
      },
      async LimitExceeded({ iam }) {
        for (let n = 0; n < quotas.SAMLProvidersPerAccount; n++) {
          await iam('CreateSAMLProvider', { ...create, Name: String(n) })
        }
        return create
      },
    },
  },

  GetSAMLProvider: {
    refused: missing,
    async success(world) {
      const got = await world.iam('GetSAMLProvider', await provider(world))
      expect(got).toMatchObject({ SAMLMetadataDocument })
      expect(got.SAMLProviderUUID).toMatch(/^[A-Z0-9]{22,64}$/)
      expect(got.ValidUntil?.getTime()).toBeGreaterThan(got.CreateDate?.getTime() ?? Infinity)
    },
    errors: { InvalidInput: notAnArn, NoSuchEntity: missing },
  },

  ListSAMLProviders: {
    refused: {},
    async success(world) {
      const { SAMLProviderArn: Arn } = await provider(world)
      const { SAMLProviderList } = await world.iam('ListSAMLProviders', {})
      expect(SAMLProviderList).toMatchObject([{ Arn }])
    },
    errors: {},
  },

  UpdateSAMLProvider: {
    refused: missing,
    async success(world) {
      const changed = SAMLMetadataDocument.replace(
        ' entityID',
        ' validUntil="2040-01-02T03:04:05Z" entityID',
      )
      const update = { ...(await provider(world)), SAMLMetadataDocument: changed }
      expect(await world.iam('UpdateSAMLProvider', update)).toMatchObject(missing(world))
      const got = await world.iam('GetSAMLProvider', missing(world))
      expect(got).toMatchObject({ ValidUntil: new Date('2040-01-02T03:04:05Z') })
    },
    errors: {
      InvalidInput: async (world) => ({ ...(await provider(world)), ...unreadable }),
      NoSuchEntity: missing,
      async LimitExceeded(world) {
        const add = { ...(await provider(world)), AddPrivateKey: privateKey() }
        await world.iam('UpdateSAMLProvider', add)
        await world.iam('UpdateSAMLProvider', add)
        return add
      },
    },
  },

  DeleteSAMLProvider: {
    refused: missing,
    async success(world) {
      await world.iam('DeleteSAMLProvider', await provider(world))
      expect((await world.iam('ListSAMLProviders', {})).SAMLProviderList).toEqual([])
    },
    errors: { InvalidInput: notAnArn, NoSuchEntity: missing },
  },
}

export const samlProviderTagRows = tagRows({
  kind: 'SAMLProvider',
  missing,
  make: provider,
  more: (input) => ({ InvalidInput: { ...notAnArn, ...input } }),
})
