import { expect, test } from 'vitest'
import { accountId, arn, openIam } from './testing/iam-house.ts'

// Goal: instance profiles as the IAM API Reference has them, with recorded wording.

const profile = { InstanceProfileName: 'Web' }
const inProfile = { ...profile, RoleName: 'R' }

async function withRole() {
  const house = await openIam()
  const AssumeRolePolicyDocument = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"${accountId}"},"Action":"sts:AssumeRole"}}`
  const Tags = [{ Key: 'team', Value: 'x' }]
  await house.iam('CreateRole', { RoleName: 'R', Path: '/p/', AssumeRolePolicyDocument, Tags })
  return house
}

test('a profile: created, taken, listed by path, deleted', async () => {
  const { iam, refuses } = await openIam()
  const { InstanceProfile } = await iam('CreateInstanceProfile', { ...profile, Path: '/p/' })
  expect(InstanceProfile).toMatchObject({
    ...{ Path: '/p/', Arn: arn('instance-profile/p/Web'), Roles: [] },
    InstanceProfileId: expect.stringMatching(/^AIPA/),
  })
  const again = { InstanceProfileName: 'web' }
  const taken = 'Instance Profile web already exists.'
  await refuses('CreateInstanceProfile', again, 'EntityAlreadyExists', taken)
  await iam('CreateInstanceProfile', { InstanceProfileName: 'Other' })
  const listed = await iam('ListInstanceProfiles', { PathPrefix: '/p/' })
  expect(listed.InstanceProfiles.map(({ Arn }) => Arn)).toEqual([InstanceProfile.Arn])
  await iam('DeleteInstanceProfile', profile)
  const missing = 'Instance Profile Web cannot be found.'
  await refuses('GetInstanceProfile', profile, 'NoSuchEntity', missing)
})

test('a profile holds one role, which keeps both from being deleted', async () => {
  const { iam, refuses } = await withRole()
  await iam('CreateInstanceProfile', profile)
  const notInside = 'Role R in Instance Profile Web cannot be found.'
  await refuses('RemoveRoleFromInstanceProfile', inProfile, 'NoSuchEntity', notInside)
  await iam('AddRoleToInstanceProfile', inProfile)
  const full = 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1'
  await refuses('AddRoleToInstanceProfile', inProfile, 'LimitExceeded', full)
  const got = await iam('GetInstanceProfile', profile)
  expect(got.InstanceProfile.Roles).toMatchObject([{ RoleName: 'R', Arn: arn('role/p/R') }])
  const ofRole = await iam('ListInstanceProfilesForRole', { RoleName: 'R' })
  expect(ofRole).toMatchObject({ InstanceProfiles: [profile], IsTruncated: false })
  const details = await iam('GetAccountAuthorizationDetails', { Filter: ['Role'] })
  expect(details.RoleDetailList?.[0]?.InstanceProfileList).toMatchObject([profile])
  const inside = 'Cannot delete entity, must remove roles from instance profile first.'
  await refuses('DeleteInstanceProfile', profile, 'DeleteConflict', inside)
  await refuses('DeleteRole', { RoleName: 'R' }, 'DeleteConflict', inside)
  await iam('RemoveRoleFromInstanceProfile', inProfile)
  await iam('DeleteRole', { RoleName: 'R' })
})

test('adding a role passes it to EC2: PassRole is checked with the role’s tags', async () => {
  const { iam, checks } = await withRole()
  await iam('CreateInstanceProfile', { ...profile, Tags: [{ Key: 'a', Value: 'b' }] })
  expect(await checks('AddRoleToInstanceProfile', inProfile)).toEqual([
    {
      ...{ resourceArn: arn('instance-profile/Web'), resourceLabel: 'instance profile Web' },
      contextKeys: { 'aws:ResourceTag/a': 'b', 'iam:ResourceTag/a': 'b' },
    },
    {
      ...{ action: 'iam:PassRole', resourceArn: arn('role/p/R'), resourceLabel: arn('role/p/R') },
      contextKeys: {
        ...{ 'aws:ResourceTag/team': 'x', 'iam:ResourceTag/team': 'x' },
        'iam:PassedToService': 'ec2.amazonaws.com',
      },
    },
  ])
})
