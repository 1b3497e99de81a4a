import ts from 'typescript'
import { isProduct, isTest, lineOf } from './rule.ts'
import type { Finding, Subject } from './rule.ts'

/** A construct that has a better one. `where` says in which files it is banned. */
interface Ban {
  readonly rule: string
  readonly where: (path: string) => boolean
  readonly matches: (node: ts.Node) => boolean
  /** What to write instead. */
  readonly instead: string
}

/** The composition root and the adapters that stand for the outside world. */
const outsideWorld = [
  'packages/server/src/main.ts',
  'packages/embedded/src/child.ts',
  'packages/server/src/recover.ts',
  'packages/server/src/compose/',
  'packages/cli/src/',
]

function isInside(path: string): boolean {
  return isProduct(path) && !outsideWorld.some((place) => path.startsWith(place))
}

/** `a.b(…)`, also where it is only named and handed on. */
function member(object: string, name: string): (node: ts.Node) => boolean {
  return (node) =>
    ts.isPropertyAccessExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === object &&
    (name === '*' || node.name.text === name)
}

/** `….name(…)` on whatever object. */
function method(...names: readonly string[]): (node: ts.Node) => boolean {
  return (node) =>
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    names.includes(node.expression.name.text)
}

function calls(...names: readonly string[]): (node: ts.Node) => boolean {
  return (node) =>
    ts.isCallExpression(node) &&
    ts.isIdentifier(node.expression) &&
    names.includes(node.expression.text)
}

function constructs(name: string, test: (args: readonly ts.Expression[]) => boolean) {
  return (node: ts.Node): boolean =>
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === name &&
    test(node.arguments ?? [])
}

function either(...tests: readonly ((node: ts.Node) => boolean)[]) {
  return (node: ts.Node): boolean => tests.some((test) => test(node))
}

/** `new Promise((resolve) => setTimeout(resolve, …))`, in all its spellings. */
function isSleep(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) {
    return (node.moduleSpecifier as ts.StringLiteral).text === 'node:timers/promises'
  }
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'Promise') return false
  const executor = node.arguments?.[0]
  if (!executor || !(ts.isArrowFunction(executor) || ts.isFunctionExpression(executor)))
    return false
  const resolve = executor.parameters[0]?.name.getText()
  if (resolve === undefined) return false
  const timers: ts.CallExpression[] = []
  const visit = (child: ts.Node): void => {
    if (calls('setTimeout')(child)) timers.push(child as ts.CallExpression)
    ts.forEachChild(child, visit)
  }
  visit(executor.body)
  return timers.some((timer) => {
    const handler = timer.arguments[0]
    if (!handler) return false
    if (handler.getText() === resolve) return true
    return ts.isArrowFunction(handler) && handler.body.getText().startsWith(`${resolve}(`)
  })
}

function isCopyThroughJson(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || node.expression.getText() !== 'JSON.parse') return false
  return node.arguments[0]?.getText().startsWith('JSON.stringify(') ?? false
}

/** Made within a function, so of something that came in; constants are put together once, outside. */
function isRegExpFromText(node: ts.Node): boolean {
  const made = constructs('RegExp', (args) => !args[0] || !ts.isStringLiteralLike(args[0]))
  return made(node) && ts.findAncestor(node, (above) => ts.isFunctionLike(above)) !== undefined
}

const bans: readonly Ban[] = [
  {
    rule: 'clock',
    where: isInside,
    matches: either(
      member('Date', 'now'),
      constructs('Date', (args) => args.length === 0),
    ),
    instead: 'take the clock from the scope: a test must be able to fix it',
  },
  {
    rule: 'random',
    where: (path) => isProduct(path) || isTest(path),
    matches: member('Math', 'random'),
    instead: 'guessable, and a test cannot fix it: take ids from the scope, seeds from fast-check',
  },
  {
    rule: 'environment',
    where: isInside,
    matches: member('process', 'env'),
    instead: 'the environment is read in main.ts and handed in as settings',
  },
  {
    rule: 'exit',
    where: isInside,
    matches: member('process', 'exit'),
    instead: 'throw, and let main.ts end the process: listeners and the store must close',
  },
  {
    rule: 'console',
    where: isInside,
    matches: member('console', '*'),
    instead: 'log through the logger of the scope: the console redacts nothing',
  },
  {
    rule: 'export-star',
    where: () => true,
    matches: (node) => ts.isExportDeclaration(node) && !node.exportClause && !node.isTypeOnly,
    instead: 'name each export: a façade whose surface changes must show it in the diff',
  },
  {
    rule: 'as-any',
    where: () => true,
    matches: (node) => ts.isAsExpression(node) && node.type.kind === ts.SyntaxKind.AnyKeyword,
    instead: 'narrow from unknown: any switches the checker off for all that follows',
  },
  {
    rule: 'eval',
    where: () => true,
    matches: either(
      calls('eval'),
      constructs('Function', () => true),
    ),
    instead: 'code is never made from text',
  },
  {
    rule: 'regexp-from-text',
    where: (path) => isProduct(path) && !/^packages\/(wire|policy\/src\/reference)\//.test(path),
    matches: isRegExpFromText,
    instead: 'tenants write policies, and a few `*` stall a backtracking engine: matchesPattern',
  },
  {
    rule: 'locale',
    where: isProduct,
    matches: method('localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase'),
    instead: 'depends on the machine: compare code units, fold with toLowerCase',
  },
  {
    rule: 'copy-through-json',
    where: isProduct,
    matches: isCopyThroughJson,
    instead: 'structuredClone keeps dates and bytes',
  },
  {
    rule: 'sleep-in-test',
    where: (path) => /\.test\.tsx?$/.test(path),
    matches: isSleep,
    instead: 'a sleep is a flake: await the event, poll with vi.waitFor, or use fake timers',
  },
  {
    rule: 'only',
    where: isTest,
    matches: either(member('test', 'only'), member('it', 'only'), member('describe', 'only')),
    instead: 'the other tests would no longer run',
  },
]

/** Constructs that have a better one, each with its replacement in the message. */
export function bannedCalls(subject: Subject): readonly Finding[] {
  const active = bans.filter((ban) => ban.where(subject.path))
  const findings: Finding[] = []
  const visit = (node: ts.Node): void => {
    for (const ban of active) {
      if (!ban.matches(node)) continue
      const line = lineOf(subject, node)
      const what = node.getText(subject.source).split('\n')[0]?.slice(0, 60) ?? ''
      findings.push({
        path: subject.path,
        line,
        rule: ban.rule,
        message: `\`${what}\`: ${ban.instead}`,
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(subject.source)
  return findings
}

const leftover = /(?:\/\/|\*)\s*(TODO|FIXME|XXX|HACK)\b/

/** Reminders rot in source: what is missing is written down where it is seen. */
export function leftovers({ path, text }: Subject): readonly Finding[] {
  return text.split('\n').flatMap((content, index) => {
    const mark = leftover.exec(content)?.[1]
    if (mark === undefined) return []
    const message = `${mark}: do it, or say in the docs what is missing`
    return [{ path, line: index + 1, rule: 'leftover', message }]
  })
}
