/** The fast engine against the reference interpreter, on generated cases. */
import fc from 'fast-check'
import type { AuthorizationRequest, Decision, PolicySet } from '../authorization.ts'
import { decide } from '../decide/decide.ts'
import type { PolicyDocument } from '../document/policy-document.ts'
import { decideReference } from '../reference/decide.ts'
import { compileSet } from './compile-set.ts'
import { equalDecisions } from './equal-decisions.ts'
import { policySets, requests } from './requests.ts'

/** Policies, and what is asked of them in turn. */
export interface Case {
  readonly policies: PolicySet<PolicyDocument>
  readonly requests: readonly AuthorizationRequest[]
}

export interface Disagreement {
  readonly request: AuthorizationRequest
  readonly fast: Decision
  readonly reference: Decision
}

/** Several requests per policy set: indexes are made at the first, and merged at the third. */
export const requestsPerSet = 25

export const cases: fc.Arbitrary<Case> = fc.record({
  policies: policySets,
  requests: fc.array(requests, { minLength: requestsPerSet, maxLength: requestsPerSet }),
})

/** The first request on which the engines disagree, with both answers. */
export function findDisagreement({ policies, requests: asked }: Case): Disagreement | undefined {
  const compiled = compileSet(policies)
  for (const request of asked) {
    const fast = decide(request, compiled)
    const reference = decideReference(request, policies)
    if (!equalDecisions(fast, reference)) return { request, fast, reference }
  }
  return undefined
}

/**
 * Generates `sets` policy sets from a seed and compares the engines on each. Returns the first case
 * they disagree on, made as small as fast-check can.
 */
export function searchDisagreement(seed: number, sets: number): Case | undefined {
  const agrees = fc.property(cases, (generated) => findDisagreement(generated) === undefined)
  const [generated] = fc.check(agrees, { seed, numRuns: sets }).counterexample ?? []
  return generated
}

/** A case as text, to be kept under `cases/disagreements/`, and read again by `parseCase`. */
export function caseText(generated: Case): string {
  const { request: _, ...answers } = findDisagreement(generated) ?? {}
  const plain = (_: string, value: unknown): unknown =>
    value instanceof Map
      ? Object.fromEntries(value)
      : value instanceof Set
        ? [...(value as Set<unknown>)]
        : value
  return `${JSON.stringify({ ...generated, ...answers }, plain, 2)}\n`
}

export function parseCase(text: string): Case {
  const { policies, requests: asked } = JSON.parse(text) as Case
  const withMap = (request: AuthorizationRequest) => ({
    ...request,
    context: new Map(Object.entries(request.context)),
    ...(request.unknown && {
      unknown: {
        ...request.unknown,
        contextKeys: new Set(request.unknown.contextKeys as unknown as string[]),
      },
    }),
  })
  return { policies, requests: asked.map(withMap) }
}
