import type { Check } from '../operation.ts'
import { checksByFacts } from './by-facts.ts'
import { type ForwardedCall, Unresolvable } from './forwarded-call.ts'

/**
 * What Cognito's own users call, by a token of theirs or by a client's id, without a signature: no
 * policy speaks of it, so that no signed call of it is let through. Source: Cognito Developer Guide,
 * "List of API operations grouped by authorization model"; botocore, the operations without
 * authentication.
 */
const unsigned: ReadonlySet<string> = new Set([
  'AssociateSoftwareToken',
  'ChangePassword',
  'CompleteWebAuthnRegistration',
  'ConfirmDevice',
  'ConfirmForgotPassword',
  'ConfirmSignUp',
  'DeleteUser',
  'DeleteUserAttributes',
  'DeleteWebAuthnCredential',
  'ForgetDevice',
  'ForgotPassword',
  'GetDevice',
  'GetTokensFromRefreshToken',
  'GetUser',
  'GetUserAttributeVerificationCode',
  'GetUserAuthFactors',
  'GlobalSignOut',
  'InitiateAuth',
  'ListDevices',
  'ListWebAuthnCredentials',
  'ResendConfirmationCode',
  'RespondToAuthChallenge',
  'RevokeToken',
  'SetUserMFAPreference',
  'SetUserSettings',
  'SignUp',
  'StartWebAuthnRegistration',
  'UpdateAuthEventFeedback',
  'UpdateDeviceStatus',
  'UpdateUserAttributes',
  'VerifySoftwareToken',
  'VerifyUserAttribute',
])

/** Cognito's user pools. */
export function resolveCognito(call: ForwardedCall): readonly Check[] {
  const { name } = call.operation
  if (unsigned.has(name)) throw new Unresolvable(`${name} is called without a signature`)
  return checksByFacts(call, `cognito-idp:${name}`)
}
