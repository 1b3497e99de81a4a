import type { IssuedCredentials, SessionClaims } from '../../credentials/port.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'

/** Source: STS API Reference, MinimumSessionTokenSize. */
const minimumSessionTokenSizeMax = 4096

/** How large a token has become. Source: STS API Reference, SessionTokenSize and its kin. */
export interface TokenSize {
  /** Bytes. */
  readonly SessionTokenSize: number
  /** Percent of the largest token that would be accepted. */
  readonly SessionTokenUtilization: number
}

/**
 * Issues a session, its token filled up to the size asked for: with it one tries whether one's own
 * systems take large tokens.
 *
 * Of what goes beyond AWS's 4,096 bytes the utilization is told against our own, larger limit.
 * Errors: ValidationError, in words of our own.
 */
export function issueSession(
  { sessions }: Pick<Scope, 'sessions'>,
  claims: SessionClaims,
  minimumTokenSize = 0,
): { readonly Credentials: IssuedCredentials } & TokenSize {
  if (minimumTokenSize < 0 || minimumTokenSize > minimumSessionTokenSizeMax) {
    const range = `between 0 and ${minimumSessionTokenSizeMax}`
    throw new ApiError('ValidationError', `The MinimumSessionTokenSize must be ${range}.`)
  }
  const Credentials = sessions.issue(claims, minimumTokenSize)
  const SessionTokenSize = Credentials.SessionToken.length
  const SessionTokenUtilization = Math.ceil((SessionTokenSize * 100) / sessions.tokenBytesMax)
  return { Credentials, SessionTokenSize, SessionTokenUtilization }
}
