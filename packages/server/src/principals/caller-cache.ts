import type { Caller } from '@bailiwick/gateway'
import type { Change } from '../store/port.ts'

/** A caller ready to be used, and for how long it may be. */
export interface CachedCaller {
  readonly caller: Caller
  readonly secretAccessKey: string
  /** The token it was opened from; absent for long-term keys. */
  readonly sessionToken?: string
  /** The account's version in the snapshot it was read from. */
  readonly version: number
  /** Ids of everything it rests on: a change of any of them drops it. */
  readonly dependencies: ReadonlySet<string>
}

/** A load under way: it learns what changes meanwhile, so that nothing stale is kept. */
export interface Loading {
  readonly touched: Set<string>
}

/**
 * Callers by access key id, kept exactly as long as nothing they rest on has changed.
 *
 * INVARIANT: an entry was read from a snapshot, and no commit since has touched its dependencies.
 */
export class CallerCache {
  readonly #entries = new Map<string, CachedCaller>()
  readonly #dependents = new Map<string, Set<string>>()
  readonly #loadings = new Set<Loading>()
  readonly #versions = new Map<string, number>()
  readonly #entryCountMax: number

  constructor(entryCountMax: number) {
    this.#entryCountMax = entryCountMax
  }

  get size(): number {
    return this.#entries.size
  }

  get(accessKeyId: string): CachedCaller | undefined {
    return this.#entries.get(accessKeyId)
  }

  /** To be called before the snapshot is opened, and followed by `end` whatever happens. */
  beginLoading(): Loading {
    const loading = { touched: new Set<string>() }
    this.#loadings.add(loading)
    return loading
  }

  end(loading: Loading): void {
    this.#loadings.delete(loading)
  }

  /** Keeps the entry, unless a commit touched it while it was read. The oldest make room. */
  put(accessKeyId: string, entry: CachedCaller, { touched }: Loading): void {
    for (const id of touched) if (entry.dependencies.has(id)) return
    this.#drop(accessKeyId)
    this.#entries.set(accessKeyId, entry)
    for (const id of entry.dependencies) {
      const dependents = this.#dependents.get(id)
      if (dependents) dependents.add(accessKeyId)
      else this.#dependents.set(id, new Set([accessKeyId]))
    }
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#entryCountMax) break
      this.#drop(oldest)
    }
  }

  /** The newest committed version of an account that was seen here; undefined before the first. */
  committedVersion(accountId: string): number | undefined {
    return this.#versions.get(accountId)
  }

  /** The store's `onCommit`. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#versions.set(change.accountId, change.version)
      for (const id of touchedIds(change)) {
        for (const { touched } of this.#loadings) touched.add(id)
        for (const accessKeyId of this.#dependents.get(id) ?? []) this.#drop(accessKeyId)
      }
    }
  }

  /** After the store was emptied. */
  clear(): void {
    this.#entries.clear()
    this.#dependents.clear()
    this.#versions.clear()
  }

  #drop(accessKeyId: string): void {
    const entry = this.#entries.get(accessKeyId)
    if (!entry) return
    this.#entries.delete(accessKeyId)
    for (const id of entry.dependencies) {
      const dependents = this.#dependents.get(id)
      dependents?.delete(accessKeyId)
      if (dependents?.size === 0) this.#dependents.delete(id)
    }
  }
}

/** The dependency of a caller on which policies an account has at all. */
export function policiesOfAccount(accountId: string): string {
  return `policies of ${accountId}`
}

/**
 * What a change touches, in terms of dependencies: the entity, the holder of an inline policy, the
 * policy of a version. Links are logged under the id they leave from.
 */
export function touchedIds({ kind, id, accountId, before, after }: Change): readonly string[] {
  if (kind === 'policy') return [id, policiesOfAccount(accountId)]
  if (kind !== 'inlinePolicy' && kind !== 'policyVersion') return [id]
  const { parentId } = (after ?? before) as { readonly parentId?: string }
  return parentId === undefined ? [id] : [parentId]
}
