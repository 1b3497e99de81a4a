import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cases } from './agreement.ts'
import { expectedOccurrences, visitOccurrences } from './occurrences.ts'

// Goal: the generated cases meet every rule, so that agreement on them says something about it.
// Method: seeds 1, 2, …; what each case exercises is struck off, and the list must become empty.
const seedsMax = 60
const setsPerSeed = 150
/** Of each set's requests, so that there is time for more sets. */
const requestsPerSet = 5

test(`each of ${expectedOccurrences.length} rules occurs in generated cases`, () => {
  const missing = new Set(expectedOccurrences)
  for (let seed = 1; seed <= seedsMax && missing.size > 0; seed++) {
    for (const generated of fc.sample(cases, { seed, numRuns: setsPerSeed })) {
      const requests = generated.requests.slice(0, requestsPerSet)
      visitOccurrences({ ...generated, requests }, (name) => missing.delete(name))
    }
  }
  expect([...missing]).toEqual([])
}, 120_000)
