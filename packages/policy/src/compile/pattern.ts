import type { PatternPart, VariablePart } from './compiled-policy.ts'

/** Which of its signs a text gives a meaning to: depends on the operator and on the version. */
export interface PatternSyntax {
  /** `*` and `?`. */
  readonly wildcards: boolean
  /** `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}`: documents of 2012-10-17. */
  readonly variables: boolean
}

const escapes: ReadonlySet<string> = new Set(['*', '?', '$'])

/**
 * A text of a policy as parts: neighbouring literals are one, neighbouring `many` are one, and no
 * literal is empty. Total: a `${` that is never closed is literal text (chosen by us).
 *
 * Source: IAM User Guide, "IAM policy elements: Variables and tags".
 */
export function compilePattern(text: string, syntax: PatternSyntax): PatternPart[] {
  const parts: PatternPart[] = []
  let offset = 0
  // Past the last `}` nothing is a variable: looked up once, so that the work stays linear.
  const variablesEnd = syntax.variables ? text.lastIndexOf('}') : -1
  while (offset < text.length) {
    const char = text.charAt(offset)
    if (char === '$' && text.charAt(offset + 1) === '{' && offset < variablesEnd) {
      const end = text.indexOf('}', offset)
      const inside = text.slice(offset + 2, end)
      if (escapes.has(inside)) addLiteral(parts, inside)
      else parts.push(compileVariable(inside))
      offset = end + 1
      continue
    }
    if (syntax.wildcards && char === '?') parts.push('one')
    else if (!syntax.wildcards || char !== '*') addLiteral(parts, char)
    else if (parts.at(-1) !== 'many') parts.push('many')
    offset++
  }
  return parts
}

/** Appends text to parts, as one literal with the text before it. */
export function addLiteral(parts: PatternPart[], text: string): void {
  const last = parts.at(-1)
  if (text === '') return
  if (typeof last === 'object' && 'literal' in last) {
    parts[parts.length - 1] = { literal: last.literal + text }
  } else {
    parts.push({ literal: text })
  }
}

/** `key`, or `key, 'default'` written exactly so. */
function compileVariable(inside: string): VariablePart {
  const comma = inside.endsWith("'") ? inside.slice(0, -1).lastIndexOf(", '") : -1
  if (comma === -1) return { variable: inside.toLowerCase(), fallback: undefined }
  return { variable: inside.slice(0, comma).toLowerCase(), fallback: inside.slice(comma + 3, -1) }
}

/** The text a pattern stands for where it is nothing but literal, else undefined. */
export function literalText(parts: readonly PatternPart[]): string | undefined {
  if (parts.length === 0) return ''
  const only = parts.length === 1 ? parts[0] : undefined
  return typeof only === 'object' && 'literal' in only ? only.literal : undefined
}

export function hasVariable(parts: readonly PatternPart[]): boolean {
  return parts.some((part) => typeof part === 'object' && 'variable' in part)
}

/** Parts cut at literal colons into at most `partsMax`; the last keeps its colons. */
export function splitAtColons(parts: readonly PatternPart[], partsMax: number): PatternPart[][] {
  let current: PatternPart[] = []
  const split = [current]
  for (const part of parts) {
    if (typeof part !== 'object' || !('literal' in part)) {
      current.push(part)
      continue
    }
    let start = 0
    let colon = part.literal.indexOf(':')
    while (colon !== -1 && split.length < partsMax) {
      addLiteral(current, part.literal.slice(start, colon))
      current = []
      split.push(current)
      start = colon + 1
      colon = part.literal.indexOf(':', start)
    }
    addLiteral(current, part.literal.slice(start))
  }
  return split
}
