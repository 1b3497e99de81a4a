/**
 * What a token or an assertion is refused with. Source: STS API Reference, errors of
 * AssumeRoleWithWebIdentity and AssumeRoleWithSAML; wordings as users report them.
 */
import { Refusal } from '@bailiwick/gateway'

export function invalidIdentityToken(message: string): Refusal {
  return new Refusal('InvalidIdentityToken', message)
}

/** AWS's second number stands where it does, without a space. */
export function expiredToken(now: Date, expiresAtSeconds: number): Refusal {
  const nowSeconds = Math.floor(now.getTime() / 1000)
  const message = `Token expired: current date/time ${nowSeconds} must be before the expiration date/time${expiresAtSeconds}`
  return new Refusal('ExpiredTokenException', message)
}
