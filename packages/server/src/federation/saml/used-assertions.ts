/** Assertions kept until they are worth nothing; past it, none is accepted until some are gone. */
const usedMax = 100_000

/**
 * Which assertions have been used. In memory alone: one that was issued before this process began
 * may have been used before, and is refused by whoever asks.
 */
export class UsedAssertions {
  readonly #used = new Map<string, number>()

  /** Whether this is its first use, and then its last. */
  use(id: string, worthUntil: Date, now: Date): boolean {
    if (this.#used.has(id)) return false
    if (this.#used.size >= usedMax) this.#forget(now)
    if (this.#used.size >= usedMax) return false
    this.#used.set(id, worthUntil.getTime())
    return true
  }

  #forget(now: Date): void {
    for (const [id, until] of this.#used) if (until <= now.getTime()) this.#used.delete(id)
  }
}
