/**
 * OpenID Connect providers: whose tokens roles may trust, under
 * `arn:aws:iam::A:oidc-provider/server.example.com/path`.
 *
 * Nothing is fetched from a provider here. AWS takes the thumbprint of its certificate authority
 * where none is given; here none is kept then, and public authorities alone vouch for its TLS:
 * whoever trusts a private one says so. Chosen by us: a thumbprint taken at first sight trusts
 * whoever answers, and a request of the control plane should not make it call out.
 *
 * Source: IAM API Reference, CreateOpenIDConnectProvider and its kin; wordings recorded.
 */
import type { OidcProvider } from '../../domain/entity.ts'
import { oidcProviderName } from '../../domain/oidc-provider-url.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation, type Scope } from '../operation.ts'
import { creationChecks, listCheck } from './entity-check.ts'
import { allProviders, assertProviderArn, providerArn } from './identity-provider.ts'
import { providerByArn, providerCheck } from './identity-provider.ts'
import { existing } from './no-such-entity.ts'
import { assertWithinQuota } from './quota.ts'
import { listEntityTags, tagEntity, untagEntity, type TagTarget } from './tag-operations.ts'
import { newTags } from './tags.ts'
import { tagsView } from './views.ts'

/** Source: IAM quotas; it cannot be raised. */
const thumbprintsMax = 5

interface ByArn {
  readonly OpenIDConnectProviderArn: string
}

const byArn = {
  resolve: ({ OpenIDConnectProviderArn: arn }: ByArn, scope: Scope) =>
    providerByArn(scope, 'oidcProvider', arn),

  authorize: (
    { OpenIDConnectProviderArn: arn }: ByArn,
    _scope: Scope,
    provider: OidcProvider | undefined,
  ) => providerCheck(arn, provider),
}

/** Errors: InvalidInput, NoSuchEntity. */
function existingProvider(provider: OidcProvider | undefined, arn: string): OidcProvider {
  assertProviderArn('oidcProvider', arn)
  return existing(provider, 'oidcProvider', arn)
}

/** Without those that are there twice. Errors: InvalidInput, recorded of more than five. */
function checkedThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length > thumbprintsMax) {
    const message = `Thumbprint list must contain fewer than ${thumbprintsMax} entries.`
    throw new ApiError('InvalidInput', message)
  }
  if (thumbprints.every((thumbprint) => /^[0-9A-Fa-f]*$/.test(thumbprint))) {
    return [...new Set(thumbprints)]
  }
  // Documented as the hexadecimal SHA-1 of a certificate; the words are chosen by us.
  throw new ApiError('InvalidInput', 'A thumbprint must consist of hexadecimal digits.')
}

/** Without those that are there twice. Errors: LimitExceeded. */
function checkedClientIds(scope: Scope, clientIds: readonly string[]): readonly string[] {
  const distinct = [...new Set(clientIds)]
  assertWithinQuota(scope, 'ClientIdsPerOpenIdConnectProvider', distinct.length)
  return distinct
}

/** Errors: ValidationError, recorded of a URL without https. */
function checkedName(url: string): string {
  const name = oidcProviderName(url)
  if (name !== undefined) return name
  throw new ApiError('ValidationError', 'Invalid Open ID Connect Provider URL')
}

/**
 * iam:CreateOpenIDConnectProvider. URLs that differ only in case are one provider: chosen by us.
 * Errors: EntityAlreadyExists, InvalidInput, LimitExceeded, ValidationError.
 */
export const CreateOpenIDConnectProvider = writeOperation('iam', 'CreateOpenIDConnectProvider', {
  authorize: ({ Url, Tags }, scope) => {
    const arn = providerArn(scope, 'oidcProvider', Url.replace('https://', ''))
    return creationChecks(arn, {}, 'iam:TagOpenIDConnectProvider', Tags)
  },

  async handle({ Url, ClientIDList = [], ThumbprintList = [], Tags }, scope) {
    const { accountId, now, newId, store } = scope
    const provider: OidcProvider = {
      kind: 'oidcProvider',
      accountId,
      id: newId('OIDC'),
      name: checkedName(Url),
      path: '/',
      createdAt: now,
      tags: newTags(Tags, 'kept'),
      clientIds: checkedClientIds(scope, ClientIDList),
      thumbprints: checkedThumbprints(ThumbprintList),
    }
    const count = (await store.count('oidcProvider', accountId)) + 1
    assertWithinQuota(scope, 'OpenIdConnectProvidersPerAccount', count)
    if (!(await store.insert(provider))) {
      throw new ApiError('EntityAlreadyExists', `Provider with url ${Url} already exists.`)
    }
    return {
      OpenIDConnectProviderArn: providerArn(scope, 'oidcProvider', provider.name),
      ...(provider.tags.length > 0 && { Tags: tagsView(provider.tags) }),
    }
  },
})

/** iam:GetOpenIDConnectProvider. Errors: InvalidInput, NoSuchEntity. */
export const GetOpenIDConnectProvider = readOperation('iam', 'GetOpenIDConnectProvider', {
  ...byArn,
  handle({ OpenIDConnectProviderArn: arn }, _scope, found) {
    const { name, clientIds, thumbprints, createdAt, tags } = existingProvider(found, arn)
    return Promise.resolve({
      Url: name,
      ClientIDList: clientIds,
      ThumbprintList: thumbprints,
      CreateDate: createdAt,
      ...(tags.length > 0 && { Tags: tagsView(tags) }),
    })
  },
})

/** iam:ListOpenIDConnectProviders. */
export const ListOpenIDConnectProviders = readOperation('iam', 'ListOpenIDConnectProviders', {
  authorize: (_input, scope) => listCheck(scope, 'oidc-provider'),

  async handle(_input, scope) {
    const providers = await allProviders(scope, 'oidcProvider')
    return {
      OpenIDConnectProviderList: providers.map(({ name }) => ({
        Arn: providerArn(scope, 'oidcProvider', name),
      })),
    }
  },
})

/** iam:DeleteOpenIDConnectProvider. Roles that trust it stay. Errors: InvalidInput, NoSuchEntity. */
export const DeleteOpenIDConnectProvider = writeOperation('iam', 'DeleteOpenIDConnectProvider', {
  ...byArn,
  async handle({ OpenIDConnectProviderArn: arn }, { store }, found) {
    assertProviderArn('oidcProvider', arn)
    // Documented as idempotent, recorded as this refusal.
    await store.remove('oidcProvider', existing(found, 'deletedOidcProvider', arn).id)
  },
})

/**
 * iam:AddClientIDToOpenIDConnectProvider: one that is there already is no error.
 * Errors: InvalidInput, LimitExceeded, NoSuchEntity.
 */
export const AddClientIDToOpenIDConnectProvider = writeOperation(
  'iam',
  'AddClientIDToOpenIDConnectProvider',
  {
    ...byArn,
    async handle({ OpenIDConnectProviderArn: arn, ClientID }, scope, found) {
      const provider = existingProvider(found, arn)
      const clientIds = checkedClientIds(scope, [...provider.clientIds, ClientID])
      await scope.store.update({ ...provider, clientIds })
    },
  },
)

/**
 * iam:RemoveClientIDFromOpenIDConnectProvider: one that is not there is no error.
 * Errors: InvalidInput, NoSuchEntity.
 */
export const RemoveClientIDFromOpenIDConnectProvider = writeOperation(
  'iam',
  'RemoveClientIDFromOpenIDConnectProvider',
  {
    ...byArn,
    async handle({ OpenIDConnectProviderArn: arn, ClientID }, { store }, found) {
      const provider = existingProvider(found, arn)
      const clientIds = provider.clientIds.filter((id) => id !== ClientID)
      await store.update({ ...provider, clientIds })
    },
  },
)

/** iam:UpdateOpenIDConnectProviderThumbprint: the list replaces the old one. */
export const UpdateOpenIDConnectProviderThumbprint = writeOperation(
  'iam',
  'UpdateOpenIDConnectProviderThumbprint',
  {
    ...byArn,
    async handle({ OpenIDConnectProviderArn: arn, ThumbprintList }, { store }, found) {
      const provider = existingProvider(found, arn)
      await store.update({ ...provider, thumbprints: checkedThumbprints(ThumbprintList) })
    },
  },
)

const tagged: TagTarget<ByArn, OidcProvider> = {
  keyCase: 'kept',
  find: byArn.resolve,
  check: ({ OpenIDConnectProviderArn: arn }, _scope, found, keys) =>
    providerCheck(arn, found, keys),
  changeable: ({ OpenIDConnectProviderArn: arn }, _scope, found) => existingProvider(found, arn),
  tags: ({ OpenIDConnectProviderArn: arn }, _scope, found) => existingProvider(found, arn).tags,
}

/** iam:TagOpenIDConnectProvider. */
export const TagOpenIDConnectProvider = writeOperation(
  'iam',
  'TagOpenIDConnectProvider',
  tagEntity(tagged),
)
/** iam:UntagOpenIDConnectProvider. */
export const UntagOpenIDConnectProvider = writeOperation(
  'iam',
  'UntagOpenIDConnectProvider',
  untagEntity(tagged),
)
/** iam:ListOpenIDConnectProviderTags. */
export const ListOpenIDConnectProviderTags = readOperation(
  'iam',
  'ListOpenIDConnectProviderTags',
  listEntityTags(tagged),
)

/** All of this file. */
export const oidcProviderOperations = [
  AddClientIDToOpenIDConnectProvider,
  CreateOpenIDConnectProvider,
  DeleteOpenIDConnectProvider,
  GetOpenIDConnectProvider,
  ListOpenIDConnectProviderTags,
  ListOpenIDConnectProviders,
  RemoveClientIDFromOpenIDConnectProvider,
  TagOpenIDConnectProvider,
  UntagOpenIDConnectProvider,
  UpdateOpenIDConnectProviderThumbprint,
]
