import {
  checkClock,
  checkScope,
  parseSignature,
  sha256Hex,
  signatureMatches,
  signatureMismatchError,
} from '@bailiwick/wire'
import type { HttpRequest, WireError } from '@bailiwick/wire'
import type { Caller } from '../caller.ts'
import type { CredentialPort } from '../ports.ts'
import type { RequestSigner } from './signing-keys.ts'
import { s3FormError, s3Words } from './s3.ts'
import type { SigningKeys } from './signing-keys.ts'

export type Authentication =
  | {
      readonly ok: true
      readonly caller: Caller
      readonly region: string
      /** Absent where nobody signed. */
      readonly signer?: RequestSigner
    }
  | { readonly ok: false; readonly error: WireError }

/** What authentication needs besides the request. */
export interface AuthenticationScope {
  /** The service that the signature has to be for. */
  readonly signingName: string
  readonly now: Date
  /** Whether the operation does without a signature (web identity, SAML). */
  readonly mayBeAnonymous: boolean
}

/** Nobody: no account, no policies. */
export const anonymousCaller: Caller = {
  principal: { kind: 'anonymous' },
  arn: 'anonymous',
  userId: 'anonymous',
  contextKeys: new Map([
    ['aws:principaltype', 'Anonymous'],
    ['aws:principalaccount', 'anonymous'],
    ['aws:userid', 'anonymous'],
  ]),
  policies: { identity: [] },
  inManagementAccount: false,
}

/** A request without a signature, as far as its operation does without one. */
export const unsigned = { ok: true, caller: anonymousCaller, region: 'us-east-1' } as const

export const lookupErrors = {
  invalid: {
    code: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
  },
  // Recorded: Query and JSON services do not tell a malformed token from a foreign one.
  malformedToken: {
    code: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
  },
  expiredToken: {
    code: 'ExpiredToken',
    message: 'The security token included in the request is expired',
  },
} as const satisfies Record<string, WireError>

/**
 * Who signed a request. In the order recorded from AWS: the signature's form, its scope and clock,
 * the key and token with whoever stands behind them, and the signature itself last.
 */
export async function authenticate(
  request: HttpRequest,
  scope: AuthenticationScope,
  credentials: CredentialPort,
  signingKeys: SigningKeys,
): Promise<Authentication> {
  const found = await whoSigned(request, scope, credentials, signingKeys)
  if (found.ok || scope.signingName !== 's3') return found
  return { ok: false, error: s3Words(found.error) }
}

async function whoSigned(
  request: HttpRequest,
  { signingName, now, mayBeAnonymous }: AuthenticationScope,
  credentials: CredentialPort,
  signingKeys: SigningKeys,
): Promise<Authentication> {
  const parsed = parseSignature(request)
  if (!parsed.ok) {
    if (mayBeAnonymous && parsed.error.code === 'MissingAuthenticationToken') {
      return unsigned
    }
    return parsed
  }
  const { signed } = parsed
  const error =
    checkScope(signed, signingName) ??
    (signingName === 's3' ? s3FormError(request, signed) : undefined) ??
    checkClock(signed, now)
  if (error !== undefined) return { ok: false, error }
  const found = await credentials.lookup(signed.accessKeyId, signed.securityToken, now)
  if (!found.ok) return { ok: false, error: lookupErrors[found.problem] }
  const signingKey = signingKeys.keyFor(found.secretAccessKey, signed)
  if (!signatureMatches(request, signed, signingKey, sha256Hex(request.body))) {
    return { ok: false, error: signatureMismatchError() }
  }
  const { region } = signed.scope
  return { ok: true, caller: found.caller, region, signer: { signed, signingKey } }
}
