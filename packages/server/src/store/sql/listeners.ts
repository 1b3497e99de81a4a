import type { Change } from '../port.ts'

/** Who is told of commits, in their order. */
export class CommitListeners {
  readonly #listeners: ((changes: readonly Change[]) => void)[] = []

  add(listener: (changes: readonly Change[]) => void): void {
    this.#listeners.push(listener)
  }

  /**
   * A listener that throws leaves a cache stale that decides who may do what: that ends the
   * process. The write itself is durable.
   */
  announce(changes: readonly Change[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(changes)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
