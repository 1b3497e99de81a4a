import type { ServiceSpecificCredential } from '../../domain/entity.ts'
import { isApiKeyService } from '../../domain/service-credential.ts'
import type { Scope } from '../operation.ts'

export function isApiKeyOf({ serviceName }: Pick<ServiceSpecificCredential, 'serviceName'>) {
  return isApiKeyService(serviceName)
}

/** As lists show it: without the secret. One whose time is over is `Expired`, whatever it was. */
export function credentialView(
  { now }: Pick<Scope, 'now'>,
  credential: ServiceSpecificCredential,
  userName: string,
) {
  const { serviceName, expiresAt } = credential
  const name = credential.serviceUserName
  const isExpired = expiresAt !== undefined && expiresAt <= now
  return {
    UserName: userName,
    ServiceSpecificCredentialId: credential.id,
    ServiceName: serviceName,
    Status: isExpired ? ('Expired' as const) : credential.status,
    CreateDate: credential.createdAt,
    ...(expiresAt && { ExpirationDate: expiresAt }),
    ...(isApiKeyOf(credential) ? { ServiceCredentialAlias: name } : { ServiceUserName: name }),
  }
}

/** More than the quota of all services allows, raised or not: the list is held whole. */
const credentialsPerUserMax = 1000

/** A user's credentials, of one service or of all, by id. */
export async function credentialsOf(
  { store, accountId }: Scope,
  userId: string,
  serviceName?: string,
): Promise<readonly ServiceSpecificCredential[]> {
  const request = { parentId: userId, limit: credentialsPerUserMax }
  const all = await store.list('serviceSpecificCredential', accountId, request)
  return all.filter((item) => serviceName === undefined || item.serviceName === serviceName)
}
