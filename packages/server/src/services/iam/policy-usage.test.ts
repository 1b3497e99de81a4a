import { expect, test } from 'vitest'
import { trust } from '../../testing/deployment.ts'
import { arn, document, openIam } from './testing/iam-house.ts'
import type { Iam } from './testing/iam-house.ts'

// Goal: which policies are listed as in use, and by whom. Source: recorded answers of ListPolicies
// and ListEntitiesForPolicy (2026-09) for the same four policies.

/**
 * `attached` to a user, a group and a role; `boundary` of the user; `both` attached to the group
 * and boundary of the role; `unused`.
 */
async function house(): Promise<Iam> {
  const house = await openIam()
  const { iam } = house
  for (const PolicyName of ['attached', 'both', 'boundary', 'unused']) {
    await iam('CreatePolicy', { PolicyName, PolicyDocument: document })
  }
  const [attached, both, boundary] = ['attached', 'both', 'boundary'].map((name) =>
    arn(`policy/${name}`),
  ) as [string, string, string]
  await iam('CreateUser', { UserName: 'U', PermissionsBoundary: boundary })
  await iam('CreateGroup', { GroupName: 'G' })
  const AssumeRolePolicyDocument = trust(arn('user/U'))
  await iam('CreateRole', { RoleName: 'R', AssumeRolePolicyDocument, PermissionsBoundary: both })
  await iam('AttachUserPolicy', { UserName: 'U', PolicyArn: attached })
  await iam('AttachGroupPolicy', { GroupName: 'G', PolicyArn: attached })
  await iam('AttachRolePolicy', { RoleName: 'R', PolicyArn: attached })
  await iam('AttachGroupPolicy', { GroupName: 'G', PolicyArn: both })
  return house
}

type Usage = 'PermissionsPolicy' | 'PermissionsBoundary' | undefined
const all = ['attached', 'both', 'boundary', 'unused']
const lists: readonly [onlyAttached: boolean | undefined, usage: Usage, names: string[]][] = [
  [undefined, undefined, all],
  [undefined, 'PermissionsPolicy', all],
  [undefined, 'PermissionsBoundary', all],
  [false, 'PermissionsBoundary', all],
  [true, undefined, ['attached', 'both', 'boundary']],
  [true, 'PermissionsPolicy', ['attached', 'both']],
  [true, 'PermissionsBoundary', ['both', 'boundary']],
]

test('ListPolicies: the usage filter counts with OnlyAttached alone', async () => {
  const { iam } = await house()
  for (const [OnlyAttached, PolicyUsageFilter, names] of lists) {
    const input = { Scope: 'Local', OnlyAttached, PolicyUsageFilter } as const
    const { Policies } = await iam('ListPolicies', input)
    expect(
      Policies?.map(({ PolicyName }) => PolicyName),
      JSON.stringify(input),
    ).toEqual(names)
  }
})

test('ListPolicies shows how often each is in use; AWS’s that is attached is found', async () => {
  const { iam } = await house()
  const aws = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  await iam('AttachUserPolicy', { UserName: 'U', PolicyArn: aws })
  const { Policies } = await iam('ListPolicies', { OnlyAttached: true })
  const counts = Policies?.map((policy) => [
    ...[policy.PolicyName, policy.AttachmentCount, policy.PermissionsBoundaryUsageCount],
  ])
  expect(counts).toEqual([
    ['attached', 3, 0],
    ['both', 1, 1],
    ['boundary', 0, 1],
    ['ReadOnlyAccess', 1, 0],
  ])
})

type Filter = 'User' | 'Group' | 'Role' | 'LocalManagedPolicy' | 'AWSManagedPolicy' | undefined
const entities: readonly [
  policy: string,
  Filter,
  Usage,
  users: number,
  groups: number,
  roles: number,
][] = [
  ['unused', undefined, undefined, 0, 0, 0],
  ['attached', undefined, undefined, 1, 1, 1],
  ['attached', undefined, 'PermissionsPolicy', 1, 1, 1],
  ['attached', undefined, 'PermissionsBoundary', 0, 0, 0],
  ['boundary', undefined, undefined, 1, 0, 0],
  ['boundary', undefined, 'PermissionsPolicy', 0, 0, 0],
  ['boundary', undefined, 'PermissionsBoundary', 1, 0, 0],
  ['both', undefined, undefined, 0, 1, 1],
  ['both', undefined, 'PermissionsPolicy', 0, 1, 0],
  ['both', undefined, 'PermissionsBoundary', 0, 0, 1],
  ['both', 'User', undefined, 0, 0, 0],
  ['both', 'Group', undefined, 0, 1, 0],
  ['both', 'Group', 'PermissionsBoundary', 0, 0, 0],
  ['both', 'Role', undefined, 0, 0, 1],
  ['both', 'Role', 'PermissionsPolicy', 0, 0, 0],
  ['both', 'LocalManagedPolicy', undefined, 0, 0, 0],
  ['both', 'AWSManagedPolicy', undefined, 0, 0, 0],
]

test('ListEntitiesForPolicy: every filter', async () => {
  const { iam } = await house()
  for (const [policy, EntityFilter, PolicyUsageFilter, ...counts] of entities) {
    const input = { PolicyArn: arn(`policy/${policy}`), EntityFilter, PolicyUsageFilter }
    const { PolicyUsers, PolicyGroups, PolicyRoles } = await iam('ListEntitiesForPolicy', input)
    const found = [PolicyUsers, PolicyGroups, PolicyRoles].map((list) => list?.length)
    expect(found, JSON.stringify(input)).toEqual(counts)
  }
})

test('ListEntitiesForPolicy pages across groups, users and roles', async () => {
  const { iam } = await house()
  const seen: string[] = []
  let Marker: string | undefined
  do {
    const input = { PolicyArn: arn('policy/attached'), MaxItems: 1, Marker }
    const page = await iam('ListEntitiesForPolicy', input)
    seen.push(...(page.PolicyGroups ?? []).map((one) => one.GroupName ?? ''))
    seen.push(...(page.PolicyUsers ?? []).map((one) => one.UserName ?? ''))
    seen.push(...(page.PolicyRoles ?? []).map((one) => one.RoleName ?? ''))
    Marker = page.Marker
  } while (Marker !== undefined)
  expect(seen).toEqual(['G', 'U', 'R'])
})

test('a boundary that is not there cannot be deleted', async () => {
  const { iam, refuses } = await house()
  const message = 'The permissions boundary of user U cannot be found.'
  await iam('DeleteUserPermissionsBoundary', { UserName: 'U' })
  await refuses('DeleteUserPermissionsBoundary', { UserName: 'U' }, 'NoSuchEntity', message)
  await iam('DeleteRolePermissionsBoundary', { RoleName: 'R' })
  const ofRole = 'The permissions boundary of role R cannot be found.'
  await refuses('DeleteRolePermissionsBoundary', { RoleName: 'R' }, 'NoSuchEntity', ofRole)
})

const filters = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const

test('GetAccountAuthorizationDetails: each filter, in pages of one', async () => {
  const { iam } = await house()
  const aws = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  await iam('AttachUserPolicy', { UserName: 'U', PolicyArn: aws })
  const namesOf = async (Filter: (typeof filters)[number][], pagesMax: number) => {
    const names: (string | undefined)[] = []
    let Marker: string | undefined
    for (let page = 0; page < pagesMax; page++) {
      const input = { ...(Filter.length > 0 && { Filter }), MaxItems: 1, Marker }
      const details = await iam('GetAccountAuthorizationDetails', input)
      names.push(...(details.UserDetailList ?? []).map((one) => one.UserName))
      names.push(...(details.GroupDetailList ?? []).map((one) => one.GroupName))
      names.push(...(details.RoleDetailList ?? []).map((one) => one.RoleName))
      names.push(...(details.Policies ?? []).map((one) => one.PolicyName))
      Marker = details.Marker
      if (Marker === undefined) break
    }
    return names
  }
  expect(await namesOf(['User'], 9)).toEqual(['U'])
  expect(await namesOf(['Group'], 9)).toEqual(['G'])
  expect(await namesOf(['Role'], 9)).toEqual(['R'])
  expect(await namesOf(['LocalManagedPolicy'], 9)).toEqual(all)
  expect(await namesOf(['Role', 'Group'], 9)).toEqual(['G', 'R'])
  expect(await namesOf(['AWSManagedPolicy'], 2)).toHaveLength(2)
  expect(await namesOf([], 99)).toEqual(['U', 'G', 'R', ...all, 'ReadOnlyAccess'])
})
