/** The fast engine against the reference interpreter, on generated cases. */
import fc from 'fast-check'
import type { AuthorizationRequest, Decision, PolicySet } from '../authorization.ts'
import { decide } from '../decide/decide.ts'
import type { PolicyDocument } from '../document/policy-document.ts'
import { decideReference } from '../reference/decide.ts'
import { compileSet } from './compile-set.ts'
import { policySets, requests } from './requests.ts'

export interface Disagreement {
  readonly policies: PolicySet<PolicyDocument>
  readonly requests: readonly AuthorizationRequest[]
}

/** Several requests per policy set: indexes are made at the first, and merged at the third. */
export const requestsPerSet = 5

export const cases: fc.Arbitrary<Disagreement> = fc.record({
  policies: policySets,
  requests: fc.array(requests, { minLength: requestsPerSet, maxLength: requestsPerSet }),
})

/** The first request on which the engines disagree, with both answers. */
export function findDisagreement({
  policies,
  requests: asked,
}: Disagreement):
  { request: AuthorizationRequest; fast: Decision; reference: Decision } | undefined {
  const compiled = compileSet(policies)
  for (const request of asked) {
    const fast = decide(request, compiled)
    const reference = decideReference(request, policies)
    if (!equalDecisions(fast, reference)) return { request, fast, reference }
  }
  return undefined
}

export function equalDecisions(left: Decision, right: Decision): boolean {
  return (
    left.decision === right.decision &&
    left.blockedBy === right.blockedBy &&
    left.decidingStatements.length === right.decidingStatements.length &&
    left.decidingStatements.every((statement, index) => {
      const other = right.decidingStatements[index]
      return (
        statement.source === other?.source &&
        statement.statementIndex === other.statementIndex &&
        statement.sid === other.sid
      )
    })
  )
}
