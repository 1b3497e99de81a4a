/** The steps of `npm test`. A step that is no test run counts as one. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface StepOutcome {
  readonly passed: number
  readonly failed: number
  /** Titles of what was left out; each says what it needs. */
  readonly skipped: readonly string[]
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = (name: string) => join(root, 'node_modules', name)

/** Runs a program of this checkout under this Node; shows what it says. */
function run(script: string, ...args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

async function check(
  ...commands: readonly (readonly [string, ...string[]])[]
): Promise<StepOutcome> {
  let passed = 0
  let failed = 0
  for (const [script, ...args] of commands) {
    if (await run(script, ...args)) passed++
    else failed++
  }
  return { passed, failed, skipped: [] }
}

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** A file that fails before its first test counts as one failure. */
async function vitest(...args: readonly string[]): Promise<StepOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-test-'))
  const file = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const ended = await run(bin('vitest/vitest.mjs'), 'run', ...reporters, ...args)
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport
    const tests = report.testResults.flatMap((result) => result.assertionResults)
    const skipped = tests.filter(({ status }) => status === 'pending' || status === 'skipped')
    const broken = report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    )
    const failed = report.numFailedTests + broken.length
    return {
      passed: report.numPassedTests,
      failed: failed === 0 && !ended ? 1 : failed,
      skipped: skipped.map(({ fullName }) => fullName),
    }
  } catch {
    return { passed: 0, failed: 1, skipped: [] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const tsc = bin('typescript7/bin/tsc')

export const steps = {
  types: () => check([tsc, '-p', 'tsconfig.json'], [tsc, '-p', 'packages/policy/tsconfig.json']),
  lint: () =>
    check(
      [bin('eslint/bin/eslint.js'), '.'],
      [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
    ),
  rooms: () => check(['tools/rooms/main.ts']),
  tidy: () => check(['tools/tidy/main.ts']),
  unit: () => vitest(),
  blackbox: async () => {
    const built = await check(['tools/build.ts', '--if-stale'])
    return built.failed > 0 ? built : vitest('--config', 'conformance/vitest.config.ts')
  },
} satisfies Record<string, () => Promise<StepOutcome>>
