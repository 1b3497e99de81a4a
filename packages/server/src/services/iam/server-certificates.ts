/**
 * TLS certificates with their private keys, which never leave.
 * Source: IAM API Reference, UploadServerCertificate and its kin; IAM User Guide, "Manage server
 * certificates in IAM".
 */
import { iamArn } from '../../domain/arn.ts'
import type { ServerCertificate } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation, type Scope } from '../operation.ts'
import { creationChecks, entityCheck, listCheck, renameChecks } from './entity-check.ts'
import { existing } from './no-such-entity.ts'
import { pageByName } from './paging.ts'
import { assertWithinQuota } from './quota.ts'
import { checkedServerCertificate } from './server-certificate-checks.ts'
import { listEntityTags, tagEntity, untagEntity, type TagTarget } from './tag-operations.ts'
import { newTags } from './tags.ts'
import { tagsView } from './views.ts'

interface Named {
  readonly ServerCertificateName: string
}

const named = {
  resolve: ({ ServerCertificateName }: Named, { store, accountId }: Scope) =>
    store.find('serverCertificate', accountId, ServerCertificateName),

  authorize: ({ ServerCertificateName }: Named, scope: Scope, found?: ServerCertificate) =>
    entityCheck(scope, 'server-certificate', found, ServerCertificateName),
}

function nameTaken(name: string): ApiError {
  const message = `The Server Certificate with name ${name} already exists.`
  return new ApiError('EntityAlreadyExists', message)
}

function metadataView(scope: Scope, certificate: ServerCertificate) {
  const { path, name, id } = certificate
  return {
    Path: path,
    ServerCertificateName: name,
    ServerCertificateId: id,
    Arn: iamArn(scope, 'server-certificate', path, name),
    UploadDate: certificate.createdAt,
    Expiration: certificate.expiresAt,
  }
}

/** Only where there are any. */
function tagsMember({ tags }: ServerCertificate) {
  return tags.length > 0 ? { Tags: tagsView(tags) } : {}
}

/**
 * iam:UploadServerCertificate: certificate, chain and key are read and held against one another
 * before the transaction. Errors: EntityAlreadyExists, InvalidInput, KeyPairMismatch,
 * LimitExceeded, MalformedCertificate.
 */
export const UploadServerCertificate = writeOperation('iam', 'UploadServerCertificate', {
  authorize: (input, scope) =>
    creationChecks(
      iamArn(scope, 'server-certificate', input.Path ?? '/', input.ServerCertificateName),
      {},
      'iam:TagServerCertificate',
      input.Tags,
    ),

  prepare: (input, { now }) => Promise.resolve(checkedServerCertificate(input, now)),

  async handle(input, scope, _resolved, { expiresAt }) {
    const { accountId, now, newId, store, secrets } = scope
    const id = newId('ASCA')
    const certificate: ServerCertificate = {
      kind: 'serverCertificate',
      accountId,
      id,
      name: input.ServerCertificateName,
      path: input.Path ?? '/',
      createdAt: now,
      tags: newTags(input.Tags, 'kept'),
      body: input.CertificateBody,
      ...(input.CertificateChain !== undefined && { chain: input.CertificateChain }),
      expiresAt,
    }
    const count = (await store.count('serverCertificate', accountId)) + 1
    assertWithinQuota(scope, 'ServerCertificatesPerAccount', count)
    const sealed = secrets.seal(id, input.PrivateKey)
    if (!(await store.insert(certificate, sealed))) throw nameTaken(certificate.name)
    const ServerCertificateMetadata = metadataView(scope, certificate)
    return { ServerCertificateMetadata, ...tagsMember(certificate) }
  },
})

/** iam:GetServerCertificate: without its private key. Errors: NoSuchEntity. */
export const GetServerCertificate = readOperation('iam', 'GetServerCertificate', {
  ...named,
  handle({ ServerCertificateName }, scope, found) {
    const certificate = existing(found, 'serverCertificate', ServerCertificateName)
    return Promise.resolve({
      ServerCertificate: {
        ServerCertificateMetadata: metadataView(scope, certificate),
        CertificateBody: certificate.body,
        CertificateChain: certificate.chain,
        ...tagsMember(certificate),
      },
    })
  },
})

/** iam:ListServerCertificates. */
export const ListServerCertificates = readOperation('iam', 'ListServerCertificates', {
  authorize: (input, scope) => listCheck(scope, 'server-certificate', input.PathPrefix),

  async handle(input, scope) {
    const { PathPrefix: pathPrefix } = input
    const { items, output } = await pageByName(input, (request) =>
      scope.store.list('serverCertificate', scope.accountId, { ...request, pathPrefix }),
    )
    const views = items.map((item) => metadataView(scope, item))
    return { ServerCertificateMetadataList: views, ...output }
  },
})

/**
 * iam:UpdateServerCertificate: renames or moves; the new ARN needs the permission as well.
 * Errors: EntityAlreadyExists, NoSuchEntity.
 */
export const UpdateServerCertificate = writeOperation('iam', 'UpdateServerCertificate', {
  resolve: named.resolve,
  authorize: ({ ServerCertificateName, NewPath, NewServerCertificateName }, scope, found) =>
    renameChecks(
      scope,
      'server-certificate',
      found,
      ServerCertificateName,
      NewPath,
      NewServerCertificateName,
    ),

  async handle({ ServerCertificateName, NewPath, NewServerCertificateName }, { store }, found) {
    const certificate = existing(found, 'serverCertificate', ServerCertificateName)
    const name = NewServerCertificateName ?? certificate.name
    const renamed = { ...certificate, name, path: NewPath ?? certificate.path }
    if (!(await store.update(renamed))) throw nameTaken(name)
  },
})

/** iam:DeleteServerCertificate: its private key goes with it. Errors: NoSuchEntity. */
export const DeleteServerCertificate = writeOperation('iam', 'DeleteServerCertificate', {
  ...named,
  async handle({ ServerCertificateName }, { store }, found) {
    const { id } = existing(found, 'serverCertificate', ServerCertificateName)
    await store.remove('serverCertificate', id)
  },
})

const tagged: TagTarget<Named, ServerCertificate> = {
  keyCase: 'kept',
  find: named.resolve,
  check: ({ ServerCertificateName }, scope, found, keys) =>
    entityCheck(scope, 'server-certificate', found, ServerCertificateName, keys),
  changeable: ({ ServerCertificateName }, _scope, found) =>
    existing(found, 'serverCertificate', ServerCertificateName),
  tags: ({ ServerCertificateName }, _scope, found) =>
    existing(found, 'serverCertificate', ServerCertificateName).tags,
}

/** iam:TagServerCertificate. */
export const TagServerCertificate = writeOperation('iam', 'TagServerCertificate', tagEntity(tagged))
/** iam:UntagServerCertificate. */
export const UntagServerCertificate = writeOperation(
  'iam',
  'UntagServerCertificate',
  untagEntity(tagged),
)
/** iam:ListServerCertificateTags. */
export const ListServerCertificateTags = readOperation(
  'iam',
  'ListServerCertificateTags',
  listEntityTags(tagged),
)

/** All of this file. */
export const serverCertificateOperations = [
  DeleteServerCertificate,
  GetServerCertificate,
  ListServerCertificateTags,
  ListServerCertificates,
  TagServerCertificate,
  UntagServerCertificate,
  UpdateServerCertificate,
  UploadServerCertificate,
]
