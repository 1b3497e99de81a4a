/** What a SAML provider is made of: what its metadata says, and its private keys. */
import { parseSamlMetadata } from '../../credentials/saml-metadata.ts'
import { isSamlPrivateKey } from '../../credentials/saml-private-key.ts'
import type { SamlPrivateKey, SamlProvider } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { PrepareScope, Scope, WriteScope } from '../operation.ts'

/** Source: IAM API Reference, SAMLPrivateKey lists; it cannot be raised. */
const privateKeysMax = 2

/** Without validUntil, ValidUntil is a hundred years ahead, as users see it of AWS. */
const validYearsDefault = 100

type MetadataFields = Pick<SamlProvider, 'entityId' | 'signingCertificates' | 'expiresAt'>

/**
 * The fields of a provider that its metadata gives.
 * Errors: InvalidInput in AWS's words as users report them; the reason after them is ours.
 */
export function metadataFields(document: string, now: Date): MetadataFields {
  const parsed = parseSamlMetadata(document)
  if (!parsed.ok) {
    throw new ApiError('InvalidInput', `Could not parse metadata: ${parsed.problem}.`)
  }
  const { entityId, signingCertificates, validUntil } = parsed.metadata
  return { entityId, signingCertificates, expiresAt: validUntil ?? inYears(now) }
}

function inYears(now: Date): Date {
  const date = new Date(now)
  date.setUTCFullYear(date.getUTCFullYear() + validYearsDefault)
  return date
}

/** A private key that is checked and sealed, ready to be kept. */
export interface NewPrivateKey {
  readonly id: string
  readonly sealed: Uint8Array
}

/** Errors: InvalidInput; that it must be PEM is documented, the words are chosen by us. */
export function newPrivateKey(
  { newId, secrets }: PrepareScope,
  pem: string | undefined,
): NewPrivateKey | undefined {
  if (pem === undefined) return undefined
  if (!isSamlPrivateKey(pem)) {
    throw new ApiError('InvalidInput', 'The private key must be an RSA key in PEM format.')
  }
  const id = newId('SAMLK')
  return { id, sealed: secrets.seal(id, pem) }
}

export function privateKeysOf(
  { store, accountId }: Scope,
  provider: SamlProvider,
): Promise<readonly SamlPrivateKey[]> {
  return store.list('samlPrivateKey', accountId, { parentId: provider.id, limit: privateKeysMax })
}

/** Errors: LimitExceeded for a third; the words are those of quotas, chosen by us. */
export async function addPrivateKey(
  scope: WriteScope,
  provider: SamlProvider,
  { id, sealed }: NewPrivateKey,
): Promise<void> {
  const { store, accountId, now } = scope
  if ((await privateKeysOf(scope, provider)).length >= privateKeysMax) {
    const message = `Cannot exceed quota for SAMLPrivateKeysPerProvider: ${privateKeysMax}`
    throw new ApiError('LimitExceeded', message)
  }
  const names = { id, name: id, path: '/', parentId: provider.id, tags: [] }
  await store.insert({ kind: 'samlPrivateKey', accountId, ...names, createdAt: now }, sealed)
}

/** Errors: NoSuchEntity for a key that is not the provider's; the words are chosen by us. */
export async function removePrivateKey(
  { store }: WriteScope,
  provider: SamlProvider,
  keyId: string,
): Promise<void> {
  const key = await store.get('samlPrivateKey', keyId)
  if (key?.parentId !== provider.id) {
    throw new ApiError('NoSuchEntity', `The private key with id ${keyId} cannot be found.`)
  }
  await store.remove('samlPrivateKey', key.id)
}

const metadataName = 'Metadata'

/** The metadata as it was given. */
export async function metadataDocument({ store }: Scope, provider: SamlProvider): Promise<string> {
  return (await findMetadata(store, provider)).document
}

/** Keeps the metadata as it was given, in the place of what was there. */
export async function putMetadata(
  { store, accountId, newId, now }: WriteScope,
  provider: SamlProvider,
  document: string,
  isNew: boolean,
): Promise<void> {
  if (!isNew) {
    await store.update({ ...(await findMetadata(store, provider)), document })
    return
  }
  const names = { id: newId('SAMLM'), name: metadataName, path: '/', parentId: provider.id }
  const kind = 'samlMetadataDocument'
  await store.insert({ kind, accountId, ...names, createdAt: now, tags: [], document })
}

async function findMetadata(store: Scope['store'], { accountId, id }: SamlProvider) {
  const found = await store.find('samlMetadataDocument', accountId, metadataName, id)
  if (!found) throw new Error(`The SAML provider ${id} has lost its metadata`)
  return found
}

/** Removes what hangs on the provider. */
export async function removeParts(scope: WriteScope, provider: SamlProvider): Promise<void> {
  const { store } = scope
  for (const { id } of await privateKeysOf(scope, provider)) {
    await store.remove('samlPrivateKey', id)
  }
  await store.remove('samlMetadataDocument', (await findMetadata(store, provider)).id)
}
