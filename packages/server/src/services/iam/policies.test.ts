import { expect, test } from 'vitest'
import { accountId, arn, document, openIam, otherAccountId } from './testing/iam-house.ts'
import type { Iam } from './testing/iam-house.ts'

// Goal: managed policies, their versions and attachments as the IAM API Reference has them, with
// the wording of recorded answers. Method: the real store, engine and AWS managed policies.

const aws = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const PolicyArn = arn('policy/p/P')

async function withPolicy(): Promise<Iam> {
  const house = await openIam()
  await house.iam('CreatePolicy', { PolicyName: 'P', Path: '/p/', PolicyDocument: document })
  return house
}

/** A document of exactly so many characters, none of them white space. */
function documentOf(nonSpaceChars: number): string {
  const text = (sid: string) =>
    `{"Version":"2012-10-17","Statement":[{"Sid":"${sid}","Effect":"Allow","Action":"*","Resource":"*"}]}`
  return `${text('a'.repeat(nonSpaceChars - text('').length))} \n`
}

test('CreatePolicy answers without description, GetPolicy with it and with an empty list of tags', async () => {
  const { iam } = await openIam()
  const { Policy } = await iam('CreatePolicy', {
    ...{ PolicyName: 'P', Path: '/p/', PolicyDocument: document, Description: 'what it is' },
  })
  const CreateDate = new Date('2026-11-24T12:00:00Z')
  expect(Policy).toEqual({
    ...{ PolicyName: 'P', PolicyId: expect.stringMatching(/^ANPA/), Arn: PolicyArn, Path: '/p/' },
    ...{ DefaultVersionId: 'v1', AttachmentCount: 0, PermissionsBoundaryUsageCount: 0 },
    ...{ IsAttachable: true, CreateDate, UpdateDate: CreateDate },
  })
  const got = (await iam('GetPolicy', { PolicyArn })).Policy
  expect(got).toEqual({ ...Policy, Description: 'what it is', Tags: [] })
})

test('a document comes back percent-encoded, byte for byte', async () => {
  const { iam } = await openIam()
  const PolicyDocument =
    '{ "Version":"2012-10-17",\n"Statement":{"Sid":"","Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a%3A(b)!~\'é"}}'
  await iam('CreatePolicy', { PolicyName: 'P', Path: '/p/', PolicyDocument })
  const { PolicyVersion } = await iam('GetPolicyVersion', { PolicyArn, VersionId: 'v1' })
  expect(PolicyVersion?.Document).toMatch(/^[A-Za-z0-9%._~-]+$/)
  expect(PolicyVersion?.Document).toContain('a%253A%28b%29%21~%27%C3%A9')
  expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(PolicyDocument)
})

test('a policy may have 6144 characters, white space not counted, and not one more', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: documentOf(6144) })
  const input = { PolicyName: 'Q', PolicyDocument: documentOf(6145) }
  await refuses('CreatePolicy', input, 'LimitExceeded', 'Cannot exceed quota for PolicySize: 6144')
})

test('CreatePolicy refuses a taken name and a malformed document', async () => {
  const { refuses } = await withPolicy()
  const taken = 'A policy called p already exists. Duplicate names are not allowed.'
  const input = { PolicyName: 'p', PolicyDocument: document }
  await refuses('CreatePolicy', input, 'EntityAlreadyExists', taken)
  const malformed = { PolicyName: 'Q', PolicyDocument: '{}' }
  const message = 'Syntax errors in policy.'
  await refuses('CreatePolicy', malformed, 'MalformedPolicyDocument', message)
})

test('versions: five at most, numbers never reused, newest first', async () => {
  const { iam, refuses } = await withPolicy()
  const input = { PolicyArn, PolicyDocument: document }
  for (let version = 2; version <= 5; version++) await iam('CreatePolicyVersion', input)
  const full =
    'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.'
  await refuses('CreatePolicyVersion', input, 'LimitExceeded', full)
  await iam('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' })
  const created = await iam('CreatePolicyVersion', { ...input, SetAsDefault: true })
  expect(created.PolicyVersion).toMatchObject({ VersionId: 'v6', IsDefaultVersion: true })
  const first = await iam('ListPolicyVersions', { PolicyArn, MaxItems: 2 })
  expect(first.Versions?.map(({ VersionId }) => VersionId)).toEqual(['v6', 'v4'])
  expect(first.Versions?.[0]).not.toHaveProperty('Document')
  const rest = await iam('ListPolicyVersions', { PolicyArn, Marker: first.Marker })
  expect(rest.Versions?.map(({ VersionId }) => VersionId)).toEqual(['v3', 'v2', 'v1'])
})

test('the default version changes at once and cannot be deleted', async () => {
  const { deployment, iam, refuses } = await withPolicy()
  await iam('CreatePolicyVersion', { PolicyArn, PolicyDocument: document })
  const later = new Date('2026-11-24T13:00:00Z')
  deployment.clock.now = later
  await iam('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' })
  const { Policy } = await iam('GetPolicy', { PolicyArn })
  expect(Policy).toMatchObject({ DefaultVersionId: 'v2', UpdateDate: later })
  const message = 'Cannot delete the default version of a policy.'
  await refuses('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' }, 'DeleteConflict', message)
  const missing = `Policy ${PolicyArn} version v9 does not exist or is not attachable.`
  for (const name of [
    'GetPolicyVersion',
    'SetDefaultPolicyVersion',
    'DeletePolicyVersion',
  ] as const) {
    await refuses(name, { PolicyArn, VersionId: 'v9' }, 'NoSuchEntity', missing)
  }
})

test('DeletePolicy wants attachments, boundaries and other versions gone first', async () => {
  const { iam, refuses } = await withPolicy()
  await iam('CreateUser', { UserName: 'Ann', PermissionsBoundary: PolicyArn })
  const attached = 'Cannot delete a policy attached to entities.'
  await refuses('DeletePolicy', { PolicyArn }, 'DeleteConflict', attached)
  await iam('DeleteUser', { UserName: 'Ann' })
  await iam('CreatePolicyVersion', { PolicyArn, PolicyDocument: document })
  const versions =
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy."
  await refuses('DeletePolicy', { PolicyArn }, 'DeleteConflict', versions)
  await iam('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })
  await iam('DeletePolicy', { PolicyArn })
  const missing = `Policy ${PolicyArn} was not found.`
  await refuses('GetPolicy', { PolicyArn }, 'NoSuchEntity', missing)
  await refuses('DeletePolicy', { PolicyArn }, 'NoSuchEntity', missing)
  expect((await iam('GetAccountSummary', {})).SummaryMap).toMatchObject({ PolicyVersionsInUse: 0 })
})

test('policies of AWS are read like own ones and refuse every change', async () => {
  const { iam, refuses } = await openIam()
  const { Policy } = await iam('GetPolicy', { PolicyArn: aws })
  expect(Policy).toMatchObject({ PolicyName: 'ReadOnlyAccess', Arn: aws, AttachmentCount: 0 })
  const VersionId = Policy?.DefaultVersionId ?? ''
  const { PolicyVersion } = await iam('GetPolicyVersion', { PolicyArn: aws, VersionId })
  expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toHaveProperty('Statement')
  const change = { PolicyArn: aws, PolicyDocument: document }
  const outside = 'outside your own account.'
  await refuses('CreatePolicyVersion', change, 'AccessDenied', `Cannot update policies ${outside}`)
  await refuses('DeletePolicy', change, 'AccessDenied', `Cannot delete policies ${outside}`)
  const deletion = `Cannot delete policy versions for policies ${outside}`
  await refuses('DeletePolicyVersion', { ...change, VersionId }, 'AccessDenied', deletion)
})

test('ARNs compare exactly, and policies of another account are not there', async () => {
  const { deployment, iam, refuses } = await withPolicy()
  for (const other of [
    arn('policy/P'),
    arn('policy/p/p'),
    PolicyArn.replace(accountId, otherAccountId),
  ]) {
    await refuses(
      'GetPolicy',
      { PolicyArn: other },
      'NoSuchEntity',
      `Policy ${other} was not found.`,
    )
  }
  const stranger = await deployment.root(otherAccountId)
  const missing = `Policy ${PolicyArn} does not exist or is not attachable.`
  await iam('CreateGroup', { GroupName: 'G' }, stranger)
  const input = { GroupName: 'G', PolicyArn }
  await refuses('AttachGroupPolicy', input, 'NoSuchEntity', missing, stranger)
})

test('attachments of AWS policies count in each account for itself', async () => {
  const { deployment, iam } = await openIam()
  const stranger = await deployment.root(otherAccountId)
  await iam('CreateGroup', { GroupName: 'G' }, stranger)
  await iam('AttachGroupPolicy', { GroupName: 'G', PolicyArn: aws }, stranger)
  expect((await iam('GetPolicy', { PolicyArn: aws })).Policy?.AttachmentCount).toBe(0)
  expect((await iam('ListEntitiesForPolicy', { PolicyArn: aws })).PolicyGroups).toEqual([])
  const used = { OnlyAttached: true }
  expect((await iam('ListPolicies', used)).Policies).toEqual([])
  const [policy] = (await iam('ListPolicies', used, stranger)).Policies ?? []
  expect(policy).toMatchObject({ Arn: aws, AttachmentCount: 1 })
})

test('ListPolicies: own ones first, then AWS’s, every one once over all pages', async () => {
  const { deployment, iam } = await withPolicy()
  const arns: string[] = []
  let Marker: string | undefined
  do {
    const listed = await iam('ListPolicies', { MaxItems: 1000, Marker })
    arns.push(...(listed.Policies ?? []).map((policy) => policy.Arn ?? ''))
    Marker = listed.Marker
  } while (Marker !== undefined)
  const total = await deployment.scopes.read(
    {
      caller: await deployment.callerOf(await deployment.root(accountId)),
      requestId: 'test',
      now: deployment.clock.now,
      region: 'us-east-1',
    },
    (scope) => Promise.resolve(scope.managedPolicies.count),
  )
  expect(arns[0]).toBe(PolicyArn)
  expect(new Set(arns).size).toBe(total + 1)
  expect(arns.length).toBe(total + 1)
  const local = await iam('ListPolicies', { Scope: 'Local' })
  expect(local.Policies?.map((policy) => policy.Arn)).toEqual([PolicyArn])
  const jobs = await iam('ListPolicies', { Scope: 'AWS', PathPrefix: '/job-function/' })
  expect(jobs.Policies?.every(({ Path }) => Path === '/job-function/')).toBe(true)
})

test('attach and detach, for users, groups and roles alike', async () => {
  const { iam, refuses, checks } = await withPolicy()
  const trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"${accountId}"},"Action":"sts:AssumeRole"}}`
  await iam('CreateUser', { UserName: 'N' })
  await iam('CreateGroup', { GroupName: 'N' })
  await iam('CreateRole', { RoleName: 'N', AssumeRolePolicyDocument: trust })
  for (const kind of ['User', 'Group', 'Role'] as const) {
    const input = { UserName: 'N', GroupName: 'N', RoleName: 'N', PolicyArn }
    await iam(`Attach${kind}Policy`, input)
    await iam(`Attach${kind}Policy`, input) // Attached already: no error.
    await iam(`Attach${kind}Policy`, { ...input, PolicyArn: aws })
    const listed = await iam(`ListAttached${kind}Policies`, { ...input, MaxItems: 1 })
    expect(listed).toMatchObject({ AttachedPolicies: [{ PolicyArn }], IsTruncated: true })
    const rest = await iam(`ListAttached${kind}Policies`, { ...input, Marker: listed.Marker })
    expect(rest.AttachedPolicies).toEqual([{ PolicyName: 'ReadOnlyAccess', PolicyArn: aws }])
    const [check] = await checks(`Detach${kind}Policy`, input)
    expect(check).toMatchObject({
      resourceArn: arn(`${kind.toLowerCase()}/N`),
      resourceLabel: `${kind.toLowerCase()} N`,
      contextKeys: { 'iam:PolicyARN': PolicyArn },
    })
    const conflict = 'Cannot delete entity, must detach all policies first.'
    await refuses(`Delete${kind}`, input, 'DeleteConflict', conflict)
  }
  const entities = await iam('ListEntitiesForPolicy', { PolicyArn, MaxItems: 2 })
  expect(entities).toMatchObject({
    ...{ PolicyGroups: [{ GroupName: 'N' }], PolicyUsers: [{ UserName: 'N' }], PolicyRoles: [] },
    IsTruncated: true,
  })
  const { Marker } = entities
  const rest = await iam('ListEntitiesForPolicy', { PolicyArn, Marker })
  expect(rest).toMatchObject({ PolicyUsers: [], PolicyRoles: [{ RoleName: 'N' }] })
  expect((await iam('GetPolicy', { PolicyArn })).Policy?.AttachmentCount).toBe(3)
  for (const kind of ['User', 'Group', 'Role'] as const) {
    const input = { UserName: 'N', GroupName: 'N', RoleName: 'N', PolicyArn }
    await iam(`Detach${kind}Policy`, input)
    await refuses(
      `Detach${kind}Policy`,
      input,
      'NoSuchEntity',
      `Policy ${PolicyArn} was not found.`,
    )
  }
})

test('attaching refuses what is no policy, what is not there, and the policies of service-linked roles', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateUser', { UserName: 'N' })
  const rows: readonly [PolicyArn: string, code: string, message: string][] = [
    [arn('user/N'), 'ValidationError', `ARN ${arn('user/N')} is not valid.`],
    ['not-an-arn-at-all-really', 'ValidationError', 'ARN not-an-arn-at-all-really is not valid.'],
    [PolicyArn, 'NoSuchEntity', `Policy ${PolicyArn} does not exist or is not attachable.`],
    [
      'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy',
      'PolicyNotAttachable',
      'Cannot attach a Service Role Policy to a Customer User.',
    ],
  ]
  for (const [PolicyArn, code, message] of rows) {
    await refuses('AttachUserPolicy', { UserName: 'N', PolicyArn }, code, message)
  }
})

test('ten policies are attached to a group, not eleven', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateGroup', { GroupName: 'G' })
  for (let number = 1; number <= 11; number++) {
    await iam('CreatePolicy', { PolicyName: `P${number}`, PolicyDocument: document })
    const input = { GroupName: 'G', PolicyArn: arn(`policy/P${number}`) }
    if (number <= 10) await iam('AttachGroupPolicy', input)
    else {
      const message = 'Cannot exceed quota for PoliciesPerGroup: 10'
      await refuses('AttachGroupPolicy', input, 'LimitExceeded', message)
      // One that is attached already is no error, and does not count twice.
      await iam('AttachGroupPolicy', { ...input, PolicyArn: arn('policy/P1') })
    }
  }
})

// Source: users report InvalidInput of AttachRolePolicy for an ARN within an ARN; the rest of the
// operations on managed policies list the same error.
test('an ARN that can be no policy’s is InvalidInput, whatever is done with it', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateUser', { UserName: 'Ann' })
  const nested = { PolicyArn: `arn:aws:iam::aws:policy/${aws}` }
  const version = { ...nested, VersionId: 'v1' }
  const message = `ARN ${nested.PolicyArn} is not valid.`
  const refusesIt = (name: Parameters<Iam['iam']>[0], input: object) =>
    refuses(name, input as never, 'InvalidInput', message)
  await refusesIt('GetPolicy', nested)
  await refusesIt('DeletePolicy', nested)
  await refusesIt('ListEntitiesForPolicy', nested)
  await refusesIt('ListPolicyTags', nested)
  await refusesIt('TagPolicy', { ...nested, Tags: [{ Key: 'a', Value: '' }] })
  await refusesIt('ListPolicyVersions', nested)
  await refusesIt('GetPolicyVersion', version)
  await refusesIt('SetDefaultPolicyVersion', version)
  await refusesIt('AttachUserPolicy', { ...nested, UserName: 'Ann' })
  await refusesIt('DetachUserPolicy', { ...nested, UserName: 'Ann' })
})
