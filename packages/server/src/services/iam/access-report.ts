import type { PackedActionData } from '@bailiwick/policy/action-data'
import type { Report } from '../../domain/report.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import type { ReportError } from '../report-jobs.ts'
import type {
  AccessContent,
  AccessedService,
  AccessEntity,
  AccessSubject,
  Attempt,
} from './access-report-content.ts'
import { accessTarget, accessTargetCheck, existingTarget } from './access-target.ts'
import { asRecorded } from './as-recorded.ts'
import { pageOfList } from './paging.ts'
import { startReport } from './report-start.ts'

/**
 * iam:GenerateServiceLastAccessedDetails. While a report about the same entity is being made, its
 * job is answered: chosen by us. Errors: NoSuchEntity, InvalidInput.
 * Source: IAM API Reference, GenerateServiceLastAccessedDetails.
 */
export const GenerateServiceLastAccessedDetails = writeOperation(
  'iam',
  'GenerateServiceLastAccessedDetails',
  {
    resolve: ({ Arn }, scope) => accessTarget(scope, Arn),
    authorize: ({ Arn }, scope, target) => accessTargetCheck(scope, Arn, target),

    async handle({ Arn: arn, Granularity: granularity = 'SERVICE_LEVEL' }, scope, target) {
      const asked: AccessSubject = { arn, id: existingTarget(arn, target).id, granularity }
      const subject = JSON.stringify(asked)
      const newest = await scope.store.newestReport('serviceLastAccessed', scope.accountId, subject)
      if (newest?.state === 'inProgress') {
        scope.reports.make(newest) // A restart may have interrupted it.
        return { JobId: newest.id }
      }
      const { id } = await startReport(scope, 'serviceLastAccessed', subject)
      return { JobId: id }
    },
  },
)

/**
 * The report of a job of this account; one that a restart interrupted is taken up again.
 * Errors: NoSuchEntity, worded by us.
 */
export async function reportOfJob(
  scope: Scope,
  kind: Report['kind'],
  jobId: string,
): Promise<Report> {
  const report = await scope.store.report(jobId)
  if (report?.kind !== kind || report.accountId !== scope.accountId) {
    throw new ApiError('NoSuchEntity', `The job with id ${jobId} cannot be found.`)
  }
  if (report.state === 'inProgress') scope.reports.make(report)
  return report
}

/** As `reportOfJob`. Errors: InvalidInput for what is no job id, worded by us; NoSuchEntity. */
function accessReport(scope: Scope, jobId: string): Promise<Report> {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(jobId)) {
    throw new ApiError('InvalidInput', `Invalid job id: ${jobId}`)
  }
  return reportOfJob(scope, 'serviceLastAccessed', jobId)
}

const jobStatuses = { inProgress: 'IN_PROGRESS', completed: 'COMPLETED', failed: 'FAILED' } as const

/** What every answer says of its job. The completion date is null until then, whatever the model says. */
export function jobView({ state, startedAt, finishedAt }: Report) {
  return {
    JobStatus: jobStatuses[state],
    JobCreationDate: startedAt,
    JobCompletionDate: asRecorded<Date>(finishedAt),
  }
}

export function reportError({ state, content }: Report): ReportError | undefined {
  return state === 'failed' ? (JSON.parse(content) as ReportError) : undefined
}

function contentOf({ state, content }: Report): AccessContent {
  if (state !== 'completed') return { entities: [], services: [] }
  return JSON.parse(content) as AccessContent
}

/** As AWS displays it. */
export function serviceName({ services }: PackedActionData, namespace: string): string {
  return services[namespace]?.name ?? namespace
}

function serviceView(
  actionData: PackedActionData,
  service: AccessedService,
  entities: readonly AccessEntity[],
) {
  const { namespace, attempts, actions } = service
  const [last] = attempts
  return {
    ServiceName: serviceName(actionData, namespace),
    ServiceNamespace: namespace,
    ...(last && {
      LastAuthenticated: new Date(last.at),
      LastAuthenticatedEntity: entities[last.entity]?.Arn,
      LastAuthenticatedRegion: last.region,
    }),
    TotalAuthenticatedEntities: attempts.length,
    ...(actions && {
      TrackedActionsLastAccessed: actions.map((action) => trackedActionView(action, entities)),
    }),
  }
}

function trackedActionView(
  { name, last }: { readonly name: string; readonly last?: Attempt },
  entities: readonly AccessEntity[],
) {
  if (!last) return { ActionName: name }
  return {
    ActionName: name,
    LastAccessedEntity: entities[last.entity]?.Arn,
    LastAccessedTime: new Date(last.at),
    LastAccessedRegion: last.region,
  }
}

/**
 * iam:GetServiceLastAccessedDetails: services in the order of their namespaces.
 * Errors: InvalidInput, NoSuchEntity. Source: IAM API Reference, GetServiceLastAccessedDetails.
 */
export const GetServiceLastAccessedDetails = readOperation('iam', 'GetServiceLastAccessedDetails', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(input, scope) {
    const report = await accessReport(scope, input.JobId)
    const { granularity } = JSON.parse(report.subject) as AccessSubject
    const { entities, services } = contentOf(report)
    const { items, output } = pageOfList(input, services, ({ namespace }) => namespace)
    const Error = reportError(report)
    const { actionData } = await import('@bailiwick/policy/action-data')
    return {
      ...jobView(report),
      JobType: granularity,
      ServicesLastAccessed: items.map((service) => serviceView(actionData, service, entities)),
      ...output,
      ...(Error && { Error }),
    }
  },
})

/**
 * iam:GetServiceLastAccessedDetailsWithEntities: who could have used the permissions for a service,
 * the newest attempts first, then those without any in the order of the report.
 * Errors: NoSuchEntity; InvalidInput for a namespace that is none, worded by us.
 * Source: IAM API Reference, GetServiceLastAccessedDetailsWithEntities.
 */
export const GetServiceLastAccessedDetailsWithEntities = readOperation(
  'iam',
  'GetServiceLastAccessedDetailsWithEntities',
  {
    authorize: () => ({ resourceArn: '*' }),

    async handle(input, scope) {
      const { ServiceNamespace: namespace } = input
      const report = await accessReport(scope, input.JobId)
      const { actionData } = await import('@bailiwick/policy/action-data')
      if (!Object.hasOwn(actionData.services, namespace)) {
        throw new ApiError('InvalidInput', `Invalid service namespace: ${namespace}`)
      }
      const { items, output } = pageOfList(
        input,
        entityDetails(contentOf(report), namespace),
        ({ EntityInfo }) => EntityInfo.Id,
      )
      const Error = reportError(report)
      return { ...jobView(report), EntityDetailsList: items, ...output, ...(Error && { Error }) }
    },
  },
)

function entityDetails({ entities, services }: AccessContent, namespace: string) {
  const service = services.find((each) => each.namespace === namespace)
  if (!service) return []
  const attempted = new Set(service.attempts.map(({ entity }) => entity))
  return [
    ...service.attempts.flatMap(({ entity, at }) =>
      entities
        .slice(entity, entity + 1)
        .map((EntityInfo) => ({ EntityInfo, LastAuthenticated: new Date(at) })),
    ),
    ...entities
      .filter((_entity, index) => !attempted.has(index))
      .map((EntityInfo) => ({ EntityInfo })),
  ]
}
