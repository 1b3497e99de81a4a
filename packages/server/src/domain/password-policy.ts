/**
 * What makes a password acceptable, and how long it holds.
 * Source: IAM User Guide, "Set an account password policy for IAM users".
 */
import type { Account, AccountPasswordPolicy, LoginProfile } from './entity.ts'

/** The kinds of characters a policy may ask for, in the order they are named. */
const kinds = [
  {
    rule: 'requireUppercaseCharacters',
    pattern: /[A-Z]/,
    problem: 'Password should have at least one uppercase letter',
  },
  {
    rule: 'requireLowercaseCharacters',
    pattern: /[a-z]/,
    problem: 'Password should have at least one lowercase letter',
  },
  {
    rule: 'requireNumbers',
    pattern: /[0-9]/,
    problem: 'Password should have at least one number',
  },
  {
    rule: 'requireSymbols',
    pattern: /[!@#$%^&*()_+\-=[\]{}|']/,
    problem: 'Password should have at least one symbol',
  },
] as const

/** Where an account has set no policy: at least 8 characters, of 3 of the 4 kinds. */
const minimumLengthWithoutPolicy = 8
const kindsWithoutPolicy = 3

const dayMs = 86_400_000

/**
 * What is wrong with a new password; undefined where nothing is. Former passwords are not looked at.
 *
 * @param policy Undefined: AWS's own, for which the password is not the account's name or e-mail.
 * Source: wordings as users report them; those of several at once, and of the last, chosen by us.
 */
export function passwordProblem(
  password: string,
  policy: AccountPasswordPolicy | undefined,
  account: Pick<Account, 'name' | 'email'> | undefined,
): string | undefined {
  const problems: string[] = []
  const minimumLength = policy?.minimumLength ?? minimumLengthWithoutPolicy
  if (password.length < minimumLength) {
    problems.push(`Password should have a minimum length of ${minimumLength}`)
  }
  const missing = kinds.filter(({ pattern }) => !pattern.test(password))
  if (policy) {
    problems.push(...missing.filter(({ rule }) => policy[rule]).map(({ problem }) => problem))
  } else {
    problems.push(...withoutPolicy(password, missing, account))
  }
  return problems.length === 0 ? undefined : problems.join(', ')
}

function withoutPolicy(
  password: string,
  missing: readonly { readonly problem: string }[],
  account: Pick<Account, 'name' | 'email'> | undefined,
): readonly string[] {
  const needed = kindsWithoutPolicy - (kinds.length - missing.length)
  const list = missing.map(({ problem }) => problem).join(', ')
  const names = [account?.name, account?.email].map((name) => name?.toLowerCase())
  return [
    ...(needed > 0
      ? [`Password should meet ${needed} more of the following requirements: ${list}`]
      : []),
    ...(names.includes(password.toLowerCase())
      ? ['Password should not be the name or the email address of the account']
      : []),
  ]
}

/** When the password ceases to hold; undefined where passwords do not expire. */
export function passwordExpiresAt(
  profile: LoginProfile,
  policy: AccountPasswordPolicy | undefined,
): Date | undefined {
  if (policy?.ageDaysMax === undefined) return undefined
  return new Date(profile.passwordChangedAt.getTime() + policy.ageDaysMax * dayMs)
}

/**
 * What a right password is good for at a sign-in: `valid` for going in, `changeRequired` for
 * setting a new one and nothing else, `expired` for nothing: an administrator sets a new one.
 *
 * HardExpiry binds sign-ins alone: whoever has iam:ChangePassword and an access key can still
 * change an expired password. Source: IAM API Reference, UpdateAccountPasswordPolicy.
 */
export function passwordStanding(
  profile: LoginProfile,
  policy: AccountPasswordPolicy | undefined,
  now: Date,
): 'valid' | 'changeRequired' | 'expired' {
  const expiresAt = passwordExpiresAt(profile, policy)
  const isExpired = expiresAt !== undefined && expiresAt <= now
  if (isExpired && policy?.hardExpiry === true) return 'expired'
  return isExpired || profile.passwordResetRequired ? 'changeRequired' : 'valid'
}
