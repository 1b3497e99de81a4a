import type { Report } from '../domain/report.ts'
import type { Store } from '../store/port.ts'
import { ApiError } from './api-error.ts'
import type { AccountScope } from './operation.ts'
import type { CallerPort } from './scopes.ts'

/** Reports of all accounts that wait at most; one that finds no place is made when it is asked for. */
export const waitingReportsMax = 10_000
/** How long a report may hold up requests before it lets them by. */
const sliceMillisecondsMax = 5

/** A snapshot of the account, which nobody asks about. */
export type ReportScope = AccountScope & { readonly now: Date }

/**
 * Makes the content of a report about `subject`. It awaits `pause` after each piece of work, so
 * that requests are answered meanwhile.
 */
export type ReportMaker = (
  scope: ReportScope,
  subject: string,
  pause: () => Promise<void>,
) => Promise<string>

export interface ReportsPort {
  /** Makes a report behind the answer's back, unless that is under way. */
  make(report: Report): void
  /** How many of a kind this process is making for an account, those that wait among them. */
  countInProgress(kind: Report['kind'], accountId: string): number
}

export interface ReportJobsOptions extends Pick<AccountScope, 'partition' | 'managedPolicies'> {
  readonly store: Store
  readonly principals: Pick<CallerPort, 'heldPolicies'>
  readonly makers: Readonly<Record<Report['kind'], ReportMaker>>
  readonly clock: () => Date
  /** Writes what the ledger has not written yet, so that a report knows of it. */
  readonly flushUses: () => Promise<void>
  readonly reportFailure: (cause: unknown) => void
}

/** Why a report could not be made, as its content. */
export interface ReportError {
  readonly Code: string
  readonly Message: string
}

/** Makes reports, one at a time, each in a snapshot of its own. */
export class ReportJobs implements ReportsPort {
  readonly #options: ReportJobsOptions
  readonly #waiting = new Map<string, Report>()
  #running: Promise<void> | undefined
  #closed = false

  constructor(options: ReportJobsOptions) {
    this.#options = options
  }

  make(report: Report): void {
    if (this.#closed || this.#waiting.has(report.id)) return
    if (this.#waiting.size >= waitingReportsMax) return
    this.#waiting.set(report.id, report)
    this.#running ??= this.#run()
  }

  countInProgress(kind: Report['kind'], accountId: string): number {
    const isCounted = (report: Report) => report.kind === kind && report.accountId === accountId
    return [...this.#waiting.values()].filter(isCounted).length
  }

  /** Resolves when none is being made. */
  async idle(): Promise<void> {
    await this.#running
  }

  /** Ends with the report in hand; those that wait are made when they are asked for. */
  async close(): Promise<void> {
    this.#closed = true
    await this.idle()
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    for (const report of this.#waiting.values()) {
      if (this.#closed) break
      try {
        await this.#make(report)
      } catch (cause) {
        this.#options.reportFailure(cause)
      }
      this.#waiting.delete(report.id)
    }
    this.#running = undefined
  }

  async #make(report: Report): Promise<void> {
    const { store, clock, makers, principals, partition, managedPolicies } = this.#options
    const { accountId } = report
    await this.#options.flushUses()
    const outcome = await store
      .read(async (reader) => {
        const heldPolicies: AccountScope['heldPolicies'] = (holder) =>
          principals.heldPolicies(reader, holder)
        const deployment = { partition, managedPolicies, heldPolicies }
        const scope = { ...deployment, accountId, store: reader, now: clock() }
        return makers[report.kind](scope, report.subject, pauses())
      })
      .then(
        (content) => ({ state: 'completed', content }) as const,
        (cause: unknown) => ({ state: 'failed', content: this.#failure(cause) }) as const,
      )
    await store.putReport({ ...report, ...outcome, finishedAt: clock() })
  }

  #failure(cause: unknown): string {
    let error: ReportError = { Code: 'ServiceFailure', Message: 'The report could not be made.' }
    if (cause instanceof ApiError) error = { Code: cause.code, Message: cause.message }
    else this.#options.reportFailure(cause)
    return JSON.stringify(error)
  }
}

/** Lets whatever waits have its turn, once the slice is used up. */
function pauses(): () => Promise<void> {
  let begunAt = performance.now()
  return async () => {
    if (performance.now() - begunAt < sliceMillisecondsMax) return
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
    begunAt = performance.now()
  }
}
