import { isApiKeyService } from '../domain/service-credential.ts'
import type { RandomBytes } from './seal.ts'

/** Whose secret it is. */
interface Credential {
  readonly serviceName: string
  readonly serviceUserName: string
}

/**
 * A password of 44 characters of base64; for an API key `ABSK` and the base64 of alias and secret,
 * so that a service knows whose key it is.
 *
 * @param randomBytes A CSPRNG.
 */
export function newServiceSecret(
  { serviceName, serviceUserName: name }: Credential,
  randomBytes: RandomBytes,
): string {
  const secret = Buffer.from(randomBytes(32)).toString('base64')
  if (!isApiKeyService(serviceName)) return secret
  return `ABSK${Buffer.from(`${name}:${secret}`).toString('base64')}`
}
