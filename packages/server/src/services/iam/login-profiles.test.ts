import { expect, test } from 'vitest'
import { userWith } from '../../testing/deployment.ts'
import { accountId, arn, openIam } from './testing/iam-house.ts'

// Goal: login profiles as the IAM API Reference has them, with recorded wording; passwords are kept
// hashed and sealed, and judged by the account's policy. Source: reports §7, resources-and-limits.
const Password = 'Correct-Horse-7'
const user = { UserName: 'Ann' }
const missing = 'Login Profile for User Ann cannot be found.'

async function passwordOf({ deployment, iam }: Awaited<ReturnType<typeof openIam>>) {
  const { User } = await iam('GetUser', user)
  return deployment.store.read(async (reader) => {
    const parentId = User.UserId
    const profile = await reader.find('loginProfile', accountId, 'LoginProfile', parentId)
    return { profile, sealed: profile && (await reader.sealed(profile.id)) }
  })
}

test('a profile is created, read, changed and deleted', async () => {
  const { deployment, iam, refuses } = await openIam()
  await iam('CreateUser', user)
  await refuses('GetLoginProfile', user, 'NoSuchEntity', missing)
  const { LoginProfile } = await iam('CreateLoginProfile', { ...user, Password })
  const CreateDate = deployment.clock.now
  const expected = { ...user, CreateDate, PasswordResetRequired: false }
  expect(LoginProfile).toEqual(expected)
  expect(await iam('GetLoginProfile', { UserName: 'ann' })).toEqual({ LoginProfile: expected })
  await iam('UpdateLoginProfile', { ...user, PasswordResetRequired: true })
  const updated = await iam('GetLoginProfile', user)
  expect(updated.LoginProfile).toEqual({ ...expected, PasswordResetRequired: true })
  await iam('DeleteLoginProfile', user)
  await refuses('GetLoginProfile', user, 'NoSuchEntity', missing)
  await refuses('UpdateLoginProfile', { ...user, Password }, 'NoSuchEntity', missing)
  await refuses('DeleteLoginProfile', user, 'NoSuchEntity', missing)
})

test('a second profile is refused, and so is one of nobody', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateUser', user)
  await iam('CreateLoginProfile', { UserName: 'ANN', Password })
  const exists = 'Login Profile for user Ann already exists.'
  await refuses('CreateLoginProfile', { ...user, Password }, 'EntityAlreadyExists', exists)
  const nobody = 'The user with name Nobody cannot be found.'
  const input = { UserName: 'Nobody', Password }
  await refuses('CreateLoginProfile', input, 'NoSuchEntity', nobody)
  await refuses('UpdateLoginProfile', input, 'NoSuchEntity', nobody)
  await refuses('GetLoginProfile', { UserName: 'Nobody' }, 'NoSuchEntity', nobody)
  await refuses('DeleteLoginProfile', { UserName: 'Nobody' }, 'NoSuchEntity', nobody)
})

test('a password is asked for, except for root, who can only recover', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateUser', user)
  const needed =
    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null"
  await refuses('CreateLoginProfile', user, 'ValidationError', needed)
  const forbidden =
    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must be null"
  await refuses('CreateLoginProfile', { Password }, 'ValidationError', forbidden)
  expect((await iam('GetAccountSummary', {})).SummaryMap?.AccountPasswordPresent).toBe(0)
  await iam('CreateLoginProfile', {})
  expect((await iam('GetAccountSummary', {})).SummaryMap?.AccountPasswordPresent).toBe(1)
  expect((await iam('GetLoginProfile', {})).LoginProfile.UserName).toBeUndefined()
  await iam('DeleteLoginProfile', {})
  const root = 'Login Profile for User root cannot be found.'
  await refuses('GetLoginProfile', {}, 'NoSuchEntity', root)
})

test('without a name it is about the caller', async () => {
  const { deployment, root, iam, checks } = await openIam()
  const ann = await userWith(deployment, root, 'Ann', undefined)
  for (const name of ['CreateLoginProfile', 'GetLoginProfile', 'DeleteLoginProfile'] as const) {
    expect((await checks(name, {}, ann))[0]?.resourceArn).toBe(arn('user/Ann'))
    await expect(iam(name, {}, ann)).rejects.toThrow('AccessDenied')
  }
})

test('who may not is refused before it is said whether there is a profile, at no hash', async () => {
  const { deployment, root, iam } = await openIam()
  const ann = await userWith(deployment, root, 'Ann')
  for (const UserName of ['Ann', 'Nobody']) {
    for (const name of ['CreateLoginProfile', 'UpdateLoginProfile'] as const) {
      const input = { UserName, Password }
      await expect(iam(name, input, ann)).rejects.toThrow('AccessDenied identityPolicy')
    }
    await expect(iam('GetLoginProfile', { UserName }, ann)).rejects.toThrow('AccessDenied')
    await expect(iam('DeleteLoginProfile', { UserName }, ann)).rejects.toThrow('AccessDenied')
  }
})

test('the password is neither in attributes nor in the log of changes, and the record is sealed', async () => {
  const house = await openIam()
  const { deployment, iam } = house
  await iam('CreateUser', user)
  await iam('CreateLoginProfile', { ...user, Password })
  const { profile, sealed } = await passwordOf(house)
  const changes = await deployment.store.changes(accountId, 0, 100)
  for (const text of [JSON.stringify([profile, changes]), Buffer.from(sealed ?? []).toString()]) {
    expect(text).not.toMatch(/Correct-Horse|argon2/)
  }
  expect(sealed?.length).toBeGreaterThan(97)
})

test('when a password was set is known, and moves with the password alone', async () => {
  const house = await openIam()
  const { deployment, iam } = house
  await iam('CreateUser', user)
  await iam('CreateLoginProfile', { ...user, Password })
  const created = deployment.clock.now
  const changed = new Date('2026-12-01T00:00:00Z')
  deployment.clock.now = changed
  await iam('UpdateLoginProfile', { ...user, PasswordResetRequired: true })
  expect((await passwordOf(house)).profile?.passwordChangedAt).toEqual(created)
  await iam('UpdateLoginProfile', { ...user, Password: 'Another-Horse-8' })
  const { profile } = await passwordOf(house)
  expect(profile).toMatchObject({ passwordChangedAt: changed, createdAt: created })
  expect(profile?.passwordResetRequired).toBe(true)
})

test('UpdateUser keeps the password, and it is in the way of DeleteUser', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateUser', user)
  await iam('CreateLoginProfile', { ...user, Password })
  await iam('UpdateUser', { ...user, NewUserName: 'Bea' })
  const { LoginProfile } = await iam('GetLoginProfile', { UserName: 'Bea' })
  expect(LoginProfile.UserName).toBe('Bea')
  const conflict = 'Cannot delete entity, must delete login profile first.'
  await refuses('DeleteUser', { UserName: 'Bea' }, 'DeleteConflict', conflict)
  await iam('DeleteLoginProfile', { UserName: 'Bea' })
  await iam('DeleteUser', { UserName: 'Bea' })
})

test('a new password obeys the policy, and is none of the last ones', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateUser', user)
  const weak = { ...user, Password: 'short' }
  const problem =
    'Password should have a minimum length of 8, Password should meet 2 more of the following requirements: Password should have at least one uppercase letter, Password should have at least one number, Password should have at least one symbol'
  await refuses('CreateLoginProfile', weak, 'PasswordPolicyViolation', problem)
  await iam('CreateLoginProfile', { ...user, Password: 'aaaaaa-1' })
  await refuses('UpdateLoginProfile', weak, 'PasswordPolicyViolation', problem)
  await iam('UpdateAccountPasswordPolicy', { PasswordReusePrevention: 2 })
  const reused = 'Password should not be one of the last 2 passwords'
  const set = (Password: string) => iam('UpdateLoginProfile', { ...user, Password })
  const refusesReuse = (Password: string) =>
    refuses('UpdateLoginProfile', { ...user, Password }, 'PasswordPolicyViolation', reused)
  await refusesReuse('aaaaaa-1')
  await set('bbbbbb')
  await refusesReuse('aaaaaa-1')
  await set('cccccc')
  await refusesReuse('bbbbbb')
  await set('aaaaaa-1') // The one before the last two.
  await iam('DeleteLoginProfile', user)
  await iam('CreateLoginProfile', { ...user, Password: 'aaaaaa-1' }) // Forgotten with the profile.
})

test('of two that create one profile at once, one is told that it exists', async () => {
  const { iam } = await openIam()
  await iam('CreateUser', user)
  const create = () => iam('CreateLoginProfile', { ...user, Password })
  const outcomes = await Promise.allSettled([create(), create()])
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  expect(refused?.reason).toMatchObject({ code: 'EntityAlreadyExists' })
})
