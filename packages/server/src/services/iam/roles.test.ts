import { expect, test } from 'vitest'
import {
  managementAccountId,
  openDeployment,
  policy,
  trust,
  userWith,
} from '../../testing/deployment.ts'

// Goal: what each answer shows and leaves out, and what trust policies may name. Source: recorded
// answers of IAM; IAM User Guide, "AWS JSON policy elements: Principal".
const home = managementAccountId
const RoleName = 'R'

async function withRole(document = trust(home), more: object = {}) {
  const d = await openDeployment()
  const root = await d.root(home)
  const input = { RoleName, AssumeRolePolicyDocument: document, ...more }
  const { Role } = await d.call(root, 'iam', 'CreateRole', input)
  const shown = async () => {
    const { Role: role } = await d.call(root, 'iam', 'GetRole', { RoleName })
    return decodeURIComponent(role.AssumeRolePolicyDocument ?? '')
  }
  return { d, root, Role, shown }
}

test('CreateRole leaves out duration and description, ListRoles tags and boundary', async () => {
  const boundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  const Tags = [{ Key: 'a', Value: 'b' }]
  const more = {
    Description: 'D',
    MaxSessionDuration: 7200,
    Path: '/p/',
    PermissionsBoundary: boundary,
    Tags,
  }
  const { d, root, Role } = await withRole(trust(home), more)
  const PermissionsBoundary = {
    PermissionsBoundaryType: 'Policy',
    PermissionsBoundaryArn: boundary,
  }
  expect(Role).toMatchObject({ Arn: `arn:aws:iam::${home}:role/p/R`, Tags, PermissionsBoundary })
  expect(Role).not.toHaveProperty('MaxSessionDuration')
  expect(Role).not.toHaveProperty('Description')
  const { Role: got } = await d.call(root, 'iam', 'GetRole', { RoleName: 'r' })
  const details = { Description: 'D', MaxSessionDuration: 7200 }
  expect(got).toMatchObject({
    ...details,
    Tags,
    PermissionsBoundary,
    RoleLastUsed: {},
    RoleName: 'R',
  })
  const { Roles } = await d.call(root, 'iam', 'ListRoles', { PathPrefix: '/p/' })
  expect(Roles).toHaveLength(1)
  expect(Roles[0]).toMatchObject(details)
  for (const member of ['Tags', 'PermissionsBoundary', 'RoleLastUsed']) {
    expect(Roles[0]).not.toHaveProperty(member)
  }
})

test('a trust policy is read back byte for byte', async () => {
  const text = `{ "Statement": [ {"Principal":{"AWS":["arn:aws:iam::${home}:root"],"Service":"ec2.amazonaws.com"},\n"Effect":"Allow","Action":"sts:AssumeRole"}],"Version":"2012-10-17"} `
  const { shown } = await withRole(text)
  expect(await shown()).toBe(text)
})

test('a trust policy follows its principals: renamed, then gone', async () => {
  const { d, root, shown } = await withRole()
  const ann = await userWith(d, root, 'Ann')
  const text = trust([ann.arn, home])
  await d.call(root, 'iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument: text })
  expect(await shown()).toBe(text)
  await d.call(root, 'iam', 'UpdateUser', { UserName: 'Ann', NewUserName: 'Eve', NewPath: '/x/' })
  expect(await shown()).toBe(text.replace('user/Ann', 'user/x/Eve'))
  const key = { UserName: 'Eve', AccessKeyId: ann.AccessKeyId }
  const { User } = await d.call(root, 'iam', 'GetUser', { UserName: 'Eve' })
  await d.call(root, 'iam', 'DeleteAccessKey', key)
  await d.call(root, 'iam', 'DeleteUser', { UserName: 'Eve' })
  await userWith(d, root, 'Ann')
  const orphaned = text.replace(ann.arn, User.UserId)
  expect(await shown()).toBe(orphaned)
  const again = d.call(root, 'iam', 'UpdateAssumeRolePolicy', {
    RoleName,
    PolicyDocument: orphaned,
  })
  await expect(again).rejects.toThrow(`Invalid principal in policy: "AWS":"${User.UserId}"`)
})

const iam = `arn:aws:iam::${home}`
const refused: readonly [what: string, document: string, words: string][] = [
  [
    'a user that is not there',
    trust(`${iam}:user/Nobody`),
    `Invalid principal in policy: "AWS":"${iam}:user/Nobody"`,
  ],
  [
    'a user in another case',
    trust(`${iam}:user/ann`),
    `Invalid principal in policy: "AWS":"${iam}:user/ann"`,
  ],
  ['a user under another path', trust(`${iam}:user/x/Ann`), 'Invalid principal in policy'],
  ['a role that is not there', trust([home, `${iam}:role/Nobody`]), 'Invalid principal in policy'],
  [
    'a user of an unknown account',
    trust('arn:aws:iam::999999999999:user/Ann'),
    'Invalid principal in policy',
  ],
  ['a group', trust(`${iam}:group/Devs`), 'A group cannot be a principal'],
  ['a wildcard in a name', trust(`${iam}:user/*`), 'Invalid principal in policy'],
  [
    'a resource',
    policy({ Effect: 'Allow', Principal: { AWS: home }, Action: 'sts:AssumeRole', Resource: '*' }),
    'Has prohibited field Resource',
  ],
  [
    'another service',
    policy({ Effect: 'Allow', Principal: { AWS: home }, Action: 's3:GetObject' }),
    'AssumeRole policy may only specify STS AssumeRole actions.',
  ],
  ['no JSON', 'nonsense', 'This policy contains invalid Json'],
  [
    'more than the quota',
    trust(home, { StringEquals: { 'sts:ExternalId': 'x'.repeat(2048) } }),
    'Cannot exceed quota for ACLSizePerRole: 2048',
  ],
]

test.each(refused)('a trust policy may not name %s', async (_what, PolicyDocument, words) => {
  const { d, root, shown } = await withRole()
  await userWith(d, root, 'Ann')
  await d.call(root, 'iam', 'CreateGroup', { GroupName: 'Devs' })
  const before = await shown()
  const update = d.call(root, 'iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument })
  await expect(update).rejects.toThrow(words)
  expect(await shown()).toBe(before)
})

test('names are unique ignoring case; what is missing is said so', async () => {
  const { d, root } = await withRole()
  const twin = { RoleName: 'r', AssumeRolePolicyDocument: trust(home) }
  const creation = d.call(root, 'iam', 'CreateRole', twin)
  await expect(creation).rejects.toThrow('Role with name r already exists.')
  const missing = d.call(root, 'iam', 'GetRole', { RoleName: 'X' })
  await expect(missing).rejects.toThrow('The role with name X cannot be found.')
})

test('a role is deleted once nothing hangs on it; a boundary does not count', async () => {
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  const { d, root } = await withRole(trust(home), { PermissionsBoundary })
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  await d.call(root, 'iam', 'AttachRolePolicy', { RoleName, PolicyArn })
  const inline = { RoleName, PolicyName: 'P' }
  const PolicyDocument = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
  await d.call(root, 'iam', 'PutRolePolicy', { ...inline, PolicyDocument })
  const remove = () => d.call(root, 'iam', 'DeleteRole', { RoleName })
  await expect(remove()).rejects.toThrow('must detach all policies first.')
  await d.call(root, 'iam', 'DetachRolePolicy', { RoleName, PolicyArn })
  await expect(remove()).rejects.toThrow('must delete policies first.')
  await d.call(root, 'iam', 'DeleteRolePolicy', inline)
  await remove()
  await expect(d.call(root, 'iam', 'GetRole', { RoleName })).rejects.toThrow('cannot be found')
})

test('roles of AWS itself cannot be made or changed', async () => {
  const { d, root } = await withRole()
  const document = trust(home)
  const path = '/aws-reserved/sso.amazonaws.com/'
  for (const Path of [path, '/aws-service-role/x.amazonaws.com/']) {
    const creation = { RoleName: 'S', Path, AssumeRolePolicyDocument: document }
    await expect(d.call(root, 'iam', 'CreateRole', creation)).rejects.toThrow('reserved')
  }
  const role = await d.store.read((reader) => reader.find('role', home, RoleName))
  if (!role) throw new Error('no role')
  await d.store.write({ accountId: home, eventId: 'e', now: d.clock.now }, (tx) =>
    tx.update({ ...role, path }),
  )
  const changes = [
    d.call(root, 'iam', 'DeleteRole', { RoleName }),
    d.call(root, 'iam', 'UpdateRole', { RoleName, Description: '' }),
    d.call(root, 'iam', 'TagRole', { RoleName, Tags: [] }),
    d.call(root, 'iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument: document }),
  ]
  for (const change of changes) {
    await expect(change).rejects.toMatchObject({ code: 'UnmodifiableEntity' })
  }
})

test('tags, boundary and description change', async () => {
  const { d, root } = await withRole()
  const tag = (Key: string, Value: string) =>
    d.call(root, 'iam', 'TagRole', { RoleName, Tags: [{ Key, Value }] })
  await tag('Team', 'red')
  await tag('TEAM', 'blue') // One key, in its new case: recorded from TagRole.
  const { Tags } = await d.call(root, 'iam', 'ListRoleTags', { RoleName })
  expect(Tags).toEqual([{ Key: 'TEAM', Value: 'blue' }])
  await d.call(root, 'iam', 'UntagRole', { RoleName, TagKeys: ['team', 'none'] })
  const boundary = { RoleName, PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
  await d.call(root, 'iam', 'PutRolePermissionsBoundary', boundary)
  await d.call(root, 'iam', 'UpdateRole', { RoleName, MaxSessionDuration: 3601 })
  const { Role } = await d.call(root, 'iam', 'UpdateRoleDescription', {
    RoleName,
    Description: 'D',
  })
  expect(Role).toMatchObject({ Description: 'D', MaxSessionDuration: 3601 })
  expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(boundary.PermissionsBoundary)
  await d.call(root, 'iam', 'DeleteRolePermissionsBoundary', { RoleName })
  const { Role: last } = await d.call(root, 'iam', 'GetRole', { RoleName })
  expect(last).not.toHaveProperty('Tags')
  expect(last).not.toHaveProperty('PermissionsBoundary')
})
