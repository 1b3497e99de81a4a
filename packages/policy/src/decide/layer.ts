import type {
  AuthorizationRequest,
  PolicySource,
  PolicyType,
  SourcedPolicy,
  StatementReference,
} from '../authorization.ts'
import { grantNone } from '../compile/compiled-policy.ts'
import type { CompiledPolicy, Grant } from '../compile/compiled-policy.ts'
import type { Slot, StatementIndex } from '../compile/statement-index.ts'
import { matchesAction } from '../match/action.ts'
import type { RequestedAction } from '../match/action.ts'
import { matchStatement } from '../match/statement.ts'
import { mergedIndex } from './merged-index.ts'

export type SourcedPolicies = readonly SourcedPolicy<CompiledPolicy>[]

/** A shorter list is looked through policy by policy; a longer one has an index of its own. */
const mergedPoliciesMin = 6

/**
 * What one request finds in the layers it is shown, in their order: first the layers, then their
 * policies, then the statements. Its lists are used again for the next request.
 */
export class Evaluation {
  /** The first layer with a matching Deny. */
  blockedBy: PolicyType | undefined
  private request: AuthorizationRequest
  private action: RequestedAction
  private hasBoundary: boolean
  private readonly allows: StatementReference[] = []
  private readonly denies: StatementReference[] = []
  private allowCount = 0
  private denyCount = 0
  private readonly found: number[] = []

  constructor(request: AuthorizationRequest, action: RequestedAction, hasBoundary: boolean) {
    this.request = request
    this.action = action
    this.hasBoundary = hasBoundary
  }

  restart(request: AuthorizationRequest, action: RequestedAction, hasBoundary: boolean): void {
    this.request = request
    this.action = action
    this.hasBoundary = hasBoundary
    this.allowCount = 0
    this.denyCount = 0
    this.blockedBy = undefined
  }

  matchedAllows(): StatementReference[] {
    return this.allows.slice(0, this.allowCount)
  }

  matchedDenies(): StatementReference[] {
    return this.denies.slice(0, this.denyCount)
  }

  /** The strongest grant of a layer's matching Allows; `grantNone` where there are none. */
  addLayer(policies: SourcedPolicies, policyType: PolicyType): Grant {
    const merged = policies.length < mergedPoliciesMin ? undefined : mergedIndex(policies)
    let grant: Grant = grantNone
    if (merged !== undefined) {
      grant = this.addIndex(merged, policies, undefined, grant)
    } else {
      for (let index = 0; index < policies.length; index++) {
        const sourced = policies[index]
        if (sourced === undefined) continue
        grant = this.addIndex(sourced.policy.index, policies, sourced.source, grant)
      }
    }
    if (this.denyCount > 0) this.blockedBy ??= policyType
    return grant
  }

  /** A layer of a single policy. */
  addPolicy({ policy, source }: SourcedPolicy<CompiledPolicy>, policyType: PolicyType): Grant {
    const grant = this.addIndex(policy.index, [], source, grantNone)
    if (this.denyCount > 0) this.blockedBy ??= policyType
    return grant
  }

  /** @param source Of all statements; undefined where each slot knows which policy it is from. */
  private addIndex(
    index: StatementIndex,
    policies: SourcedPolicies,
    source: PolicySource | undefined,
    strongest: Grant,
  ): Grant {
    const { action, found } = this
    let grant = strongest
    if (this.request.unknown?.resource === true) {
      // What a pattern may mean cannot be looked up.
      for (const slot of index.slots) {
        if (!matchesAction(slot.statement.actions, action)) continue
        grant = this.addSlot(slot, policies, source, grant)
      }
      return grant
    }
    const planned = index.findByAction(action)
    const count = index.findByResource(this.request.resource, action, found)
    let next = 0
    // Both lists are in order, and together they must be, too.
    for (const slot of planned) {
      while (next < count) {
        const other = index.byResource(found[next] ?? 0)
        if (other === undefined || other.position > slot.position) break
        grant = this.addSlot(other, policies, source, grant)
        next++
      }
      grant = this.addSlot(slot, policies, source, grant)
    }
    for (; next < count; next++) {
      const other = index.byResource(found[next] ?? 0)
      if (other !== undefined) grant = this.addSlot(other, policies, source, grant)
    }
    return grant
  }

  private addSlot(
    slot: Slot,
    policies: SourcedPolicies,
    source: PolicySource | undefined,
    strongest: Grant,
  ): Grant {
    const { statement } = slot
    const grant = matchStatement(statement, this.request, this.hasBoundary)
    if (grant === grantNone) return strongest
    const from = source ?? policies[slot.owner]?.source
    if (from === undefined) return strongest
    if (statement.isDeny) {
      this.denies[this.denyCount++] = referenceTo(slot, from)
      return strongest
    }
    this.allows[this.allowCount++] = referenceTo(slot, from)
    return grant > strongest ? grant : strongest
  }
}

/** The slot's own, where it was last asked for by the same source. */
function referenceTo(slot: Slot, source: PolicySource): StatementReference {
  if (slot.reference?.source !== source) {
    const { sid, statementIndex } = slot.statement
    slot.reference =
      sid === undefined ? { source, statementIndex } : { source, statementIndex, sid }
  }
  return slot.reference
}
