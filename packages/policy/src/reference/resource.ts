import { globOf, matchesGlob, splitText } from './glob.ts'
import { expandGlob } from './policy-variable.ts'
import type { VariableScope } from './policy-variable.ts'

/**
 * Whether a `Resource` entry names a resource (an ARN, or `*` where the action has none).
 *
 * Both are cut at colons into six parts, of which the sixth keeps its colons, and compared part by
 * part, with regard to case. An entry of fewer parts that ends in `*` lets its last part match all
 * the rest. Variables are replaced in the sixth part only; one without value makes the entry match
 * nothing.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Resource".
 */
export function matchesResource(entry: string, resource: string, scope: VariableScope): boolean {
  const entryParts = splitText(entry, 6)
  const lastMatchesRest = entryParts.length < 6 && entry.endsWith('*')
  const resourceParts = splitText(resource, lastMatchesRest ? entryParts.length : 6)
  if (entryParts.length !== resourceParts.length) return false
  return entryParts.every((part, index) => {
    const glob = index === 5 ? expandGlob(part, scope) : globOf(part)
    return glob !== undefined && matchesGlob(glob, resourceParts[index] ?? '')
  })
}
