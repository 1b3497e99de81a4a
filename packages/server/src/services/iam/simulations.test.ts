import { expect, test } from 'vitest'
import { openIam } from './testing/iam-house.ts'
import {
  allow,
  deny,
  document,
  matched,
  objectA,
  objectB,
  statement,
  when,
} from './testing/simulation.ts'
import type { CustomInput } from './testing/simulation.ts'

// Goal: every field of a simulation's answer. Source: recorded answers of SimulateCustomPolicy
// (2026-09); IAM API Reference, EvaluationResult and ResourceSpecificResult.

async function simulator() {
  const { iam } = await openIam()
  return async (input: Partial<CustomInput>) => {
    const all = { PolicyInputList: [allow], ActionNames: ['s3:GetObject'], ...input }
    return (await iam('SimulateCustomPolicy', all)).EvaluationResults ?? []
  }
}

const ownerArn = 'arn:aws:iam::999999999999:root'
const caller = 'arn:aws:iam::111122223333:user/team/Ann'
const toAnn = (more: object = {}) =>
  document(statement({ Resource: 'arn:aws:s3:::bucket/*', Principal: { AWS: caller }, ...more }))
const putOnly = document(statement({ Action: 's3:PutObject' }))

test('all resources: no details, no results of resources', async () => {
  const simulate = await simulator()
  expect(await simulate({})).toEqual([
    {
      EvalActionName: 's3:GetObject',
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      MatchedStatements: [matched('PolicyInputList.1')],
      MissingContextValues: [],
    },
  ])
})

test('one resource names the result', async () => {
  const simulate = await simulator()
  expect(await simulate({ ResourceArns: [objectA] })).toEqual([
    {
      EvalActionName: 's3:GetObject',
      EvalResourceName: objectA,
      EvalDecision: 'allowed',
      MatchedStatements: [matched('PolicyInputList.1')],
      MissingContextValues: [],
      EvalDecisionDetails: {},
      ResourceSpecificResults: [
        {
          EvalResourceName: objectA,
          EvalResourceDecision: 'allowed',
          MatchedStatements: [matched('PolicyInputList.1')],
          MissingContextValues: [],
        },
      ],
    },
  ])
})

test('several resources: one result, as strict as the strictest', async () => {
  const simulate = await simulator()
  const PolicyInputList = [document(statement({ Resource: objectA }))]
  const [result] = await simulate({ PolicyInputList, ResourceArns: [objectA, objectB] })
  expect(result).toMatchObject({ EvalDecision: 'implicitDeny' })
  expect(result?.EvalResourceName).toMatch(/^arn:aws:s3:::\$\{BucketName\}\/\$\{.*\}$/)
  expect(result?.MatchedStatements).toMatchObject([{ SourcePolicyId: 'PolicyInputList.1' }])
  expect(result?.ResourceSpecificResults).toMatchObject([
    { EvalResourceName: objectA, EvalResourceDecision: 'allowed' },
    { EvalResourceName: objectB, EvalResourceDecision: 'implicitDeny', MatchedStatements: [] },
  ])
  // Of an explicit deny only what denies is listed.
  const denied = document(statement(), statement({ Effect: 'Deny', Resource: objectB }))
  const [strict] = await simulate({ PolicyInputList: [denied], ResourceArns: [objectA, objectB] })
  expect(strict).toMatchObject({ EvalDecision: 'explicitDeny' })
  expect(strict?.MatchedStatements).toHaveLength(1)
})

const decisions: readonly [rule: string, input: Partial<CustomInput>, answer: object][] = [
  [
    'on an explicit deny only the denying statement matches',
    { PolicyInputList: [allow, deny] },
    { EvalDecision: 'explicitDeny', MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.2' }] },
  ],
  ['nothing that allows', { PolicyInputList: [] }, { EvalDecision: 'implicitDeny' }],
  [
    'case of an action does not matter, and is kept',
    { ActionNames: ['S3:gEtObJeCt'] },
    { EvalActionName: 'S3:gEtObJeCt', EvalDecision: 'allowed' },
  ],
  [
    'an action that there is not is decided all the same',
    { ActionNames: ['madeup:Action'], PolicyInputList: [document(statement({ Action: '*' }))] },
    { EvalResourceName: '*', EvalDecision: 'allowed' },
  ],
  [
    'a boundary that allows is not listed',
    { PermissionsBoundaryPolicyInputList: [allow] },
    {
      EvalDecision: 'allowed',
      MatchedStatements: [matched('PolicyInputList.1')],
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    },
  ],
  [
    'a boundary that does not allow',
    { PermissionsBoundaryPolicyInputList: [putOnly] },
    {
      EvalDecision: 'implicitDeny',
      MatchedStatements: [],
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    },
  ],
  [
    'a boundary that denies is listed',
    { PermissionsBoundaryPolicyInputList: [deny] },
    {
      EvalDecision: 'explicitDeny',
      MatchedStatements: [
        matched('PermissionsBoundaryPolicyInputList.1', {
          SourcePolicyType: 'Permissions Boundary Policy',
          EndPosition: { Line: 1, Column: 94 },
        }),
      ],
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    },
  ],
  [
    'control policies that allow',
    { OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [allow] }] },
    {
      EvalDecision: 'allowed',
      MatchedStatements: [matched('PolicyInputList.1')],
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    },
  ],
  [
    'a level of control policies that is silent',
    {
      OrderedOrganizationPolicyInputList: [
        { ServiceControlPolicyInputList: [allow] },
        { ServiceControlPolicyInputList: [putOnly] },
      ],
    },
    {
      EvalDecision: 'implicitDeny',
      MatchedStatements: [],
      OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    },
  ],
  [
    'a control policy that denies is not listed',
    { OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [allow, deny] }] },
    {
      EvalDecision: 'explicitDeny',
      MatchedStatements: [],
      OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    },
  ],
]

for (const [rule, input, answer] of decisions) {
  test(rule, async () => {
    const simulate = await simulator()
    expect(await simulate(input)).toMatchObject([answer])
  })
}

test('a statement over several lines', async () => {
  const simulate = await simulator()
  const pretty = JSON.stringify({ Version: '2012-10-17', Statement: [statement()] }, null, 2)
  const [result] = await simulate({ PolicyInputList: [pretty] })
  expect(result?.MatchedStatements).toEqual([
    matched('PolicyInputList.1', {
      StartPosition: { Line: 3, Column: 17 },
      EndPosition: { Line: 8, Column: 6 },
    }),
  ])
})

test('context keys that are missing, above and by resource; none where it is allowed', async () => {
  const simulate = await simulator()
  const PolicyInputList = [when({ StringEquals: { 's3:Missing': 'yes', 's3:There': 'yes' } })]
  const there = { ContextKeyName: 'S3:There', ContextKeyValues: ['no'] }
  const ContextEntries = [{ ...there, ContextKeyType: 'string' as const }]
  const input = { PolicyInputList, ContextEntries }
  expect(await simulate(input)).toMatchObject([
    { EvalDecision: 'implicitDeny', MissingContextValues: ['s3:Missing'] },
  ])
  expect(await simulate({ ...input, ResourceArns: [objectA] })).toMatchObject([
    {
      MissingContextValues: ['s3:Missing'],
      ResourceSpecificResults: [{ MissingContextValues: ['s3:Missing'] }],
    },
  ])
  expect(await simulate({ ...input, PolicyInputList: [...PolicyInputList, allow] })).toMatchObject([
    { EvalDecision: 'allowed', MissingContextValues: [] },
  ])
})

test('a resource policy of the account allows alone, and matches', async () => {
  const simulate = await simulator()
  const input = { PolicyInputList: [], CallerArn: caller, ResourceArns: [objectA] }
  expect(await simulate({ ...input, ResourcePolicy: toAnn() })).toMatchObject([
    {
      EvalDecision: 'allowed',
      EvalDecisionDetails: {},
      MatchedStatements: [
        { SourcePolicyId: 'ResourcePolicy', SourcePolicyType: 'Resource Policy' },
      ],
    },
  ])
  const toBob = toAnn({ Principal: { AWS: `${caller}Bob` } })
  expect(await simulate({ ...input, ResourcePolicy: toBob })).toMatchObject([
    { EvalDecision: 'implicitDeny' },
  ])
})

const crossAccount: readonly [rule: string, input: Partial<CustomInput>, answer: object][] = [
  [
    'both sides allow',
    {},
    {
      EvalDecision: 'allowed',
      EvalDecisionDetails: { 'IAM Policy': 'allowed', 'Resource Policy': 'allowed' },
    },
  ],
  [
    'the identity side is silent',
    { PolicyInputList: [] },
    {
      EvalDecision: 'implicitDeny',
      EvalDecisionDetails: { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' },
    },
  ],
  [
    'the resource side denies',
    { ResourcePolicy: toAnn({ Effect: 'Deny' }) },
    {
      EvalDecision: 'explicitDeny',
      EvalDecisionDetails: { 'IAM Policy': 'allowed', 'Resource Policy': 'explicitDeny' },
    },
  ],
  [
    'the boundary is silent',
    { PermissionsBoundaryPolicyInputList: [putOnly] },
    {
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      EvalDecisionDetails: {
        'Permissions Boundary Policy': 'implicitDeny',
        'IAM Policy': 'allowed',
        'Resource Policy': 'allowed',
      },
    },
  ],
  [
    'the owner in the ARN comes before ResourceOwner',
    {
      ActionNames: ['sqs:SendMessage'],
      PolicyInputList: [],
      ResourceArns: ['arn:aws:sqs:us-east-1:111122223333:jobs'],
      ResourcePolicy: toAnn({ Action: 'sqs:*', Resource: 'arn:aws:sqs:*:*:jobs' }),
    },
    { EvalDecision: 'allowed', EvalDecisionDetails: {} },
  ],
]

for (const [rule, input, answer] of crossAccount) {
  test(`across accounts: ${rule}`, async () => {
    const simulate = await simulator()
    const base = { CallerArn: caller, ResourceOwner: ownerArn, ResourceArns: [objectA] }
    const [result] = await simulate({ ...base, ResourcePolicy: toAnn(), ...input })
    expect(result).toMatchObject(answer)
    const details = result?.EvalDecisionDetails ?? {}
    expect(Object.keys(details)).toHaveLength(
      Object.keys((answer as typeof result)?.EvalDecisionDetails ?? {}).length,
    )
    const [specific] = result?.ResourceSpecificResults ?? []
    expect(specific?.EvalDecisionDetails ?? {}).toEqual(details)
  })
}

test('an owner elsewhere without a resource policy: nobody there allows', async () => {
  const simulate = await simulator()
  const input = { ResourceOwner: ownerArn, ResourceArns: [objectA] }
  expect(await simulate(input)).toMatchObject([
    { EvalDecision: 'implicitDeny', EvalDecisionDetails: { 'Resource Policy': 'implicitDeny' } },
  ])
})

test('who calls is known by its ARN; entries come before it', async () => {
  const simulate = await simulator()
  const PolicyInputList = [
    when({ StringEquals: { 'aws:username': 'Ann', 'aws:PrincipalAccount': '111122223333' } }),
    when({ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/App' } }),
  ]
  const decisionOf = async (input: Partial<CustomInput>) =>
    (await simulate({ PolicyInputList, ...input }))[0]?.EvalDecision
  expect(await decisionOf({ CallerArn: caller })).toBe('allowed')
  expect(await decisionOf({ CallerArn: 'arn:aws:iam::111122223333:role/App' })).toBe('allowed')
  expect(await decisionOf({ CallerArn: 'arn:aws:iam::111122223333:group/Ann' })).toBe(
    'implicitDeny',
  )
  expect(await decisionOf({})).toBe('implicitDeny')
  const ContextEntries = [{ ContextKeyName: 'aws:UserName', ContextKeyValues: ['Bob'] }]
  expect(await decisionOf({ CallerArn: caller, ContextEntries })).toBe('implicitDeny')
})

const ec2 = (type: string) => `arn:aws:ec2:us-east-1:111122223333:${type}/x`
const inVpc = ['instance', 'image', 'security-group', 'network-interface']

test('an EC2 scenario: all its resources must be allowed', async () => {
  const simulate = await simulator()
  const input = {
    ActionNames: ['ec2:RunInstances'],
    ResourceArns: [...inVpc, 'volume'].map(ec2),
    ResourceHandlingOption: 'EC2-VPC-EBS',
  }
  const run = (more: object = {}) => document(statement({ Action: 'ec2:RunInstances', ...more }))
  const decisionOf = async (policy: string) =>
    (await simulate({ ...input, PolicyInputList: [policy] }))[0]?.EvalDecision
  expect(await decisionOf(run())).toBe('allowed')
  expect(await decisionOf(run({ Resource: inVpc.map(ec2) }))).toBe('implicitDeny')
})

test('pages are of actions; a page goes on where the last ended', async () => {
  const { iam } = await openIam()
  const ActionNames = ['s3:GetObject', 's3:PutObject', 's3:GetObject']
  const input = { PolicyInputList: [allow], ActionNames, MaxItems: 2 }
  const first = await iam('SimulateCustomPolicy', input)
  expect(first).toMatchObject({
    IsTruncated: true,
    EvaluationResults: [{ EvalActionName: 's3:GetObject' }, { EvalActionName: 's3:PutObject' }],
  })
  const { Marker } = first
  const second = await iam('SimulateCustomPolicy', { ...input, Marker })
  expect(second).toMatchObject({
    IsTruncated: false,
    EvaluationResults: [{ EvalActionName: 's3:GetObject', EvalDecision: 'allowed' }],
  })
  // Past the end, as after a change of the actions: an empty page. Recorded.
  const past = await iam('SimulateCustomPolicy', { ...input, ActionNames: ['s3:a'], Marker })
  expect(past).toEqual({ EvaluationResults: [], IsTruncated: false })
})

test('a page is cut at 10,000 decisions', async () => {
  const { iam } = await openIam()
  const ResourceArns = Array.from({ length: 5000 }, (_, index) => `${objectA}${index}`)
  const ActionNames = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']
  const input = { PolicyInputList: [allow], ActionNames, ResourceArns, MaxItems: 1000 }
  const { EvaluationResults, IsTruncated } = await iam('SimulateCustomPolicy', input)
  expect(EvaluationResults?.map((result) => result.EvalDecision)).toEqual([
    'allowed',
    'implicitDeny',
  ])
  expect(IsTruncated).toBe(true)
})
