import { usePeriodStart } from '../domain/report.ts'
import type { Expiry, Store } from '../store/port.ts'

/** Days that changes are kept. */
export const changeRetentionDays = 90
/** Versions of an account whose changes are kept, whatever their days. */
export const changeVersionsMax = 1_000_000
/** Days that finished and forgotten reports are kept. */
export const reportRetentionDays = 7
/** Of an account so many of the newest reports are kept. */
export const reportCountMax = 1000
/** Rows of a kind that go in one transaction, so that writes are not held up. */
const batchRowsMax = 1000
const accountPageSize = 100
const dayMs = 86_400_000

export interface RetentionLimits {
  readonly changeDays: number
  readonly changeVersionsMax: number
  readonly reportDays: number
  readonly reportCountMax: number
}

export const retentionDefaults: RetentionLimits = {
  changeDays: changeRetentionDays,
  changeVersionsMax,
  reportDays: reportRetentionDays,
  reportCountMax,
}

/** Removes what has expired in all accounts: changes, attempts, reports. */
export async function expireOld(
  store: Pick<Store, 'read' | 'expire'>,
  limits: RetentionLimits,
  now: Date,
  signal?: AbortSignal,
): Promise<void> {
  const expiry: Expiry = {
    changesBefore: new Date(now.getTime() - limits.changeDays * dayMs),
    changeVersionsMax: limits.changeVersionsMax,
    actionUsesBefore: usePeriodStart(now),
    reportsBefore: new Date(now.getTime() - limits.reportDays * dayMs),
    reportCountMax: limits.reportCountMax,
  }
  let after: string | undefined
  // Ends: `after` moves on with each page, and a page that is not full is the last.
  for (;;) {
    const request = { after, limit: accountPageSize }
    const accounts = await store.read((reader) => reader.accounts(request))
    for (const { accountId } of accounts) {
      while (signal?.aborted !== true && (await store.expire(accountId, expiry, batchRowsMax)) > 0);
    }
    after = accounts.at(-1)?.accountId
    if (accounts.length < accountPageSize || signal?.aborted === true) return
  }
}

export interface Retention {
  /** Breaks off; the next start goes on. */
  stop(): Promise<void>
}

const runIntervalMs = 3_600_000

/** Removes what has expired, now and every hour. */
export function keepRetention(
  run: (signal: AbortSignal) => Promise<void>,
  reportFailure: (cause: unknown) => void,
): Retention {
  const stopping = new AbortController()
  let running = Promise.resolve()
  const next = () => {
    running = running.then(() => run(stopping.signal)).catch(reportFailure)
  }
  next()
  const timer = setInterval(next, runIntervalMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }
}
