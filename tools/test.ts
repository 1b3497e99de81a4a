/**
 * `npm test`: everything, cheapest first. Ends with `N passed, N failed, N skipped` and exits 1
 * where anything failed. `--only types,unit` picks steps.
 */
import { prepareMachine } from './test/machine.ts'
import { steps, type StepOutcome } from './test/steps.ts'

const names = Object.keys(steps)
const at = process.argv.indexOf('--only')
const wanted = at === -1 ? names : (process.argv[at + 1] ?? '').split(',')
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`there is no step ${unknown.join(', ')}; there are ${names.join(', ')}\n`)
  process.exit(2)
}

for (const note of prepareMachine()) process.stdout.write(`note: ${note}\n`)
const outcomes: StepOutcome[] = []
for (const name of names.filter((each) => wanted.includes(each))) {
  process.stdout.write(`\n=== ${name}\n`)
  const startedAt = performance.now()
  const outcome = await steps[name as keyof typeof steps]()
  outcomes.push(outcome)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const { passed, failed, skipped } = outcome
  const counts = `${String(passed)} passed, ${String(failed)} failed, ${String(skipped.length)} skipped`
  process.stdout.write(`--- ${name}: ${counts} in ${seconds} s\n`)
}

const skipped = outcomes.flatMap((outcome) => outcome.skipped)
for (const title of skipped) process.stdout.write(`SKIPPED: ${title}\n`)
const sum = (count: (outcome: StepOutcome) => number) =>
  outcomes.reduce((total, outcome) => total + count(outcome), 0)
const failed = sum((outcome) => outcome.failed)
const passed = sum((outcome) => outcome.passed)
process.stdout.write(
  `\n${String(passed)} passed, ${String(failed)} failed, ${String(skipped.length)} skipped\n`,
)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
