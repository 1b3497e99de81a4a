/**
 * A worker of `npm run mutation`: loads the engine with one mutant at a time, the rest of it as it
 * is, and asks it everything until an answer is wrong.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { golden, stream } from './corpus.ts'
import type { Asked } from './corpus.ts'
import { mutated } from './mutants.ts'
import type { Mutant } from './mutants.ts'
import { takeTests } from './vitest.ts'

export type Verdict = 'table' | 'golden' | 'stream' | 'error' | 'survived'

export interface MutantResult {
  readonly name: string
  readonly verdict: Verdict
}

const policy = new URL('../../packages/policy/src/', import.meta.url).href
const suite = new URL('suite.ts', import.meta.url).href
const vitest = new URL('vitest.ts', import.meta.url).href

/** The modules that are loaded anew with each mutant: the engine, and what imports it. */
const isEngine = (url: string) =>
  url === suite ||
  (url.startsWith(policy) && /^(compile|match|decide|testing\/compile-set)/.test(after(url)))

const after = (url: string) => url.slice(policy.length)

let current: Mutant | undefined
let load = 0

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'vitest') return { url: vitest, shortCircuit: true }
    const resolved = next(specifier, context)
    if (!isEngine(resolved.url)) return resolved
    return { ...resolved, url: `${resolved.url}?load=${load}` }
  },
  load(url, context, next) {
    const [file = url] = url.split('?')
    if (current === undefined || file !== policy + current.path) return next(url, context)
    const text = mutated(readFileSync(fileURLToPath(file), 'utf8'), current)
    return { format: 'module-typescript', source: text, shortCircuit: true }
  },
})

const tables = [
  'match/action.test.ts',
  'match/condition.test.ts',
  'match/pattern.test.ts',
  'match/principal.test.ts',
  'match/resource.test.ts',
  'match/statement.test.ts',
  'decide/bounds.test.ts',
]

interface Suite {
  answersAll(asked: readonly Asked[]): boolean
}

async function judge(): Promise<Verdict> {
  try {
    const { answersAll } = (await import(suite)) as Suite
    if (!answersAll(golden)) return 'golden'
    for (const table of tables) {
      await import(policy + table)
      for (const { run } of takeTests()) {
        try {
          run()
        } catch {
          return 'table'
        }
      }
    }
    return answersAll(stream) ? 'survived' : 'stream'
  } catch {
    return 'error'
  }
}

process.on('message', (mutant: Mutant | 'none') => {
  current = mutant === 'none' ? undefined : mutant
  load++
  void judge().then((verdict) => {
    const name = mutant === 'none' ? 'none' : mutant.name
    process.send?.({ name, verdict } satisfies MutantResult)
  })
})
