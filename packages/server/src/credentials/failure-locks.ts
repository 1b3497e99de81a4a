import type { FailureLocks } from './port.ts'

/**
 * Locks against guessing: what keeps being guessed wrong, a device's codes or a user's password, is
 * closed for a while, the longer the more have failed. A code has a million values and three of them
 * are right.
 *
 * In memory, on purpose: a failure must not cost a durable write, and it is counted even though the
 * call that it refuses is rolled back. A restart forgets; callers cannot bring one about.
 *
 * Source: RFC 4226, section 7.3, a delay that doubles. The numbers are chosen by us: who guesses day
 * and night has some 30 tries a day, one chance in ten thousand.
 */
const failuresFree = 5
const lockSecondsFirst = 60
const lockSecondsMax = 3600
/** After a day without a failure, they are forgotten. */
const forgottenAfterSeconds = 86_400
/** Ids whose failures are remembered; past it those that may be forgotten are. */
const rememberedMax = 10_000

interface Failures {
  readonly count: number
  readonly lastAt: number
}

function lockedUntil({ count, lastAt }: Failures): number {
  if (count < failuresFree) return 0
  const seconds = Math.min(lockSecondsFirst * 2 ** (count - failuresFree), lockSecondsMax)
  return lastAt + seconds * 1000
}

export function createFailureLocks(): FailureLocks {
  const failures = new Map<string, Failures>()

  function remembered(id: string, now: Date): Failures | undefined {
    const found = failures.get(id)
    const isOld = found && found.lastAt + forgottenAfterSeconds * 1000 <= now.getTime()
    return isOld ? undefined : found
  }

  return {
    isLocked(id: string, now: Date): boolean {
      const found = remembered(id, now)
      return found !== undefined && now.getTime() < lockedUntil(found)
    },

    failed(id: string, now: Date): void {
      const count = (remembered(id, now)?.count ?? 0) + 1
      failures.set(id, { count, lastAt: now.getTime() })
      if (failures.size <= rememberedMax) return
      for (const old of failures.keys()) if (!remembered(old, now)) failures.delete(old)
    },

    succeeded(id: string): void {
      failures.delete(id)
    },
  }
}
