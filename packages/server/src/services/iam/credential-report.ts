import type { User } from '../../domain/entity.ts'
import type { Report } from '../../domain/report.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import type { ReportMaker } from '../report-jobs.ts'
import {
  credentialColumns,
  credentialHolder,
  passwordPolicyOf,
} from './credential-report-columns.ts'
import { startReport } from './report-start.ts'

/** Source: IAM User Guide, "Get credential reports": a new one at most every four hours. */
export const credentialReportAgeMsMax = 4 * 3_600_000
const pageSize = 100

/** The CSV: root, then the users in name order. */
export const makeCredentialReport: ReportMaker = async (scope, _subject, pause) => {
  const { store, accountId } = scope
  const passwordPolicy = await passwordPolicyOf(scope)
  const lines = [credentialColumns.map(([name]) => name).join(',')]
  const addRow = async (user: User | undefined) => {
    const holder = await credentialHolder(scope, passwordPolicy, user)
    lines.push(credentialColumns.map(([, valueOf]) => csvValue(valueOf(holder))).join(','))
    await pause()
  }
  await addRow(undefined)
  let after: string | undefined
  // Ends: `after` moves on with each page, and a page that is not full is the last.
  for (;;) {
    const users = await store.list('user', accountId, { after, limit: pageSize })
    for (const user of users) await addRow(user)
    after = users.at(-1)?.name
    if (users.length < pageSize) return lines.join('\n')
  }
}

/** Of all that stands in a report only names and ARNs can hold a comma. Chosen by us: RFC 4180. */
function csvValue(value: string): string {
  return value.includes(',') ? `"${value}"` : value
}

function newestReport({ store, accountId }: Scope): Promise<Report | undefined> {
  return store.newestReport('credentials', accountId, '')
}

function isExpired({ finishedAt }: Report, { now }: Scope): boolean {
  const age = now.getTime() - (finishedAt?.getTime() ?? 0)
  return age > credentialReportAgeMsMax
}

/**
 * iam:GenerateCredentialReport: starts one, unless one is being made or young enough.
 * Source: IAM API Reference, GenerateCredentialReport; recorded answers. The words for a report
 * that is too old are unconfirmed.
 */
export const GenerateCredentialReport = writeOperation('iam', 'GenerateCredentialReport', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(_input, scope) {
    const newest = await newestReport(scope)
    if (newest?.state === 'inProgress') {
      scope.reports.make(newest) // A restart may have interrupted it.
      return { State: 'INPROGRESS' as const }
    }
    const isDone = newest?.state === 'completed'
    if (isDone && !isExpired(newest, scope)) return { State: 'COMPLETE' as const }
    await startReport(scope, 'credentials', '')
    const reason = isDone ? 'The existing report is older than 4 hours' : 'No report exists'
    const Description = `${reason}. Starting a new report generation task`
    return { State: 'STARTED' as const, Description }
  },
})

/**
 * iam:GetCredentialReport. Errors: ReportNotPresent, ReportInProgress, ReportExpired,
 * ServiceFailure. Source: IAM API Reference, GetCredentialReport; that ReportNotPresent comes
 * without a message is recorded, the words of the others are chosen by us.
 */
export const GetCredentialReport = readOperation('iam', 'GetCredentialReport', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(_input, scope) {
    const newest = await newestReport(scope)
    if (!newest) throw new ApiError('ReportNotPresent', '')
    if (newest.state === 'inProgress') {
      scope.reports.make(newest) // A restart may have interrupted it.
      const message = 'The credential report is being generated. Try again later.'
      throw new ApiError('ReportInProgress', message)
    }
    if (newest.state === 'failed') {
      const message = 'The credential report could not be generated. Generate a new one.'
      throw new ApiError('ServiceFailure', message)
    }
    if (isExpired(newest, scope)) {
      const message = 'The credential report is older than 4 hours. Generate a new one.'
      throw new ApiError('ReportExpired', message)
    }
    const { content, finishedAt } = newest
    return {
      Content: Buffer.from(content),
      ReportFormat: 'text/csv' as const,
      ...(finishedAt && { GeneratedTime: finishedAt }),
    }
  },
})
