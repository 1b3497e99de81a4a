import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cases, findDisagreement, requestsPerSet } from './agreement.ts'

// Goal: two interpreters, one language. Method: generated policy sets with several requests each;
// the answers must be equal, down to the deciding statements and their order. Source: the reference
// interpreter, which is written from the IAM User Guide. `BAILIWICK_CASES` asks for more, as does long-run.ts.
const environment = (globalThis as { process?: { env: Record<string, string | undefined> } })
  .process?.env
const caseCount = Number(environment?.['BAILIWICK_CASES'] ?? 40_000)

test(
  `the fast engine agrees with the reference on ${caseCount} generated decisions`,
  { timeout: 600_000 + caseCount },
  () => {
    fc.assert(
      fc.property(cases, (generated) => {
        expect(findDisagreement(generated)).toBeUndefined()
      }),
      { numRuns: Math.ceil(caseCount / requestsPerSet) },
    )
  },
)
