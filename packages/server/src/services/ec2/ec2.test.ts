import { expect, test } from 'vitest'
import {
  managementAccountId,
  openDeployment,
  policy,
  trust,
  userWith,
} from '../../testing/deployment.ts'
import { matchesGlob } from './filters.ts'
import { terminatedShownMs } from './instance-set.ts'

// Goal: instances as identities, against the real store and engine: who may launch, hand over a
// role, start and stop; what is there. Source: EC2 API Reference; Service Authorization Reference;
// the wordings are EC2's as users report them.

const accountId = managementAccountId
const launch = { ImageId: 'ami-12345678', MinCount: 1, MaxCount: 1 }
const staging = [{ ResourceType: 'instance' as const, Tags: [{ Key: 'stage', Value: 'staging' }] }]

async function openEc2() {
  const deployment = await openDeployment()
  const root = await deployment.root(accountId)
  const iam = (name: 'CreateRole', input: object) =>
    deployment.call(root, 'iam', name, input as never)
  await iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: trust('*') })
  await deployment.call(root, 'iam', 'CreateInstanceProfile', { InstanceProfileName: 'web' })
  const both = { InstanceProfileName: 'web', RoleName: 'web' }
  await deployment.call(root, 'iam', 'AddRoleToInstanceProfile', both)
  const run = async (change: object = {}, as = root) => {
    const answer = await deployment.call(as, 'ec2', 'RunInstances', { ...launch, ...change })
    return (answer.Instances ?? []).map(({ InstanceId = '' }) => InstanceId)
  }
  const state = async (id: string) => {
    const answer = await deployment.call(root, 'ec2', 'DescribeInstances', { InstanceIds: [id] })
    return answer.Reservations?.[0]?.Instances?.[0]
  }
  return { deployment, root, run, state }
}

const profile = { IamInstanceProfile: { Name: 'web' } }
const launching = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' }

test('launching with a profile needs iam:PassRole for EC2, and for its role', async () => {
  const { deployment, root, run, state } = await openEc2()
  const ann = await userWith(deployment, root, 'ann', policy(launching))
  await expect(run(profile, ann)).rejects.toThrow(/iam:PassRole on resource: .*:role\/web/)
  const pass = {
    ...{ Effect: 'Allow', Action: 'iam:PassRole', Resource: `arn:aws:iam::${accountId}:role/web` },
    Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  }
  const PolicyDocument = policy(pass)
  const inline = { UserName: 'ann', PolicyName: 'Pass', PolicyDocument }
  await deployment.call(root, 'iam', 'PutUserPolicy', inline)
  const [id = ''] = await run(profile, ann)
  expect((await state(id))?.IamInstanceProfile?.Arn).toMatch(/:instance-profile\/web$/)
})

test('who may start and stop only what is tagged for staging', async () => {
  const { deployment, root, run } = await openEc2()
  const [mine = ''] = await run({ TagSpecifications: staging })
  const [other = ''] = await run()
  const document = policy({
    ...{ Effect: 'Allow', Action: ['ec2:StopInstances'], Resource: '*' },
    Condition: { StringEquals: { 'aws:ResourceTag/stage': 'staging' } },
  })
  const ann = await userWith(deployment, root, 'ann', document)
  const stop = (ids: string[]) => deployment.call(ann, 'ec2', 'StopInstances', { InstanceIds: ids })
  expect(await stop([mine])).toMatchObject({
    StoppingInstances: [
      { PreviousState: { Code: 16 }, CurrentState: { Code: 64, Name: 'stopping' } },
    ],
  })
  for (const ids of [[other], [mine, other], ['i-00000000000000000']]) {
    await expect(stop(ids)).rejects.toThrow(/^You are not authorized .* ec2:StopInstances/)
  }
})

const tagging: readonly [rule: string, statement: object, allowed: boolean][] = [
  ['launching alone is not tagging', { Action: 'ec2:RunInstances' }, false],
  ['with ec2:CreateTags it is', { Action: ['ec2:RunInstances', 'ec2:CreateTags'] }, true],
]
for (const [rule, statement, allowed] of tagging) {
  test(`tags at launch: ${rule}`, async () => {
    const { deployment, root, run } = await openEc2()
    const document = policy({ Effect: 'Allow', Resource: '*', ...statement })
    const ann = await userWith(deployment, root, 'ann', document)
    const launched = run({ TagSpecifications: staging }, ann)
    if (allowed) expect(await launched).toHaveLength(1)
    else await expect(launched).rejects.toThrow(/ec2:CreateTags/)
  })
}

test('an instance passes through its states', async () => {
  const { deployment, root, run, state } = await openEc2()
  const [id = ''] = await run(profile)
  const all = { InstanceIds: [id] }
  expect((await state(id))?.State).toEqual({ Code: 16, Name: 'running' })
  await deployment.call(root, 'ec2', 'RebootInstances', all)
  await deployment.call(root, 'ec2', 'StopInstances', all)
  expect((await state(id))?.State?.Name).toBe('stopped')
  await expect(deployment.call(root, 'ec2', 'RebootInstances', all)).rejects.toMatchObject({
    code: 'IncorrectInstanceState',
  })
  await deployment.call(root, 'ec2', 'StartInstances', all)
  await deployment.call(root, 'ec2', 'TerminateInstances', all)
  const gone = await state(id)
  expect(gone?.State).toEqual({ Code: 48, Name: 'terminated' })
  expect(gone?.IamInstanceProfile).toBeUndefined()
  await expect(deployment.call(root, 'ec2', 'StartInstances', all)).rejects.toMatchObject({
    code: 'IncorrectInstanceState',
  })
  deployment.clock.now = new Date(deployment.clock.now.getTime() + terminatedShownMs)
  await expect(state(id)).rejects.toMatchObject({ code: 'InvalidInstanceID.NotFound' })
})

test('a client token launches once', async () => {
  const { run } = await openEc2()
  const first = await run({ ClientToken: 'a', MaxCount: 2 })
  expect(first).toHaveLength(2)
  expect((await run({ ClientToken: 'a', MaxCount: 2 })).toSorted()).toEqual(first.toSorted())
  await expect(run({ ClientToken: 'a', InstanceType: 't3.micro' })).rejects.toMatchObject({
    code: 'IdempotentParameterMismatch',
  })
})

const refused: readonly [rule: string, change: object, code: string][] = [
  ['no image', { ImageId: undefined }, 'MissingParameter'],
  ['what is no image', { ImageId: 'x' }, 'InvalidAMIID.Malformed'],
  ['more at least than at most', { MinCount: 2 }, 'InvalidParameterValue'],
  ['more than 500', { MinCount: 501, MaxCount: 501 }, 'InvalidParameterValue'],
  ['no such profile', { IamInstanceProfile: { Name: 'x' } }, 'InvalidParameterValue'],
  [
    'a hop limit of 65',
    { MetadataOptions: { HttpPutResponseHopLimit: 65 } },
    'InvalidParameterValue',
  ],
  ['a dry run', { DryRun: true }, 'DryRunOperation'],
]
for (const [rule, change, code] of refused) {
  test(`RunInstances refuses ${rule}`, async () => {
    const { run } = await openEc2()
    await expect(run(change)).rejects.toMatchObject({ code })
  })
}

test('a profile is tied, replaced and untied; an instance has one', async () => {
  const { deployment, root, run } = await openEc2()
  const [InstanceId = ''] = await run()
  const tie = () =>
    deployment.call(root, 'ec2', 'AssociateIamInstanceProfile', { InstanceId, ...profile })
  const { IamInstanceProfileAssociation: first } = await tie()
  expect(first).toMatchObject({ InstanceId, State: 'associating' })
  await expect(tie()).rejects.toMatchObject({ code: 'IncorrectState' })
  const AssociationId = first?.AssociationId ?? ''
  const replaced = await deployment.call(root, 'ec2', 'ReplaceIamInstanceProfileAssociation', {
    AssociationId,
    ...profile,
  })
  const second = replaced.IamInstanceProfileAssociation?.AssociationId ?? ''
  expect(second).not.toBe(AssociationId)
  const describe = () => deployment.call(root, 'ec2', 'DescribeIamInstanceProfileAssociations', {})
  expect(await describe()).toMatchObject({
    IamInstanceProfileAssociations: [{ AssociationId: second, Timestamp: deployment.clock.now }],
  })
  const untie = (id: string) =>
    deployment.call(root, 'ec2', 'DisassociateIamInstanceProfile', { AssociationId: id })
  await expect(untie(AssociationId)).rejects.toMatchObject({
    code: 'InvalidAssociationID.NotFound',
  })
  await untie(second)
  expect(await describe()).toEqual({ IamInstanceProfileAssociations: [] })
})

test('filters and pages see every instance once', async () => {
  const { deployment, root, run } = await openEc2()
  await run({ MinCount: 7, MaxCount: 7 })
  const [tagged = ''] = await run({ TagSpecifications: staging })
  const seen: string[] = []
  let NextToken: string | undefined
  do {
    const page = await deployment.call(root, 'ec2', 'DescribeInstances', {
      MaxResults: 5,
      ...(NextToken !== undefined && { NextToken }),
    })
    seen.push(
      ...(page.Reservations ?? []).flatMap(({ Instances = [] }) =>
        Instances.map(({ InstanceId = '' }) => InstanceId),
      ),
    )
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  expect(new Set(seen).size).toBe(8)
  expect(seen).toHaveLength(8)
  const filtered = await deployment.call(root, 'ec2', 'DescribeInstances', {
    Filters: [
      { Name: 'tag:stage', Values: ['stag*', 'x'] },
      { Name: 'instance-state-name', Values: ['running'] },
    ],
  })
  expect(filtered.Reservations?.flatMap(({ Instances }) => Instances ?? [])).toMatchObject([
    { InstanceId: tagged },
  ])
  const unknown = { Filters: [{ Name: 'x', Values: ['y'] }] }
  await expect(deployment.call(root, 'ec2', 'DescribeInstances', unknown)).rejects.toMatchObject({
    code: 'InvalidParameterValue',
  })
  for (const MaxResults of [4, 1001]) {
    await expect(
      deployment.call(root, 'ec2', 'DescribeInstances', { MaxResults }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValue' })
  }
})

test('tags are set, told apart by case, and deleted where the value fits', async () => {
  const { deployment, root, run, state } = await openEc2()
  const [id = ''] = await run()
  const Resources = [id]
  const set = (Tags: { Key: string; Value?: string }[]) =>
    deployment.call(root, 'ec2', 'CreateTags', { Resources, Tags })
  await set([
    { Key: 'a', Value: '1' },
    { Key: 'A', Value: '2' },
  ])
  const drop = (Tags?: { Key: string; Value?: string }[]) =>
    deployment.call(root, 'ec2', 'DeleteTags', { Resources, Tags })
  await drop([{ Key: 'a', Value: '2' }])
  expect((await state(id))?.Tags).toHaveLength(2)
  await drop([{ Key: 'a' }])
  expect((await state(id))?.Tags).toEqual([{ Key: 'A', Value: '2' }])
  const many = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `k${n}` }))
  await set(many(49))
  await expect(set(many(50))).rejects.toMatchObject({ code: 'TagLimitExceeded' })
  await expect(set([{ Key: 'aws:x' }])).rejects.toMatchObject({ code: 'InvalidParameterValue' })
  await drop()
  expect((await state(id))?.Tags).toBeUndefined()
})

test('metadata options change one by one', async () => {
  const { deployment, root, run, state } = await openEc2()
  const [InstanceId = ''] = await run()
  const change = { InstanceId, HttpPutResponseHopLimit: 2, HttpTokens: 'optional' as const }
  await deployment.call(root, 'ec2', 'ModifyInstanceMetadataOptions', change)
  expect((await state(InstanceId))?.MetadataOptions).toMatchObject({
    ...{ HttpTokens: 'optional', HttpPutResponseHopLimit: 2, HttpEndpoint: 'enabled' },
  })
})

const globs: readonly [pattern: string, text: string, matches: boolean][] = [
  ['a*', 'abc', true],
  ['*c', 'abc', true],
  ['a?c', 'abc', true],
  ['a?', 'abc', false],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['', '', true],
  ['a*b*c', 'aXbXbc', true],
]
for (const [pattern, text, matches] of globs) {
  test(`the filter ${pattern} ${matches ? 'takes' : 'leaves'} ${text}`, () => {
    expect(matchesGlob(pattern, text)).toBe(matches)
  })
}
