import type { GateEvent } from '@bailiwick/gateway'
import type { Uses } from '../store/port.ts'
import { UseTracker } from './uses.ts'

/** How long an event may wait before it is written. */
export const flushIntervalMs = 1000
/** Characters after which it is written at once. */
export const flushChars = 256 * 1024
/** Characters that wait at most; beyond, events are dropped and their number is logged. */
export const pendingCharsMax = 64 * 1024 * 1024

export interface LedgerPorts {
  /** Lines of the ledger; undefined for what is not recorded. */
  readonly linesOf: (event: GateEvent) => string | undefined
  /** Absent: events are not kept, only last uses are. */
  readonly files?: {
    append(lines: string, now: Date): Promise<void>
    close(): Promise<void>
  }
  readonly recordUses: (uses: Uses) => Promise<void>
  readonly clock: () => Date
  readonly reportFailure: (what: string, cause: unknown) => void
}

/**
 * One event a request, collected and written behind the answers' back: no request waits for the
 * ledger or fails with it. What a crash takes is at most the last second.
 */
export class Ledger {
  readonly #ports: LedgerPorts
  readonly #uses = new UseTracker()
  readonly #timer: NodeJS.Timeout
  #pending: string[] = []
  #pendingChars = 0
  #dropped = 0
  /** The write that was begun last. */
  #writing = Promise.resolve()
  /** The write after it, which has taken nothing yet. */
  #next: Promise<void> | undefined

  constructor(ports: LedgerPorts) {
    this.#ports = ports
    this.#timer = setInterval(() => void this.flush(), flushIntervalMs)
    this.#timer.unref()
  }

  /** Never throws. */
  record(event: GateEvent): void {
    try {
      this.#uses.note(event)
      const lines = this.#ports.files && this.#ports.linesOf(event)
      if (lines !== undefined) this.append(lines)
    } catch (cause) {
      this.#ports.reportFailure('an event could not be recorded', cause)
    }
  }

  /** Lines of what was no call of a service, such as a sign-in. Never throws. */
  append(lines: string): void {
    if (!this.#ports.files) return
    if (this.#pendingChars + lines.length > pendingCharsMax) {
      this.#dropped++
      return
    }
    this.#pending.push(lines)
    this.#pendingChars += lines.length
    if (this.#pendingChars >= flushChars) void this.flush()
  }

  /** Writes what is waiting at this call; resolves when it is written, or its failure reported. */
  flush(): Promise<void> {
    const begin = () => {
      this.#next = undefined
      this.#writing = this.#write()
      return this.#writing
    }
    this.#next ??= this.#writing.then(begin, begin)
    return this.#next
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
    try {
      await this.#ports.files?.close()
    } catch (cause) {
      this.#ports.reportFailure('the ledger could not be closed', cause)
    }
  }

  async #write(): Promise<void> {
    const { files, recordUses, clock, reportFailure } = this.#ports
    const lines = this.#pending.join('')
    this.#pending = []
    this.#pendingChars = 0
    if (this.#dropped > 0) {
      reportFailure('events were dropped', new Error(`${String(this.#dropped)} events`))
      this.#dropped = 0
    }
    try {
      if (lines !== '') await files?.append(lines, clock())
    } catch (cause) {
      reportFailure('events could not be written', cause)
    }
    const uses = this.#uses.take()
    try {
      if (uses) await recordUses(uses)
    } catch (cause) {
      if (uses) this.#uses.giveBack(uses)
      reportFailure('last uses could not be recorded', cause)
    }
  }
}
