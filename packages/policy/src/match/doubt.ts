/** Statements against a request of which not all is known: refused in doubt. */
import type { AuthorizationRequest, RequestContext, Unknown } from '../authorization.ts'
import type {
  CompiledCondition,
  CompiledResources,
  CompiledStatement,
  PatternPart,
  ResourcePattern,
} from '../compile/compiled-policy.ts'
import { compilePattern, splitAtColons } from '../compile/pattern.ts'
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
function dependsOn({ key, test }: CompiledCondition, unknown: Unknown): boolean {
  if (unknown.contextKeys.has(key)) return true
  if (!('patterns' in test)) return false
  return test.patterns.some(({ parts }) => parts.some((part) => isUnknown(part, unknown)))
}

function isUnknown(part: PatternPart, { contextKeys }: Unknown): boolean {
  return typeof part === 'object' && 'variable' in part && contextKeys.has(part.variable)
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
  const asked = compilePattern(resource, syntax)
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
    case 'literal': // Its last part has no colon, and so meets no rest that has one.
    case 'prefix': {
      const tail: readonly PatternPart[] = pattern.kind === 'prefix' ? ['many'] : []
      const parts = splitAtColons([{ literal: pattern.text }, ...tail], partsMax)
      return { parts, lastTakesRest: true }
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
  unknown: Unknown,
  surely: boolean,
): readonly PatternPart[] | undefined {
  if (surely && parts.some((part) => isUnknown(part, unknown))) return undefined
  return resolveVariables(
    parts.map((part) => (isUnknown(part, unknown) ? 'many' : part)),
    context,
  )
}

/** Part by part; where the last takes the rest, against all that is left. */
function meets(
  { parts, lastTakesRest }: Entry,
  resource: readonly PatternPart[],
  surely: boolean,
): boolean {
  const asked = splitAtColons(resource, lastTakesRest ? parts.length : partsMax)
  if (asked.length !== parts.length) return false
  return parts.every((part, index) => patternsMeet(part, asked[index] ?? [], surely))
}

/**
 * Whether a text that fits `asked` may fit `pattern`; or, `surely`, whether all of them do, as far
 * as comparing sign by sign can tell. Cost: O(pattern × asked) steps.
 */
function patternsMeet(
  pattern: readonly PatternPart[],
  asked: readonly PatternPart[],
  surely: boolean,
): boolean {
  const allLeft = signsOf(pattern)
  const allRight = signsOf(asked)
  const same = sameSigns(allLeft, allRight)
  const left = allLeft.slice(same)
  const right = allRight.slice(same)
  // meeting[r]: whether what is left of `pattern` from the sign in hand meets `asked` from r on.
  let after: readonly boolean[] = []
  for (let l = left.length; l >= 0; l--) {
    const meeting: boolean[] = []
    for (let r = right.length; r >= 0; r--) {
      const [mine, asks] = [left[l], right[r]]
      // Whatever is `many` takes one more of the other's signs, or no more.
      const goesOn = after[r] === true || meeting[r + 1] === true
      if (mine === undefined && asks === undefined) meeting[r] = true
      else if (mine === 'many') meeting[r] = goesOn
      else if (asks === 'many') meeting[r] = !surely && goesOn
      else meeting[r] = after[r + 1] === true && signsMeet(mine, asks, surely)
    }
    after = meeting
  }
  return after[0] === true
}

/** How many signs both begin with alike, which most that differ show at once. */
function sameSigns(left: readonly Sign[], right: readonly Sign[]): number {
  let same = 0
  while (same < left.length && left[same] === right[same] && left[same] !== 'many') same++
  return same
}

/** `many`, `one`, or a single code unit, which is neither. */
type Sign = string

function signsOf(parts: readonly PatternPart[]): readonly Sign[] {
  return parts.flatMap((part): readonly Sign[] => {
    if (typeof part !== 'object') return [part]
    return 'literal' in part ? part.literal.split('') : []
  })
}

function signsMeet(mine: Sign | undefined, asks: Sign | undefined, surely: boolean): boolean {
  if (mine === 'one') return true
  if (asks === 'one') return !surely
  return mine === asks
}
