import type { AccountId } from './entity.ts'

/**
 * Days that attempts count, and the last use of a role.
 * Source: IAM User Guide, "Refine permissions using last accessed information".
 */
export const usePeriodDays = 400

/**
 * A report that is made behind its caller's back, or has been. Kept beside the entities, so that it
 * survives a restart; one that was interrupted is taken up again when it is asked for.
 */
export interface Report {
  /** A UUID: the job id, where AWS shows one. */
  readonly id: string
  readonly accountId: AccountId
  readonly kind: 'credentials' | 'serviceLastAccessed' | 'organizationAccess'
  /** What it is about, in the words of its kind; empty where there is one for the account. */
  readonly subject: string
  readonly state: 'inProgress' | 'completed' | 'failed'
  readonly startedAt: Date
  /** Absent while it is in progress. */
  readonly finishedAt?: Date
  /** CSV or JSON of a completed one, the reason of one that failed; else empty. */
  readonly content: string
}

/** The oldest date that still counts. */
export function usePeriodStart(now: Date): Date {
  return new Date(now.getTime() - usePeriodDays * 86_400_000)
}
