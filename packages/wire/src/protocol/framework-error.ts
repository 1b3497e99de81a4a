import type { WireError } from './protocol.ts'

interface FrameworkError {
  readonly status: number
  readonly json: string
  readonly ec2?: Spelling
  readonly s3?: Spelling
}

interface Spelling {
  readonly code: string
  readonly status: number
}

/**
 * Errors that no model lists, since the framework in front of a service answers them: code and
 * status in awsQuery, code in awsJson (whose status is 400, or 500 and above where ours is), and what
 * EC2 and S3 say instead.
 *
 * Source: IAM API Reference, "Common Errors"; EC2 API Reference, "Error codes"; S3 API Reference,
 * "Error responses"; public recordings of Query and JSON services. Chosen by
 * us: NotImplemented, which AWS never answers, and the JSON spellings of the request's own faults.
 */
const frameworkErrors = {
  AccessDenied: {
    status: 403,
    json: 'AccessDeniedException',
    ec2: { code: 'UnauthorizedOperation', status: 403 },
  },
  ExpiredToken: {
    status: 403,
    json: 'ExpiredTokenException',
    ec2: { code: 'RequestExpired', status: 400 },
    s3: { code: 'ExpiredToken', status: 400 },
  },
  IncompleteSignature: {
    status: 400,
    json: 'IncompleteSignatureException',
    s3: { code: 'AuthorizationHeaderMalformed', status: 400 },
  },
  InternalFailure: {
    status: 500,
    json: 'InternalFailure',
    ec2: { code: 'InternalError', status: 500 },
    s3: { code: 'InternalError', status: 500 },
  },
  InvalidAction: {
    status: 400,
    json: 'UnknownOperationException',
    s3: { code: 'MethodNotAllowed', status: 405 },
  },
  InvalidClientTokenId: {
    status: 403,
    json: 'UnrecognizedClientException',
    ec2: { code: 'AuthFailure', status: 401 },
    s3: { code: 'InvalidAccessKeyId', status: 403 },
  },
  InvalidParameterValue: { status: 400, json: 'InvalidParameterValueException' },
  MalformedHttpRequest: {
    status: 400,
    json: 'MalformedHttpRequestException',
    s3: { code: 'InvalidRequest', status: 400 },
  },
  MalformedInput: {
    status: 400,
    json: 'SerializationException',
    s3: { code: 'MalformedXML', status: 400 },
  },
  MissingAuthenticationToken: {
    status: 403,
    json: 'MissingAuthenticationTokenException',
    s3: { code: 'AccessDenied', status: 403 },
  },
  NotImplemented: { status: 501, json: 'NotImplementedException' },
  OptInRequired: { status: 403, json: 'OptInRequired' },
  RequestEntityTooLarge: {
    status: 413,
    json: 'RequestEntityTooLargeException',
    s3: { code: 'MaxMessageLengthExceeded', status: 400 },
  },
  RequestTimeout: { status: 408, json: 'RequestTimeoutException' },
  ServiceUnavailable: {
    status: 503,
    json: 'ServiceUnavailableException',
    ec2: { code: 'Unavailable', status: 503 },
    s3: { code: 'ServiceUnavailable', status: 503 },
  },
  SignatureDoesNotMatch: {
    status: 403,
    json: 'InvalidSignatureException',
    ec2: { code: 'AuthFailure', status: 401 },
  },
  Throttling: { status: 400, json: 'ThrottlingException', s3: { code: 'SlowDown', status: 503 } },
  ValidationError: {
    status: 400,
    json: 'ValidationException',
    s3: { code: 'InvalidRequest', status: 400 },
  },
} as const satisfies Readonly<Record<string, FrameworkError>>

/** In the Query spelling; `writeError` of each protocol turns it into its own. */
export type FrameworkErrorCode = keyof typeof frameworkErrors

/** How the protocols spell an error of the framework; undefined for any other code. */
export function frameworkError(code: string): FrameworkError | undefined {
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
