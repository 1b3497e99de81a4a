/**
 * One at a time for each account. The row lock in the database decides; waiting here first keeps
 * those that wait from holding connections, and announces commits in their order.
 */
export class AccountQueue {
  readonly #last = new Map<string, Promise<unknown>>()

  run<T>(accountId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(accountId) ?? Promise.resolve()
    const result = before.then(work, work)
    this.#last.set(accountId, result)
    const forget = () => {
      if (this.#last.get(accountId) === result) this.#last.delete(accountId)
    }
    result.then(forget, forget)
    return result
  }

  async idle(): Promise<void> {
    await Promise.allSettled(this.#last.values())
  }
}
