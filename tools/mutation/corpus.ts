/** What every mutant is asked, with the right answers: made once, without the engine. */
import fc from 'fast-check'
import { loadCases } from '../../packages/policy/cases/load-cases.ts'
import type { AuthorizationRequest, Decision } from '../../packages/policy/src/authorization.ts'
import { decideReference } from '../../packages/policy/src/reference/decide.ts'
import { policySets, requests } from '../../packages/policy/src/testing/requests.ts'

type Policies = Parameters<typeof decideReference>[1]

export interface Question {
  readonly request: AuthorizationRequest
  readonly expected: Decision
}

/** Policies, and what is asked of them in turn. */
export interface Asked {
  readonly policies: Policies
  readonly questions: readonly Question[]
}

/** The golden cases; each is asked three times, since a list is indexed at its third use. */
export const golden: readonly Asked[] = loadCases().map(({ policies, request }) => {
  const question = { request, expected: decideReference(request, policies) }
  return { policies, questions: [question, question, question] }
})

const streamSets = 1_000
const requestsPerSet = 15

const generated = fc.tuple(
  policySets,
  fc.array(requests, { minLength: requestsPerSet, maxLength: requestsPerSet }),
)

/** A short stream of generated cases. */
export const stream: readonly Asked[] = fc
  .sample(generated, { seed: 1, numRuns: streamSets })
  .map(([policies, list]) => ({
    policies,
    questions: list.map((request) => ({ request, expected: decideReference(request, policies) })),
  }))
