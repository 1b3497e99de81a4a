import type {
  BailiwickErrorCode,
  IamErrorCode,
  OrganizationsErrorCode,
  StsErrorCode,
} from '@bailiwick/wire'

/** EC2's model lists no errors. Source: EC2 API Reference, "Error codes for the Amazon EC2 API". */
export type Ec2ErrorCode =
  | 'DryRunOperation'
  | 'IdempotentParameterMismatch'
  | 'IncorrectInstanceState'
  | 'IncorrectState'
  | 'InstanceLimitExceeded'
  | 'InvalidAMIID.Malformed'
  | 'InvalidAssociationID.NotFound'
  | 'InvalidID'
  | 'InvalidInstanceID.Malformed'
  | 'InvalidInstanceID.NotFound'
  | 'InvalidNextToken'
  | 'InvalidParameterCombination'
  | 'MissingParameter'
  | 'TagLimitExceeded'

/** Every code a service of ours may answer with: from the models' error traits, and the common ones. */
export type ApiErrorCode =
  | IamErrorCode
  | StsErrorCode
  | OrganizationsErrorCode
  | 'AccessDenied'
  | 'ValidationError'
  | 'InvalidParameterValue'
  | 'InvalidClientTokenId'
  | 'ServiceUnavailable'
  | Ec2ErrorCode
  | BailiwickErrorCode

/**
 * A refusal the caller is meant to see. `message` goes over the wire as it is, in AWS's words.
 *
 * Thrown by operations, caught once, in the pipeline. Carries no HTTP status and no XML: the wire
 * takes both from the model, so one error serves awsQuery and awsJson alike.
 *
 * Whatever else is thrown is a bug: the caller gets the service's own 500 and a request id, the
 * log gets the stack, and the gate refuses the request it was deciding.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode

  /** @param cause What was found inside. Logged under the request id, never sent. */
  constructor(code: ApiErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
