import type { Caller, GateScope, ScopePort } from '@bailiwick/gateway'
import type { Group, Role, User } from '../domain/entity.ts'
import type { HeldPolicies, KnownPrincipal } from '../domain/held-policy.ts'
import { uniqueId } from '../domain/unique-id.ts'
import { ApiError } from './api-error.ts'
import type { Scope, WriteScope } from './operation.ts'
import type { QuotaName } from '../domain/quota.ts'
import type { Store, StoreReader } from '../store/port.ts'

/** What is known of callers in memory; `principals/` answers it. */
export interface CallerPort {
  /**
   * The account version that the caller still holds at; undefined where something it rests on has
   * changed. Synchronous: to be asked before a snapshot is opened.
   */
  current(caller: Caller): number | undefined
  /** The caller as this snapshot or transaction sees it; undefined where its credential is gone. */
  reload(reader: StoreReader, caller: Caller): Promise<Caller | undefined>
  readonly compiledPolicy: Scope['compiledPolicy']
  /** What binds a user, group or role, as this snapshot or transaction has it. */
  heldPolicies(reader: StoreReader, holder: User | Group | Role): Promise<HeldPolicies>
  /** A user or role as decisions see it, as this snapshot or transaction has it. */
  knownPrincipal(reader: StoreReader, entity: User | Role): Promise<KnownPrincipal>
}

/** What every scope has besides the gate's part and the snapshot. */
export type ScopeOptions = Pick<
  Scope,
  | 'partition'
  | 'managedPolicies'
  | 'secrets'
  | 'sessions'
  | 'tradeIns'
  | 'messages'
  | 'webIdentityKeys'
  | 'refusals'
  | 'registry'
  | 'roleUsage'
  | 'notify'
  | 'randomBytes'
  | 'reports'
> & {
  readonly store: Store
  readonly principals: CallerPort
  readonly quota: (accountId: string, name: QuotaName) => number
}

/**
 * Scopes over the store. The caller in a scope is as its snapshot or transaction sees it: one that
 * changed since the look-up is read anew, and one whose credential is gone is refused.
 * Errors: InvalidClientTokenId.
 */
export function createScopes(options: ScopeOptions): ScopePort<Scope> {
  const { store, principals, quota, ...ports } = options

  function scopeOf<R extends StoreReader>(gate: GateScope, reader: R): Scope & { store: R } {
    const accountId = gate.caller.accountId ?? ''
    return {
      ...ports,
      ...gate,
      accountId,
      store: reader,
      quota: (name) => quota(accountId, name),
      newId: (prefix, owner = accountId) => uniqueId(prefix, owner, ports.randomBytes(17)),
      compiledPolicy: principals.compiledPolicy,
      heldPolicies: (holder) => principals.heldPolicies(reader, holder),
      knownPrincipal: (entity) => principals.knownPrincipal(reader, entity),
    }
  }

  async function reloaded(gate: GateScope, reader: StoreReader): Promise<GateScope> {
    const caller = await principals.reload(reader, gate.caller)
    if (caller) return { ...gate, caller }
    const message = 'The security token included in the request is invalid.'
    throw new ApiError('InvalidClientTokenId', message)
  }

  return {
    read(gate, work) {
      const { accountId } = gate.caller
      if (accountId === undefined) return store.read((reader) => work(scopeOf(gate, reader), 0))
      // Asked before the snapshot opens: the version is then never newer than what is decided on.
      const version = principals.current(gate.caller)
      return store.read(async (reader) => {
        if (version !== undefined) return work(scopeOf(gate, reader), version)
        const fresh = await reloaded(gate, reader)
        return work(scopeOf(fresh, reader), await reader.accountVersion(accountId))
      })
    },

    write(gate, work) {
      const { accountId } = gate.caller
      if (accountId === undefined) throw new Error('The anonymous caller changes nothing')
      const context = { accountId, eventId: gate.requestId, now: gate.now }
      const written = store.write(context, async (tx) => {
        const version = await tx.accountVersion(accountId)
        // Another write of the same commit may have changed the caller, seen by nobody else yet.
        const isFresh = principals.current(gate.caller) === version
        const fresh = isFresh ? gate : await reloaded(gate, tx)
        const scope: WriteScope = scopeOf(fresh, tx)
        return work(scope, version)
      })
      return written.catch(refuseIfUnavailable)
    },
  }
}

/** The store's failures are nobody's bug: the caller may try again, the operator reads the cause. */
const storeFailures = new Set(['StoreFullError', 'StoreUnavailableError'])

/** Errors: ServiceUnavailable for a failure of the store; anything else is thrown on. */
function refuseIfUnavailable(error: unknown): never {
  if (!(error instanceof Error) || !storeFailures.has(error.name)) throw error
  const message = 'The service cannot store changes at the moment; nothing was changed.'
  throw new ApiError('ServiceUnavailable', message, error)
}
