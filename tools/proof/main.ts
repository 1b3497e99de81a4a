/**
 * The two policy engines against each other, for long:
 *
 *   npm run proof -- --cases 10000000 --seed 1 [--workers 2] [--record]
 *
 * Cases come in rounds, each from a seed of its own: a run that was stopped goes on with the seed
 * it would have taken next, which every line of progress names. A disagreement is shrunk and kept
 * under `packages/policy/cases/disagreements/`, where it is a test from then on, and the run fails.
 * `--record` adds the result to `bench/results/proof.json`.
 */
import { execFileSync, fork } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { requestsPerSet } from '../../packages/policy/src/testing/agreement.ts'
import type { Round, RoundResult } from './round.ts'

const setsPerRound = 800
const casesPerRound = setsPerRound * requestsPerSet
const progressMs = 10_000

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 0x3fffffff) },
    workers: { type: 'string', default: '1' },
    record: { type: 'boolean', default: false },
  },
})

const firstSeed = wholeNumber('seed')
const rounds = Math.ceil(wholeNumber('cases') / casesPerRound)
const startedAt = performance.now()
const found: string[] = []
const finished = new Set<number>()
let given = 0
let saidAt = startedAt

console.log(`seed ${firstSeed}: ${rounds * casesPerRound} cases in ${rounds} rounds`)
await Promise.all(Array.from({ length: wholeNumber('workers') }, work))
sayProgress()
if (values.record) record()
process.exitCode = found.length === 0 ? 0 : 1

function wholeNumber(name: 'cases' | 'seed' | 'workers'): number {
  const number = Number(values[name])
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`--${name}: a whole number`)
  return number
}

/** One worker, from its first round to the last. */
function work(): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = fork(new URL('./round.ts', import.meta.url))
    const giveRound = (): void => {
      if (given === rounds) {
        worker.disconnect()
        return
      }
      worker.send({ seed: firstSeed + given++, sets: setsPerRound } satisfies Round)
    }
    worker.on('message', (result: RoundResult) => {
      finish(result)
      giveRound()
    })
    worker.once('error', reject)
    worker.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`a worker ended with ${String(code)}`))
    })
    giveRound()
  })
}

function finish({ seed, disagreement }: RoundResult): void {
  finished.add(seed)
  if (disagreement !== undefined) {
    const folder = new URL('../../packages/policy/cases/disagreements/', import.meta.url)
    mkdirSync(folder, { recursive: true })
    const file = new URL(`${seed}.json`, folder)
    writeFileSync(file, disagreement)
    found.push(file.pathname)
    console.log(`disagreement: seed ${seed}, kept as ${file.pathname}`)
  }
  if (performance.now() - saidAt > progressMs) sayProgress()
}

function sayProgress(): void {
  saidAt = performance.now()
  const cases = finished.size * casesPerRound
  const perSecond = Math.round((cases * 1000) / (saidAt - startedAt))
  let next = firstSeed
  while (finished.has(next)) next++
  console.log(`${cases} cases, ${found.length} disagreements, ${perSecond}/s; next seed ${next}`)
}

function record(): void {
  const file = new URL('../../bench/results/proof.json', import.meta.url)
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object[]) : []
  const git = ['rev-parse', '--short', 'HEAD']
  const result = {
    measured: new Date().toISOString().slice(0, 10),
    revision: execFileSync('git', git, { encoding: 'utf8' }).trim(),
    firstSeed,
    rounds,
    cases: finished.size * casesPerRound,
    disagreements: found.length,
    seconds: Math.round((performance.now() - startedAt) / 1000),
  }
  writeFileSync(file, `${JSON.stringify([...before, result], null, 2)}\n`)
}
