import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { until } from '../until.ts'
import { by, type World } from '../world.ts'

/** The path of an organization's root, of the form AWS gives it; no organization has it. */
const EntityPath = 'o-a1b2c3d4e5/r-f6g7'
const JobId = '11111111-2222-4333-8444-555555555555'

/** The job of a report about the world's account, started by the management account. */
async function started({ management, rootPath, accountId }: World): Promise<string> {
  const EntityPath = `${rootPath}/${accountId}`
  const { JobId = '' } = await management('GenerateOrganizationsAccessReport', { EntityPath })
  return JobId
}

function finished({ management }: World, JobId: string) {
  return until(
    () => management('GetOrganizationsAccessReport', { JobId }),
    ({ JobStatus }) => JobStatus !== 'IN_PROGRESS',
  )
}

export const organizationReportRows: Rows = {
  GenerateOrganizationsAccessReport: {
    refused: { EntityPath },
    async success(world) {
      const { management, rootPath } = world
      expect(await started(world)).toMatch(/^[0-9a-f-]{36}$/)
      const all = { EntityPath: rootPath, OrganizationsPolicyId: 'p-FullAWSAccess' }
      const { JobId = '' } = await management('GenerateOrganizationsAccessReport', all)
      expect((await finished(world, JobId)).JobStatus).toBe('COMPLETED')
    },
    errors: {
      AccessDenied: { EntityPath }, // Of an account that manages no organization.
      ValidationError: ({ management }) => by(management, { EntityPath }),
    },
  },

  GetOrganizationsAccessReport: {
    refused: { JobId },
    async success(world) {
      const { iam, management, rootPath, accountId } = world
      await iam('GetAccountSummary', {})
      const JobId = await started(world)
      const { NumberOfServicesAccessible = 0, ...report } = await finished(world, JobId)
      expect(report).toMatchObject({
        JobStatus: 'COMPLETED',
        NumberOfServicesNotAccessed: NumberOfServicesAccessible - 1,
      })
      const SortKey = 'LAST_AUTHENTICATED_TIME_DESCENDING'
      const newest = { JobId, SortKey, MaxItems: 1 } as const
      const { AccessDetails } = await management('GetOrganizationsAccessReport', newest)
      expect(AccessDetails).toMatchObject([
        {
          ServiceNamespace: 'iam',
          EntityPath: `${rootPath}/${accountId}`,
          Region: 'us-east-1',
          TotalAuthenticatedEntities: 1,
        },
      ])
    },
    errors: { NoSuchEntity: { JobId } },
    async pastTheEnd(world) {
      const JobId = await started(world)
      const { NumberOfServicesAccessible: items = 0 } = await finished(world, JobId)
      return { caller: world.management, input: { JobId }, items }
    },
  },
}
