/** What all credentials that hang on a user have in common. */
import type { Entity, EntityOf } from '../../domain/entity.ts'
import type { QuotaName } from '../../domain/quota.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { existing } from './no-such-entity.ts'
import { assertWithinQuota } from './quota.ts'
import type { CredentialOwner } from './self.ts'

/** Credentials by id, of which an owner may have so many. */
const quotas = {
  accessKey: 'AccessKeysPerUser',
  sshPublicKey: 'SSHPublicKeysPerUser',
  signingCertificate: 'CertificatesPerUser',
} as const satisfies Record<string, QuotaName>

type Counted = keyof typeof quotas
type CredentialKind = Counted | 'serviceSpecificCredential'

/** Errors: NoSuchEntity where the credential is not there, or not the owner's. */
export async function ownCredential<K extends CredentialKind>(
  { store, accountId }: Scope,
  kind: K,
  owner: CredentialOwner,
  id: string,
): Promise<EntityOf<K>> {
  const credential = await store.find(kind, accountId, id, owner.id)
  // Names are found ignoring case; ids are compared exactly.
  const isSame = (credential as Entity | undefined)?.id === id
  return existing(isSame ? credential : undefined, kind, id)
}

/** Those the owner has. Errors: LimitExceeded where there is no room for one more. */
export async function assertRoomFor<K extends Counted>(
  scope: Scope,
  kind: K,
  { id: parentId }: CredentialOwner,
): Promise<readonly EntityOf<K>[]> {
  const quota = quotas[kind]
  const limit = scope.quota(quota) + 1
  const found = await scope.store.list(kind, scope.accountId, { parentId, limit })
  assertWithinQuota(scope, quota, found.length + 1)
  return found
}

/**
 * Errors: InvalidInput for `Expired`, which is in the model's enum, and AWS's to set: the one listed
 * error that is left for it. The words are chosen by us.
 */
export function settableStatus(status: 'Active' | 'Inactive' | 'Expired'): 'Active' | 'Inactive' {
  if (status !== 'Expired') return status
  throw new ApiError('InvalidInput', 'The status of a credential cannot be set to Expired.')
}
