import type { GateEvent } from '@bailiwick/gateway'
import type { Principal } from '@bailiwick/policy'
import type { ActionUse, LastUsed, Uses } from '../store/port.ts'

/** AWS shows the time of last use to the minute. */
const granularityMs = 60_000
/** Remembered so as not to write the same again; forgotten all at once when it is full. */
const rememberedMax = 100_000
/** Of each kind so many wait at most; where they cannot be written, later ones are dropped. */
export const pendingUsesMax = 100_000

/**
 * What was used since the last look: long-term access keys, roles, and by whom which actions were
 * tried. A call counts once its caller is known, whether it was then allowed or not.
 */
export class UseTracker {
  readonly #lastUsed = new NewUses<LastUsed>()
  readonly #actions = new NewUses<ActionUse>()

  note(event: GateEvent): void {
    const { caller, at, service, region = 'us-east-1' } = event
    if (!caller || !service) return
    const usedAt = new Date(Math.floor(at.getTime() / granularityMs) * granularityMs)
    const { principal, accountId, accessKeyId, session } = caller
    const id =
      principal.kind === 'roleSession' ? principal.roleId : session ? undefined : accessKeyId
    if (id !== undefined) {
      const use = { id, usedAt, service: service.signingName, region }
      this.#lastUsed.note(id, `${String(usedAt.getTime())} ${use.service} ${region}`, use)
    }
    const principalId = principalIdOf(principal)
    if (principalId === undefined || accountId === undefined) return
    const tried = triedAction(event)
    const use = { accountId, principalId, ...tried, region, usedAt }
    this.#actions.note(actionKey(use), String(usedAt.getTime()), use)
  }

  /** The uses that nobody has taken yet; undefined where there are none. */
  take(): Uses | undefined {
    const uses = { lastUsed: this.#lastUsed.take(), actions: this.#actions.take() }
    return uses.lastUsed.length + uses.actions.length === 0 ? undefined : uses
  }

  /** What was taken and could not be written; whatever was used since is newer. */
  giveBack({ lastUsed, actions }: Uses): void {
    this.#lastUsed.giveBack(lastUsed, ({ id }) => id)
    this.#actions.giveBack(actions, actionKey)
  }
}

function actionKey({ principalId, service, action, region }: ActionUse): string {
  return `${principalId} ${service}:${action} ${region}`
}

/** The newest use of each key; the same use again is none. */
class NewUses<T> {
  readonly #noted = new Map<string, string>()
  #pending = new Map<string, T>()

  /** @param mark The same for uses that need not be told apart. */
  note(key: string, mark: string, use: T): void {
    if (this.#noted.get(key) === mark) return
    if (this.#pending.size >= pendingUsesMax && !this.#pending.has(key)) return
    if (this.#noted.size >= rememberedMax) this.#noted.clear()
    this.#noted.set(key, mark)
    this.#pending.set(key, use)
  }

  take(): readonly T[] {
    if (this.#pending.size === 0) return []
    const taken = [...this.#pending.values()]
    this.#pending = new Map()
    return taken
  }

  giveBack(uses: readonly T[], keyOf: (use: T) => string): void {
    for (const use of uses) {
      if (this.#pending.size >= pendingUsesMax) return
      const key = keyOf(use)
      if (!this.#pending.has(key)) this.#pending.set(key, use)
    }
  }
}

/** Whose attempt it is. That a federated user's counts for who made it is chosen by us. */
function principalIdOf(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'root':
      return principal.accountId
    case 'user':
      return principal.userId
    case 'roleSession':
      return principal.roleId
    case 'federatedUser':
      return principalIdOf(principal.creator)
    default:
      return undefined
  }
}

/**
 * The action that was tried: the operation's own, or where that is called otherwise the first that
 * was checked. What is checked beside it (iam:PassRole, sts:TagSession) is no call of its own.
 * Source: IAM User Guide, "Refine permissions using last accessed information": PassRole is not
 * tracked.
 */
function triedAction({ service, operation = '', checks }: GateEvent) {
  const own = `${service?.signingName ?? ''}:${operation}`
  const checked = checks.some(({ action }) => action === own) ? own : checks[0]?.action
  const [namespace = '', ...action] = (checked ?? own).split(':')
  return { service: namespace, action: action.join(':') }
}
