/**
 * The statements of one policy or of many, so filed that a decision looks at few of them: those
 * that name resources by their resource, all others by their action.
 */
import { matchesAction, parseAction } from '../match/action.ts'
import type { RequestedAction } from '../match/action.ts'
import type { CompiledStatement } from './compiled-policy.ts'
import { GramIndex, gramChars } from './gram-index.ts'
import { literalRuns } from './resource.ts'

/** A statement where it stands. */
export interface Slot {
  readonly statement: CompiledStatement
  /** Which policy of the indexed list it belongs to. */
  readonly owner: number
  /** Its place among all statements of the list: the order of what a decision lists. */
  readonly position: number
}

/** What an index knows about one action. */
export interface ActionPlan {
  readonly action: RequestedAction
  /** Statements that mean the action and are not filed by resource, in order. */
  readonly slots: readonly Slot[]
}

/** With fewer statements all are filed by action: looking at each costs less than the gram index. */
const gramStatementsMin = 12
/** Plans are kept per index up to so many actions and slots, then all are dropped. */
const plansMax = 1024
const planSlotsMax = 65_536
/** A longer action (AWS's longest has about 90 characters) is not worth remembering. */
const plannedActionCharsMax = 256

export class StatementIndex {
  readonly slots: readonly Slot[]
  private readonly plans = new Map<string, ActionPlan>()
  private planSlots = 0
  private files: Files | undefined

  constructor(slots: readonly Slot[]) {
    this.slots = slots
  }

  /** The plan for an action as the request writes it. */
  plan(action: string): ActionPlan {
    return this.plans.get(action) ?? this.addPlan(action)
  }

  /** Writes slots that may mean the resource to `found`, and returns how many: not all need match. */
  findByResource(resource: string, found: number[]): number {
    return this.files?.grams?.find(resource, found) ?? 0
  }

  /** The slot behind a number of `findByResource`. */
  byResource(number: number): Slot | undefined {
    return this.files?.byResource[number]
  }

  private addPlan(text: string): ActionPlan {
    this.files ??= fileSlots(this.slots)
    const action = parseAction(text)
    const plan = { action, slots: slotsFor(this.files, action) }
    if (text.length > plannedActionCharsMax) return plan
    this.planSlots += plan.slots.length
    if (this.plans.size >= plansMax || this.planSlots > planSlotsMax) {
      this.plans.clear()
      this.planSlots = plan.slots.length
    }
    this.plans.set(text, plan)
    return plan
  }
}

interface Files {
  readonly grams: GramIndex | undefined
  readonly byResource: readonly Slot[]
  readonly byAction: ReadonlyMap<string, readonly Slot[]>
  /** Statements with wildcards in the name, by service. */
  readonly byService: ReadonlyMap<string, readonly Slot[]>
  /** Statements that no one service holds: `*`, `NotAction`, wildcards in the service. */
  readonly anyService: readonly Slot[]
}

function fileSlots(slots: readonly Slot[]): Files {
  const byResource: Slot[] = []
  const runs: (readonly string[])[][] = []
  const byAction = new Map<string, Slot[]>()
  const byService = new Map<string, Slot[]>()
  const anyService: Slot[] = []
  for (const slot of slots) {
    const slotRuns = slots.length < gramStatementsMin ? undefined : resourceRuns(slot.statement)
    if (slotRuns !== undefined) {
      byResource.push(slot)
      runs.push(slotRuns)
      continue
    }
    const { negated, any, exact, patterns } = slot.statement.actions
    if (negated || any || patterns.some(({ serviceText }) => serviceText === undefined)) {
      anyService.push(slot)
      continue
    }
    for (const action of exact) file(byAction, action, slot)
    for (const { serviceText = '' } of patterns) file(byService, serviceText, slot)
  }
  const grams = runs.length === 0 ? undefined : new GramIndex(runs)
  return { grams, byResource, byAction, byService, anyService }
}

function file(map: Map<string, Slot[]>, key: string, slot: Slot): void {
  const slots = map.get(key)
  if (slots === undefined) map.set(key, [slot])
  else if (slots.at(-1) !== slot) slots.push(slot)
}

/** Per pattern the literal runs long enough to be filed; undefined where a pattern has none. */
function resourceRuns({ resources }: CompiledStatement): (readonly string[])[] | undefined {
  if (resources === undefined || resources.negated) return undefined
  const runs: (readonly string[])[] = []
  for (const pattern of resources.patterns) {
    const long = literalRuns(pattern).filter((run) => run.length >= gramChars)
    if (long.length === 0) return undefined
    runs.push(long)
  }
  return runs
}

function slotsFor(files: Files, action: RequestedAction): Slot[] {
  const candidates = new Set<Slot>(files.byAction.get(action.text))
  for (const list of [files.byService.get(action.service) ?? [], files.anyService]) {
    for (const slot of list) {
      if (matchesAction(slot.statement.actions, action)) candidates.add(slot)
    }
  }
  return [...candidates].sort((left, right) => left.position - right.position)
}
