import { expect, test } from 'vitest'
import { userWith } from '../../testing/deployment.ts'
import { accountId, arn, document, openIam } from './testing/iam-house.ts'

// Goal: users as the IAM API Reference has them, with the wording of recorded answers.
// Method: the real store and engine in memory; root calls unless a case says otherwise.

test('CreateUser echoes path, tags in order and boundary; GetUser shows the same', async () => {
  const { iam } = await openIam()
  const Tags = [
    { Key: 'z', Value: '1' },
    { Key: 'A', Value: '' },
  ]
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  const input = { UserName: 'Ann', Path: '/a/b/', Tags, PermissionsBoundary }
  const { User } = await iam('CreateUser', input)
  expect(User).toEqual({
    Path: '/a/b/',
    UserName: 'Ann',
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    Arn: arn('user/a/b/Ann'),
    CreateDate: new Date('2026-11-24T12:00:00Z'),
    PermissionsBoundary: {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: PermissionsBoundary,
    },
    Tags,
  })
  expect((await iam('GetUser', { UserName: 'ann' })).User).toEqual(User)
  const { PermissionsBoundary: _, Tags: __, ...listed } = User ?? {}
  expect((await iam('ListUsers', {})).Users).toEqual([listed])
})

const refusedCreations: readonly [rule: string, input: object, code: string, message: string][] = [
  [
    'a name that is taken, ignoring case',
    {},
    'EntityAlreadyExists',
    'User with name ANN already exists.',
  ],
  [
    'tag keys that differ in case alone',
    {
      Tags: [
        { Key: 'a', Value: '' },
        { Key: 'A', Value: '' },
      ],
    },
    'InvalidInput',
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  ],
  [
    'a reserved tag key (chosen by us)',
    { Tags: [{ Key: 'AWS:x', Value: '' }] },
    'InvalidInput',
    'Tag keys that begin with aws: are reserved.',
  ],
  [
    'a boundary that is not there',
    { PermissionsBoundary: arn('policy/None') },
    'NoSuchEntity',
    `Scope ARN: ${arn('policy/None')} does not exist or is not attachable.`,
  ],
  [
    'a boundary that AWS keeps for a service-linked role',
    {
      UserName: 'Bob',
      PermissionsBoundary: 'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy',
    },
    'PolicyNotAttachable',
    'Cannot set a Service Role Policy as a permissions boundary.',
  ],
  [
    'a boundary that is no policy',
    { PermissionsBoundary: arn('user/Ann') },
    'InvalidInput',
    `ARN ${arn('user/Ann')} is not valid.`,
  ],
]
for (const [rule, input, code, message] of refusedCreations) {
  test(`CreateUser refuses ${rule}`, async () => {
    const { iam, refuses } = await openIam()
    await iam('CreateUser', { UserName: 'Ann' })
    await refuses('CreateUser', { UserName: 'ANN', ...input }, code, message)
  })
}

test('CreateUser declares ARN, boundary and tags, and the tagging apart', async () => {
  const { checks } = await openIam()
  const PermissionsBoundary = arn('policy/B')
  const Tags = [{ Key: 'team', Value: 'x' }]
  const input = { UserName: 'Ann', Path: '/p/', PermissionsBoundary, Tags }
  const tagKeys = { 'aws:RequestTag/team': 'x', 'aws:TagKeys': ['team'] }
  expect(await checks('CreateUser', input)).toEqual([
    {
      resourceArn: arn('user/p/Ann'),
      contextKeys: { 'iam:PermissionsBoundary': PermissionsBoundary, ...tagKeys },
    },
    { action: 'iam:TagUser', resourceArn: arn('user/p/Ann'), contextKeys: tagKeys },
  ])
  expect(await checks('CreateUser', { UserName: 'Ann' })).toHaveLength(1)
})

test('a user is checked under its ARN with its tags, a missing one under the path-less ARN', async () => {
  const { iam, checks } = await openIam()
  const Tags = [{ Key: 'team', Value: 'x' }]
  await iam('CreateUser', { UserName: 'Ann', Path: '/p/', Tags })
  expect(await checks('GetUser', { UserName: 'ann' })).toEqual([
    {
      resourceArn: arn('user/p/Ann'),
      resourceLabel: 'user Ann',
      contextKeys: { 'aws:ResourceTag/team': 'x', 'iam:ResourceTag/team': 'x' },
    },
  ])
  const [missing] = await checks('GetUser', { UserName: 'Bob' })
  expect(missing?.resourceArn).toBe(arn('user/Bob'))
  expect(await checks('ListUsers', { PathPrefix: '/p/' })).toEqual([
    { resourceArn: arn('user/p/') },
  ])
})

test('GetUser without a name answers the caller, root without name and path', async () => {
  const { deployment, root, iam } = await openIam()
  const Arn = `arn:aws:iam::${accountId}:root`
  expect((await iam('GetUser', {})).User).toMatchObject({ UserId: accountId, Arn })
  const ann = await userWith(deployment, root, 'Ann', document)
  expect((await iam('GetUser', {}, ann)).User.UserName).toBe('Ann')
})

test('GetUser without a name is refused to a role session', async () => {
  const { deployment, root, iam, refuses } = await openIam()
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }],
  }
  const AssumeRolePolicyDocument = JSON.stringify(trust)
  await iam('CreateRole', { RoleName: 'R', AssumeRolePolicyDocument })
  const ann = await userWith(deployment, root, 'Ann', document)
  const input = { RoleArn: arn('role/R'), RoleSessionName: 'session' }
  const { Credentials } = await deployment.call(ann, 'sts', 'AssumeRole', input)
  const message = 'Must specify userName when calling with non-User credentials'
  for (const name of ['GetUser', 'CreateAccessKey', 'ListAccessKeys'] as const) {
    await refuses(name, {}, 'ValidationError', message, Credentials as never)
  }
})

test('ListUsers pages in name order, ignoring case, with MaxItems at one and past the rest', async () => {
  const { iam, refuses } = await openIam()
  for (const UserName of ['b', 'A', 'c']) await iam('CreateUser', { UserName, Path: '/x/' })
  await iam('CreateUser', { UserName: 'd' })
  const first = await iam('ListUsers', { PathPrefix: '/x/', MaxItems: 2 })
  expect(first.Users.map(({ UserName }) => UserName)).toEqual(['A', 'b'])
  expect(first.IsTruncated).toBe(true)
  const rest = await iam('ListUsers', { PathPrefix: '/x/', MaxItems: 2, Marker: first.Marker })
  expect(rest).toMatchObject({ Users: [{ UserName: 'c' }], IsTruncated: false })
  expect(rest).not.toHaveProperty('Marker')
  const exact = await iam('ListUsers', { MaxItems: 4 })
  expect(exact).toMatchObject({ IsTruncated: false })
  await refuses('ListUsers', { Marker: 'no marker' }, 'ValidationError', 'Invalid Marker.')
})

test('UpdateUser keeps id, keys, memberships, tags and policies, and checks both ARNs', async () => {
  const { iam, checks } = await openIam()
  const { User } = await iam('CreateUser', { UserName: 'Ann', Tags: [{ Key: 'k', Value: 'v' }] })
  await iam('CreateAccessKey', { UserName: 'Ann' })
  await iam('CreateGroup', { GroupName: 'G' })
  await iam('AddUserToGroup', { UserName: 'Ann', GroupName: 'G' })
  await iam('PutUserPolicy', { UserName: 'Ann', PolicyName: 'P', PolicyDocument: document })
  const input = { UserName: 'Ann', NewUserName: 'Bea', NewPath: '/n/' }
  const declared = await checks('UpdateUser', input)
  expect(declared.map(({ resourceArn }) => resourceArn)).toEqual([
    arn('user/Ann'),
    arn('user/n/Bea'),
  ])
  await iam('UpdateUser', input)
  const renamed = (await iam('GetUser', { UserName: 'Bea' })).User
  expect(renamed).toEqual({ ...User, UserName: 'Bea', Path: '/n/', Arn: arn('user/n/Bea') })
  const [key] = (await iam('ListAccessKeys', { UserName: 'Bea' })).AccessKeyMetadata
  expect(key?.UserName).toBe('Bea')
  expect((await iam('ListGroupsForUser', { UserName: 'Bea' })).Groups).toHaveLength(1)
  expect((await iam('ListUserPolicies', { UserName: 'Bea' })).PolicyNames).toEqual(['P'])
})

test('UpdateUser may change the case alone, and takes no name that is taken', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateUser', { UserName: 'Ann' })
  await iam('CreateUser', { UserName: 'Bea' })
  await iam('UpdateUser', { UserName: 'Ann', NewUserName: 'ANN' })
  const input = { UserName: 'ann', NewUserName: 'bea' }
  await refuses('UpdateUser', input, 'EntityAlreadyExists', 'User with name bea already exists.')
})

test('DeleteUser names what is in the way, one thing after the other', async () => {
  const { iam, refuses } = await openIam()
  const user = { UserName: 'Ann' }
  await iam('CreateUser', {
    ...user,
    PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  })
  await iam('CreateGroup', { GroupName: 'G' })
  const group = { ...user, GroupName: 'G' }
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  await iam('AddUserToGroup', group)
  await iam('AttachUserPolicy', { ...user, PolicyArn })
  await iam('PutUserPolicy', { ...user, PolicyName: 'P', PolicyDocument: document })
  const { AccessKey } = await iam('CreateAccessKey', user)
  const inTheWay = async (what: string): Promise<void> => {
    await refuses('DeleteUser', user, 'DeleteConflict', `Cannot delete entity, must ${what} first.`)
  }
  await inTheWay('remove users from group')
  await iam('RemoveUserFromGroup', group)
  await inTheWay('detach all policies')
  await iam('DetachUserPolicy', { ...user, PolicyArn })
  await inTheWay('delete policies')
  await iam('DeleteUserPolicy', { ...user, PolicyName: 'P' })
  await inTheWay('delete access keys')
  await iam('DeleteAccessKey', { ...user, AccessKeyId: AccessKey.AccessKeyId })
  await iam('DeleteUser', user) // A boundary is not in the way.
  await refuses('GetUser', user, 'NoSuchEntity', 'The user with name Ann cannot be found.')
})

test('a boundary is set, replaced and removed, and counted meanwhile', async () => {
  const { iam, checks } = await openIam()
  const user = { UserName: 'Ann' }
  await iam('CreateUser', user)
  const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  const power = 'arn:aws:iam::aws:policy/PowerUserAccess'
  const usage = async (PolicyArn: string) =>
    (await iam('GetPolicy', { PolicyArn })).Policy?.PermissionsBoundaryUsageCount
  await iam('PutUserPermissionsBoundary', { ...user, PermissionsBoundary: readOnly })
  await iam('PutUserPermissionsBoundary', { ...user, PermissionsBoundary: power })
  expect([await usage(readOnly), await usage(power)]).toEqual([0, 1])
  const [check] = await checks('DeleteUserPermissionsBoundary', user)
  expect(check?.contextKeys).toEqual({ 'iam:PermissionsBoundary': power })
  await iam('DeleteUserPermissionsBoundary', user)
  expect(await usage(power)).toBe(0)
  expect((await iam('GetUser', user)).User).not.toHaveProperty('PermissionsBoundary')
})
