/** What every operation that sets a password does. */
import { loginProfileName } from '../../domain/entity.ts'
import type { Account, AccountPasswordPolicy, LoginProfile } from '../../domain/entity.ts'
import { passwordProblem } from '../../domain/password-policy.ts'
import { ApiError } from '../api-error.ts'
import type { PrepareScope, Scope } from '../operation.ts'
import { accountPasswordPolicy } from './account-password-policy.ts'
import { targetUser, type UserTarget } from './self.ts'

/** Whose password it is, and all that a new one is judged by. */
export interface PasswordTarget {
  readonly target: UserTarget
  readonly profile: LoginProfile | undefined
  /** The hashes kept beside the profile. */
  readonly sealed: Uint8Array | undefined
  readonly policy: AccountPasswordPolicy | undefined
  readonly account: Account | undefined
}

/** Errors: ValidationError for a caller without a name to itself. */
export async function passwordTarget(
  scope: Scope,
  userName: string | undefined,
): Promise<PasswordTarget> {
  const { store, accountId } = scope
  const target = await targetUser(scope, userName)
  const ownerId = target.kind === 'root' ? accountId : target.user?.id
  const profile =
    ownerId === undefined
      ? undefined
      : await store.find('loginProfile', accountId, loginProfileName, ownerId)
  return {
    target,
    profile,
    sealed: profile && (await store.sealed(profile.id)),
    policy: await accountPasswordPolicy(scope),
    account: await store.account(accountId),
  }
}

/** Whether what was prepared for a new password holds: same password before it, same policy. */
export function passwordStays(before: PasswordTarget, now: PasswordTarget): boolean {
  const [sealed, sealedNow] = [before.sealed ?? [], now.sealed ?? []]
  return (
    before.profile?.id === now.profile?.id &&
    Buffer.from(sealed).equals(Buffer.from(sealedNow)) &&
    JSON.stringify(before.policy) === JSON.stringify(now.policy)
  )
}

/**
 * The sealed record of a new password. Slow: for `prepare`. Errors: PasswordPolicyViolation; the
 * wording of a former password is chosen by us, as is that the one which holds now counts as one.
 */
export async function newPassword(
  { secrets }: PrepareScope,
  { sealed, policy, account }: PasswordTarget,
  profileId: string,
  password: string,
): Promise<Uint8Array> {
  const problem = passwordProblem(password, policy, account)
  if (problem !== undefined) throw new ApiError('PasswordPolicyViolation', problem)
  const count = policy?.reusePrevention ?? 0
  if (await secrets.passwords.wasUsed(profileId, password, sealed, count)) {
    const message = `Password should not be one of the last ${count} passwords`
    throw new ApiError('PasswordPolicyViolation', message)
  }
  return secrets.passwords.sealNew(profileId, password, sealed)
}
