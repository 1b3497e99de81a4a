/** Asks an engine everything. Loaded anew with each mutant; all but the engine is shared. */
import { decide } from '../../packages/policy/src/decide/decide.ts'
import { equalDecisions } from '../../packages/policy/src/testing/equal-decisions.ts'
import { compileSet } from '../../packages/policy/src/testing/compile-set.ts'
import type { Asked } from './corpus.ts'

/** Whether the engine answers all as the reference does. */
export function answersAll(asked: readonly Asked[]): boolean {
  return asked.every(({ policies, questions }) => {
    const compiled = compileSet(policies)
    return questions.every(({ request, expected }) =>
      equalDecisions(decide(request, compiled), expected),
    )
  })
}
