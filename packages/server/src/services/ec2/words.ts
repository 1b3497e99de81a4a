/**
 * EC2's own words for what every one of its operations may answer.
 * Source: EC2 API Reference, "Error codes for the Amazon EC2 API"; EC2 User Guide, "Decode
 * authorization failure messages".
 */
import type { Check, RefusedCheck } from '@bailiwick/gateway'
import { ApiError } from '../api-error.ts'
import { encodedAuthorizationMessage } from '../authorization-message.ts'
import type { Scope } from '../operation.ts'

/** The refusal of a call, with what `sts:DecodeAuthorizationMessage` reads out of it. */
export function refusal(
  _input: unknown,
  scope: Scope,
  check: Check,
  refused: RefusedCheck,
): string {
  const { caller } = scope
  const { action, decision } = refused
  const reason =
    decision.decision === 'explicitDeny'
      ? 'with an explicit deny'
      : `because no identity-based policy allows the ${action} action`
  const encoded = encodedAuthorizationMessage(scope, check, refused)
  return (
    'You are not authorized to perform this operation. ' +
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ` +
    `${check.resourceArn} ${reason}. Encoded authorization failure message: ${encoded}`
  )
}

/** A call that only asks whether it would be allowed ends here. Errors: DryRunOperation. */
export function endDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (!DryRun) return
  const message = 'Request would have succeeded, but DryRun flag is set.'
  throw new ApiError('DryRunOperation', message)
}

export function invalidParameter(value: string, parameter: string, why: string): ApiError {
  const message = `Value (${value}) for parameter ${parameter} is invalid. ${why}`
  return new ApiError('InvalidParameterValue', message)
}

export function missingParameter(parameter: string): ApiError {
  const message = `The request must contain the parameter ${parameter}`
  return new ApiError('MissingParameter', message)
}
