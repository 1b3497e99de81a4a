import { createHmac, timingSafeEqual } from 'node:crypto'
import { checkScope, expiresSecondsMax, presignedSkewSecondsMax } from '@bailiwick/wire'
import type { SignedRequest, WireError } from '@bailiwick/wire'
import { anonymousCaller, lookupErrors } from '../authenticate/authenticate.ts'
import { s3Words } from '../authenticate/s3.ts'
import type { SigningKeys } from '../authenticate/signing-keys.ts'
import type { Caller } from '../caller.ts'
import type { CredentialPort } from '../ports.ts'
import { Refusal } from '../refusal.ts'

/** Who signed the policy of a form, and when. */
export interface FormSigner {
  readonly caller: Caller
  readonly region: string
  /** Absent where nobody did. */
  readonly signedAt?: Date
}

const signatureFields = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature']

/**
 * Who signed the policy of a form; a form without one is anybody's. Chosen by us: a signature is good
 * for the seven days that S3 gives its keys, however late the policy expires.
 * Source: S3 API Reference, "Authenticating requests in browser-based uploads using POST".
 *
 * @throws Refusal in S3's words.
 */
export async function authenticateForm(
  fields: ReadonlyMap<string, string>,
  now: Date,
  credentials: CredentialPort,
  signingKeys: SigningKeys,
): Promise<FormSigner> {
  const policy = fields.get('policy')
  if (fields.has('awsaccesskeyid')) {
    const message =
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'
    throw new Refusal('InvalidRequest', message, 400)
  }
  if (policy === undefined && !signatureFields.some((name) => fields.has(name))) {
    return { caller: anonymousCaller, region: 'us-east-1' }
  }
  const signed = signedOf(fields)
  const error = checkScope(signed, 's3')
  if (error !== undefined) throw refusalOf(error)
  const age = (now.getTime() - signed.date.getTime()) / 1000
  if (age > expiresSecondsMax || -age > presignedSkewSecondsMax) {
    throw new Refusal('AccessDenied', 'Invalid according to Policy: Policy expired.')
  }
  const found = await credentials.lookup(signed.accessKeyId, signed.securityToken, now)
  if (!found.ok) throw refusalOf(lookupErrors[found.problem])
  const key = signingKeys.keyFor(found.secretAccessKey, signed)
  const expected = createHmac('sha256', key).update(required(fields, 'policy')).digest()
  const given = Buffer.from(signed.signature, 'hex')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw refusalOf({
      code: 'SignatureDoesNotMatch',
      message: 'The request signature we calculated does not match the signature you provided.',
    })
  }
  return { caller: found.caller, region: signed.scope.region, signedAt: signed.date }
}

function refusalOf(error: WireError): Refusal {
  const { code, message } = s3Words(error)
  return new Refusal(code, message ?? '')
}

function required(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name)
  if (value !== undefined && value !== '') return value
  const message = `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`
  throw new Refusal('InvalidArgument', message, 400)
}

function signedOf(fields: ReadonlyMap<string, string>): SignedRequest {
  required(fields, 'policy')
  if (required(fields, 'x-amz-algorithm') !== 'AWS4-HMAC-SHA256') {
    throw new Refusal('InvalidArgument', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"', 400)
  }
  const parts = required(fields, 'x-amz-credential').split('/')
  const [accessKeyId = '', date = '', region = '', service = '', terminator = ''] = parts
  const timestamp = required(fields, 'x-amz-date')
  const [, y, m, d, h, min, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp) ?? []
  const at = new Date(`${y ?? ''}-${m ?? ''}-${d ?? ''}T${h ?? ''}:${min ?? ''}:${s ?? ''}Z`)
  if (parts.length !== 5 || Number.isNaN(at.getTime())) {
    throw new Refusal('InvalidArgument', 'X-Amz-Credential or X-Amz-Date is malformed', 400)
  }
  const securityToken = fields.get('x-amz-security-token')
  return {
    form: 'query',
    accessKeyId,
    scope: { date, region, service, terminator },
    signedHeaders: [],
    signature: required(fields, 'x-amz-signature'),
    timestamp,
    date: at,
    ...(securityToken !== undefined && { securityToken }),
  }
}
