import type { WireError } from './protocol.ts'

/**
 * Errors that no model lists, since the framework in front of a service answers them: code and
 * status in awsQuery, code in awsJson (whose status is 400, or 500 and above where ours is).
 *
 * Source: IAM API Reference, "Common Errors"; public recordings of Query and JSON services. Chosen by
 * us: NotImplemented, which AWS never answers, and the JSON spellings of the request's own faults.
 */
const frameworkErrors = {
  AccessDenied: { status: 403, json: 'AccessDeniedException' },
  ExpiredToken: { status: 403, json: 'ExpiredTokenException' },
  IncompleteSignature: { status: 400, json: 'IncompleteSignatureException' },
  InternalFailure: { status: 500, json: 'InternalFailure' },
  InvalidAction: { status: 400, json: 'UnknownOperationException' },
  InvalidClientTokenId: { status: 403, json: 'UnrecognizedClientException' },
  InvalidParameterValue: { status: 400, json: 'InvalidParameterValueException' },
  MalformedHttpRequest: { status: 400, json: 'MalformedHttpRequestException' },
  MalformedInput: { status: 400, json: 'SerializationException' },
  MissingAuthenticationToken: { status: 403, json: 'MissingAuthenticationTokenException' },
  NotImplemented: { status: 501, json: 'NotImplementedException' },
  OptInRequired: { status: 403, json: 'OptInRequired' },
  RequestEntityTooLarge: { status: 413, json: 'RequestEntityTooLargeException' },
  RequestTimeout: { status: 408, json: 'RequestTimeoutException' },
  ServiceUnavailable: { status: 503, json: 'ServiceUnavailableException' },
  SignatureDoesNotMatch: { status: 403, json: 'InvalidSignatureException' },
  Throttling: { status: 400, json: 'ThrottlingException' },
  ValidationError: { status: 400, json: 'ValidationException' },
} as const

/** In the Query spelling; `writeError` of each protocol turns it into its own. */
export type FrameworkErrorCode = keyof typeof frameworkErrors

/** How the protocols spell an error of the framework; undefined for any other code. */
export function frameworkError(
  code: string,
): { readonly status: number; readonly json: string } | undefined {
  return Object.hasOwn(frameworkErrors, code)
    ? frameworkErrors[code as FrameworkErrorCode]
    : undefined
}

/** The model has the operation, this server has not. */
export function notImplementedError(operation: string): WireError {
  return { code: 'NotImplemented', message: `The operation ${operation} is not implemented.` }
}

/**
 * No such operation, or none named.
 * Source: recorded from STS; a Query request without `Version` reads `NO_VERSION_SPECIFIED`.
 */
export function unknownOperationError(
  operation: string | undefined,
  version: string | undefined,
): WireError {
  const named = `${operation ?? ''} for version ${version ?? 'NO_VERSION_SPECIFIED'}`
  return { code: 'InvalidAction', message: `Could not find operation ${named}` }
}
