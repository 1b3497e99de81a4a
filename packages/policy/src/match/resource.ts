import type { RequestContext } from '../authorization.ts'
import type {
  CompiledResources,
  ResourceParts,
  ResourcePattern,
} from '../compile/compiled-policy.ts'
import { matchesPattern, resolveVariables } from './pattern.ts'

/** Whether a statement's `Resource` or `NotResource` means the resource. */
export function matchesResources(
  resources: CompiledResources,
  resource: string,
  context: RequestContext,
): boolean {
  const { memo } = resources
  if (memo === undefined) return isMeant(resources, resource, context)
  if (memo.resource !== resource) {
    memo.matches = isMeant(resources, resource, context)
    memo.resource = resource
  }
  return memo.matches
}

function isMeant(
  { negated, patterns }: CompiledResources,
  resource: string,
  context: RequestContext,
): boolean {
  for (const pattern of patterns) {
    if (matchesResource(pattern, resource, context)) return !negated
  }
  return negated
}

/** Whether an entry means the resource: an ARN, or `*` where the action has none. */
export function matchesResource(
  pattern: ResourcePattern,
  resource: string,
  context: RequestContext,
): boolean {
  switch (pattern.kind) {
    case 'any':
      return true
    case 'literal':
      return resource === pattern.text
    case 'prefix':
      return resource.startsWith(pattern.text)
    case 'parts':
      return matchesParts(pattern, resource, context)
  }
}

/** Only the last part may run over colons, and only where `lastTakesRest`. */
function matchesParts(pattern: ResourceParts, resource: string, context: RequestContext): boolean {
  if (!resource.startsWith(pattern.head)) return false
  const last = pattern.parts.length - 1
  let start = pattern.head.length
  for (let index = 0; index < last; index++) {
    const colon = resource.indexOf(':', start)
    const part = pattern.parts[index]
    if (colon === -1 || part === undefined) return false
    if (!matchesPattern(part, resource, start, colon)) return false
    start = colon + 1
  }
  if (!pattern.lastTakesRest && resource.includes(':', start)) return false
  const part = pattern.parts[last] ?? []
  const resolved = pattern.variables ? resolveVariables(part, context) : part
  return resolved !== undefined && matchesPattern(resolved, resource, start)
}
