/**
 * SAML providers: whose assertions roles may trust, under `arn:aws:iam::A:saml-provider/Name`.
 * Source: IAM API Reference, CreateSAMLProvider and its kin.
 */
import type { SamlProvider } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation, type Scope } from '../operation.ts'
import { creationChecks, listCheck } from './entity-check.ts'
import { allProviders, assertProviderArn, providerArn } from './identity-provider.ts'
import { providerByArn, providerCheck } from './identity-provider.ts'
import { existing } from './no-such-entity.ts'
import { assertWithinQuota } from './quota.ts'
import { addPrivateKey, metadataDocument, metadataFields } from './saml-provider-parts.ts'
import { newPrivateKey, privateKeysOf, putMetadata } from './saml-provider-parts.ts'
import { removeParts, removePrivateKey } from './saml-provider-parts.ts'
import { listEntityTags, tagEntity, untagEntity, type TagTarget } from './tag-operations.ts'
import { newTags } from './tags.ts'
import { tagsView } from './views.ts'

interface ByArn {
  readonly SAMLProviderArn: string
}

const byArn = {
  resolve: ({ SAMLProviderArn }: ByArn, scope: Scope) =>
    providerByArn(scope, 'samlProvider', SAMLProviderArn),

  authorize: ({ SAMLProviderArn }: ByArn, _scope: Scope, provider: SamlProvider | undefined) =>
    providerCheck(SAMLProviderArn, provider),
}

/** Errors: InvalidInput, NoSuchEntity. */
function existingProvider(provider: SamlProvider | undefined, arn: string): SamlProvider {
  assertProviderArn('samlProvider', arn)
  return existing(provider, 'samlProvider', arn)
}

/**
 * iam:CreateSAMLProvider. Errors: EntityAlreadyExists (its words are unconfirmed), InvalidInput,
 * LimitExceeded.
 */
export const CreateSAMLProvider = writeOperation('iam', 'CreateSAMLProvider', {
  authorize: ({ Name, Tags }, scope) =>
    creationChecks(providerArn(scope, 'samlProvider', Name), {}, 'iam:TagSAMLProvider', Tags),

  prepare: (input, scope) =>
    Promise.resolve({
      fields: metadataFields(input.SAMLMetadataDocument, scope.now),
      privateKey: newPrivateKey(scope, input.AddPrivateKey),
    }),

  async handle(input, scope, _resolved, { fields, privateKey }) {
    const { accountId, now, newId, store } = scope
    const mode = input.AssertionEncryptionMode
    const provider: SamlProvider = {
      kind: 'samlProvider',
      accountId,
      id: newId('SAMLP'),
      name: input.Name,
      path: '/',
      createdAt: now,
      tags: newTags(input.Tags, 'kept'),
      ...fields,
      ...(mode !== undefined && { assertionEncryptionMode: mode }),
    }
    const count = (await store.count('samlProvider', accountId)) + 1
    assertWithinQuota(scope, 'SAMLProvidersPerAccount', count)
    if (!(await store.insert(provider))) {
      throw new ApiError('EntityAlreadyExists', `SAMLProvider ${input.Name} already exists.`)
    }
    await putMetadata(scope, provider, input.SAMLMetadataDocument, true)
    if (privateKey) await addPrivateKey(scope, provider, privateKey)
    return {
      SAMLProviderArn: providerArn(scope, 'samlProvider', provider.name),
      ...(provider.tags.length > 0 && { Tags: tagsView(provider.tags) }),
    }
  },
})

/** iam:GetSAMLProvider. Errors: InvalidInput, NoSuchEntity. */
export const GetSAMLProvider = readOperation('iam', 'GetSAMLProvider', {
  ...byArn,
  async handle({ SAMLProviderArn }, scope, found) {
    const provider = existingProvider(found, SAMLProviderArn)
    const { assertionEncryptionMode: mode, tags } = provider
    const keys = await privateKeysOf(scope, provider)
    return {
      SAMLProviderUUID: provider.id,
      SAMLMetadataDocument: await metadataDocument(scope, provider),
      CreateDate: provider.createdAt,
      ValidUntil: provider.expiresAt,
      ...(tags.length > 0 && { Tags: tagsView(tags) }),
      ...(mode !== undefined && { AssertionEncryptionMode: mode }),
      ...(keys.length > 0 && {
        PrivateKeyList: keys.map(({ id, createdAt }) => ({ KeyId: id, Timestamp: createdAt })),
      }),
    }
  },
})

/** iam:ListSAMLProviders. */
export const ListSAMLProviders = readOperation('iam', 'ListSAMLProviders', {
  authorize: (_input, scope) => listCheck(scope, 'saml-provider'),

  async handle(_input, scope) {
    const providers = await allProviders(scope, 'samlProvider')
    return {
      SAMLProviderList: providers.map(({ name, createdAt, expiresAt }) => ({
        Arn: providerArn(scope, 'samlProvider', name),
        ValidUntil: expiresAt,
        CreateDate: createdAt,
      })),
    }
  },
})

/**
 * iam:UpdateSAMLProvider: what is left out stays. A key is removed before another is added, so that
 * one call replaces one of two: chosen by us. Errors: InvalidInput, LimitExceeded, NoSuchEntity.
 */
export const UpdateSAMLProvider = writeOperation('iam', 'UpdateSAMLProvider', {
  ...byArn,
  prepare: ({ SAMLMetadataDocument: document, AddPrivateKey }, scope) =>
    Promise.resolve({
      fields: document === undefined ? {} : metadataFields(document, scope.now),
      privateKey: newPrivateKey(scope, AddPrivateKey),
    }),

  async handle(input, scope, found, { fields, privateKey }) {
    const provider = existingProvider(found, input.SAMLProviderArn)
    const { SAMLMetadataDocument: document, AssertionEncryptionMode: mode } = input
    if (input.RemovePrivateKey !== undefined) {
      await removePrivateKey(scope, provider, input.RemovePrivateKey)
    }
    if (privateKey) await addPrivateKey(scope, provider, privateKey)
    if (document !== undefined) await putMetadata(scope, provider, document, false)
    const changes = { ...fields, ...(mode !== undefined && { assertionEncryptionMode: mode }) }
    await scope.store.update({ ...provider, ...changes })
    return { SAMLProviderArn: input.SAMLProviderArn }
  },
})

/** iam:DeleteSAMLProvider. Roles that trust it stay. Errors: InvalidInput, NoSuchEntity. */
export const DeleteSAMLProvider = writeOperation('iam', 'DeleteSAMLProvider', {
  ...byArn,
  async handle({ SAMLProviderArn }, scope, found) {
    const provider = existingProvider(found, SAMLProviderArn)
    await removeParts(scope, provider)
    await scope.store.remove('samlProvider', provider.id)
  },
})

const tagged: TagTarget<ByArn, SamlProvider> = {
  keyCase: 'kept',
  find: byArn.resolve,
  check: ({ SAMLProviderArn }, _scope, found, keys) => providerCheck(SAMLProviderArn, found, keys),
  changeable: ({ SAMLProviderArn }, _scope, found) => existingProvider(found, SAMLProviderArn),
  tags: ({ SAMLProviderArn }, _scope, found) => existingProvider(found, SAMLProviderArn).tags,
}

/** iam:TagSAMLProvider. */
export const TagSAMLProvider = writeOperation('iam', 'TagSAMLProvider', tagEntity(tagged))
/** iam:UntagSAMLProvider. */
export const UntagSAMLProvider = writeOperation('iam', 'UntagSAMLProvider', untagEntity(tagged))
/** iam:ListSAMLProviderTags. */
export const ListSAMLProviderTags = readOperation(
  'iam',
  'ListSAMLProviderTags',
  listEntityTags(tagged),
)

/** All of this file. */
export const samlProviderOperations = [
  CreateSAMLProvider,
  DeleteSAMLProvider,
  GetSAMLProvider,
  ListSAMLProviderTags,
  ListSAMLProviders,
  TagSAMLProvider,
  UntagSAMLProvider,
  UpdateSAMLProvider,
]
