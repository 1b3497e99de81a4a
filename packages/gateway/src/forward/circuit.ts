/** How a backend stands: `failing` connections still are tried, `unreachable` answers at once. */
export type BackendState = 'untried' | 'reachable' | 'failing' | 'unreachable'

export interface CircuitOptions {
  /** Failures in a row that open it. */
  readonly failureCount: number
  /** How long it stays open until one request is let through to try. Milliseconds. */
  readonly openMs: number
  /** Milliseconds, monotonic. */
  readonly stopwatch: () => number
  /** Told once when it opens, and once when it closes again. */
  readonly onChange: (isReachable: boolean) => void
}

/**
 * Spares callers the wait for a backend that is not there. Once open, one request each `openMs` is
 * let through as a probe, whatever becomes of it: no probe can be lost.
 */
export class Circuit {
  readonly #options: CircuitOptions
  #failures = 0
  #isOpen = false
  #hasConnected = false
  #nextProbeAt = 0

  constructor(options: CircuitOptions) {
    this.#options = options
  }

  get state(): BackendState {
    if (this.#isOpen) return 'unreachable'
    if (this.#failures > 0) return 'failing'
    return this.#hasConnected ? 'reachable' : 'untried'
  }

  /** Whether a request may go out now. */
  admits(): boolean {
    if (!this.#isOpen) return true
    const now = this.#options.stopwatch()
    if (now < this.#nextProbeAt) return false
    this.#nextProbeAt = now + this.#options.openMs
    return true
  }

  connected(): void {
    this.#failures = 0
    this.#hasConnected = true
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#options.onChange(true)
  }

  failed(): void {
    this.#failures++
    if (this.#isOpen || this.#failures < this.#options.failureCount) return
    this.#isOpen = true
    this.#nextProbeAt = this.#options.stopwatch() + this.#options.openMs
    this.#options.onChange(false)
  }
}
