import type { HttpRequest } from '../http.ts'
import type { WireError } from '../protocol/protocol.ts'
import { canonicalRequest, pathStyleOf } from './canonical.ts'
import {
  basicTimestamp,
  isSameSignature,
  scopeTerminator,
  signatureOf,
  stringToSign,
} from './key.ts'
import type { CredentialScope, SignedRequest } from './parse.ts'

/** Seconds a signed header may lie before or after the server's time. */
export const clockSkewSecondsMax = 300
/** The same for S3, and how early any presigned request may come; how long one is valid by default. */
export const presignedSkewSecondsMax = 900

/**
 * Whether the scope of a signature is for this service; any region is good that looks like one.
 * Undefined where nothing is wrong. Source: recorded from STS: all that is wrong, in one message.
 */
export function checkScope(signed: SignedRequest, expectedService: string): WireError | undefined {
  const { scope, timestamp } = signed
  let message = ''
  if (!/^[a-z0-9-]{1,64}$/.test(scope.region)) {
    message += 'Credential should be scoped to a valid region. '
  }
  if (scope.service !== expectedService) {
    message += `Credential should be scoped to correct service: '${expectedService}'. `
  }
  if (scope.terminator !== scopeTerminator) {
    message += `Credential should be scoped with a valid terminator: '${scopeTerminator}', not '${scope.terminator}'. `
  }
  const day = timestamp.slice(0, 8)
  if (scope.date !== day) {
    message += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${day}', from '${timestamp}'.`
  }
  return message === '' ? undefined : { code: 'SignatureDoesNotMatch', message }
}

/**
 * Whether a signature is of now. Undefined where nothing is wrong.
 *
 * A signed header is good for five minutes either way (S3: fifteen); a presigned request from fifteen
 * minutes before its date until its Expires is over, fifteen minutes where it names none.
 */
export function checkClock(signed: SignedRequest, now: Date): WireError | undefined {
  const early = (signed.date.getTime() - now.getTime()) / 1000
  const presigned = signed.form === 'query'
  const isS3 = pathStyleOf(signed.scope.service) === 's3'
  const usual = presigned || isS3 ? presignedSkewSecondsMax : clockSkewSecondsMax
  const lateMax = presigned ? (signed.expiresSeconds ?? usual) : usual
  if (early <= usual && -early <= lateMax) return undefined
  if (isS3 && presigned && early <= usual) {
    return { code: 'AccessDenied', message: 'Request has expired' }
  }
  if (isS3) {
    const message = 'The difference between the request time and the current time is too large.'
    return { code: 'RequestTimeTooSkewed', message }
  }
  const at = basicTimestamp(now)
  const shifted = (seconds: number) => basicTimestamp(new Date(now.getTime() + seconds * 1000))
  const message =
    early > 0
      ? `Signature not yet current: ${signed.timestamp} is still later than ${shifted(usual)} (${at} + ${span(usual)})`
      : `Signature expired: ${signed.timestamp} is now earlier than ${shifted(-lateMax)} (${at} - ${span(lateMax)})`
  return { code: 'SignatureDoesNotMatch', message }
}

function span(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min.` : `${seconds} sec.`
}

/** What a signature was made over, for whoever has to find out why it differs. */
export interface SignedStrings {
  readonly canonicalRequest: string
  readonly stringToSign: string
}

/**
 * What the signature of this request must have been made over.
 *
 * @param bodySha256 Hex, of the body that was received; see `sha256Hex`.
 */
export function signedStrings(
  request: HttpRequest,
  signed: SignedRequest,
  bodySha256: string,
): SignedStrings {
  const canonical = canonicalRequest({
    method: request.method,
    target: request.target,
    rawHeaders: request.rawHeaders,
    signedHeaders: signed.signedHeaders,
    payloadHash: payloadHashOf(request, signed, bodySha256),
    pathStyle: pathStyleOf(signed.scope.service),
    ...(signed.form === 'query' && { withoutParameters: signatureParameter }),
  })
  const text = stringToSign(signed.timestamp, scopeText(signed.scope), canonical)
  return { canonicalRequest: canonical, stringToSign: text }
}

const signatureParameter = ['X-Amz-Signature']

/** `20261123/us-east-1/iam/aws4_request` */
export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/${scope.terminator}`
}

/**
 * Whether the signature is the one this key makes. Compares in constant time. `checkScope` has made
 * sure that the key is of the scope.
 *
 * @param signingKey Of the scope's date, region and service; see `deriveSigningKey`.
 */
export function signatureMatches(
  request: HttpRequest,
  signed: SignedRequest,
  signingKey: Uint8Array,
  bodySha256: string,
): boolean {
  const expected = signatureOf(signedStrings(request, signed, bodySha256).stringToSign, signingKey)
  return isSameSignature(expected, signed.signature)
}

/** The refusal of a signature that does not match; the same for every reason. */
export function signatureMismatchError(): WireError {
  const message =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
  return { code: 'SignatureDoesNotMatch', message }
}

/**
 * The last line of the canonical request. S3 alone takes the client's word, to be held against the
 * body as it streams; everywhere else the body that came is what must have been signed, so that
 * `UNSIGNED-PAYLOAD` gets nobody past it.
 */
function payloadHashOf(request: HttpRequest, signed: SignedRequest, bodySha256: string): string {
  if (pathStyleOf(signed.scope.service) !== 's3') return bodySha256
  const declared = request.headers.get('x-amz-content-sha256')
  return declared ?? (signed.form === 'query' ? 'UNSIGNED-PAYLOAD' : bodySha256)
}
