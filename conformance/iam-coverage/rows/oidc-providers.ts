import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { quotas, type World } from '../world.ts'
import { tagRows } from './tags.ts'

const Url = 'https://server.example.com/realms/a'
const ClientID = 'client'
const ThumbprintList = ['a'.repeat(40)]
const notAnArn = { OpenIDConnectProviderArn: 'not-the-arn-of-a-provider' }

const missing = ({ arn }: World) => ({
  OpenIDConnectProviderArn: arn('oidc-provider/server.example.com/realms/a'),
})

async function provider(world: World) {
  await world.iam('CreateOpenIDConnectProvider', { Url, ClientIDList: [ClientID] })
  return missing(world)
}

const read = async (world: World) => world.iam('GetOpenIDConnectProvider', missing(world))

export const oidcProviderRows: Rows = {
  CreateOpenIDConnectProvider: {
    refused: { Url },
    async success(world) {
      const Tags = [{ Key: 'a', Value: '' }]
      const created = await world.iam('CreateOpenIDConnectProvider', { Url, Tags, ThumbprintList })
      expect(created).toMatchObject({ ...missing(world), Tags })
      const kept = { Url: 'server.example.com/realms/a', ThumbprintList, ClientIDList: [], Tags }
      expect(await read(world)).toMatchObject(kept)
    },
    errors: {
      InvalidInput: { Url, ThumbprintList: Array.from('123456', (digit) => digit.repeat(40)) },
      ValidationError: { Url: 'http://server.example.com' },
      async EntityAlreadyExists(world) {
        await provider(world)
        return { Url }
      },
      async LimitExceeded({ iam }) {
        for (let n = 0; n < quotas.OpenIdConnectProvidersPerAccount; n++) {
          await iam('CreateOpenIDConnectProvider', { Url: `https://p${String(n)}.example` })
        }
        return { Url }
      },
    },
  },

  GetOpenIDConnectProvider: {
    refused: missing,
    async success(world) {
      await provider(world)
      expect(await read(world)).toMatchObject({ ClientIDList: [ClientID] })
    },
    errors: { InvalidInput: notAnArn, NoSuchEntity: missing },
  },

  ListOpenIDConnectProviders: {
    refused: {},
    async success(world) {
      const { OpenIDConnectProviderArn: Arn } = await provider(world)
      const { OpenIDConnectProviderList } = await world.iam('ListOpenIDConnectProviders', {})
      expect(OpenIDConnectProviderList).toEqual([{ Arn }])
    },
    errors: {},
  },

  DeleteOpenIDConnectProvider: {
    refused: missing,
    async success(world) {
      await world.iam('DeleteOpenIDConnectProvider', await provider(world))
      const { OpenIDConnectProviderList } = await world.iam('ListOpenIDConnectProviders', {})
      expect(OpenIDConnectProviderList).toEqual([])
    },
    errors: { InvalidInput: notAnArn, NoSuchEntity: missing },
  },

  AddClientIDToOpenIDConnectProvider: {
    refused: (world) => ({ ...missing(world), ClientID }),
    async success(world) {
      const added = { ...(await provider(world)), ClientID: 'other' }
      await world.iam('AddClientIDToOpenIDConnectProvider', added)
      await world.iam('AddClientIDToOpenIDConnectProvider', added)
      expect((await read(world)).ClientIDList).toEqual([ClientID, 'other'])
    },
    errors: {
      InvalidInput: { ...notAnArn, ClientID },
      NoSuchEntity: (world) => ({ ...missing(world), ClientID }),
      async LimitExceeded(world) {
        const max = quotas.ClientIdsPerOpenIdConnectProvider
        const ClientIDList = Array.from({ length: max }, (_, n) => String(n))
        await world.iam('CreateOpenIDConnectProvider', { Url, ClientIDList })
        return { ...missing(world), ClientID }
      },
    },
  },

  RemoveClientIDFromOpenIDConnectProvider: {
    refused: (world) => ({ ...missing(world), ClientID }),
    async success(world) {
      const removed = { ...(await provider(world)), ClientID }
      await world.iam('RemoveClientIDFromOpenIDConnectProvider', removed)
      await world.iam('RemoveClientIDFromOpenIDConnectProvider', removed)
      expect((await read(world)).ClientIDList).toEqual([])
    },
    errors: {
      InvalidInput: { ...notAnArn, ClientID },
      NoSuchEntity: (world) => ({ ...missing(world), ClientID }),
    },
  },

  UpdateOpenIDConnectProviderThumbprint: {
    refused: (world) => ({ ...missing(world), ThumbprintList }),
    async success(world) {
      const update = { ...(await provider(world)), ThumbprintList }
      await world.iam('UpdateOpenIDConnectProviderThumbprint', update)
      expect(await read(world)).toMatchObject({ ThumbprintList })
    },
    errors: {
      InvalidInput: (world) => ({ ...missing(world), ...notAnArn, ThumbprintList }),
      NoSuchEntity: (world) => ({ ...missing(world), ThumbprintList }),
    },
  },
}

export const oidcProviderTagRows = tagRows({
  kind: 'OpenIDConnectProvider',
  missing,
  make: provider,
  more: (input) => ({ InvalidInput: { ...notAnArn, ...input } }),
})
