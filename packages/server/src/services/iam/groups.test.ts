import { expect, test } from 'vitest'
import { arn, document, openIam } from './testing/iam-house.ts'

// Goal: groups and memberships as the IAM API Reference has them, with recorded wording.

test('groups: created, listed by path, renamed with their members, deleted when empty', async () => {
  const { iam, refuses, checks } = await openIam()
  const { Group } = await iam('CreateGroup', { GroupName: 'G', Path: '/p/' })
  expect(Group).toEqual({
    ...{ Path: '/p/', GroupName: 'G', GroupId: expect.stringMatching(/^AGPA/) },
    ...{ Arn: arn('group/p/G'), CreateDate: new Date('2026-11-24T12:00:00Z') },
  })
  const taken = 'Group with name g already exists.'
  await refuses('CreateGroup', { GroupName: 'g' }, 'EntityAlreadyExists', taken)
  await iam('CreateGroup', { GroupName: 'H' })
  expect((await iam('ListGroups', { PathPrefix: '/p/' })).Groups).toEqual([Group])
  await iam('CreateUser', { UserName: 'Ann' })
  await iam('AddUserToGroup', { GroupName: 'G', UserName: 'Ann' })
  await refuses(
    'UpdateGroup',
    { GroupName: 'G', NewGroupName: 'h' },
    'EntityAlreadyExists',
    'Group with name h already exists.',
  )
  const rename = { GroupName: 'G', NewGroupName: 'K', NewPath: '/' }
  const both = (await checks('UpdateGroup', rename)).map(({ resourceArn }) => resourceArn)
  expect(both).toEqual([arn('group/p/G'), arn('group/K')])
  await iam('UpdateGroup', rename)
  const got = await iam('GetGroup', { GroupName: 'K' })
  expect(got).toMatchObject({ Group: { GroupId: Group?.GroupId }, Users: [{ UserName: 'Ann' }] })
  const conflict = 'Cannot delete entity, must remove users from group first.'
  await refuses('DeleteGroup', { GroupName: 'K' }, 'DeleteConflict', conflict)
  await iam('RemoveUserFromGroup', { GroupName: 'K', UserName: 'Ann' })
  await iam('DeleteGroup', { GroupName: 'K' })
  const missing = 'The group with name K cannot be found.'
  await refuses('GetGroup', { GroupName: 'K' }, 'NoSuchEntity', missing)
})

test('GetGroup pages its users', async () => {
  const { iam } = await openIam()
  await iam('CreateGroup', { GroupName: 'G' })
  for (const UserName of ['c', 'B', 'a']) {
    await iam('CreateUser', { UserName })
    await iam('AddUserToGroup', { GroupName: 'G', UserName })
    await iam('AddUserToGroup', { GroupName: 'G', UserName }) // A member already: no error.
  }
  const first = await iam('GetGroup', { GroupName: 'G', MaxItems: 2 })
  expect(first).toMatchObject({ Users: [{ UserName: 'a' }, { UserName: 'B' }], IsTruncated: true })
  const rest = await iam('GetGroup', { GroupName: 'G', Marker: first.Marker })
  expect(rest).toMatchObject({ Users: [{ UserName: 'c' }], IsTruncated: false })
})

test('memberships: the user is looked up before the group, and must be a member to leave', async () => {
  const { iam, refuses, checks } = await openIam()
  const input = { GroupName: 'G', UserName: 'Ann' }
  for (const name of ['AddUserToGroup', 'RemoveUserFromGroup'] as const) {
    await refuses(name, input, 'NoSuchEntity', 'The user with name Ann cannot be found.')
  }
  await iam('CreateUser', { UserName: 'Ann' })
  for (const name of ['AddUserToGroup', 'RemoveUserFromGroup'] as const) {
    await refuses(name, input, 'NoSuchEntity', 'The group with name G cannot be found.')
  }
  await iam('CreateGroup', { GroupName: 'G', Path: '/p/' })
  const message = 'User Ann in Group G cannot be found.'
  await refuses('RemoveUserFromGroup', input, 'NoSuchEntity', message)
  const [check] = await checks('AddUserToGroup', input)
  expect(check).toMatchObject({ resourceArn: arn('group/p/G'), resourceLabel: 'group G' })
})

test('a user is in ten groups, not eleven; ListGroupsForUser pages them', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateUser', { UserName: 'Ann' })
  const names = Array.from({ length: 11 }, (_, index) => `G${index + 10}`)
  for (const GroupName of names) await iam('CreateGroup', { GroupName })
  for (const GroupName of names.slice(0, 10)) {
    await iam('AddUserToGroup', { GroupName, UserName: 'Ann' })
  }
  const eleventh = { GroupName: 'G20', UserName: 'Ann' }
  const message = 'Cannot exceed quota for GroupsPerUser: 10'
  await refuses('AddUserToGroup', eleventh, 'LimitExceeded', message)
  const first = await iam('ListGroupsForUser', { UserName: 'Ann', MaxItems: 9 })
  // What was on the page before may be gone when the next is asked for.
  await iam('RemoveUserFromGroup', { GroupName: 'G18', UserName: 'Ann' })
  const rest = await iam('ListGroupsForUser', { UserName: 'Ann', Marker: first.Marker })
  expect([first, rest].flatMap(({ Groups }) => Groups.map((group) => group.GroupName))).toEqual(
    names.slice(0, 10),
  )
})

test('GetAccountAuthorizationDetails: every list, with what hangs on each, paged as one', async () => {
  const { iam } = await openIam()
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  await iam('CreateUser', { UserName: 'Ann', Tags: [{ Key: 'k', Value: 'v' }] })
  await iam('CreateGroup', { GroupName: 'G' })
  await iam('AddUserToGroup', { GroupName: 'G', UserName: 'Ann' })
  await iam('PutUserPolicy', { UserName: 'Ann', PolicyName: 'I', PolicyDocument: document })
  await iam('AttachGroupPolicy', { GroupName: 'G', PolicyArn })
  await iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: document })
  const PolicyDocument = encodeURIComponent(document).replaceAll('*', '%2A')
  const all = await iam('GetAccountAuthorizationDetails', {})
  expect(all).toMatchObject({
    UserDetailList: [
      {
        ...{ UserName: 'Ann', GroupList: ['G'], Tags: [{ Key: 'k', Value: 'v' }] },
        UserPolicyList: [{ PolicyName: 'I', PolicyDocument }],
        AttachedManagedPolicies: [],
      },
    ],
    GroupDetailList: [{ AttachedManagedPolicies: [{ PolicyArn }], GroupPolicyList: [] }],
    RoleDetailList: [],
    Policies: [
      { PolicyName: 'P', PolicyVersionList: [{ VersionId: 'v1', Document: PolicyDocument }] },
      { Arn: PolicyArn, AttachmentCount: 1 },
    ],
    IsTruncated: false,
  })
  const pages = []
  let Marker: string | undefined
  do {
    const page = await iam('GetAccountAuthorizationDetails', { MaxItems: 1, Marker })
    pages.push(...(page.UserDetailList ?? []), ...(page.GroupDetailList ?? []))
    pages.push(...(page.RoleDetailList ?? []), ...(page.Policies ?? []))
    Marker = page.Marker
  } while (Marker !== undefined)
  expect(pages).toHaveLength(4)
  const filtered = await iam('GetAccountAuthorizationDetails', { Filter: ['Group'] })
  expect(filtered).toMatchObject({ UserDetailList: [], GroupDetailList: [{ GroupName: 'G' }] })
  expect(filtered.Policies).toEqual([])
})
