import { ApiError } from '../api-error.ts'

/** Chosen by us: AWS repeats the body, which may be a private key that was pasted in its place. */
export function malformedCertificate(): ApiError {
  return new ApiError('MalformedCertificate', 'The certificate is malformed.')
}
