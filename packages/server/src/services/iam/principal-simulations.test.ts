import { expect, test } from 'vitest'
import type { IamOperations } from '@bailiwick/wire'
import { trust, userWith } from '../../testing/deployment.ts'
import { accountId, arn, openIam, otherAccountId } from './testing/iam-house.ts'
import { allow, document, objectA, statement, when } from './testing/simulation.ts'

// Goal: a principal's own policies, those of its groups, its boundary, and what changes them for
// the simulation. Source: IAM API Reference, SimulatePrincipalPolicy; recorded answers (2026-09).

type Input = IamOperations['SimulatePrincipalPolicy']['input']

const on = (Action: string) => document(statement({ Action }))
const ActionNames = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']

/** Ann may get herself, put by her group, and delete by a policy attached to both. */
async function house() {
  const house = await openIam()
  const { iam } = house
  await iam('CreateUser', { UserName: 'Ann', Path: '/team/' })
  await iam('CreateGroup', { GroupName: 'Devs' })
  await iam('AddUserToGroup', { UserName: 'Ann', GroupName: 'Devs' })
  await iam('PutUserPolicy', {
    UserName: 'Ann',
    PolicyName: 'own',
    PolicyDocument: on('s3:GetObject'),
  })
  const put = { GroupName: 'Devs', PolicyName: 'put', PolicyDocument: on('s3:PutObject') }
  await iam('PutGroupPolicy', put)
  const managed = { PolicyName: 'Deleting', Path: '/ops/', PolicyDocument: on('s3:DeleteObject') }
  const { Policy } = await iam('CreatePolicy', managed)
  const PolicyArn = Policy?.Arn ?? ''
  await iam('AttachUserPolicy', { UserName: 'Ann', PolicyArn })

  const simulate = async (input: Partial<Input> = {}) => {
    const all = { PolicySourceArn: arn('user/team/Ann'), ActionNames, ...input }
    return (await iam('SimulatePrincipalPolicy', all)).EvaluationResults ?? []
  }
  /** The names of the actions that are allowed. */
  const allowed = async (input: Partial<Input> = {}) =>
    (await simulate(input))
      .filter((result) => result.EvalDecision === 'allowed')
      .map((result) => result.EvalActionName.slice('s3:'.length))
  return { ...house, simulate, allowed, PolicyArn }
}

test('a user with its groups: each statement names the policy it is from', async () => {
  const { simulate } = await house()
  const sources = (await simulate()).map((result) => [
    result.EvalDecision,
    result.MatchedStatements?.map((one) => one.SourcePolicyId),
  ])
  expect(sources).toEqual([
    ['allowed', ['user_Ann_own']],
    ['allowed', ['group_Devs_put']],
    ['allowed', ['Deleting']],
  ])
})

test('a group and a role; a path in the ARN does not count', async () => {
  const { iam, allowed } = await house()
  expect(await allowed({ PolicySourceArn: arn('group/any/Devs') })).toEqual(['PutObject'])
  await iam('CreateRole', {
    RoleName: 'App',
    AssumeRolePolicyDocument: trust(arn('user/team/Ann')),
  })
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
  await iam('AttachRolePolicy', { RoleName: 'App', PolicyArn })
  expect(await allowed({ PolicySourceArn: arn('role/App') })).toEqual(['GetObject'])
})

test('policies are added; a boundary of the request stands in for the own', async () => {
  const { iam, allowed, simulate, PolicyArn } = await house()
  const only = { PolicySourceArn: arn('group/Devs') }
  expect(await allowed({ ...only, PolicyInputList: [allow] })).toEqual(['GetObject', 'PutObject'])
  const boundary = { UserName: 'Ann', PermissionsBoundary: PolicyArn }
  await iam('PutUserPermissionsBoundary', boundary)
  expect(await allowed()).toEqual(['DeleteObject'])
  expect(await allowed({ PermissionsBoundaryPolicyInputList: [allow] })).toEqual(['GetObject'])
  const detail = (await simulate()).map((result) => result.PermissionsBoundaryDecisionDetail)
  expect(detail.map((one) => one?.AllowedByPermissionsBoundary)).toEqual([false, false, true])
})

const aws = 'arn:aws:iam::aws:policy/AmazonS3FullAccess'
const inline = (PolicyName: string, AttachmentType: 'user' | 'group', AttachmentName: string) => ({
  InlinePolicyIdentifier: { PolicyName, AttachmentType, AttachmentName },
})
type Exclusion = NonNullable<Input['PolicyExclusionList']>[number]

const exclusions: readonly [what: string, list: Exclusion[], left: readonly string[]][] = [
  ['nothing', [], ['GetObject', 'PutObject', 'DeleteObject']],
  ['inline policies, the groups’ as well', [{ PolicyType: 'inline' }], ['DeleteObject']],
  ['customer managed policies', [{ PolicyType: 'user-managed' }], ['GetObject', 'PutObject']],
  [
    'the policies of AWS: it has none',
    [{ PolicyType: 'aws-managed' }],
    ['GetObject', 'PutObject', 'DeleteObject'],
  ],
  [
    'control policies: nothing here',
    [{ PolicyType: 'scp' }, { PolicyType: 'rcp' }],
    ['GetObject', 'PutObject', 'DeleteObject'],
  ],
  ['by ARN', [{ PolicyArn: arn('policy/ops/Deleting') }], ['GetObject', 'PutObject']],
  ['by ARN with wildcards', [{ PolicyArn: arn('policy/ops/D?l*') }], ['GetObject', 'PutObject']],
  [
    'another path is another policy',
    [{ PolicyArn: arn('policy/Deleting') }],
    ['GetObject', 'PutObject', 'DeleteObject'],
  ],
  ['an inline policy', [inline('own', 'user', 'Ann')], ['PutObject', 'DeleteObject']],
  ['an inline policy of any group', [inline('put', 'group', '*')], ['GetObject', 'DeleteObject']],
  [
    'of another entity',
    [inline('own', 'group', 'Ann')],
    ['GetObject', 'PutObject', 'DeleteObject'],
  ],
  ['several', [{ PolicyType: 'inline' }, { PolicyType: 'user-managed' }], []],
]

for (const [what, PolicyExclusionList, left] of exclusions) {
  test(`left out: ${what}`, async () => {
    const { allowed } = await house()
    expect(await allowed({ PolicyExclusionList })).toEqual(left)
  })
}

test('left out: the boundary, and AWS’s policies', async () => {
  const { iam, allowed, PolicyArn } = await house()
  await iam('PutUserPermissionsBoundary', { UserName: 'Ann', PermissionsBoundary: PolicyArn })
  const all = ['GetObject', 'PutObject', 'DeleteObject']
  expect(await allowed({ PolicyExclusionList: [{ PolicyType: 'permission-boundary' }] })).toEqual(
    all,
  )
  await iam('DeleteUserPermissionsBoundary', { UserName: 'Ann' })
  await iam('AttachUserPolicy', { UserName: 'Ann', PolicyArn: aws })
  const inlineAndOwn = [{ PolicyType: 'inline' }, { PolicyType: 'user-managed' }]
  expect(await allowed({ PolicyExclusionList: inlineAndOwn })).toEqual(all)
  const andAws = [...inlineAndOwn, { PolicyType: 'aws-managed' }]
  expect(await allowed({ PolicyExclusionList: andAws })).toEqual([])
})

const badExclusions: readonly Exclusion[] = [
  {},
  { PolicyType: 'bogus' },
  { PolicyType: 'constructor' },
  { PolicyType: 'inline', PolicyArn: arn('policy/ops/Deleting') },
  { PolicyArn: 'Deleting' },
  { PolicyArn: arn('user/Ann') },
  { PolicyArn: arn('policy/*/Deleting') },
  { PolicyArn: arn('policy/ops/*let*') },
  inline('o*', 'user', 'Ann'),
  inline('own', 'user', '*n*'),
  inline('own', 'bogus' as 'user', 'Ann'),
]

test('policy identifiers that cannot be read', async () => {
  const { simulate } = await house()
  for (const exclusion of badExclusions) {
    const call = simulate({ PolicyExclusionList: [exclusion] })
    await expect(call, JSON.stringify(exclusion)).rejects.toMatchObject({ code: 'InvalidInput' })
  }
})

test('the principal is known: name, tags, account; entries come before it', async () => {
  const { iam, simulate } = await house()
  await iam('TagUser', { UserName: 'Ann', Tags: [{ Key: 'Team', Value: 'red' }] })
  const Condition = {
    StringEquals: { 'aws:username': 'Ann', 'aws:PrincipalTag/Team': 'red' },
    ArnEquals: { 'aws:PrincipalArn': arn('user/team/Ann') },
  }
  const input = {
    ActionNames: ['s3:ListBucket'],
    PolicyInputList: [when(Condition).replace('GetObject', 'ListBucket')],
  }
  const decisionOf = async (more: Partial<Input> = {}) =>
    (await simulate({ ...input, ...more }))[0]?.EvalDecision
  expect(await decisionOf()).toBe('allowed')
  expect(await decisionOf({ CallerArn: arn('user/team/Ann') })).toBe('allowed')
  // Another caller is as if it had Ann's policies; nothing else of it is looked up.
  expect(await decisionOf({ CallerArn: arn('user/Bob') })).toBe('implicitDeny')
  const ContextEntries = [{ ContextKeyName: 'aws:PrincipalTag/Team', ContextKeyValues: ['blue'] }]
  expect(await decisionOf({ ContextEntries })).toBe('implicitDeny')
})

test('a resource policy meets the user itself; for a role and a group somebody must call', async () => {
  const { iam, simulate } = await house()
  const Principal = { AWS: arn('user/team/Ann') }
  const toAnn = document(statement({ Action: 's3:ListBucket', Resource: objectA, Principal }))
  const input = { ActionNames: ['s3:ListBucket'], ResourcePolicy: toAnn, ResourceArns: [objectA] }
  expect(await simulate(input)).toMatchObject([{ EvalDecision: 'allowed' }])
  await iam('CreateRole', {
    RoleName: 'App',
    AssumeRolePolicyDocument: trust(arn('user/team/Ann')),
  })
  for (const source of ['role/App', 'group/Devs']) {
    const other = { ...input, PolicySourceArn: arn(source) }
    const refused = {
      code: 'InvalidInput',
      message: 'Invalid caller - Caller cannot be null or empty.',
    }
    await expect(simulate(other)).rejects.toMatchObject(refused)
    const called = { ...other, CallerArn: arn('user/team/Ann') }
    expect(await simulate(called)).toMatchObject([{ EvalDecision: 'allowed' }])
  }
})

test('an account in an organization says what the organization does', async () => {
  const { deployment, root, simulate } = await house()
  expect((await simulate())[0]).not.toHaveProperty('OrganizationsDecisionDetail')
  await deployment.call(root, 'organizations', 'CreateOrganization', {})
  expect((await simulate())[0]).toMatchObject({
    OrganizationsDecisionDetail: { AllowedByOrganizations: true },
  })
})

test('a policy that cannot be read is not simulated', async () => {
  const { deployment, simulate } = await house()
  const { store, clock } = deployment
  await store.write({ accountId, eventId: 'test', now: clock.now }, async (tx) => {
    const ann = await tx.find('user', accountId, 'Ann')
    const own = await tx.find('inlinePolicy', accountId, 'own', ann?.id)
    if (own) await tx.update({ ...own, document: '{' })
  })
  const message = 'The policy user_Ann_own could not be read; until it can, it denies everything.'
  await expect(simulate()).rejects.toMatchObject({ code: 'PolicyEvaluation', message })
})

const sources: readonly [source: string, code: string, message: string][] = [
  [arn('root'), 'InvalidInput', `Invalid ARN provided in the request: ${arn('root')}`],
  [
    'arn:aws:sts::111122223333:assumed-role/App/session',
    'InvalidInput',
    'Invalid ARN provided in the request: arn:aws:sts::111122223333:assumed-role/App/session',
  ],
  [
    'not-an-arn-but-long-enough',
    'InvalidInput',
    'Invalid ARN provided in the request: not-an-arn-but-long-enough',
  ],
  [
    `arn:aws:iam::${otherAccountId}:user/Ann`,
    'InvalidInput',
    `Invalid Policy Source Arn: caller's account ${accountId} does not have access to policies in account ${otherAccountId}.`,
  ],
  [arn('user/Nobody'), 'NoSuchEntity', 'Unable to retrieve specified IAM entity.'],
]

for (const [PolicySourceArn, code, message] of sources) {
  test(`refused: ${PolicySourceArn}`, async () => {
    const { refuses } = await openIam()
    await refuses('SimulatePrincipalPolicy', { PolicySourceArn, ActionNames }, code, message)
  })
}

test('decided on the entity, before it is said that there is none', async () => {
  const { deployment, root, iam, checks } = await house()
  const bob = await userWith(deployment, root, 'Bob')
  for (const source of ['user/team/Ann', 'user/Nobody']) {
    const input = { PolicySourceArn: arn(source), ActionNames }
    await expect(iam('SimulatePrincipalPolicy', input, bob)).rejects.toThrow('AccessDenied')
  }
  const custom = { PolicyInputList: [allow], ActionNames }
  await expect(iam('SimulateCustomPolicy', custom, bob)).rejects.toThrow('AccessDenied')
  const input = { PolicySourceArn: arn('user/elsewhere/Ann'), ActionNames }
  const declared = await checks('SimulatePrincipalPolicy', input)
  expect(declared.map((check) => check.resourceArn)).toEqual([arn('user/team/Ann')])
})
