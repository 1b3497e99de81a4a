/**
 * The long run of the two engines against each other:
 *
 *   BAILIWICK_CASES=10000000 [BAILIWICK_SEED=1] node packages/policy/src/testing/long-run.ts
 *
 * Prints the seed and the count; a disagreement is shrunk and saved under `cases/disagreements/`,
 * and makes the run fail.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { cases, findDisagreement, requestsPerSet } from './agreement.ts'
import type { Disagreement } from './agreement.ts'

const caseCount = Number(process.env['BAILIWICK_CASES'] ?? 1_000_000)
const firstSeed = Number(process.env['BAILIWICK_SEED'] ?? Date.now() % 0x7fffffff)
/** Policy sets per round: each round has a seed of its own, so that one can be repeated alone. */
const roundSets = 20_000
const folder = new URL('../../cases/disagreements/', import.meta.url)

function save(seed: number, generated: Disagreement): URL {
  const found = findDisagreement(generated)
  const content = { seed, ...found, policies: generated.policies }
  const plain = (_: string, value: unknown): unknown =>
    value instanceof Map ? Object.fromEntries(value) : value
  mkdirSync(folder, { recursive: true })
  const file = new URL(`${seed}.json`, folder)
  writeFileSync(file, `${JSON.stringify(content, plain, 2)}\n`)
  return file
}

let decided = 0
let disagreements = 0
for (let seed = firstSeed; decided < caseCount; seed++) {
  const numRuns = Math.min(roundSets, Math.ceil((caseCount - decided) / requestsPerSet))
  const agrees = fc.property(cases, (generated) => findDisagreement(generated) === undefined)
  const result = fc.check(agrees, { seed, numRuns })
  decided += result.numRuns * requestsPerSet
  const [generated] = result.counterexample ?? []
  if (generated !== undefined) {
    disagreements++
    console.log(`disagreement: seed ${seed}, saved as ${save(seed, generated).pathname}`)
  }
  console.log(`seed ${seed}: ${decided} decisions, ${disagreements} disagreements`)
}
process.exitCode = disagreements === 0 ? 0 : 1
