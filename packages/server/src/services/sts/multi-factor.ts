import { checkMfaCode, consumeMfaCode } from '../../credentials/mfa-code.ts'
import type { MfaCodeCheck } from '../../credentials/mfa-code.ts'
import { ApiError } from '../api-error.ts'
import { transactionOf } from '../operation.ts'
import type { Scope } from '../operation.ts'

/** Source: STS API Reference, AssumeRole and GetSessionToken. */
export interface CodeInput {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}

/** A code that is right, and not used up yet. */
export type VerifiedCode = Extract<MfaCodeCheck, { ok: true }>

/** Only a call with a code writes anything: that the code is used. */
export function hasCode({ SerialNumber, TokenCode }: CodeInput): boolean {
  return SerialNumber !== undefined || TokenCode !== undefined
}

const failures = {
  unknownDevice:
    ', unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  invalidCode: ' with invalid MFA one time pass code. ',
  // Chosen by us: AWS's lock is not documented.
  locked: ', too many codes have failed. Please try again later.',
} as const

/**
 * The code of a call, checked against the caller's own device; undefined where it has none. A code
 * that fails is counted, one that is right is used up only by `useCode`.
 * Errors: AccessDenied, recorded from AWS but for the lock.
 */
export async function verifiedCode(
  scope: Scope,
  input: CodeInput,
): Promise<VerifiedCode | undefined> {
  const { SerialNumber, TokenCode } = input
  if (!hasCode(input)) return undefined
  if (SerialNumber === undefined || TokenCode === undefined) {
    throw failed(', must provide both MFA serial number and one time pass code.')
  }
  const { principal } = scope.caller
  // Roles and federated users have no device.
  const ownerId =
    principal.kind === 'user'
      ? principal.userId
      : principal.kind === 'root'
        ? principal.accountId
        : ''
  const check = await checkMfaCode(scope, ownerId, SerialNumber, TokenCode)
  if (!check.ok) throw failed(failures[check.problem])
  return check
}

/** Last of all, in the transaction of a call that is allowed and in order: the code is used up. */
export async function useCode(scope: Scope, code: VerifiedCode | undefined): Promise<void> {
  if (code) await consumeMfaCode(transactionOf(scope), code)
}

function failed(reason: string): ApiError {
  return new ApiError('AccessDenied', `MultiFactorAuthentication failed${reason}`)
}
