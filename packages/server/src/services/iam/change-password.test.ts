import { expect, test } from 'vitest'
import { policy, trust, userWith } from '../../testing/deployment.ts'
import { accountId, arn, openIam } from './testing/iam-house.ts'

// Goal: a user changes its own password, where it may, if it knows the old one. Source: IAM API
// Reference, ChangePassword and UpdateAccountPasswordPolicy; reports §7.
const OldPassword = 'Correct-Horse-7'
const NewPassword = 'Another-Horse-8'
const mayChange = policy({
  Effect: 'Allow',
  Action: 'iam:ChangePassword',
  Resource: `arn:aws:iam::*:user/\${aws:username}`,
})

async function houseWithAnn(document?: string) {
  const house = await openIam()
  const ann = await userWith(house.deployment, house.root, 'Ann', document)
  await house.iam('CreateLoginProfile', { UserName: 'Ann', Password: OldPassword })
  return { ...house, ann }
}

test('with the old password a new one is set, and a reset is no longer required', async () => {
  const { deployment, iam, refuses, ann } = await houseWithAnn(mayChange)
  await iam('UpdateLoginProfile', { UserName: 'Ann', PasswordResetRequired: true })
  const changedAt = new Date('2026-12-01T00:00:00Z')
  deployment.clock.now = changedAt
  await iam('ChangePassword', { OldPassword, NewPassword }, ann)
  const { LoginProfile } = await iam('GetLoginProfile', { UserName: 'Ann' })
  expect(LoginProfile.PasswordResetRequired).toBe(false)
  const { User } = await iam('GetUser', { UserName: 'Ann' })
  const profile = await deployment.store.read((reader) =>
    reader.find('loginProfile', accountId, 'LoginProfile', User.UserId),
  )
  expect(profile?.passwordChangedAt).toEqual(changedAt)
  const wrong = 'The old password was incorrect.'
  const again = { OldPassword, NewPassword: 'Third-Horse-9' }
  await refuses('ChangePassword', again, 'AccessDenied', wrong, ann)
  await iam('ChangePassword', { ...again, OldPassword: NewPassword }, ann)
})

test('a wrong old password is told before what is wrong with the new one', async () => {
  const { refuses, ann } = await houseWithAnn(mayChange)
  const wrong = { OldPassword: 'correct-Horse-7', NewPassword: 'x' }
  await refuses('ChangePassword', wrong, 'AccessDenied', 'The old password was incorrect.', ann)
  const problem =
    'Password should meet 1 more of the following requirements: Password should have at least one uppercase letter, Password should have at least one symbol'
  const weak = { OldPassword, NewPassword: 'abcdefg1' }
  await refuses('ChangePassword', weak, 'PasswordPolicyViolation', problem, ann)
})

test('former passwords are refused, the one that holds now included', async () => {
  const { iam, refuses, ann } = await houseWithAnn(mayChange)
  await iam('UpdateAccountPasswordPolicy', { PasswordReusePrevention: 1 })
  const input = { OldPassword, NewPassword: OldPassword }
  const reused = 'Password should not be one of the last 1 passwords'
  await refuses('ChangePassword', input, 'PasswordPolicyViolation', reused, ann)
})

test('the password policy lets users change their own, unless something denies it', async () => {
  const { iam, ann } = await houseWithAnn()
  const change = () => iam('ChangePassword', { OldPassword, NewPassword }, ann)
  await expect(change()).rejects.toThrow('AccessDenied identityPolicy')
  await iam('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: true })
  const deny = policy({ Effect: 'Deny', Action: 'iam:ChangePassword', Resource: '*' })
  const denied = { UserName: 'Ann', PolicyName: 'D' }
  await iam('PutUserPolicy', { ...denied, PolicyDocument: deny })
  await expect(change()).rejects.toThrow('AccessDenied identityPolicy')
  await iam('DeleteUserPolicy', denied)
  await change()
})

test('a permissions boundary that says nothing of it is not in its way', async () => {
  const { iam, ann } = await houseWithAnn()
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
  await iam('PutUserPermissionsBoundary', { UserName: 'Ann', PermissionsBoundary })
  await iam('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: true })
  await iam('ChangePassword', { OldPassword, NewPassword }, ann)
})

test('what it lets users do is that, and reading the policy', async () => {
  const { iam, checks, ann } = await houseWithAnn()
  await iam('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: true })
  const { PasswordPolicy } = await iam('GetAccountPasswordPolicy', {}, ann)
  expect(PasswordPolicy.AllowUsersToChangePassword).toBe(true)
  const [check] = await checks('ChangePassword', { OldPassword, NewPassword }, ann)
  expect(check?.resourceArn).toBe(arn('user/Ann'))
  const other = { UserName: 'Ann', Password: NewPassword }
  await expect(iam('UpdateLoginProfile', other, ann)).rejects.toThrow('AccessDenied')
  await expect(iam('GetLoginProfile', {}, ann)).rejects.toThrow('AccessDenied')
})

test('roles are not given what users are', async () => {
  const { deployment, root, iam, refuses } = await houseWithAnn()
  await iam('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: true })
  const document = trust(`arn:aws:iam::${accountId}:root`)
  const role = await iam('CreateRole', { RoleName: 'R', AssumeRolePolicyDocument: document })
  const assumer = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' })
  const bea = await userWith(deployment, root, 'Bea', assumer)
  const input = { RoleArn: role.Role.Arn, RoleSessionName: 's' }
  const { Credentials } = await deployment.call(bea, 'sts', 'AssumeRole', input)
  if (!Credentials) throw new Error('no credentials')
  await expect(iam('GetAccountPasswordPolicy', {}, Credentials)).rejects.toThrow('AccessDenied')
  const message = 'Only IAM Users can change their own password'
  const change = { OldPassword, NewPassword }
  await refuses('ChangePassword', change, 'InvalidUserType', message, Credentials)
  await refuses('ChangePassword', change, 'InvalidUserType', message, root)
})

test('who has no password is told so, if it may', async () => {
  const { deployment, root, iam, refuses } = await openIam()
  const bea = await userWith(deployment, root, 'Bea', mayChange)
  const message = 'Login Profile for User Bea cannot be found.'
  await refuses('ChangePassword', { OldPassword, NewPassword }, 'NoSuchEntity', message, bea)
  const cid = await userWith(deployment, root, 'Cid')
  await expect(iam('ChangePassword', { OldPassword, NewPassword }, cid)).rejects.toThrow(
    'AccessDenied identityPolicy',
  )
})

test('an expired password may be changed with an access key, hard expiry or not', async () => {
  const { deployment, iam, ann } = await houseWithAnn(mayChange)
  await iam('UpdateAccountPasswordPolicy', { MaxPasswordAge: 1, HardExpiry: true })
  deployment.clock.now = new Date('2027-11-24T12:00:00Z')
  await iam('ChangePassword', { OldPassword, NewPassword }, ann)
})

test('of two changes from one old password, one wins', async () => {
  const { iam, ann } = await houseWithAnn(mayChange)
  const change = (to: string) => iam('ChangePassword', { OldPassword, NewPassword: to }, ann)
  const outcomes = await Promise.allSettled([change('First-Horse-1'), change('Second-Horse-2')])
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  expect(refused?.reason).toMatchObject({ code: 'AccessDenied' })
})

// Source: chosen by us, the numbers of credentials/failure-locks.ts.
test('five wrong ones lock it for a minute, the right one included; nobody else', async () => {
  const { deployment, iam, refuses, root, ann } = await houseWithAnn(mayChange)
  const bea = await userWith(deployment, root, 'Bea', mayChange)
  await iam('CreateLoginProfile', { UserName: 'Bea', Password: OldPassword })
  const right = { OldPassword, NewPassword }
  const guess = { OldPassword: 'Wrong-Horse-6', NewPassword }
  const wrong = 'The old password was incorrect.'
  const locked = 'Too many wrong passwords: try again in a while.'
  for (let tries = 0; tries < 5; tries++) {
    await refuses('ChangePassword', guess, 'AccessDenied', wrong, ann)
  }
  await refuses('ChangePassword', guess, 'AccessDenied', locked, ann)
  await refuses('ChangePassword', right, 'AccessDenied', locked, ann)
  await iam('ChangePassword', right, bea)
  deployment.clock.now = new Date(deployment.clock.now.getTime() + 60_000)
  await iam('ChangePassword', right, ann)
  // The right one has forgiven those before.
  await refuses('ChangePassword', guess, 'AccessDenied', wrong, ann)
})

test('of twenty wrong ones at once five are looked at', async () => {
  const { iam, ann } = await houseWithAnn(mayChange)
  const guess = { OldPassword: 'Wrong-Horse-6', NewPassword }
  const tries = Array.from({ length: 20 }, () => iam('ChangePassword', guess, ann))
  const said = (await Promise.allSettled(tries)).map((outcome) => {
    return outcome.status === 'rejected' ? (outcome.reason as Error).message : 'it worked'
  })
  expect(said.filter((message) => message === 'The old password was incorrect.')).toHaveLength(5)
  expect(said.filter((message) => message.startsWith('Too many'))).toHaveLength(15)
})
