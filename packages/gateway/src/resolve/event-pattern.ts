import { at, type ForwardedCall, list, text } from './forwarded-call.ts'
import { strings } from './key-members.ts'
import { type KeyOf, notKnown } from './key.ts'

/**
 * What a rule listens to: the texts at a path of its event pattern. Unknown where the pattern is
 * none that can be read, or asks for more than equal texts.
 * Source: EventBridge User Guide, "Using IAM policy conditions": the keys of PutRule.
 */
const listenedTo =
  (...path: string[]): KeyOf =>
  ({ input }) => {
    const pattern = patternOf(input)
    if (pattern === undefined) return undefined
    const found = at(pattern, ...path)
    if (found === undefined && !hasOr(pattern)) return undefined
    const texts = strings(found)
    return texts !== undefined && texts.length === list(found).length ? texts : notKnown
  }

const unreadable = { $or: [] }

function patternOf({ EventPattern: given }: ForwardedCall['input']): unknown {
  if (text(given) === undefined) return undefined
  try {
    return JSON.parse(String(given))
  } catch {
    return unreadable
  }
}

function hasOr(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, held]) => name === '$or' || hasOr(held))
}

/** Of events that are put, and of rules that listen for them. */
const ofEvents =
  (entryMember: string, patternMember: string): KeyOf =>
  (call, about) => {
    if (call.operation.name !== 'PutEvents') return listenedTo(patternMember)(call, about)
    return strings(list(call.input.Entries).map((entry) => at(entry, entryMember)))
  }

export const eventPatternKeys: Readonly<Record<string, KeyOf>> = {
  'events:source': ofEvents('Source', 'source'),
  'events:detail-type': ofEvents('DetailType', 'detail-type'),
  'events:detail.eventtypecode': listenedTo('detail', 'eventTypeCode'),
  'events:detail.service': listenedTo('detail', 'service'),
  'events:detail.useridentity.principalid': listenedTo('detail', 'userIdentity', 'principalId'),
  // Whoever calls here is no rule that passes its events on.
  'events:eventbusinvocation': () => 'false',
}
