/**
 * The statements of one policy or of many, so filed that a decision looks at few of them: those
 * that name resources by their resource, all others by their action.
 */
import { matchesAction } from '../match/action.ts'
import type { RequestedAction } from '../match/action.ts'
import type { StatementReference } from '../authorization.ts'
import type { CompiledResources, CompiledStatement, ResourcePattern } from './compiled-policy.ts'
import { GramIndex, gramChars } from './gram-index.ts'
import { literalRuns } from './resource.ts'

/** A statement where it stands. */
export interface Slot {
  /** What a decision lists of it, made when it is first needed: for the source it names. */
  reference?: StatementReference | undefined
  readonly statement: CompiledStatement
  /** Which policy of the indexed list it belongs to. */
  readonly owner: number
  /** Its place among all statements of the list: the order of what a decision lists. */
  readonly position: number
}

/** With fewer statements all are filed by action: looking at each costs less than the gram index. */
const gramStatementsMin = 12
/**
 * What is found for an action is kept, for so many actions and slots; then all is dropped. Both
 * grow with the `Action` entries, so that an index takes memory in proportion to its text.
 */
const plansMin = 16
const plansPerEntry = 4
const slotsPerPlan = 10
/** A longer action (AWS's longest has about 90 characters) is not worth remembering. */
const plannedActionCharsMax = 256

export class StatementIndex {
  readonly slots: readonly Slot[]
  private readonly plansMax: number
  private readonly plans = new Map<string, readonly Slot[]>()
  private planSlots = 0
  private files: Files | undefined

  constructor(slots: readonly Slot[]) {
    this.slots = slots
    const entries = slots.reduce((sum, { statement }) => sum + entryCount(statement), 0)
    this.plansMax = plansMin + entries * plansPerEntry
  }

  /** The statements that mean an action and are not filed by resource, in order. */
  findByAction(action: RequestedAction): readonly Slot[] {
    return this.plans.get(action.text) ?? this.addPlan(action)
  }

  /**
   * Writes the numbers of slots that are filed by resource, mean the action and may mean the
   * resource to `found`, in order, and returns how many.
   */
  findByResource(resource: string, action: RequestedAction, found: number[]): number {
    const { grams, byResource } = this.files ?? noFiles
    if (grams === undefined) return 0
    const count = grams.find(resource, found)
    let kept = 0
    for (let at = 0; at < count; at++) {
      const number = found[at] ?? 0
      const slot = byResource[number]
      if (slot === undefined || !matchesAction(slot.statement.actions, action)) continue
      // Few are left: each is put in its place among those before it.
      let place = kept++
      for (; place > 0 && (found[place - 1] ?? 0) > number; place--) {
        found[place] = found[place - 1] ?? 0
      }
      found[place] = number
    }
    return kept
  }

  /** The slot behind a number of `findByResource`. */
  byResource(number: number): Slot | undefined {
    return this.files?.byResource[number]
  }

  private addPlan(action: RequestedAction): readonly Slot[] {
    this.files ??= fileSlots(this.slots)
    const plan = slotsFor(this.files, action)
    if (action.text.length > plannedActionCharsMax) return plan
    this.planSlots += plan.length
    const { plans, plansMax } = this
    if (plans.size >= plansMax || this.planSlots > plansMax * slotsPerPlan) {
      plans.clear()
      this.planSlots = plan.length
    }
    plans.set(action.text, plan)
    return plan
  }
}

function entryCount({ actions: { any, exact, patterns } }: CompiledStatement): number {
  return Number(any) + exact.size + patterns.length
}

const noFiles = { grams: undefined, byResource: [] }

interface Files {
  readonly grams: GramIndex | undefined
  readonly byResource: readonly Slot[]
  readonly byAction: ReadonlyMap<string, readonly Slot[]>
  /** Statements with wildcards in the name, by service. */
  readonly byService: ReadonlyMap<string, readonly Slot[]>
  /** Statements that no one service holds: `*`, `NotAction`, wildcards in the service. */
  readonly anyService: readonly Slot[]
}

/**
 * Statements with the same `Resource` or `NotResource` share one element, which is then compared
 * once per resource. Not those with variables: their answers depend on the context, too.
 */
function shareResources(slots: readonly Slot[]): Slot[] {
  const shared = new Map<string, CompiledResources>()
  return slots.map((slot) => {
    const { resources } = slot.statement
    if (resources === undefined || resources.patterns.some(hasVariables)) return slot
    if (resourceRuns(slot.statement) !== undefined) return slot
    const key = JSON.stringify(resources)
    const known = shared.get(key) ?? { ...resources, memo: { resource: undefined, matches: false } }
    shared.set(key, known)
    return { ...slot, statement: { ...slot.statement, resources: known } }
  })
}

function hasVariables(pattern: ResourcePattern): boolean {
  return pattern.kind === 'parts' && pattern.variables
}

function fileSlots(allSlots: readonly Slot[]): Files {
  const slots = allSlots.length < gramStatementsMin ? allSlots : shareResources(allSlots)
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
