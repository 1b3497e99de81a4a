/**
 * The report of services last accessed by the accounts of an organization.
 * Source: IAM API Reference, GenerateOrganizationsAccessReport, GetOrganizationsAccessReport; IAM
 * User Guide, "Viewing last accessed information for Organizations".
 */
import type { PackedActionData } from '@bailiwick/policy/action-data'
import type { Organization } from '../../domain/entity.ts'
import { usePeriodStart } from '../../domain/report.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { AccountScope } from '../operation.ts'
import type { ReportMaker } from '../report-jobs.ts'
import { jobView, reportError, reportOfJob, serviceName } from './access-report.ts'
import { pageOfList } from './paging.ts'
import { startReport } from './report-start.ts'

/** Reports of an account that are made at once. The number is chosen by us. */
export const organizationReportsInProgressMax = 5

/** The one control policy there is: everything is allowed. */
const fullAccessPolicyId = 'p-FullAWSAccess'
const accountPageSize = 100

/** What was asked for, as the report's subject. */
interface OrganizationSubject {
  /** Of the accounts the report is about, by their paths. */
  readonly accountIds: Readonly<Record<string, string>>
}

/** A service that was attempted; others have none. */
interface OrganizationAccess {
  readonly namespace: string
  readonly entityPath: string
  readonly region: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly accountCount: number
}

/** The organization the account manages. Errors: AccessDenied, worded by us. */
async function managedOrganization({ store, accountId }: AccountScope): Promise<Organization> {
  const account = await store.account(accountId)
  const id = account?.managementAccountId === accountId ? account.organizationId : undefined
  const organization = id === undefined ? undefined : await store.get('organization', id)
  if (organization) return organization
  const message = 'Only the management account of an organization can generate this report.'
  throw new ApiError('AccessDenied', message)
}

/**
 * The accounts below an entity path: `o-…/r-…` is all of the organization, `o-…/r-…/A` one.
 * There are no organizational units yet. Errors: ValidationError, worded by us.
 */
async function accountsBelow(
  { store }: AccountScope,
  { id, rootId }: Organization,
  entityPath: string,
): Promise<Readonly<Record<string, string>>> {
  const rootPath = `${id}/${rootId}`
  const accountIds: Record<string, string> = {}
  let after: string | undefined
  // Ends: `after` moves on with each page, and a page that is not full is the last.
  for (;;) {
    const page = await store.accounts({ after, limit: accountPageSize })
    for (const { accountId, organizationId } of page) {
      const path = `${rootPath}/${accountId}`
      const isBelow = entityPath === rootPath || entityPath === path
      if (organizationId === id && isBelow) accountIds[path] = accountId
    }
    after = page.at(-1)?.accountId
    if (page.length < accountPageSize) break
  }
  if (Object.keys(accountIds).length > 0) return accountIds
  throw new ApiError('ValidationError', `There is no entity of the path ${entityPath}.`)
}

/** Errors: AccessDenied, ReportGenerationLimitExceeded, ValidationError; the wordings are ours. */
export const GenerateOrganizationsAccessReport = writeOperation(
  'iam',
  'GenerateOrganizationsAccessReport',
  {
    authorize: ({ EntityPath, OrganizationsPolicyId }, { partition, accountId }) => ({
      resourceArn: `arn:${partition}:iam::${accountId}:access-report/${EntityPath}`,
      contextKeys: { 'iam:OrganizationsPolicyId': OrganizationsPolicyId },
    }),

    async handle({ EntityPath, OrganizationsPolicyId: policyId = fullAccessPolicyId }, scope) {
      const organization = await managedOrganization(scope)
      const accountIds = await accountsBelow(scope, organization, EntityPath)
      if (policyId !== fullAccessPolicyId) {
        throw new ApiError('ValidationError', `There is no control policy ${policyId}.`)
      }
      const count = scope.reports.countInProgress('organizationAccess', scope.accountId)
      if (count >= organizationReportsInProgressMax) {
        const message = `No more than ${organizationReportsInProgressMax} reports can be generated at once.`
        throw new ApiError('ReportGenerationLimitExceeded', message)
      }
      const subject: OrganizationSubject = { accountIds }
      const { id } = await startReport(scope, 'organizationAccess', JSON.stringify(subject))
      return { JobId: id }
    },
  },
)

/** JSON of `OrganizationAccess`, one for each service that was attempted. */
export const makeOrganizationReport: ReportMaker = async ({ store, now }, subject, pause) => {
  const { accountIds } = JSON.parse(subject) as OrganizationSubject
  const since = usePeriodStart(now)
  const newest = new Map<string, OrganizationAccess>()
  for (const [entityPath, accountId] of Object.entries(accountIds)) {
    const counted = new Set<string>()
    for (const { service: namespace, region, usedAt } of await store.serviceUses(accountId)) {
      if (usedAt < since) continue
      const at = usedAt.getTime()
      const before = newest.get(namespace)
      const accountCount = (before?.accountCount ?? 0) + (counted.has(namespace) ? 0 : 1)
      counted.add(namespace)
      const isNewest = !before || before.at < at
      const kept = isNewest ? { namespace, entityPath, region, at } : before
      newest.set(namespace, { ...kept, accountCount })
    }
    await pause()
  }
  return JSON.stringify([...newest.values()])
}

interface AccessDetail {
  readonly ServiceName: string
  readonly ServiceNamespace: string
  readonly Region?: string
  readonly EntityPath?: string
  readonly LastAuthenticatedTime?: Date
  readonly TotalAuthenticatedEntities: number
}

/** Every service: none is kept from the accounts while there are no other control policies. */
function accessDetails(actionData: PackedActionData, content: string): readonly AccessDetail[] {
  const accesses = JSON.parse(content) as readonly OrganizationAccess[]
  const byNamespace = new Map(accesses.map((access) => [access.namespace, access]))
  return Object.keys(actionData.services)
    .sort()
    .map((namespace) => {
      const names = { ServiceName: serviceName(actionData, namespace), ServiceNamespace: namespace }
      const access = byNamespace.get(namespace)
      if (!access) return { ...names, TotalAuthenticatedEntities: 0 }
      return {
        ...names,
        Region: access.region,
        EntityPath: access.entityPath,
        LastAuthenticatedTime: new Date(access.at),
        TotalAuthenticatedEntities: access.accountCount,
      }
    })
}

const timeOf = ({ LastAuthenticatedTime: time }: AccessDetail) => time?.getTime() ?? 0

/** Each list comes in the order of namespaces; what was never accessed is the oldest. */
const orders = {
  SERVICE_NAMESPACE_ASCENDING: (details) => details,
  SERVICE_NAMESPACE_DESCENDING: (details) => details.toReversed(),
  LAST_AUTHENTICATED_TIME_ASCENDING: (details) => details.toSorted((a, b) => timeOf(a) - timeOf(b)),
  LAST_AUTHENTICATED_TIME_DESCENDING: (details) =>
    details.toSorted((a, b) => timeOf(b) - timeOf(a)),
} satisfies Record<string, (details: readonly AccessDetail[]) => readonly AccessDetail[]>

/** Errors: NoSuchEntity. */
export const GetOrganizationsAccessReport = readOperation('iam', 'GetOrganizationsAccessReport', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(input, scope) {
    const report = await reportOfJob(scope, 'organizationAccess', input.JobId)
    const ErrorDetails = reportError(report)
    const view = { ...jobView(report), ...(ErrorDetails && { ErrorDetails }) }
    if (report.state !== 'completed') return { ...view, IsTruncated: false }
    const { actionData } = await import('@bailiwick/policy/action-data')
    const details = accessDetails(actionData, report.content)
    const sorted = orders[input.SortKey ?? 'SERVICE_NAMESPACE_ASCENDING'](details)
    const { items, output } = pageOfList(input, sorted, ({ ServiceNamespace }) => ServiceNamespace)
    return {
      ...view,
      NumberOfServicesAccessible: details.length,
      NumberOfServicesNotAccessed: details.filter((detail) => !timeOf(detail)).length,
      AccessDetails: items,
      ...output,
    }
  },
})
