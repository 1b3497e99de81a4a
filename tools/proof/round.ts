/** A worker of `npm run proof`: compares the engines on a round of cases, answers, takes the next. */
import { caseText, searchDisagreement } from '../../packages/policy/src/testing/agreement.ts'

export interface Round {
  readonly seed: number
  readonly sets: number
}

export interface RoundResult {
  readonly seed: number
  /** The shrunk case, as text; absent where the engines agree. */
  readonly disagreement?: string
}

process.on('message', ({ seed, sets }: Round) => {
  const found = searchDisagreement(seed, sets)
  const result: RoundResult =
    found === undefined ? { seed } : { seed, disagreement: caseText(found) }
  process.send?.(result)
})
