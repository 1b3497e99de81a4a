import { expect, test } from 'vitest'
import type { ActionUse } from '../../store/port.ts'
import { policy, trust, userWith } from '../../testing/deployment.ts'
import { accountId, arn, openIam, otherAccountId } from './testing/iam-house.ts'
import type { Iam } from './testing/iam-house.ts'

// Goal: which services are listed, whose attempts count, and the life of a job.
// Source: IAM User Guide, "Refine permissions using last accessed information"; IAM API Reference,
// GenerateServiceLastAccessedDetails.
const allow = (...Action: readonly string[]) => policy({ Effect: 'Allow', Action, Resource: '*' })
const at = new Date('2026-11-20T10:00:00Z')

async function record({ deployment }: Iam, ...uses: readonly Partial<ActionUse>[]) {
  const use = { accountId, service: 'iam', action: 'GetUser', region: 'us-east-1', usedAt: at }
  const actions = uses.map((each) => ({ ...use, principalId: '', ...each }))
  await deployment.store.recordUses({ lastUsed: [], actions })
}

async function reportOf(
  { iam, deployment }: Iam,
  Arn: string,
  Granularity?: 'SERVICE_LEVEL' | 'ACTION_LEVEL',
) {
  const { JobId = '' } = await iam('GenerateServiceLastAccessedDetails', {
    Arn,
    ...(Granularity && { Granularity }),
  })
  await deployment.jobs.idle()
  return { JobId, ...(await iam('GetServiceLastAccessedDetails', { JobId })) }
}

async function idOf({ iam }: Iam, UserName: string): Promise<string> {
  return (await iam('GetUser', { UserName })).User?.UserId ?? ''
}

test('the services that the permissions policies of a user and its groups allow', async () => {
  const house = await openIam()
  const { iam, deployment, root } = house
  await userWith(deployment, root, 'ann', allow('iam:Get*', 's3:ListBucket'))
  await iam('CreateGroup', { GroupName: 'g' })
  await iam('AddUserToGroup', { GroupName: 'g', UserName: 'ann' })
  await iam('PutGroupPolicy', { GroupName: 'g', PolicyName: 'p', PolicyDocument: allow('sqs:*') })
  const PolicyArn = arn('policy/sns')
  await iam('CreatePolicy', { PolicyName: 'sns', PolicyDocument: allow('sns:Publish') })
  await iam('AttachUserPolicy', { UserName: 'ann', PolicyArn })
  const boundary = { UserName: 'ann', PermissionsBoundary: PolicyArn }
  await iam('PutUserPermissionsBoundary', boundary)
  const id = await idOf(house, 'ann')
  await record(
    house,
    { principalId: id },
    { principalId: id, action: 'ListUsers', usedAt: new Date('2026-11-21T10:00:00Z') },
    { principalId: id, service: 'sts', action: 'AssumeRole' }, // Not allowed: not listed.
    { principalId: id, service: 'sqs', usedAt: new Date('2025-10-19T12:00:00Z') }, // 401 days ago.
    { principalId: 'AIDAOTHER', service: 's3' },
  )
  const report = await reportOf(house, arn('user/ann'))
  const now = deployment.clock.now
  const never = { TotalAuthenticatedEntities: 0 }
  expect(report).toEqual({
    JobId: report.JobId,
    JobStatus: 'COMPLETED',
    JobCreationDate: now,
    JobCompletionDate: now,
    JobType: 'SERVICE_LEVEL',
    IsTruncated: false,
    ServicesLastAccessed: [
      {
        ServiceName: 'AWS Identity and Access Management (IAM)',
        ServiceNamespace: 'iam',
        LastAuthenticated: new Date('2026-11-21T10:00:00Z'),
        LastAuthenticatedEntity: arn('user/ann'),
        LastAuthenticatedRegion: 'us-east-1',
        TotalAuthenticatedEntities: 1,
      },
      { ServiceName: 'Amazon S3', ServiceNamespace: 's3', ...never },
      { ServiceName: 'Amazon SNS', ServiceNamespace: 'sns', ...never },
      { ServiceName: 'Amazon SQS', ServiceNamespace: 'sqs', ...never },
    ],
  })
  expect(report.JobId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})

test('400 days count, and no more', async () => {
  const house = await openIam()
  await userWith(house.deployment, house.root, 'ann', allow('iam:*', 'sts:*'))
  const principalId = await idOf(house, 'ann')
  const ago = (ms: number) => new Date(house.deployment.clock.now.getTime() - 400 * 86_400_000 - ms)
  await record(
    house,
    { principalId, usedAt: ago(0) },
    { principalId, service: 'sts', usedAt: ago(1) },
  )
  const { ServicesLastAccessed } = await reportOf(house, arn('user/ann'))
  expect(ServicesLastAccessed.map((service) => service.TotalAuthenticatedEntities)).toEqual([1, 0])
})

test('at action level the allowed actions of a tracked service, PassRole not among them', async () => {
  const house = await openIam()
  const document = allow('iam:GetUser', 'iam:PassRole', 'iam:ListUsers', 's3:GetObject')
  await userWith(house.deployment, house.root, 'ann', document)
  const principalId = await idOf(house, 'ann')
  await record(house, { principalId }, { principalId, action: 'DeleteUser' })
  const { JobType, ServicesLastAccessed } = await reportOf(house, arn('user/ann'), 'ACTION_LEVEL')
  expect(JobType).toBe('ACTION_LEVEL')
  const [iam, s3] = ServicesLastAccessed
  expect(iam?.TrackedActionsLastAccessed).toEqual([
    {
      ActionName: 'GetUser',
      LastAccessedEntity: arn('user/ann'),
      LastAccessedTime: at,
      LastAccessedRegion: 'us-east-1',
    },
    { ActionName: 'ListUsers' },
  ])
  expect(s3?.TrackedActionsLastAccessed).toBeUndefined()
})

test('a group: its users; with entities, those that could have, the newest attempt first', async () => {
  const house = await openIam()
  const { iam, deployment } = house
  await iam('CreateGroup', { GroupName: 'g' })
  await iam('PutGroupPolicy', { GroupName: 'g', PolicyName: 'p', PolicyDocument: allow('iam:*') })
  const users = ['ann', 'bob', 'cyd']
  for (const UserName of users) {
    await iam('CreateUser', { UserName })
    await iam('AddUserToGroup', { GroupName: 'g', UserName })
  }
  const ids = await Promise.all(users.map((name) => idOf(house, name)))
  const later = new Date('2026-11-21T10:00:00Z')
  await record(house, { principalId: ids[0] ?? '' }, { principalId: ids[2] ?? '', usedAt: later })
  const { JobId, ServicesLastAccessed } = await reportOf(house, arn('group/g'))
  expect(ServicesLastAccessed).toMatchObject([
    {
      LastAuthenticated: later,
      LastAuthenticatedEntity: arn('user/cyd'),
      TotalAuthenticatedEntities: 2,
    },
  ])
  const withEntities = { JobId, ServiceNamespace: 'iam' }
  const details = await iam('GetServiceLastAccessedDetailsWithEntities', withEntities)
  const info = (i: number) => {
    const Name = users[i] ?? ''
    return { Arn: arn(`user/${Name}`), Name, Type: 'USER', Id: ids[i], Path: '/' }
  }
  expect(details).toEqual({
    JobStatus: 'COMPLETED',
    JobCreationDate: deployment.clock.now,
    JobCompletionDate: deployment.clock.now,
    IsTruncated: false,
    EntityDetailsList: [
      { EntityInfo: info(2), LastAuthenticated: later },
      { EntityInfo: info(0), LastAuthenticated: at },
      { EntityInfo: info(1) },
    ],
  })
  const page = await iam('GetServiceLastAccessedDetailsWithEntities', {
    ...withEntities,
    MaxItems: 2,
  })
  expect(page.EntityDetailsList).toHaveLength(2)
  const rest = { ...withEntities, Marker: page.Marker ?? '' }
  expect((await iam('GetServiceLastAccessedDetailsWithEntities', rest)).EntityDetailsList).toEqual([
    { EntityInfo: info(1) },
  ])
})

test('a role, and a managed policy: who has it, members of its groups among them', async () => {
  const house = await openIam()
  const { iam } = house
  const { Role } = await iam('CreateRole', {
    ...{ RoleName: 'r', Path: '/p/', AssumeRolePolicyDocument: trust(arn('root')) },
  })
  await iam('CreateUser', { UserName: 'ann' })
  await iam('CreateUser', { UserName: 'bob' })
  await iam('CreateGroup', { GroupName: 'g' })
  await iam('AddUserToGroup', { GroupName: 'g', UserName: 'bob' })
  await iam('CreatePolicy', { PolicyName: 'p', PolicyDocument: allow('sts:AssumeRole') })
  const PolicyArn = arn('policy/p')
  await iam('AttachRolePolicy', { RoleName: 'r', PolicyArn })
  await iam('AttachUserPolicy', { UserName: 'ann', PolicyArn })
  await iam('AttachGroupPolicy', { GroupName: 'g', PolicyArn })
  await record(house, { principalId: Role.RoleId, service: 'sts' })
  const ofRole = await reportOf(house, arn('role/p/r'))
  expect(ofRole.ServicesLastAccessed).toMatchObject([
    { LastAuthenticatedEntity: arn('role/p/r'), TotalAuthenticatedEntities: 1 },
  ])
  const { JobId } = await reportOf(house, PolicyArn)
  const details = await iam('GetServiceLastAccessedDetailsWithEntities', {
    ...{ JobId, ServiceNamespace: 'sts' },
  })
  expect(details.EntityDetailsList.map(({ EntityInfo }) => EntityInfo.Name)).toEqual([
    'r',
    'ann',
    'bob',
  ])
  const aws = await reportOf(house, 'arn:aws:iam::aws:policy/AmazonSQSFullAccess')
  expect(aws.ServicesLastAccessed.map(({ ServiceNamespace }) => ServiceNamespace)).toContain('sqs')
})

test('a job: in progress, the same while it is made, of no other account', async () => {
  const house = await openIam()
  const { iam, deployment } = house
  await iam('CreateUser', { UserName: 'ann' })
  const asked = { Arn: arn('user/ann') }
  const letGo = deployment.holdReports()
  const { JobId = '' } = await iam('GenerateServiceLastAccessedDetails', asked)
  expect(await iam('GetServiceLastAccessedDetails', { JobId })).toEqual({
    JobStatus: 'IN_PROGRESS',
    JobCreationDate: deployment.clock.now,
    JobType: 'SERVICE_LEVEL',
    ServicesLastAccessed: [],
    IsTruncated: false,
  })
  expect(await iam('GenerateServiceLastAccessedDetails', asked)).toEqual({ JobId })
  letGo()
  await deployment.jobs.idle()
  expect((await iam('GenerateServiceLastAccessedDetails', asked)).JobId).not.toBe(JobId)
  const stranger = await deployment.root(otherAccountId)
  const other = deployment.call(stranger, 'iam', 'GetServiceLastAccessedDetails', { JobId })
  await expect(other).rejects.toMatchObject({ code: 'NoSuchEntity' })
})

test('a job fails where its entity is gone meanwhile', async () => {
  const { iam, deployment } = await openIam()
  const { store, clock, jobs } = deployment
  const subject = JSON.stringify({ arn: arn('user/x'), id: 'AIDAX', granularity: 'SERVICE_LEVEL' })
  const id = '11111111-2222-4333-8444-555555555555'
  const about = { id, accountId, kind: 'serviceLastAccessed', subject } as const
  await store.putReport({ ...about, startedAt: clock.now, state: 'inProgress', content: '' })
  await iam('GetServiceLastAccessedDetails', { JobId: id }) // Takes it up, as after a restart.
  await jobs.idle()
  expect(await iam('GetServiceLastAccessedDetails', { JobId: id })).toMatchObject({
    JobStatus: 'FAILED',
    Error: { Code: 'NoSuchEntity', Message: 'The user with name x cannot be found.' },
  })
})

const unknownJob = '11111111-2222-4333-8444-555555555555'
const refusals = [
  ['user/none', 'NoSuchEntity', 'The user with name none cannot be found.'],
  ['group/none', 'NoSuchEntity', 'The group with name none cannot be found.'],
  ['role/none', 'NoSuchEntity', 'The role with name none cannot be found.'],
  ['policy/none', 'NoSuchEntity', `Policy ${arn('policy/none')} was not found.`],
  ['user/ANN', 'NoSuchEntity', 'The user with name ANN cannot be found.'],
  ['root', 'InvalidInput', `ARN ${arn('root')} is not valid.`],
  ['instance-profile/p', 'InvalidInput', `ARN ${arn('instance-profile/p')} is not valid.`],
] as const

test.each(refusals)('no report about %s', async (resource, code, message) => {
  const { iam, refuses } = await openIam()
  await iam('CreateUser', { UserName: 'ann' })
  await refuses('GenerateServiceLastAccessedDetails', { Arn: arn(resource) }, code, message)
})

test('no report of a job that is none, nor about a service that is none', async () => {
  const house = await openIam()
  const { iam, refuses } = house
  const unknown = `The job with id ${unknownJob} cannot be found.`
  const JobId = unknownJob
  await refuses('GetServiceLastAccessedDetails', { JobId }, 'NoSuchEntity', unknown)
  const noId = { JobId: 'x'.repeat(36), ServiceNamespace: 'iam' }
  for (const name of [
    'GetServiceLastAccessedDetails',
    'GetServiceLastAccessedDetailsWithEntities',
  ] as const) {
    await refuses(name, noId, 'InvalidInput', `Invalid job id: ${noId.JobId}`)
  }
  const asked = { JobId, ServiceNamespace: 'iam' }
  await refuses('GetServiceLastAccessedDetailsWithEntities', asked, 'NoSuchEntity', unknown)
  await iam('CreateUser', { UserName: 'ann' })
  const report = await reportOf(house, arn('user/ann'))
  const none = { JobId: report.JobId, ServiceNamespace: 'nosuch' }
  const message = 'Invalid service namespace: nosuch'
  await refuses('GetServiceLastAccessedDetailsWithEntities', none, 'InvalidInput', message)
  const notAllowed = { JobId: report.JobId, ServiceNamespace: 's3' }
  const details = await iam('GetServiceLastAccessedDetailsWithEntities', notAllowed)
  expect(details.EntityDetailsList).toEqual([])
})

test('who may not is refused before it is said whether the entity exists', async () => {
  const { deployment, root, iam } = await openIam()
  const ann = await userWith(deployment, root, 'ann', allow('iam:GetUser'))
  for (const resource of ['user/ann', 'user/none', 'root']) {
    const refused = iam('GenerateServiceLastAccessedDetails', { Arn: arn(resource) }, ann)
    await expect(refused).rejects.toThrow('AccessDenied')
  }
  const refused = iam('GetServiceLastAccessedDetails', { JobId: unknownJob }, ann)
  await expect(refused).rejects.toThrow('AccessDenied')
})

test('an administrator’s report pages by namespace', async () => {
  const house = await openIam()
  const { iam, deployment, root } = house
  await userWith(deployment, root, 'ann', allow('*'))
  const { JobId, ServicesLastAccessed, Marker } = await reportOf(house, arn('user/ann'))
  const namespaces = ServicesLastAccessed.map(({ ServiceNamespace }) => ServiceNamespace)
  expect(namespaces).toHaveLength(100)
  for (let marker = Marker; marker !== undefined;) {
    const page = await iam('GetServiceLastAccessedDetails', { JobId, Marker: marker })
    namespaces.push(...page.ServicesLastAccessed.map(({ ServiceNamespace }) => ServiceNamespace))
    marker = page.Marker
  }
  expect(namespaces.length).toBeGreaterThan(400)
  expect(namespaces).toEqual([...namespaces].sort())
})
