import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { excusedMutants } from './excused.ts'
import { mutantsOf, mutated } from './mutants.ts'

// Goal: a mutant per way to be wrong, each named and of the text it says; the list of survivors
// names mutants that there are. Method: small texts; the whole list against the sources.
const rows: readonly [what: string, text: string, mutants: string[]][] = [
  ['a comparison', 'x = a < b', ['x = a <= b', 'x = a >= b', ';']],
  ['an equality', 'x = a === b', ['x = a !== b', ';']],
  ['both sides of a logical', 'f(a && b)', ['f(a || b)', 'f(a)', 'f(b)', ';']],
  ['both sides of a fallback', 'f(a ?? b)', ['f(a)', 'f(b)', ';']],
  ['a condition', 'if (a) f()', ['if (true) f()', 'if (false) f()', 'if (a) ;']],
  ['a choice', 'f(a ? b : c)', ['f(true ? b : c)', 'f(false ? b : c)', ';']],
  ['a negation', 'f(!a)', ['f(a)', ';']],
  ['a number', 'f(1)', ['f(2)', ';']],
  ['a text', "f('a')", ["f('')", ';']],
  ['a truth', 'f(true)', ['f(false)', ';']],
  ['a count', 'n++', ['n--', ';']],
  ['a call that is left out', 'f()', [';']],
  [
    'what is returned',
    'function f() { return a }',
    ['function f() { return !(a) }', 'function f() { return undefined }'],
  ],
  ['nothing of a type', 'type T = "a" | 1', []],
  ['nothing of an import', "import a from 'a'", []],
]

test.each(rows)('%s is mutated', (_, text, expected) => {
  const mutants = mutantsOf('x.ts', text).map((mutant) => mutated(text, mutant))
  expect(mutants.sort()).toEqual([...expected].sort())
})

test('mutants are named by function and change, namesakes by number', () => {
  const names = mutantsOf('x.ts', 'function f() { a(); a(); }').map(({ name }) => name)
  expect(names).toEqual(['x.ts f: a(); → ;', 'x.ts f: a(); → ; (2)'])
})

test('each excused mutant is one, and stands once', () => {
  const excused = excusedMutants()
  const policy = new URL('../../packages/policy/src/', import.meta.url)
  const paths = new Set(excused.map((name) => name.slice(0, name.indexOf(' '))))
  const known = [...paths].flatMap((path) =>
    mutantsOf(path, readFileSync(new URL(path, policy), 'utf8')).map(({ name }) => name),
  )
  expect(excused.filter((name) => !known.includes(name))).toEqual([])
  expect(new Set(excused).size).toBe(excused.length)
})
