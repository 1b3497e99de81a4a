import type { Statement } from '../document/policy-document.ts'
import type { CompiledResources, PatternPart, ResourcePattern } from './compiled-policy.ts'
import { addLiteral, compilePattern, hasVariable, literalText } from './pattern.ts'

const partsMax = 6

/** `Resource` or `NotResource`, if the statement has one of them. */
export function compileResources(
  statement: Statement,
  variables: boolean,
): CompiledResources | undefined {
  const { resources, notResources } = statement
  const entries = resources ?? notResources
  if (entries === undefined) return undefined
  const patterns = entries.map((entry) => compileResource(entry, variables))
  return { negated: resources === undefined, patterns, memo: undefined }
}

/**
 * A `Resource` entry is cut at colons into six parts, of which the sixth keeps its colons; with
 * fewer parts, one that ends in `*` matches all the rest. Variables have a meaning in the sixth
 * part only.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Resource".
 */
export function compileResource(entry: string, variables: boolean): ResourcePattern {
  const texts = splitText(entry)
  const parts = texts.map((text, index) =>
    compilePattern(text, { wildcards: true, variables: variables && index === partsMax - 1 }),
  )
  const lastTakesRest = parts.length === partsMax || entry.endsWith('*')
  let head = ''
  let headParts = 0
  for (; headParts < parts.length - 1; headParts++) {
    const text = literalText(parts[headParts] ?? [])
    if (text === undefined) break
    head += `${text}:`
  }
  const rest = parts.slice(headParts)
  return (
    simpleResource(head, rest, lastTakesRest) ?? {
      kind: 'parts',
      head,
      parts: rest,
      lastTakesRest,
      variables: hasVariable(rest.at(-1) ?? []),
    }
  )
}

/** The forms that are one comparison of strings, which are most of those that people write. */
function simpleResource(
  head: string,
  rest: readonly PatternPart[][],
  lastTakesRest: boolean,
): ResourcePattern | undefined {
  const [last, ...more] = rest
  if (last === undefined || more.length > 0) return undefined
  const literal = literalText(last)
  if (literal !== undefined) return { kind: 'literal', text: head + literal }
  const prefix = last.at(-1) === 'many' ? literalText(last.slice(0, -1)) : undefined
  if (prefix === undefined || !lastTakesRest) return undefined
  return head + prefix === '' ? { kind: 'any' } : { kind: 'prefix', text: head + prefix }
}

function splitText(entry: string): string[] {
  const parts = entry.split(':')
  return [...parts.slice(0, partsMax - 1), ...rejoined(parts.slice(partsMax - 1))]
}

function rejoined(parts: readonly string[]): string[] {
  return parts.length === 0 ? [] : [parts.join(':')]
}

/** The runs of literal text that a resource must contain to match. */
export function literalRuns(pattern: ResourcePattern): string[] {
  if (pattern.kind === 'any') return []
  if (pattern.kind !== 'parts') return [pattern.text]
  const joined: PatternPart[] = []
  addLiteral(joined, pattern.head)
  for (const [index, part] of pattern.parts.entries()) {
    if (index > 0) addLiteral(joined, ':')
    for (const piece of part) {
      if (typeof piece === 'object' && 'literal' in piece) addLiteral(joined, piece.literal)
      else joined.push(piece)
    }
  }
  return joined.flatMap((part) =>
    typeof part === 'object' && 'literal' in part ? [part.literal] : [],
  )
}
