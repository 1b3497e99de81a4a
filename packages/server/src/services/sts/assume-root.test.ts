import { expect, test } from 'vitest'
import {
  managementAccountId as home,
  openDeployment,
  policy,
  userWith,
} from '../../testing/deployment.ts'
import type { Credentials } from '../../testing/deployment.ts'

// Goal: a task on a member's root user, and nothing besides. Source: sts.md §9.
const mayAll = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` })
const audit = task('IAMAuditRootUserCredentials')

async function open() {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', mayAll)
  await d.call(ann, 'organizations', 'CreateOrganization', { FeatureSet: 'ALL' })
  const made = { AccountName: 'member', Email: 'member@example.com' }
  const { CreateAccountStatus } = await d.call(ann, 'organizations', 'CreateAccount', made)
  const member = CreateAccountStatus?.AccountId ?? ''
  await d
    .call(ann, 'organizations', 'EnableAWSServiceAccess', {
      ServicePrincipal: 'iam.amazonaws.com',
    })
    .catch(() => undefined)
  const enable = () => d.call(ann, 'iam', 'EnableOrganizationsRootSessions', {})
  const assume = (input: object = {}, by: Credentials = ann) =>
    d.call(by, 'sts', 'AssumeRoot', { TargetPrincipal: member, TaskPolicyArn: audit, ...input })
  return { d, root, ann, member, enable, assume }
}

test('a session of the member’s root user, for its task alone, and for 15 minutes', async () => {
  const { d, member, enable, assume } = await open()
  await enable()
  for (const TargetPrincipal of [member, `arn:aws:iam::${member}:root`]) {
    const { Credentials: issued } = await assume({ TargetPrincipal })
    const session = issued as Credentials
    expect(issued?.Expiration).toEqual(new Date(d.clock.now.getTime() + 900_000))
    expect(await d.call(session, 'sts', 'GetCallerIdentity', {})).toMatchObject({
      Account: member,
      Arn: `arn:aws:iam::${member}:root`,
    })
    expect((await d.callerOf(session)).contextKeys.get('aws:assumedroot')).toBe('true')
    await d.call(session, 'iam', 'GetAccountSummary', {})
    await expect(d.call(session, 'iam', 'ListUsers', {})).rejects.toThrow('sessionPolicy')
    await expect(d.call(session, 'iam', 'CreateUser', { UserName: 'x' })).rejects.toThrow('session')
  }
})

test('what such a session may not do whatever its task is', async () => {
  const { d, enable, assume } = await open()
  await enable()
  const session = (await assume()).Credentials as Credentials
  await expect(d.call(session, 'sts', 'GetSessionToken', {})).rejects.toThrow('Cannot call')
  const name = { Name: 'fed' }
  await expect(d.call(session, 'sts', 'GetFederationToken', name)).rejects.toThrow('Cannot call')
  const role = { RoleArn: `arn:aws:iam::${home}:role/Target`, RoleSessionName: 'x1' }
  await expect(d.call(session, 'sts', 'AssumeRole', role)).rejects.toThrow('root accounts')
})

test('refused: not enabled, no member, no task, no permission, root itself, a member account', async () => {
  const { d, root, ann, member, enable, assume } = await open()
  const denied = { code: 'AccessDenied' }
  await expect(assume()).rejects.toMatchObject(denied)
  await enable()
  await assume()
  await d.root('999988887777')
  for (const TargetPrincipal of [home, '999988887777', '123412341234']) {
    await expect(assume({ TargetPrincipal })).rejects.toMatchObject(denied)
  }
  const invalid = { code: 'ValidationError' }
  for (const TargetPrincipal of [`arn:aws:iam::${member}:user/Ann`, 'not-an-account']) {
    await expect(assume({ TargetPrincipal })).rejects.toMatchObject(invalid)
  }
  for (const arn of ['arn:aws:iam::aws:policy/AdministratorAccess', undefined, 'x']) {
    await expect(assume({ TaskPolicyArn: { arn } })).rejects.toMatchObject(invalid)
  }
  const nobody = await userWith(d, root, 'Nobody')
  await expect(assume({}, nobody)).rejects.toMatchObject(denied)
  await expect(assume({}, root)).rejects.toMatchObject(denied)
  const inMember = await userWith(d, await d.root(member), 'Eve', mayAll)
  await expect(assume({}, inMember)).rejects.toMatchObject(denied)
  const session = await d.call(ann, 'sts', 'GetSessionToken', {})
  await expect(assume({}, session.Credentials as Credentials)).rejects.toMatchObject(denied)
})

test('conditions see the task and the account', async () => {
  const { d, root, member, enable, assume } = await open()
  await enable()
  const bob = await userWith(
    d,
    root,
    'Bob',
    policy({
      Effect: 'Allow',
      Action: 'sts:AssumeRoot',
      Resource: `arn:aws:iam::${member}:root`,
      Condition: {
        ArnEquals: { 'sts:TaskPolicyArn': audit.arn },
        StringEquals: { 'aws:ResourceAccount': member },
      },
    }),
  )
  await assume({}, bob)
  const other = { TaskPolicyArn: task('S3UnlockBucketPolicy') }
  await expect(assume(other, bob)).rejects.toMatchObject({ code: 'AccessDenied' })
})

test('a session token of root’s is bound like any other session token', async () => {
  const { d, root } = await open()
  const { Credentials: issued } = await d.call(root, 'sts', 'GetSessionToken', {})
  const session = issued as Credentials
  await expect(d.call(session, 'sts', 'GetSessionToken', {})).rejects.toThrow('Cannot call')
  await expect(d.call(session, 'iam', 'ListUsers', {})).rejects.toThrow('invalid')
})
