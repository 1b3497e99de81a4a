import type { RequestContext } from '../authorization.ts'
import { addLiteral } from '../compile/pattern.ts'
import type { PatternPart, VariablePart } from '../compile/compiled-policy.ts'

/**
 * Whether the whole of `text` between `start` and `end` matches a pattern without variables.
 *
 * `many` (`*`) stands for any run of characters, even none; `one` (`?`) for exactly one.
 *
 * - Units: UTF-16 code units, compared exactly; a caller that ignores case folds it first.
 * - Errors: none; total. Cost: O(pattern × text) steps, no allocation. Never a RegExp: tenants
 *   write policies, and six `*` against 100 characters hold a backtracking engine for seconds.
 * - Source: IAM User Guide, "Condition operators", StringLike. Undocumented, chosen by us: `?`
 *   takes one half of a surrogate pair.
 */
export function matchesPattern(
  parts: readonly PatternPart[],
  text: string,
  start = 0,
  end = text.length,
): boolean {
  let part = 0
  let offset = start
  let retryPart = -1 // The part after the last `many`; -1 before there is one.
  let retryOffset = -1
  // Ends: each round advances `part`, or moves `retryOffset` towards the end.
  for (;;) {
    const head = parts[part]
    if (head === undefined) {
      if (offset === end) return true
    } else if (head === 'many') {
      retryPart = ++part
      if (retryPart === parts.length) return true // The last `many` takes all that is left.
      retryOffset = offset
      continue
    } else if (head === 'one') {
      if (offset < end) {
        part++
        offset++
        continue
      }
    } else if ('literal' in head) {
      const { literal } = head
      if (offset + literal.length <= end && text.startsWith(literal, offset)) {
        part++
        offset += literal.length
        continue
      }
    }
    if (retryPart === -1 || retryOffset >= end) return false
    part = retryPart
    offset = retryOffset = nextOffset(parts[part], text, retryOffset + 1)
    if (offset === -1) return false
  }
}

/** Where the last `many` may end next, having taken one more character. */
function nextOffset(head: PatternPart | undefined, text: string, from: number): number {
  if (typeof head !== 'object' || !('literal' in head)) return from
  return text.indexOf(head.literal, from)
}

/** The text of parts without wildcards; undefined if a variable has neither value nor default. */
export function resolveText(
  parts: readonly PatternPart[],
  context: RequestContext,
): string | undefined {
  let text = ''
  for (const part of parts) {
    if (typeof part !== 'object') return undefined
    const value = 'literal' in part ? part.literal : valueOf(part, context)
    if (value === undefined) return undefined
    text += value
  }
  return text
}

/** A multivalued key is no value, however many it has. */
function valueOf({ variable, fallback }: VariablePart, context: RequestContext) {
  const value = context.get(variable) ?? fallback
  return typeof value === 'string' ? value : undefined
}

/**
 * A pattern with its variables replaced by literal text: a `*` in a tag's value is an asterisk.
 * Undefined if one has neither value nor default.
 */
export function resolveVariables(
  parts: readonly PatternPart[],
  context: RequestContext,
): PatternPart[] | undefined {
  const resolved: PatternPart[] = []
  for (const part of parts) {
    if (typeof part !== 'object') {
      resolved.push(part)
    } else if ('literal' in part) {
      addLiteral(resolved, part.literal)
    } else {
      const value = valueOf(part, context)
      if (value === undefined) return undefined
      addLiteral(resolved, value)
    }
  }
  return resolved
}
