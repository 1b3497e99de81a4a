import type { Report } from '../../domain/report.ts'
import { uuidV4 } from '../../domain/uuid.ts'
import type { WriteScope } from '../operation.ts'

/**
 * Begins a report: it is in the store with this transaction, and made behind its back. Where the
 * transaction fails, a report is left that nobody has the id of, and expires.
 */
export async function startReport(
  { store, accountId, now, randomBytes, reports }: WriteScope,
  kind: Report['kind'],
  subject: string,
): Promise<Report> {
  const id = uuidV4(randomBytes(16))
  const about = { id, accountId, kind, subject, startedAt: now }
  const report: Report = { ...about, state: 'inProgress', content: '' }
  await store.putReport(report)
  reports.make(report)
  return report
}
