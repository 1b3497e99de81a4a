import { expect, test } from 'vitest'
import { compilePattern } from '../compile/pattern.ts'
import { matchesPattern, resolveText, resolveVariables } from './pattern.ts'

// Goal: every rule of wildcard matching once, in the order the IAM User Guide gives them; then the
// cost, in steps. Source: IAM User Guide, "Condition operators", StringLike; "Variables and tags".
const rows: readonly [rule: string, pattern: string, text: string, matches: boolean][] = [
  ['a literal matches itself', 'home/ann', 'home/ann', true],
  ['the whole text must match', 'home', 'home/ann', false],
  ['the whole pattern must match', 'home/ann', 'home', false],
  ['case matters', 'home/Ann', 'home/ann', false],
  ['* matches the empty run', 'home/*', 'home/', true],
  ['* crosses /', 'home/*.c', 'home/a/b.c', true],
  ['? matches exactly one', 'home/?', 'home/a', true],
  ['? does not match none', 'home/?', 'home/', false],
  ['* gives back what it took too much', '*ab*b', 'aabb', true],
  ['* finds a later end', '*ab', 'abxab', true],
  ['* takes nothing that stands before it', '*ab*ba', 'aba', false],
  ['* then ? takes at least one', '*?', '', false],
  ['* then ? finds a later end', '*?b', 'aaab', true],
  ['* then ? finds none', '*?b', 'aaaa', false],
  ['? then * takes at least one', 'a?*', 'a', false],
  ['${*} is a literal asterisk', 'a${*}', 'ab', false],
  ['${*} matches an asterisk', 'a${*}', 'a*', true],
  ['a value with * is literal', 'a${star}', 'ab', false],
  ['a default stands in for a missing key', "a${none, 'b'}", 'ab', true],
  ['a value stands before the default', "a${star, 'b'}", 'a*', true],
  ['the empty pattern matches only empty', '', 'a', false],
]

const context = new Map<string, string | string[]>([['star', '*']])

test.each(rows)('matchesPattern: %s', (_, pattern, text, matches) => {
  const parts = compilePattern(pattern, { wildcards: true, variables: true })
  const resolved = resolveVariables(parts, context)
  expect(resolved !== undefined && matchesPattern(resolved, text)).toBe(matches)
})

test('within bounds, what lies beyond them does not count', () => {
  const parts = compilePattern('*b', { wildcards: true, variables: false })
  expect(matchesPattern(parts, 'xaby', 1, 3)).toBe(true)
  expect(matchesPattern(parts, 'xaby', 1, 4)).toBe(false)
  expect(matchesPattern(parts, 'xayb', 1, 3)).toBe(false)
  const prefix = compilePattern('ab*', { wildcards: true, variables: false })
  expect(matchesPattern(prefix, 'xaby', 1, 2)).toBe(false)
  expect(matchesPattern(prefix, 'xaby', 1, 3)).toBe(true)
})

test('a variable without value has no pattern', () => {
  const parts = compilePattern('${missing}', { wildcards: true, variables: true })
  expect(resolveVariables(parts, context)).toBeUndefined()
})

const texts: readonly [rule: string, pattern: string, text: string | undefined][] = [
  ['a literal is itself', 'ann', 'ann'],
  ['a variable is its value', 'x-${star}-y', 'x-*-y'],
  ['a variable without value has none', 'x-${none}', undefined],
  ['nor has one of many values', '${many}', undefined],
  ['a default stands in', "${none, 'ann'}", 'ann'],
  ['a wildcard is no text', 'a*', undefined],
  ['nothing is empty', '', ''],
]

test.each(texts)('resolveText: %s', (_, pattern, text) => {
  const parts = compilePattern(pattern, { wildcards: true, variables: true })
  expect(resolveText(parts, new Map([...context, ['many', ['ann']]]))).toBe(text)
})

/** A text that counts how often it is looked at. */
class CountingText {
  steps = 0
  readonly length: number
  private readonly text: string

  constructor(text: string) {
    this.text = text
    this.length = text.length
  }

  startsWith(literal: string, offset: number): boolean {
    this.steps += literal.length
    return this.text.startsWith(literal, offset)
  }

  indexOf(literal: string, from: number): number {
    const at = this.text.indexOf(literal, from)
    this.steps += (at === -1 ? this.length : at) - from + literal.length
    return at
  }
}

const hostile: readonly [name: string, pattern: string][] = [
  ['*a*a*a…b', `${'*a'.repeat(3000)}b`],
  ['*a*a*a…*', `${'*a'.repeat(3000)}*`],
  ['*a?a?a?…b', `*${'a?'.repeat(3000)}b`],
  ['***…b', `${'*'.repeat(6000)}b`],
]

test.each(hostile)('6 kB of %s against 10 kB take at most pattern × text steps', (_, pattern) => {
  const text = new CountingText('a'.repeat(10_000))
  const parts = compilePattern(pattern, { wildcards: true, variables: false })
  matchesPattern(parts, text as unknown as string, 0, text.length)
  expect(text.steps).toBeLessThanOrEqual(pattern.length * text.length)
})

test('6 kB of *a*a*a… against 10 kB take steps linear in the text', () => {
  const text = new CountingText('a'.repeat(10_000))
  const parts = compilePattern(`${'*a'.repeat(3000)}b`, { wildcards: true, variables: false })
  expect(matchesPattern(parts, text as unknown as string, 0, text.length)).toBe(false)
  expect(text.steps).toBeLessThanOrEqual(4 * text.length)
})
