/** Statements against a request of which not all is known: refused in doubt. */
import type { AuthorizationRequest, RequestContext, Unknown } from '../authorization.ts'
import type {
  CompiledCondition,
  CompiledResources,
  CompiledStatement,
  PatternPart,
  ResourcePattern,
} from '../compile/compiled-policy.ts'
import { addLiteral, compilePattern, splitAtColons } from '../compile/pattern.ts'
import { conditionHolds } from './condition.ts'
import { resolveVariables } from './pattern.ts'

const partsMax = 6

/** Whether resource and conditions match: surely for an Allow, possibly for a Deny. */
export function matchesInDoubt(
  { resources, conditions, isDeny }: CompiledStatement,
  request: AuthorizationRequest,
  unknown: Unknown,
): boolean {
  if (resources !== undefined && !means(resources, isDeny, request, unknown)) return false
  return conditions.every((condition) =>
    dependsOn(condition, unknown) ? isDeny : conditionHolds(condition, request.context),
  )
}

/** Whether a condition asks for a key that is not known, itself or in a variable of its values. */
function dependsOn({ key, test }: CompiledCondition, { contextKeys }: Unknown): boolean {
  if (contextKeys.has(key)) return true
  if (!('patterns' in test)) return false
  return test.patterns.some(({ parts }) =>
    parts.some((part) => isVariable(part) && contextKeys.has(part.variable)),
  )
}

function isVariable(part: PatternPart) {
  return typeof part === 'object' && 'variable' in part
}

/** Of `NotResource` an Allow wants none to mean it even possibly, a Deny none surely. */
function means(
  { negated, patterns }: CompiledResources,
  isDeny: boolean,
  { resource, context }: AuthorizationRequest,
  unknown: Unknown,
): boolean {
  const surely = isDeny === negated
  const syntax = { wildcards: unknown.resource, variables: false }
  const asked = splitAtColons(compilePattern(resource, syntax), partsMax)
  const isMeant = patterns.some((pattern) => {
    const entry = entryOf(pattern, context, unknown, surely)
    return entry !== undefined && meets(entry, asked, surely)
  })
  return isMeant !== negated
}

interface Entry {
  /** Between colons. */
  readonly parts: readonly (readonly PatternPart[])[]
  readonly lastTakesRest: boolean
}

/** An entry with its variables replaced; undefined where it means nothing. */
function entryOf(
  pattern: ResourcePattern,
  context: RequestContext,
  unknown: Unknown,
  surely: boolean,
): Entry | undefined {
  switch (pattern.kind) {
    case 'any':
      return { parts: [['many']], lastTakesRest: true }
    case 'literal': {
      const parts = splitAtColons([{ literal: pattern.text }], partsMax)
      return { parts, lastTakesRest: parts.length === partsMax }
    }
    case 'prefix':
      return {
        parts: splitAtColons([{ literal: pattern.text }, 'many'], partsMax),
        lastTakesRest: true,
      }
    case 'parts': {
      const head = splitAtColons([{ literal: pattern.head }], partsMax).slice(0, -1)
      const last = resolveKnown(pattern.parts.at(-1) ?? [], context, unknown, surely)
      if (last === undefined) return undefined
      const parts = [...head, ...pattern.parts.slice(0, -1), last]
      return { parts, lastTakesRest: pattern.lastTakesRest }
    }
  }
}

/** A variable that is not known may stand for anything; whoever wants to be sure has nothing. */
function resolveKnown(
  parts: readonly PatternPart[],
  context: RequestContext,
  { contextKeys }: Unknown,
  surely: boolean,
): readonly PatternPart[] | undefined {
  const isUnknown = (part: PatternPart) => isVariable(part) && contextKeys.has(part.variable)
  if (surely && parts.some(isUnknown)) return undefined
  return resolveVariables(
    parts.map((part) => (isUnknown(part) ? 'many' : part)),
    context,
  )
}

/** Part by part; where the last takes the rest, against all that is left. */
function meets(
  { parts, lastTakesRest }: Entry,
  asked: readonly (readonly PatternPart[])[],
  surely: boolean,
) {
  const isLonger = lastTakesRest ? asked.length < parts.length : asked.length !== parts.length
  if (isLonger) return false
  return parts.every((part, index) => {
    const isLast = index === parts.length - 1
    return patternsMeet(part, isLast ? rejoined(asked.slice(index)) : (asked[index] ?? []), surely)
  })
}

function rejoined(parts: readonly (readonly PatternPart[])[]): readonly PatternPart[] {
  const joined: PatternPart[] = []
  for (const [index, part] of parts.entries()) {
    if (index > 0) addLiteral(joined, ':')
    for (const piece of part) {
      if (typeof piece === 'object' && 'literal' in piece) addLiteral(joined, piece.literal)
      else joined.push(piece)
    }
  }
  return joined
}

/**
 * Whether a text that fits `asked` may fit `pattern`; or, `surely`, whether all of them do, as far
 * as comparing sign by sign can tell. Cost: O(pattern × asked) steps.
 */
export function patternsMeet(
  pattern: readonly PatternPart[],
  asked: readonly PatternPart[],
  surely: boolean,
): boolean {
  const allLeft = signsOf(pattern)
  const allRight = signsOf(asked)
  const same = sameUnits(allLeft, allRight)
  const left = allLeft.slice(same)
  const right = allRight.slice(same)
  // meeting[r]: whether what is left of `pattern` from the sign in hand meets `asked` from r on.
  let after = right.map(() => false)
  for (let l = left.length; l >= 0; l--) {
    const meeting: boolean[] = []
    for (let r = right.length; r >= 0; r--) {
      const [mine, asks] = [left[l], right[r]]
      const behind = meeting[r + 1] ?? false
      if (mine === undefined && asks === undefined) meeting[r] = true
      else if (mine === 'many') meeting[r] = (after[r] ?? false) || (r < right.length && behind)
      else if (asks === 'many')
        meeting[r] = !surely && (behind || (mine !== undefined && (after[r] ?? false)))
      else meeting[r] = signsMeet(mine, asks, surely) && (after[r + 1] ?? false)
    }
    after = meeting
  }
  return after[0] ?? false
}

/** How many code units both begin with alike, which most that differ show at once. */
function sameUnits(left: readonly Sign[], right: readonly Sign[]): number {
  let same = 0
  for (; same < left.length; same++) {
    const [mine, asks] = [left[same], right[same]]
    if (typeof mine !== 'object' || typeof asks !== 'object' || mine.unit !== asks.unit) break
  }
  return same
}

/** `many`, `one`, or a single code unit. */
type Sign = 'many' | 'one' | { readonly unit: string }

function signsOf(parts: readonly PatternPart[]): readonly Sign[] {
  return parts.flatMap((part): readonly Sign[] => {
    if (typeof part !== 'object') return [part]
    return 'literal' in part ? part.literal.split('').map((unit) => ({ unit })) : []
  })
}

function signsMeet(mine: Sign | undefined, asks: Sign | undefined, surely: boolean): boolean {
  if (mine === undefined || asks === undefined) return false
  if (mine === 'one') return true
  if (asks === 'one') return !surely
  return typeof mine === 'object' && typeof asks === 'object' && mine.unit === asks.unit
}
