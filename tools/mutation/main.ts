/**
 * `npm run mutation [-- --only match/pattern.ts]`: changes `match/` and `decide/` of the policy
 * engine in every small way and looks whether a test notices. Each survivor must stand in
 * `packages/policy/mutants.json`, with the reason why it changes nothing that matters; the list may
 * only shrink, so that one that no longer survives must go.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { mutantsOf } from './mutants.ts'
import type { Mutant } from './mutants.ts'
import type { MutantResult, Verdict } from './worker.ts'
import { excusedMutants } from './excused.ts'

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const policy = new URL('../../packages/policy/src/', import.meta.url)
/** A mutant that takes longer does not end. */
const timeoutMs = 30_000
/** Each mutant leaves its modules in the worker's memory. */
const mutantsPerWorker = 250

type Outcome = Verdict | 'timeout'

/** `context-value.ts` is the simulator's and no decision's. */
const files = ['match', 'decide']
  .flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, policy)).map((file) => `${folder}/${file}`),
  )
  .filter((path) => !/test\.ts$|context-value/.test(path) && path.startsWith(values.only))
const mutants = files.flatMap((path) =>
  mutantsOf(path, readFileSync(new URL(path, policy), 'utf8')),
)

/** Asks about one mutant after the other; a worker that hangs or has grown old makes room. */
class Lane {
  private worker: ChildProcess | undefined
  private uses = 0

  async ask(message: Mutant | 'none'): Promise<Outcome> {
    const asked = (this.worker ??= await readyWorker())
    this.uses++
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer)
        asked.removeAllListeners()
        if (outcome === 'timeout' || this.uses >= mutantsPerWorker) this.retire()
        resolve(outcome)
      }
      const timer = setTimeout(() => settle('timeout'), timeoutMs)
      asked.once('message', ({ verdict }: MutantResult) => settle(verdict))
      asked.once('exit', () => settle('timeout'))
      asked.send(message)
    })
  }

  retire(): void {
    this.worker?.kill('SIGKILL')
    this.worker = undefined
    this.uses = 0
  }
}

/** A worker takes its time to make what it will ask: that is no mutant's. */
async function readyWorker(): Promise<ChildProcess> {
  const execArgv = ['--no-warnings']
  const worker = fork(new URL('./worker.ts', import.meta.url), [], { execArgv })
  await once(worker, 'message')
  return worker
}

const counts = new Map<string, Map<Outcome, number>>()
const survivors: Mutant[] = []
let next = 0

async function runLane(): Promise<void> {
  const lane = new Lane()
  const unchanged = await lane.ask('none')
  if (unchanged !== 'survived') throw new Error(`the engine as it is fails: ${unchanged}`)
  for (let mutant = mutants[next++]; mutant !== undefined; mutant = mutants[next++]) {
    const outcome = await lane.ask(mutant)
    const row = counts.get(mutant.path) ?? new Map<Outcome, number>()
    counts.set(mutant.path, row.set(outcome, (row.get(outcome) ?? 0) + 1))
    if (outcome !== 'survived') continue
    survivors.push(mutant)
    console.log(`${mutant.name} [${mutant.line}]`)
  }
  lane.retire()
}

await Promise.all(Array.from({ length: availableParallelism() }, runLane))

const outcomes: readonly Outcome[] = ['golden', 'table', 'stream', 'error', 'timeout', 'survived']
console.table(
  Object.fromEntries(
    [...counts].map(([path, row]) => [
      path,
      Object.fromEntries(outcomes.map((outcome) => [outcome, row.get(outcome) ?? 0])),
    ]),
  ),
)

const excused = excusedMutants().filter((name) => files.some((path) => name.startsWith(`${path} `)))
const unexcused = survivors.filter(({ name }) => !excused.includes(name))
const killed = excused.filter((name) => !survivors.some((survivor) => survivor.name === name))
for (const { line, name } of unexcused) console.log(`survives without a reason: ${name} [${line}]`)
for (const name of killed) console.log(`no longer survives, take it off the list: ${name}`)
console.log(
  `${mutants.length} mutants, ${survivors.length} survive, ${unexcused.length} without a reason`,
)
process.exitCode = unexcused.length + killed.length === 0 ? 0 : 1
