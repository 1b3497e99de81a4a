import { ApiError } from '../api-error.ts'

/** Source: recorded from UploadSigningCertificate; the body is repeated as it came. */
export function malformedCertificate(body: string): ApiError {
  return new ApiError('MalformedCertificate', `Certificate ${body} is malformed.`)
}
