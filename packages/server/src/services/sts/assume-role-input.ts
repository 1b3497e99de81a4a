import type { Caller } from '@bailiwick/gateway'
import type { StsOperations } from '@bailiwick/wire'
import { parseArn } from '../../domain/arn.ts'
import { ApiError } from '../api-error.ts'

export type AssumeRoleInput = StsOperations['AssumeRole']['input']

/** Errors: ValidationError for what cannot be a role's ARN, as recorded from AWS. */
export function assertRoleArn(text: string): void {
  const arn = parseArn(text)
  const isWellFormed =
    arn?.service === 'iam' && /^(\d{12})$/.test(arn.accountId) && /^role\/./.test(arn.resource)
  if (!isWellFormed) throw new ApiError('ValidationError', `${text} is invalid`)
}

/**
 * The source identity of the new session: as asked for, or the one of the caller's session, which
 * cannot be changed. Errors: ValidationError; recorded, except the words for `aws:`.
 */
export function checkedSourceIdentity(
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
