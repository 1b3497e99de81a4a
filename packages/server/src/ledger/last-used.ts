import type { GateEvent } from '@bailiwick/gateway'
import type { LastUsed } from '../store/port.ts'

/** AWS shows the time of last use to the minute. */
const granularityMs = 60_000
/** Remembered so as not to write the same again; forgotten all at once when it is full. */
const rememberedMax = 100_000

/**
 * What was used since the last look: long-term access keys, and roles. A call counts once its
 * caller is known, whether it was then allowed or not.
 */
export class LastUsedTracker {
  readonly #written = new Map<string, string>()
  #pending = new Map<string, LastUsed>()

  note({ caller, at, service, region }: GateEvent): void {
    if (!caller || !service) return
    const { principal, accessKeyId, session } = caller
    const id =
      principal.kind === 'roleSession' ? principal.roleId : session ? undefined : accessKeyId
    if (id === undefined) return
    const minute = Math.floor(at.getTime() / granularityMs) * granularityMs
    const use = `${String(minute)} ${service.signingName} ${region ?? ''}`
    if (this.#written.get(id) === use) return
    if (this.#written.size >= rememberedMax) this.#written.clear()
    this.#written.set(id, use)
    this.#pending.set(id, {
      id,
      usedAt: new Date(minute),
      service: service.signingName,
      region: region ?? 'us-east-1',
    })
  }

  /** The uses that nobody has taken yet. */
  take(): readonly LastUsed[] {
    if (this.#pending.size === 0) return []
    const taken = [...this.#pending.values()]
    this.#pending = new Map()
    return taken
  }
}
