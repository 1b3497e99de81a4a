/**
 * A statement against a request of which not all is known. What is not known may be anything: an
 * Allow must match whatever it is, for a Deny it is enough that it might. Chosen by us.
 */
import type { Unknown } from '../authorization.ts'
import type { Condition, Statement } from '../document/policy-document.ts'
import { globOf, literalOf, splitAtColons } from './glob.ts'
import type { Glob, Token } from './glob.ts'
import { expandGlobKnowing, variablesOf } from './policy-variable.ts'
import type { VariableScope } from './policy-variable.ts'

export interface DoubtScope extends VariableScope {
  readonly unknown: Unknown
}

/** The resource part of a statement. */
export function resourceMatchesInDoubt(
  { effect, resources, notResources }: Statement,
  resource: string,
  scope: DoubtScope,
): boolean {
  const isMeant = (entry: string, surely: boolean) => meansInDoubt(entry, resource, scope, surely)
  if (resources !== undefined) {
    return resources.some((entry) => isMeant(entry, effect === 'Allow'))
  }
  return !(notResources ?? []).some((entry) => isMeant(entry, effect === 'Deny'))
}

/** Whether a condition asks for a key that is not known, by name or by a variable. */
export function isInDoubt(condition: Condition, { unknown, version }: DoubtScope): boolean {
  const { conditionKey, conditionOperator, values } = condition
  const hasVariables = /^(String|Arn|Bool)/.test(conditionOperator)
  const variables = hasVariables ? values.flatMap((value) => variablesOf(value, version)) : []
  return [conditionKey, ...variables].some((key) => unknown.contextKeys.has(key.toLowerCase()))
}

function meansInDoubt(
  entry: string,
  resource: string,
  scope: DoubtScope,
  surely: boolean,
): boolean {
  const asked = scope.unknown.resource ? globOf(resource) : literalOf(resource)
  const entryParts = entry.split(':')
  const parts = [...entryParts.slice(0, 5), ...sixth(entryParts)]
  const lastMatchesRest = parts.length < 6 && entry.endsWith('*')
  const askedParts = splitAtColons(asked, lastMatchesRest ? parts.length : 6)
  if (parts.length !== askedParts.length) return false
  return parts.every((part, index) => {
    const glob = index === 5 ? expandDoubtfully(part, scope, surely) : globOf(part)
    return glob !== undefined && overlaps(glob, askedParts[index] ?? [], surely)
  })
}

function sixth(parts: readonly string[]): readonly string[] {
  return parts.length < 6 ? [] : [parts.slice(5).join(':')]
}

/** An unknown variable: any text at all; where one must be sure, no text. */
function expandDoubtfully(part: string, scope: DoubtScope, surely: boolean): Glob | undefined {
  const isUnknown = (key: string) => scope.unknown.contextKeys.has(key)
  if (surely && variablesOf(part, scope.version).some((key) => isUnknown(key.toLowerCase()))) {
    return undefined
  }
  return expandGlobKnowing(part, scope, isUnknown)
}

/**
 * Whether some text fits both globs; `surely`: whether the first fits all that the second does, its
 * wildcards met by wildcards. Follows all pairs of positions that can be reached.
 */
function overlaps(glob: Glob, asked: Glob, surely: boolean): boolean {
  const seen = new Set<string>()
  const reach: [number, number][] = [[0, 0]]
  for (let pair = reach.pop(); pair !== undefined; pair = reach.pop()) {
    const [g, a] = pair
    if (g === glob.length && a === asked.length) return true
    if (seen.has(`${g} ${a}`)) continue
    seen.add(`${g} ${a}`)
    const [mine, theirs] = [glob[g], asked[a]]
    if (mine === 'many') {
      reach.push([g + 1, a])
      if (theirs !== undefined) reach.push([g, a + 1])
    }
    if (theirs === 'many' && !surely) {
      reach.push([g, a + 1])
      if (mine !== undefined) reach.push([g + 1, a])
    }
    if (mine !== 'many' && theirs !== 'many' && fits(mine, theirs, surely)) {
      reach.push([g + 1, a + 1])
    }
  }
  return false
}

function fits(mine: Token | undefined, theirs: Token | undefined, surely: boolean): boolean {
  if (mine === undefined || theirs === undefined) return false
  if (mine === 'one') return theirs === 'one' || typeof theirs === 'object'
  if (theirs === 'one') return !surely
  return typeof mine === 'object' && typeof theirs === 'object' && mine.char === theirs.char
}
