import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspectRooms } from './locks.ts'
import { locks } from './table.ts'

// Goal: every lock is seen to break, and none breaks over what the table allows.
// Method: one tree with a file per row of either table, inspected once.

const server = 'packages/server/src'
const iam = `${server}/services/iam`

/** A file that imports what the lock forbids. `target` is a path of the tree or a package. */
const seeded: readonly [rule: string, file: string, target: string][] = [
  ['policy', 'packages/policy/src/decide/seed-node.ts', 'node:fs'],
  ['policy', 'packages/policy/src/decide/seed-json.ts', 'jsonc-parser'],
  ['policy', 'packages/policy/src/decide/seed-wire.ts', 'packages/wire/src/index.ts'],
  ['policy-document', 'packages/policy/src/document/seed-node.ts', 'node:fs'],
  ['policy-tests', 'packages/policy/src/decide/seed.test.ts', 'packages/wire/src/index.ts'],
  ['policy-reference', 'packages/policy/src/reference/seed.ts', 'packages/policy/src/match/a.ts'],
  [
    'policy-oracle-unexported',
    'packages/policy/src/index.ts',
    'packages/policy/src/reference/a.ts',
  ],
  ['wire', 'packages/wire/src/seed.ts', 'packages/policy/src/match/a.ts'],
  ['embedded', 'packages/embedded/src/seed.ts', 'packages/policy/src/match/a.ts'],
  ['embedded-is-a-process', `${server}/http/seed-s3.ts`, 'packages/embedded/src/s3/a.ts'],
  ['gateway', 'packages/gateway/src/seed.ts', `${server}/domain/a.ts`],
  ['gateway', 'packages/gateway/src/seed-named.ts', 'bailiwick'],
  ['clients', 'packages/cli/src/seed.ts', `${server}/main.ts`],
  ['clients', 'packages/console/src/seed.ts', 'packages/gateway/src/index.ts'],
  ['clients-load-server', 'packages/cli/src/start.ts', `${server}/domain/a.ts`],
  ['conformance', 'conformance/seed.ts', 'packages/wire/src/index.ts'],
  ['server-services', `${iam}/seed-sql.ts`, `${server}/store/sql/a.ts`],
  ['server-services', `${iam}/seed-kysely.ts`, 'kysely'],
  ['server-services', `${iam}/seed-http.ts`, 'node:http'],
  ['server-services-wire-types', `${iam}/seed-wire.ts`, 'packages/wire/src/index.ts'],
  ['server-services-apart', `${iam}/seed-sts.ts`, `${server}/services/sts/a.ts`],
  ['server-domain', `${server}/domain/seed-wire.ts`, 'packages/wire/src/index.ts'],
  ['server-domain', `${server}/domain/seed-store.ts`, `${server}/store/port.ts`],
  ['server-store-port', `${server}/store/port.ts`, 'kysely'],
  ['server-store', `${server}/store/sqlite/seed.ts`, `${iam}/a.ts`],
  ['server-store', `${server}/store/sqlite/seed-wire.ts`, 'packages/wire/src/index.ts'],
  ['server-principals', `${server}/principals/seed.ts`, `${server}/store/sql/a.ts`],
  ['server-principals', `${server}/principals/seed-wire.ts`, 'packages/wire/src/index.ts'],
  ['server-federation', `${server}/federation/seed.ts`, `${server}/services/operation.ts`],
  ['server-resources', `${server}/resources/seed.ts`, `${server}/services/api-error.ts`],
  ['server-managed-policies', `${server}/managed-policies/seed.ts`, `${server}/store/port.ts`],
  ['server-signin', `${server}/signin/seed.ts`, `${server}/store/port.ts`],
  ['server-credentials', `${server}/credentials/seed.ts`, `${iam}/a.ts`],
  ['server-main', `${server}/http/seed.ts`, `${server}/main.ts`],
  ['no-circles', `${server}/http/circle-a.ts`, `${server}/http/circle-b.ts`],
  ['no-orphans', `${server}/http/seed-orphan.ts`, ''],
  ['resolvable', `${server}/http/seed-missing.ts`, 'not-there'],
  ['declared', `${server}/http/seed-undeclared.ts`, 'jsonc-parser'],
  ['tests-apart', `${server}/http/seed-test.ts`, `${server}/http/a.test.ts`],
]

/** What the table allows, each of which some lock comes close to. */
const allowed: readonly [file: string, target: string][] = [
  ['packages/policy/src/document/parse.ts', 'jsonc-parser'],
  ['packages/policy/src/decide/good.test.ts', 'node:fs'],
  ['packages/policy/src/reference/good.ts', 'packages/policy/src/document/parse.ts'],
  ['packages/policy/src/decide/oracle.test.ts', 'packages/policy/src/reference/good.ts'],
  ['packages/gateway/src/good.ts', '@bailiwick/wire'],
  ['packages/cli/src/recover.ts', `${server}/main.ts`],
  [`${iam}/good.ts`, `${server}/store/port.ts`],
  [`${iam}/good-domain.ts`, `${server}/domain/a.ts`],
  [`${iam}/good.test.ts`, `${server}/store/sql/a.ts`],
  [`${server}/store/sqlite/good.ts`, 'kysely'],
  [`${server}/store/sqlite/good-core.ts`, 'node:fs'],
  [`${server}/managed-policies/good.ts`, 'node:zlib'],
  [`${server}/main.ts`, `${iam}/a.ts`],
]

const packageFiles: readonly [folder: string, name: string, dependencies: readonly string[]][] = [
  ['packages/policy', '@bailiwick/policy', ['jsonc-parser']],
  ['packages/wire', '@bailiwick/wire', []],
  ['packages/gateway', '@bailiwick/gateway', ['@bailiwick/wire', 'bailiwick']],
  ['packages/server', 'bailiwick', ['kysely']],
]

let root: string
let broken: Awaited<ReturnType<typeof inspectRooms>>['broken']

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** Relative where `target` is a path of the tree, as it is where it names a package. */
function importing(file: string, target: string): string {
  if (target === '') return 'export const nothing = 1\n'
  if (!target.includes('.ts')) return `import * as seed from '${target}'\nexport const a = seed\n`
  const path = relative(dirname(file), target)
  const from = path.startsWith('.') ? path : `./${path}`
  return `import * as seed from '${from}'\nexport const a = seed\n`
}

function plantPackages(): void {
  for (const [folder, name, dependencies] of packageFiles) {
    const entry = name === 'bailiwick' ? './src/main.ts' : './src/index.ts'
    const pins = Object.fromEntries(dependencies.map((dependency) => [dependency, '1.0.0']))
    write(`${folder}/package.json`, JSON.stringify({ name, exports: entry, dependencies: pins }))
    mkdirSync(dirname(join(root, 'node_modules', name)), { recursive: true })
    symlinkSync(join(root, folder), join(root, 'node_modules', name))
  }
  for (const name of ['kysely', 'jsonc-parser']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'export const a = 1\n')
  }
  write('package.json', JSON.stringify({ name: 'root' }))
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'rooms-'))
  plantPackages()
  const files = new Map<string, string>()
  for (const [, file, target] of seeded) files.set(file, importing(file, target))
  for (const [file, target] of allowed) {
    files.set(file, (files.get(file) ?? '') + importing(file, target).replace(/\ba\b/, 'b'))
  }
  files.set(
    `${server}/http/circle-b.ts`,
    importing(`${server}/http/circle-b.ts`, `${server}/http/circle-a.ts`),
  )
  const targets = [...seeded.map(([, , target]) => target), ...allowed.map(([, target]) => target)]
  for (const target of targets) {
    if (target.includes('.ts') && !files.has(target)) files.set(target, 'export const a = 1\n')
  }
  for (const [file, text] of files) write(file, text)
  broken = (await inspectRooms(root, ['packages', 'conformance'])).broken
}, 60_000)

afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})

test.each(seeded)('%s breaks in %s, which imports %s', (rule, file) => {
  expect(broken.filter(({ from }) => from === file).map((lock) => lock.rule)).toContain(rule)
})

test.each(allowed)('%s may import %s', (file, target) => {
  const about = target.replace(/^node:/, '')
  const complaints = broken.filter(({ from, to }) => from === file && to.includes(about))
  expect(complaints).toEqual([])
})

test('every lock has a seeded violation', () => {
  const proven = new Set(seeded.map(([rule]) => rule))
  expect(locks.map(({ name }) => name).filter((name) => !proven.has(name))).toEqual([])
})

test('a broken lock prints its sentence', () => {
  const sentence = broken.find(({ rule }) => rule === 'wire')?.sentence
  expect(sentence).toMatch(/^wire imports nothing of ours/)
})
