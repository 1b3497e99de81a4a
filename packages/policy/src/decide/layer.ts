import type { AuthorizationRequest, SourcedPolicy, StatementReference } from '../authorization.ts'
import { grantNone } from '../compile/compiled-policy.ts'
import type { CompiledPolicy, Grant } from '../compile/compiled-policy.ts'
import type { Slot, StatementIndex } from '../compile/statement-index.ts'
import { matchesAction } from '../match/action.ts'
import { matchStatement } from '../match/statement.ts'
import { mergedIndex } from './merged-index.ts'

export type SourcedPolicies = readonly SourcedPolicy<CompiledPolicy>[]

const noReferences: readonly StatementReference[] = []

/** One layer of policies against one request: which Allows and Denies match, in order. */
export class Layer {
  allows: readonly StatementReference[] = noReferences
  denies: readonly StatementReference[] = noReferences
  /** The strongest grant of its Allows; meaningful where statements have principals. */
  grant: Grant = grantNone
}

/** A shorter list is looked through policy by policy; a longer one has an index of its own. */
const mergedPoliciesMin = 6

export function evaluateLayer(
  policies: SourcedPolicies,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): Layer {
  const layer = new Layer()
  const merged = policies.length < mergedPoliciesMin ? undefined : mergedIndex(policies)
  if (merged !== undefined) {
    evaluateIndex(layer, merged, policies, 0, request, hasBoundary)
    return layer
  }
  for (let index = 0; index < policies.length; index++) {
    const policy = policies[index]?.policy
    if (policy === undefined) continue
    evaluateIndex(layer, policy.index, policies, index, request, hasBoundary)
  }
  return layer
}

/** Numbers of slots that `findByResource` found. Read to the end before anything else runs. */
const found: number[] = []

function evaluateIndex(
  layer: Layer,
  index: StatementIndex,
  policies: SourcedPolicies,
  base: number,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): void {
  const plan = index.plan(request.action)
  const count = index.findByResource(request.resource, found)
  if (count === 0) {
    for (const slot of plan.slots) {
      evaluateSlot(layer, slot, policies, base, request, hasBoundary)
    }
    return
  }
  const slots: Slot[] = []
  for (let at = 0; at < count; at++) {
    const slot = index.byResource(found[at] ?? 0)
    if (slot !== undefined && matchesAction(slot.statement.actions, plan.action)) slots.push(slot)
  }
  if (slots.length > 1) slots.sort((left, right) => left.position - right.position)
  let next = 0
  // Both lists are in order, and together they must be, too.
  for (const slot of plan.slots) {
    for (let other = slots[next]; other !== undefined && other.position < slot.position;) {
      evaluateSlot(layer, other, policies, base, request, hasBoundary)
      other = slots[++next]
    }
    evaluateSlot(layer, slot, policies, base, request, hasBoundary)
  }
  for (; next < slots.length; next++) {
    const slot = slots[next]
    if (slot !== undefined) evaluateSlot(layer, slot, policies, base, request, hasBoundary)
  }
}

function evaluateSlot(
  layer: Layer,
  { statement, owner }: Slot,
  policies: SourcedPolicies,
  base: number,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): void {
  const grant = matchStatement(statement, request, hasBoundary)
  if (grant === grantNone) return
  const source = policies[base + owner]?.source
  if (source === undefined) return
  const { sid, statementIndex } = statement
  const reference = sid === undefined ? { source, statementIndex } : { source, statementIndex, sid }
  if (statement.isDeny) {
    layer.denies = appended(layer.denies, reference)
    return
  }
  layer.allows = appended(layer.allows, reference)
  if (grant > layer.grant) layer.grant = grant
}

/** Most layers match one statement: a list is made for the first, and grown for any other. */
function appended(
  references: readonly StatementReference[],
  reference: StatementReference,
): readonly StatementReference[] {
  if (references.length === 0) return [reference]
  ;(references as StatementReference[]).push(reference)
  return references
}
