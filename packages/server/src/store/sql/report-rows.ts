/** Between rows and what principals have tried, and reports. */
import type { Report } from '../../domain/report.ts'
import type { ActionUse, ServiceUse } from '../port.ts'
import type { ActionUseRow, ReportRow } from './schema.ts'

export function actionUseArguments(use: ActionUse): Readonly<Record<keyof ActionUseRow, string>> {
  return {
    account_id: use.accountId,
    principal_id: use.principalId,
    service: use.service,
    action: use.action,
    region: use.region,
    used_at: use.usedAt.toISOString(),
  }
}

export function serviceUseOf({
  service,
  region,
  used_at,
}: Pick<ActionUseRow, 'service' | 'region' | 'used_at'>): ServiceUse {
  return { service, region, usedAt: new Date(used_at) }
}

export function actionUseOf(row: ActionUseRow): ActionUse {
  const { account_id: accountId, principal_id: principalId, action } = row
  return { accountId, principalId, action, ...serviceUseOf(row) }
}

export function reportArguments(report: Report) {
  return {
    id: report.id,
    account_id: report.accountId,
    kind: report.kind,
    subject: report.subject,
    state: report.state,
    started_at: report.startedAt.toISOString(),
    finished_at: report.finishedAt?.toISOString() ?? null,
    content: report.content,
  }
}

export function reportOf(row: ReportRow): Report {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind as Report['kind'],
    subject: row.subject,
    state: row.state as Report['state'],
    startedAt: new Date(row.started_at),
    ...(row.finished_at !== null && { finishedAt: new Date(row.finished_at) }),
    content: row.content,
  }
}
