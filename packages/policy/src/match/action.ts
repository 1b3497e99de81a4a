import type { CompiledActions } from '../compile/compiled-policy.ts'
import { matchesPattern } from './pattern.ts'

/** An action of a request, in lower case and cut at its colon. */
export interface RequestedAction {
  readonly text: string
  readonly service: string
  readonly name: string
  /** Whether it is two parts around one colon. Nothing but `*` matches another. */
  readonly isWellFormed: boolean
}

/** Actions are few, and asked about again and again: so many are kept, then all are dropped. */
const actionsMax = 4096
/** A longer one (AWS's longest has about 90 characters) is not worth remembering. */
const keptCharsMax = 256

const kept = new Map<string, RequestedAction>()

export function parseAction(action: string): RequestedAction {
  return kept.get(action) ?? addAction(action)
}

function addAction(action: string): RequestedAction {
  const text = action.toLowerCase()
  const [service = '', name = '', ...more] = text.split(':')
  const isWellFormed = text.includes(':') && more.length === 0
  const parsed = { text, service, name, isWellFormed }
  if (action.length > keptCharsMax) return parsed
  if (kept.size >= actionsMax) kept.clear()
  kept.set(action, parsed)
  return parsed
}

/** Whether a statement's `Action` or `NotAction` means the action. */
export function matchesAction(actions: CompiledActions, action: RequestedAction): boolean {
  return isListed(actions, action) !== actions.negated
}

function isListed(actions: CompiledActions, action: RequestedAction): boolean {
  if (actions.any || actions.exact.has(action.text)) return true
  if (!action.isWellFormed) return false
  for (const { service, serviceText, name } of actions.patterns) {
    const isService =
      serviceText === undefined
        ? matchesPattern(service, action.service)
        : serviceText === action.service
    if (isService && matchesPattern(name, action.name)) return true
  }
  return false
}
