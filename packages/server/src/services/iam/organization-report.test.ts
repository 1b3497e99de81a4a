import { expect, test } from 'vitest'
import type { ActionUse } from '../../store/port.ts'
import { policy, userWith } from '../../testing/deployment.ts'
import { organizationReportsInProgressMax } from './organization-report.ts'
import { accountId, openIam, otherAccountId } from './testing/iam-house.ts'

// Goal: whose report it is, and what the accounts of an organization last accessed.
// Source: IAM User Guide, "Viewing last accessed information for Organizations".
const at = new Date('2026-11-20T10:00:00Z')
const later = new Date('2026-11-21T10:00:00Z')

async function openOrganization() {
  const house = await openIam()
  const { deployment, root } = house
  const member = await deployment.root(otherAccountId)
  const { Organization } = await deployment.call(root, 'organizations', 'CreateOrganization', {})
  const organizationId = Organization?.Id ?? ''
  const { store, clock } = deployment
  await store.write({ accountId: otherAccountId, eventId: 'e', now: clock.now }, async (tx) => {
    const account = await tx.account(otherAccountId)
    if (!account) throw new Error('no account')
    await tx.updateAccount({ ...account, organizationId, managementAccountId: accountId })
  })
  const organization = await store.read((reader) => reader.get('organization', organizationId))
  return { ...house, member, path: `${organizationId}/${organization?.rootId ?? ''}` }
}

function use(fields: Partial<ActionUse>): ActionUse {
  const principal = { accountId, principalId: accountId }
  return { ...principal, service: 'iam', action: 'A', region: 'us-east-1', usedAt: at, ...fields }
}

type House = Awaited<ReturnType<typeof openOrganization>>

async function reportOf({ iam, deployment }: House, EntityPath: string) {
  const { JobId = '' } = await iam('GenerateOrganizationsAccessReport', { EntityPath })
  await deployment.jobs.idle()
  return JobId
}

test('of the organization: where a service was last accessed, and by how many accounts', async () => {
  const house = await openOrganization()
  const { iam, deployment, path } = house
  await deployment.store.recordUses({
    lastUsed: [],
    actions: [
      use({}),
      use({ accountId: otherAccountId, usedAt: later, region: 'eu-west-1' }),
      use({ accountId: otherAccountId, usedAt: at, action: 'B' }),
      use({ service: 's3', usedAt: new Date('2025-10-19T12:00:00Z') }), // 401 days ago.
      use({ service: 'sqs', accountId: '999900001111' }), // Not of the organization.
    ],
  })
  const JobId = await reportOf(house, path)
  const SortKey = 'LAST_AUTHENTICATED_TIME_DESCENDING'
  const report = await iam('GetOrganizationsAccessReport', { JobId, SortKey, MaxItems: 3 })
  const accessible = report.NumberOfServicesAccessible ?? 0
  expect(report).toMatchObject({
    JobStatus: 'COMPLETED',
    JobCreationDate: deployment.clock.now,
    NumberOfServicesNotAccessed: accessible - 1,
    IsTruncated: true,
  })
  expect(report.AccessDetails).toEqual([
    {
      ServiceName: 'AWS Identity and Access Management (IAM)',
      ServiceNamespace: 'iam',
      Region: 'eu-west-1',
      EntityPath: `${path}/${otherAccountId}`,
      LastAuthenticatedTime: later,
      TotalAuthenticatedEntities: 2,
    },
    expect.objectContaining({ ServiceNamespace: 'a2c', TotalAuthenticatedEntities: 0 }),
    expect.objectContaining({ ServiceNamespace: 'a4b' }),
  ])
  const one = await reportOf(house, `${path}/${accountId}`)
  const ofOne = await iam('GetOrganizationsAccessReport', { JobId: one, SortKey, MaxItems: 1 })
  expect(ofOne.AccessDetails).toMatchObject([
    {
      EntityPath: `${path}/${accountId}`,
      LastAuthenticatedTime: at,
      TotalAuthenticatedEntities: 1,
    },
  ])
})

const sorts = [
  ['SERVICE_NAMESPACE_ASCENDING', 'a2c'],
  ['SERVICE_NAMESPACE_DESCENDING', 'xray'],
  ['LAST_AUTHENTICATED_TIME_ASCENDING', 'a2c'],
  ['LAST_AUTHENTICATED_TIME_DESCENDING', 's3'],
] as const

test('it pages in the order asked for', async () => {
  const house = await openOrganization()
  const { iam, deployment, path } = house
  await deployment.store.recordUses({ lastUsed: [], actions: [use({ service: 's3' })] })
  const JobId = await reportOf(house, path)
  for (const [SortKey, first] of sorts) {
    const namespaces: string[] = []
    let Marker: string | undefined
    do {
      const page = await iam('GetOrganizationsAccessReport', {
        ...{ JobId, SortKey },
        ...(Marker !== undefined && { Marker }),
      })
      namespaces.push(...(page.AccessDetails ?? []).map((detail) => detail.ServiceNamespace))
      Marker = page.Marker
    } while (Marker !== undefined)
    expect(namespaces[0]).toBe(first)
    expect(new Set(namespaces).size).toBe(namespaces.length)
  }
})

test('so many at once, and no more', async () => {
  const { iam, refuses, deployment, path } = await openOrganization()
  const letGo = deployment.holdReports()
  const asked = { EntityPath: path }
  for (let i = 1; i < organizationReportsInProgressMax; i++) {
    await iam('GenerateOrganizationsAccessReport', asked)
  }
  const { JobId = '' } = await iam('GenerateOrganizationsAccessReport', asked)
  const message = `No more than ${String(organizationReportsInProgressMax)} reports can be generated at once.`
  const code = 'ReportGenerationLimitExceeded'
  await refuses('GenerateOrganizationsAccessReport', asked, code, message)
  expect(await iam('GetOrganizationsAccessReport', { JobId })).toEqual({
    JobStatus: 'IN_PROGRESS',
    JobCreationDate: deployment.clock.now,
    IsTruncated: false,
  })
  letGo()
  await deployment.jobs.idle()
  await iam('GenerateOrganizationsAccessReport', asked)
})

test('only the management account, about its own organization', async () => {
  const { deployment, member, path, refuses, iam, root } = await openOrganization()
  const name = 'GenerateOrganizationsAccessReport'
  const onlyManagement = 'Only the management account of an organization can generate this report.'
  await refuses(name, { EntityPath: path }, 'AccessDenied', onlyManagement, member)
  for (const other of ['o-0000000000/r-0000', `${path}/999900001111`, `${path}/ou-0000-00000000`]) {
    const message = `There is no entity of the path ${other}.`
    await refuses(name, { EntityPath: other }, 'ValidationError', message)
  }
  const OrganizationsPolicyId = 'p-FullAWSAccess'
  expect(await iam(name, { EntityPath: path, OrganizationsPolicyId })).toHaveProperty('JobId')
  const unknown = { EntityPath: path, OrganizationsPolicyId: 'p-12345678' }
  await refuses(name, unknown, 'ValidationError', 'There is no control policy p-12345678.')
  const { JobId = '' } = await iam(name, { EntityPath: path })
  const job = `The job with id ${JobId} cannot be found.`
  await refuses('GetOrganizationsAccessReport', { JobId }, 'NoSuchEntity', job, member)
  await refuses('GetServiceLastAccessedDetails', { JobId }, 'NoSuchEntity', job)
  // The path is the resource.
  const resource = `arn:aws:iam::${accountId}:access-report/${path}/*`
  const document = policy({ Effect: 'Allow', Action: 'iam:*', Resource: resource })
  const ann = await userWith(deployment, root, 'ann', document)
  await expect(iam(name, { EntityPath: path }, ann)).rejects.toThrow('AccessDenied')
  expect(await iam(name, { EntityPath: `${path}/${accountId}` }, ann)).toHaveProperty('JobId')
})

test('an account in no organization has none', async () => {
  const { refuses } = await openIam()
  const message = 'Only the management account of an organization can generate this report.'
  const EntityPath = 'o-0000000000/r-0000'
  await refuses('GenerateOrganizationsAccessReport', { EntityPath }, 'AccessDenied', message)
})
