import type { HttpRequest, SignedRequest, WireError } from '@bailiwick/wire'

/**
 * What S3 asks of a signature beyond the other services: it covers each `x-amz-` header, which may
 * change what is done, and says what the body is. Undefined where nothing is wrong.
 * Source: wire.md, "Header rules", recorded from S3; S3 API Reference, "Common request headers".
 */
export function s3FormError(request: HttpRequest, signed: SignedRequest): WireError | undefined {
  const names = [...request.headers.keys()].filter((name) => name.startsWith('x-amz-'))
  const left = names.filter((name) => !signed.signedHeaders.includes(name))
  if (left.length > 0) {
    const message = 'There were headers present in the request which were not signed'
    return { code: 'AccessDenied', message, members: { HeadersNotSigned: left.join(', ') } }
  }
  if (signed.form === 'query' || request.headers.has('x-amz-content-sha256')) return undefined
  const message = 'Missing required header for this request: x-amz-content-sha256'
  return { code: 'InvalidRequest', message }
}

/** S3's words for what the other services say. Source: wire.md, "Authentication errors". */
const messages: Readonly<Record<string, string>> = {
  InvalidClientTokenId: 'The AWS Access Key Id you provided does not exist in our records.',
  ExpiredToken: 'The provided token has expired.',
  MissingAuthenticationToken: 'Access Denied',
}

const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your key and signing method.'

/** An error of authentication as S3 words it. */
export function s3Words(error: WireError): WireError {
  const isMismatch = error.message?.startsWith('The request signature we calculated') === true
  const message = isMismatch ? mismatch : messages[error.code]
  if (message !== undefined) return { ...error, message }
  const isOfScope = error.code === 'SignatureDoesNotMatch'
  return isOfScope ? { ...error, code: 'IncompleteSignature' } : error
}
