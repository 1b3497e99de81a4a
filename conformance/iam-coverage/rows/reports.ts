import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

const GroupName = 'g'
const unknownJob = '11111111-2222-4333-8444-555555555555'
const noJob = 'x'.repeat(36)

async function credentialReport({ iam }: World): Promise<void> {
  await until(
    () => iam('GenerateCredentialReport', {}),
    ({ State }) => State === 'COMPLETE',
  )
}

/** The finished job of a report about a group of three, who may use three services. */
async function groupReport({ iam, arn }: World): Promise<string> {
  await iam('CreateGroup', { GroupName })
  const Statement = {
    Effect: 'Allow',
    Action: ['iam:GetUser', 'sts:AssumeRole', 's3:GetObject'],
    Resource: '*',
  }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await iam('PutGroupPolicy', { GroupName, PolicyName: 'p', PolicyDocument })
  for (const UserName of ['ann', 'bob', 'cyd']) {
    await iam('CreateUser', { UserName })
    await iam('AddUserToGroup', { GroupName, UserName })
  }
  const { JobId = '' } = await iam('GenerateServiceLastAccessedDetails', { Arn: arn('group/g') })
  await until(
    () => iam('GetServiceLastAccessedDetails', { JobId }),
    ({ JobStatus }) => JobStatus !== 'IN_PROGRESS',
  )
  return JobId
}

export const reportRows: Rows = {
  GenerateCredentialReport: {
    refused: {},
    async success(world) {
      const started = await world.iam('GenerateCredentialReport', {})
      expect(started).toMatchObject({
        State: 'STARTED',
        Description: 'No report exists. Starting a new report generation task',
      })
      await credentialReport(world)
    },
    errors: {},
  },

  GetCredentialReport: {
    refused: {},
    async success(world) {
      const { iam, arn } = world
      await iam('CreateUser', { UserName: 'ann' })
      await credentialReport(world)
      const { Content, ReportFormat, GeneratedTime } = await iam('GetCredentialReport', {})
      expect(ReportFormat).toBe('text/csv')
      expect(GeneratedTime).toBeInstanceOf(Date)
      const lines = Buffer.from(Content ?? [])
        .toString()
        .split('\n')
      expect(lines[0]).toMatch(/^user,arn,user_creation_time,password_enabled,/)
      expect(lines[1]).toMatch(new RegExp(`^<root_account>,${arn('root')},`))
      expect(lines[2]).toMatch(new RegExp(`^ann,${arn('user/ann')},.*,false,N/A,N/A,N/A,false,`))
      expect(lines).toHaveLength(3)
    },
    errors: { ReportNotPresent: {} },
  },

  GenerateServiceLastAccessedDetails: {
    refused: ({ arn }) => ({ Arn: arn('user/none') }),
    async success(world) {
      expect(await groupReport(world)).toMatch(/^[0-9a-f-]{36}$/)
    },
    errors: {
      NoSuchEntity: ({ arn }) => ({ Arn: arn('user/none') }),
      InvalidInput: ({ arn }) => ({ Arn: arn('root') }),
    },
  },

  GetServiceLastAccessedDetails: {
    refused: { JobId: unknownJob },
    async success(world) {
      const { iam, arn, as } = world
      const JobId = await groupReport(world)
      const none = await iam('GetServiceLastAccessedDetails', { JobId })
      expect(none).toMatchObject({ JobStatus: 'COMPLETED', JobType: 'SERVICE_LEVEL' })
      expect(none.ServicesLastAccessed).toMatchObject([
        { ServiceNamespace: 'iam', TotalAuthenticatedEntities: 0 },
        { ServiceNamespace: 's3', ServiceName: 'Amazon S3' },
        { ServiceNamespace: 'sts' },
      ])
      await (
        await as('ann')
      )('GetUser', {})
      const asked = { Arn: arn('user/ann'), Granularity: 'ACTION_LEVEL' } as const
      const { JobId: later = '' } = await iam('GenerateServiceLastAccessedDetails', asked)
      const { ServicesLastAccessed } = await until(
        () => iam('GetServiceLastAccessedDetails', { JobId: later }),
        ({ JobStatus }) => JobStatus !== 'IN_PROGRESS',
      )
      expect(ServicesLastAccessed?.[0]).toMatchObject({
        LastAuthenticatedEntity: arn('user/ann'),
        TotalAuthenticatedEntities: 1,
        TrackedActionsLastAccessed: [{ ActionName: 'GetUser', LastAccessedRegion: 'us-east-1' }],
      })
    },
    errors: { NoSuchEntity: { JobId: unknownJob }, InvalidInput: { JobId: noJob } },
    async pastTheEnd(world) {
      return { input: { JobId: await groupReport(world) }, items: 3 }
    },
  },

  GetServiceLastAccessedDetailsWithEntities: {
    refused: { JobId: unknownJob, ServiceNamespace: 'iam' },
    async success(world) {
      const input = { JobId: await groupReport(world), ServiceNamespace: 'iam' }
      const details = await world.iam('GetServiceLastAccessedDetailsWithEntities', input)
      expect(details.JobStatus).toBe('COMPLETED')
      expect(details.EntityDetailsList?.map(({ EntityInfo }) => EntityInfo)).toMatchObject([
        { Name: 'ann', Type: 'USER', Arn: world.arn('user/ann'), Path: '/' },
        { Name: 'bob' },
        { Name: 'cyd' },
      ])
    },
    errors: {
      NoSuchEntity: { JobId: unknownJob, ServiceNamespace: 'iam' },
      InvalidInput: { JobId: noJob, ServiceNamespace: 'iam' },
    },
    async pastTheEnd(world) {
      const input = { JobId: await groupReport(world), ServiceNamespace: 'iam' }
      return { input, items: 3 }
    },
  },
}
