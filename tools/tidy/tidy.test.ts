import { expect, test } from 'vitest'
import { inspect } from './inspect.ts'

// Goal: each rule reports its bad sample and leaves the good one beside it alone.
// Method: a row per construct; the path decides which rules apply.
const product = 'packages/server/src/services/iam/users.ts'
const unit = 'packages/server/src/services/iam/users.test.ts'
const main = 'packages/server/src/main.ts'

const rows: readonly [rule: string, path: string, bad: string, good: string][] = [
  ['clock', product, 'const t = Date.now()', 'const t = scope.now'],
  ['clock', product, 'const clock = Date.now', 'const clock = scope.clock'],
  ['clock', product, 'const t = new Date()', 'const t = new Date(0)'],
  ['random', product, 'const n = Math.random()', 'const n = random()'],
  ['random', unit, 'const n = Math.random()', 'const n = fc.integer()'],
  ['environment', product, 'const e = process.env.HOME', 'const e = settings.home'],
  ['exit', product, 'process.exit(1)', 'process.exitCode = 1'],
  ['console', product, 'console.error(1)', 'log.error(1)'],
  ['export-star', product, "export * from './a.ts'", "export { a } from './a.ts'"],
  ['as-any', unit, 'const a = b as any', 'const a = b as unknown'],
  ['eval', product, "eval('1')", "evaluate('1')"],
  ['eval', product, "new Function('return 1')", 'new Functional()'],
  [
    'regexp-from-text',
    product,
    'const f = (pattern) => new RegExp(pattern)',
    'const day = new RegExp(`^${year}$`)',
  ],
  ['locale', product, 'a.localeCompare(b)', 'a < b'],
  ['copy-through-json', product, 'JSON.parse(JSON.stringify(a))', 'structuredClone(a)'],
  [
    'sleep-in-test',
    unit,
    'await new Promise((resolve) => setTimeout(resolve, 50))',
    'const guard = setTimeout(() => child.kill(), 5000)',
  ],
  [
    'sleep-in-test',
    unit,
    'await new Promise<void>((done) => { setTimeout(() => done(), 50) })',
    "await new Promise((done) => child.once('exit', done))",
  ],
  ['sleep-in-test', unit, "import { setTimeout } from 'node:timers/promises'", 'const a = 1'],
  ['only', unit, "test.only('a', () => {})", "test('a', () => {})"],
  ['leftover', product, ['//', 'TODO later'].join(' '), '// Later, on purpose.'],
  ['file-name', 'packages/wire/src/utils.ts', '', 'const a = 1'],
]

for (const [rule, path, bad, good] of rows) {
  test(`${rule} in ${path}: ${bad}`, () => {
    expect(inspect(path, bad).map((finding) => finding.rule)).toEqual([rule])
    if (rule !== 'file-name') expect(inspect(path, good)).toEqual([])
  })
}

const names: readonly [path: string, accepted: boolean][] = [
  ['packages/wire/src/string-utils.ts', false],
  ['packages/wire/src/helpers/fold.ts', false],
  ['packages/wire/src/types.ts', false],
  ['packages/wire/src/session-manager.ts', false],
  ['packages/wire/src/common.test.ts', false],
  ['packages/wire/src/camelCase.ts', false],
  ['packages/wire/src/sigv4/canonical-request.ts', true],
  ['packages/policy/src/domain/entity-types.ts', true],
  ['packages/server/src/services/iam/managed-policies.ts', true],
]

for (const [path, accepted] of names) {
  test(`file name ${path} is ${accepted ? 'accepted' : 'refused'}`, () => {
    expect(inspect(path, '').length === 0).toBe(accepted)
  })
}

test('the composition root may read clock and environment', () => {
  expect(inspect(main, 'const a = [Date.now(), process.env.HOME]')).toEqual([])
})

test('what a rule bans is banned in code, not in strings and comments', () => {
  expect(inspect(product, "const a = 'Date.now()' // not eval(1)")).toEqual([])
})

test('a message names the place and the replacement', () => {
  const [finding] = inspect(product, '\n\nconst t = Date.now()')
  expect(finding).toMatchObject({ path: product, line: 3 })
  expect(finding?.message).toContain('take the clock from the scope')
})

function functionOf(lines: number): string {
  return `function f() {\n${'  g()\n'.repeat(lines - 2)}}\n`
}

test('a function of 70 lines passes, one of 71 does not', () => {
  expect(inspect(product, functionOf(70))).toEqual([])
  expect(inspect(product, functionOf(71)).map(({ rule }) => rule)).toEqual(['function-size'])
})

test('an arrow function of 71 lines does not pass, a describe block does', () => {
  const body = `{\n${'  g()\n'.repeat(69)}}`
  expect(inspect(unit, `const f = () => ${body}`)).toHaveLength(1)
  expect(inspect(unit, `describe('f', () => ${body})`)).toEqual([])
  const suite = `function suite() {\n${"  test('a', () => g())\n".repeat(70)}}\n`
  expect(inspect(unit, suite)).toEqual([])
})

test('a file of 400 lines passes, one of 401 does not, a generated one is not counted', () => {
  const file = (lines: number) => 'g()\n'.repeat(lines)
  expect(inspect(product, file(400))).toEqual([])
  expect(inspect(product, file(401)).map(({ rule }) => rule)).toEqual(['file-size'])
  expect(inspect('packages/wire/models/iam.ts', file(401))).toEqual([])
})
