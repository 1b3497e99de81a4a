import type { Caller } from '@bailiwick/gateway'
import { ApiError } from '../api-error.ts'

/**
 * The source identity of the new session: as asked for, or the one of the caller's session, which
 * cannot be changed. Errors: ValidationError; recorded, except the words for `aws:`.
 */
export function sourceIdentityOf(
  requested: string | undefined,
  { session }: Caller,
): string | undefined {
  const inherited = session?.sourceIdentity
  if (requested === undefined) return inherited
  if (requested.toLowerCase().startsWith('aws:')) {
    throw new ApiError('ValidationError', 'A source identity cannot begin with aws:.')
  }
  if (inherited !== undefined && inherited !== requested) {
    const message = 'The source identity is already set for this assume role session'
    throw new ApiError('ValidationError', message)
  }
  return requested
}
