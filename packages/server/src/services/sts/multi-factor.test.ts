import { expect, test } from 'vitest'
import {
  managementAccountId as home,
  openDeployment,
  policy,
  trust,
  userWith,
} from '../../testing/deployment.ts'
import type { Credentials } from '../../testing/deployment.ts'
import { giveDevice, serial } from '../../testing/devices.ts'

// Goal: only a code that was verified counts, once, and for nobody else. Source: sts.md §6.
const RoleArn = `arn:aws:iam::${home}:role/Careful`
const session = { RoleArn, RoleSessionName: 'Session' }

async function open() {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(
    d,
    root,
    'Ann',
    policy({ Effect: 'Allow', Action: ['iam:ListUsers', 'sts:*'], Resource: '*' }),
  )
  const Bool = { 'aws:MultiFactorAuthPresent': 'true' }
  await d.call(root, 'iam', 'CreateRole', {
    RoleName: 'Careful',
    AssumeRolePolicyDocument: trust(home, {
      Bool,
      NumericLessThan: { 'aws:MultiFactorAuthAge': '60' },
    }),
  })
  const code = await giveDevice(d, ann, 'ann')
  const assume = (input: object = {}, by: Credentials = ann) =>
    d.call(by, 'sts', 'AssumeRole', { ...session, ...input })
  const getSession = (input: object = {}, by: Credentials = ann) =>
    d.call(by, 'sts', 'GetSessionToken', input)
  const later = (seconds: number) => {
    d.clock.now = new Date(d.clock.now.getTime() + seconds * 1000)
  }
  return { d, root, ann, code, assume, getSession, later }
}

const wrong = 'MultiFactorAuthentication failed with invalid MFA one time pass code. '

test('a role that asks for a code is assumed with one, and its session has none of it', async () => {
  const { d, code, assume } = await open()
  await expect(assume()).rejects.toThrow('not authorized')
  const { Credentials: issued } = await assume(code())
  const { contextKeys } = await d.callerOf(issued as Credentials)
  expect(contextKeys.get('aws:multifactorauthpresent')).toBe('false')
  expect(contextKeys.has('aws:multifactorauthage')).toBe(false)
})

test('a session token with a code may call IAM, and counts as multi-factor, ageing', async () => {
  const { d, code, assume, getSession, later } = await open()
  const plain = (await getSession()).Credentials as Credentials
  await expect(d.call(plain, 'iam', 'ListUsers', {})).rejects.toThrow('invalid')
  expect((await d.callerOf(plain)).contextKeys.get('aws:multifactorauthpresent')).toBe('false')
  const strong = (await getSession(code())).Credentials as Credentials
  await d.call(strong, 'iam', 'ListUsers', {})
  await assume({}, strong)
  later(59)
  await assume({}, strong)
  expect((await d.callerOf(strong)).contextKeys.get('aws:multifactorauthage')).toBe('59')
  later(1)
  await expect(assume({}, strong)).rejects.toThrow('not authorized')
})

test('a code is used once, whatever it was used for, and the next one works', async () => {
  const { code, assume, getSession, later } = await open()
  await assume(code())
  await expect(assume(code())).rejects.toThrow(wrong)
  await expect(getSession(code())).rejects.toThrow(wrong)
  await expect(assume(code(-1))).rejects.toThrow(wrong)
  later(30)
  await getSession(code())
})

test('of many at once with one code, one gets in', async () => {
  const { code, assume } = await open()
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => assume(code())))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('a call that is refused or out of order uses no code up', async () => {
  const { code, assume } = await open()
  const missing = { RoleArn: `${RoleArn}2` }
  await expect(assume({ ...code(), ...missing })).rejects.toThrow('not authorized')
  await expect(assume({ ...code(), DurationSeconds: 43_200 })).rejects.toThrow('MaxSession')
  await expect(assume({ ...code(), Policy: '{' })).rejects.toThrow()
  await assume(code())
})

const failures: readonly [what: string, input: object, words: string][] = [
  ['another code', { SerialNumber: serial('ann'), TokenCode: '000000' }, wrong],
  [
    'a device nobody has',
    { SerialNumber: serial('x'), TokenCode: '000000' },
    'unable to validate MFA code.  Please verify',
  ],
  ['a serial number alone', { SerialNumber: serial('ann') }, 'must provide both'],
  ['a code alone', { TokenCode: '000000' }, 'must provide both'],
]
test.each(failures)('refused: %s', async (_what, input, words) => {
  const { assume, getSession } = await open()
  await expect(assume(input)).rejects.toThrow(words)
  await expect(getSession(input)).rejects.toThrow(words)
})

test('somebody else’s device, with its own code, is no device of the caller', async () => {
  const { d, root, assume, getSession } = await open()
  const bob = await userWith(d, root, 'Bob')
  const theirs = await giveDevice(d, bob, 'bob')
  const words = 'unable to validate MFA code'
  await expect(assume(theirs())).rejects.toThrow(words)
  await expect(getSession(theirs())).rejects.toThrow(words)
  await getSession(theirs(), bob)
})

test('a role session has no device, not even that of who assumed it', async () => {
  const { d, code, assume, later } = await open()
  const { Credentials: issued } = await assume(code())
  later(30)
  const answer = d.call(issued as Credentials, 'sts', 'AssumeRole', { ...session, ...code() })
  await expect(answer).rejects.toThrow('unable to validate MFA code')
})

test('wrong codes lock the device for a while: then the right one does not help either', async () => {
  const { code, getSession, later } = await open()
  const guess = { ...code(), TokenCode: '000000' }
  for (let i = 0; i < 5; i++) await expect(getSession(guess)).rejects.toThrow(wrong)
  await expect(getSession(code())).rejects.toThrow('too many codes have failed')
  later(60)
  await getSession(code())
})

test('root’s own device counts for root', async () => {
  const { d, root, getSession } = await open()
  const code = await giveDevice(d, root, 'root-account-mfa-device')
  const strong = (await getSession(code(), root)).Credentials as Credentials
  expect((await d.callerOf(strong)).contextKeys.get('aws:multifactorauthpresent')).toBe('true')
})
