import { ApiError } from '../api-error.ts'

/**
 * Refuses a multi-factor code: no device is registered with anyone yet, so every serial number is
 * an unknown one. Errors: AccessDenied, as recorded from AWS.
 * Source: STS API Reference, AssumeRole and GetSessionToken, SerialNumber and TokenCode.
 */
export function assertNoMultiFactorCode(input: {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}): void {
  const { SerialNumber, TokenCode } = input
  if (SerialNumber === undefined && TokenCode === undefined) return
  if (SerialNumber === undefined || TokenCode === undefined) {
    throw failed(', must provide both MFA serial number and one time pass code.')
  }
  throw failed(
    ', unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  )
}

function failed(reason: string): ApiError {
  return new ApiError('AccessDenied', `MultiFactorAuthentication failed${reason}`)
}
