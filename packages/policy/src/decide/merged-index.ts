import type { SourcedPolicy } from '../authorization.ts'
import type { CompiledPolicy } from '../compile/compiled-policy.ts'
import { StatementIndex } from '../compile/statement-index.ts'
import type { Slot } from '../compile/statement-index.ts'

type SourcedPolicies = readonly SourcedPolicy<CompiledPolicy>[]

interface Known {
  readonly list: SourcedPolicies
  /** What the list held when it was first seen: callers may replace lists, not change them. */
  readonly length: number
  uses: number
  index: StatementIndex | undefined
}

/** A list is indexed when it is used again: who makes a new one for each request would pay in vain. */
const usesMin = 3
/** All merged indexes together take so much; the oldest make room. */
const mergedBytesMax = 128 * 2 ** 20
/** Measured: up to 300, most of it the gram index's. */
const bytesPerStatement = 320
const mergedStatementsMax = mergedBytesMax / bytesPerStatement

const known = new WeakMap<SourcedPolicies, Known>()
const recent: WeakRef<Known>[] = []
const recentSizes: number[] = []
let mergedStatements = 0
let last: Known | undefined

/**
 * One index over a list of policies, remembered by the list's identity; undefined where the list
 * is too new to be worth it.
 *
 * INVARIANT: a list that was decided on is not changed afterwards. A changed length is noticed.
 */
export function mergedIndex(list: SourcedPolicies): StatementIndex | undefined {
  let entry = last?.list === list ? last : known.get(list)
  if (entry === undefined || entry.length !== list.length) {
    entry = { list, length: list.length, uses: 0, index: undefined }
    known.set(list, entry)
  }
  last = entry
  if (entry.index === undefined && ++entry.uses >= usesMin) {
    entry.index = new StatementIndex(merge(list))
    remember(entry, entry.index.slots.length)
  }
  return entry.index
}

function merge(list: SourcedPolicies): Slot[] {
  const slots: Slot[] = []
  for (const [owner, { policy }] of list.entries()) {
    for (const { statement } of policy.index.slots) {
      slots.push({ statement, owner, position: slots.length })
    }
  }
  return slots
}

function remember(entry: Known, size: number): void {
  recent.push(new WeakRef(entry))
  recentSizes.push(size)
  mergedStatements += size
  while (mergedStatements > mergedStatementsMax && recent.length > 1) {
    const oldest = recent.shift()?.deref()
    mergedStatements -= recentSizes.shift() ?? 0
    if (oldest !== undefined) {
      oldest.index = undefined
      oldest.uses = 0
    }
  }
}
