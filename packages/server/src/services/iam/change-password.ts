import { ApiError } from '../api-error.ts'
import { writeOperation, type Scope } from '../operation.ts'
import { ownPasswordPolicies } from './account-password-policy.ts'
import { newPassword, passwordStays, passwordTarget, type PasswordTarget } from './new-password.ts'
import { noSuchEntity } from './no-such-entity.ts'
import { targetCheck } from './self.ts'

/** Errors: InvalidUserType; the wording is as users report it. */
function callersPassword(scope: Scope): Promise<PasswordTarget> {
  if (scope.caller.principal.kind !== 'user') {
    throw new ApiError('InvalidUserType', 'Only IAM Users can change their own password')
  }
  return passwordTarget(scope, undefined)
}

/** Errors: NoSuchEntity. */
function profileOf({ profile, target }: PasswordTarget) {
  const name = target.kind === 'user' ? (target.user?.name ?? target.name) : ''
  if (!profile) throw noSuchEntity('loginProfile', name)
  return profile
}

/** Errors: AccessDenied, which for a lock that wrong ones have closed is worded by us. */
async function assertPassword(
  { secrets: { passwords, passwordLocks }, now }: Pick<Scope, 'secrets' | 'now'>,
  profileId: string,
  password: string,
  sealed: Uint8Array | undefined,
): Promise<void> {
  if (passwordLocks.isLocked(profileId, now)) {
    throw new ApiError('AccessDenied', 'Too many wrong passwords: try again in a while.')
  }
  // Counted before it is known: many tries at once must not all be the first.
  passwordLocks.failed(profileId, now)
  if (!(await passwords.matches(profileId, password, sealed))) {
    throw new ApiError('AccessDenied', 'The old password was incorrect.')
  }
  passwordLocks.succeeded(profileId)
}

/**
 * iam:ChangePassword: a user's own. Needs iam:ChangePassword on the user itself, which the account's
 * password policy can give to all. An expired password may be changed: hard expiry binds sign-ins.
 *
 * Errors: AccessDenied for a wrong old password, InvalidUserType, NoSuchEntity,
 * PasswordPolicyViolation. Source: IAM API Reference, ChangePassword.
 */
export const ChangePassword = writeOperation('iam', 'ChangePassword', {
  resolve: (_input, scope) => callersPassword(scope),

  authorize: (_input, scope, { target, policy }) => ({
    ...targetCheck(scope, target),
    ...ownPasswordPolicies(scope, policy),
  }),

  async prepare({ OldPassword, NewPassword }, scope, found) {
    const { id } = profileOf(found)
    await assertPassword(scope, id, OldPassword, found.sealed)
    return newPassword(scope, found, id, NewPassword)
  },
  stillHolds: passwordStays,

  async handle(_input, { store, now }, found, sealed) {
    const changed = { passwordResetRequired: false, passwordChangedAt: now }
    await store.update({ ...profileOf(found), ...changed }, sealed)
  },
})
