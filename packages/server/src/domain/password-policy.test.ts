import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AccountPasswordPolicy, LoginProfile } from './entity.ts'
import { passwordExpiresAt, passwordProblem, passwordStanding } from './password-policy.ts'

// Goal: each rule of a password policy at its edge. Source: IAM User Guide, "Set an account password
// policy"; reports §7; the sentences as users report them.
const now = new Date('2026-11-24T12:00:00Z')
const base = { accountId: '111122223333', id: 'x', name: 'x', path: '/', createdAt: now, tags: [] }
const lenient: AccountPasswordPolicy = {
  ...base,
  kind: 'accountPasswordPolicy',
  minimumLength: 6,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercaseCharacters: false,
  requireLowercaseCharacters: false,
  allowUsersToChangePassword: false,
}
const strict: AccountPasswordPolicy = {
  ...lenient,
  minimumLength: 12,
  requireSymbols: true,
  requireNumbers: true,
  requireUppercaseCharacters: true,
  requireLowercaseCharacters: true,
}
const account = { name: 'Acme-Corp-1', email: 'Root1@example.com' }
const upper = 'Password should have at least one uppercase letter'
const lower = 'Password should have at least one lowercase letter'
const number = 'Password should have at least one number'
const symbol = 'Password should have at least one symbol'
const more = (count: number) => `Password should meet ${count} more of the following requirements: `

const rows: readonly [
  rule: string,
  password: string,
  policy: AccountPasswordPolicy | undefined,
  problem: string | undefined,
][] = [
  ['six characters at least', 'abcdef', lenient, undefined],
  ['five are too few', 'abcde', lenient, 'Password should have a minimum length of 6'],
  ['all at once', 'Abcdefghij1!', strict, undefined],
  ['no uppercase letter', 'abcdefghij1!', strict, upper],
  ['a letter beyond A–Z is none', 'Äbcdefghij1!', strict, upper],
  ['no lowercase letter', 'ABCDEFGHIJ1!', strict, lower],
  ['no number', 'Abcdefghijk!', strict, number],
  ['no symbol', 'Abcdefghij11', strict, symbol],
  ['a space is no symbol', 'Abcdefghij1 ', strict, symbol],
  ['a comma is no symbol', 'Abcdefghij1,', strict, symbol],
  [
    'everything wrong, in order',
    '¡',
    strict,
    `Password should have a minimum length of 12, ${upper}, ${lower}, ${number}, ${symbol}`,
  ],
  ['a policy set replaces AWS’s own', 'aaaaaa', lenient, undefined],
  ['without policy: eight of three kinds', 'Abcdefg1', undefined, undefined],
  ['without policy: seven', 'Abcdef1', undefined, 'Password should have a minimum length of 8'],
  ['without policy: two kinds', 'abcdefg1', undefined, `${more(1)}${upper}, ${symbol}`],
  ['without policy: one kind', 'abcdefgh', undefined, `${more(2)}${upper}, ${number}, ${symbol}`],
  [
    'without policy: the name of the account',
    'acme-CORP-1',
    undefined,
    'Password should not be the name or the email address of the account',
  ],
  [
    'without policy: its e-mail',
    'root1@EXAMPLE.com',
    undefined,
    'Password should not be the name or the email address of the account',
  ],
  ['with a policy the name may be the password', 'acme-corp-1', lenient, undefined],
]

test.each(rows)('%s', (_rule, password, policy, problem) => {
  expect(passwordProblem(password, policy, account)).toBe(problem)
})

// Source: IAM API Reference, UpdateAccountPasswordPolicy, RequireSymbols.
test.each([...`!@#$%^&*()_+-=[]{}|'`])('%s is a symbol', (character) => {
  const policy = { ...lenient, requireSymbols: true }
  expect(passwordProblem(`abcdef${character}`, policy, account)).toBeUndefined()
})

test('of all other characters a password may have, none is a symbol', () => {
  const symbols = new Set(`!@#$%^&*()_+-=[]{}|'`)
  const policy = { ...lenient, minimumLength: 1, requireSymbols: true }
  for (let code = 0x20; code <= 0xff; code++) {
    const character = String.fromCharCode(code)
    const isSymbol = passwordProblem(character, policy, account) === undefined
    expect(isSymbol, character).toBe(symbols.has(character))
  }
})

test('a longer password of the same start is never worse', () => {
  const texts = fc.string({ minLength: 1, maxLength: 64 })
  fc.assert(
    fc.property(
      texts,
      texts,
      fc.constantFrom(lenient, strict, undefined),
      (start, rest, policy) => {
        fc.pre(passwordProblem(start, policy, undefined) === undefined)
        expect(passwordProblem(start + rest, policy, undefined)).toBeUndefined()
      },
    ),
  )
})

const profile: LoginProfile = {
  ...base,
  kind: 'loginProfile',
  passwordResetRequired: false,
  passwordChangedAt: now,
}
const in30Days = new Date('2026-12-24T12:00:00Z')
const before = new Date(in30Days.getTime() - 1)
const expiring: AccountPasswordPolicy = { ...lenient, ageDaysMax: 30 }
const hard: AccountPasswordPolicy = { ...expiring, hardExpiry: true }
const reset: LoginProfile = { ...profile, passwordResetRequired: true }

const standings: readonly [
  what: string,
  profile: LoginProfile,
  policy: AccountPasswordPolicy | undefined,
  at: Date,
  standing: ReturnType<typeof passwordStanding>,
][] = [
  ['no policy, years later', profile, undefined, new Date('2036-01-01'), 'valid'],
  ['no age in the policy', profile, lenient, new Date('2036-01-01'), 'valid'],
  ['a millisecond before its end', profile, expiring, before, 'valid'],
  ['at its end', profile, expiring, in30Days, 'changeRequired'],
  ['before its end, hard', profile, hard, before, 'valid'],
  ['at its end, hard', profile, hard, in30Days, 'expired'],
  ['to be reset', reset, undefined, now, 'changeRequired'],
  ['to be reset and expired, hard', reset, hard, in30Days, 'expired'],
  ['hard without an age', profile, { ...lenient, hardExpiry: true }, in30Days, 'valid'],
]

test.each(standings)('a password: %s', (_what, of, policy, at, standing) => {
  expect(passwordStanding(of, policy, at)).toBe(standing)
})

test('the next rotation is known where passwords expire', () => {
  expect(passwordExpiresAt(profile, expiring)).toEqual(in30Days)
  expect(passwordExpiresAt(profile, lenient)).toBeUndefined()
  expect(passwordExpiresAt(profile, undefined)).toBeUndefined()
})
