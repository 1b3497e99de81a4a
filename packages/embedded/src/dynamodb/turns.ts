/** Who works among others, and who alone: in the order in which they came. */
export class Turns {
  #lastAlone: Promise<unknown> = Promise.resolve()
  readonly #among = new Set<Promise<unknown>>()

  /** Once all who came before to work alone are done. */
  among<T>(work: () => Promise<T>): Promise<T> {
    const working = this.#lastAlone.then(work)
    const over = settled(working)
    this.#among.add(over)
    void over.then(() => this.#among.delete(over))
    return working
  }

  /** Once all who came before are done; who comes later waits. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const working = Promise.all([this.#lastAlone, ...this.#among]).then(work)
    this.#lastAlone = settled(working)
    return working
  }
}

function settled(working: Promise<unknown>): Promise<void> {
  return working.then(
    () => undefined,
    () => undefined,
  )
}
