/**
 * A worker of `npm run mutation`: loads the engine with one mutant at a time, the rest of it as it
 * is, and asks it everything until an answer is wrong.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
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
    if (!isEngine(file)) return next(url, context)
    const mutates = current !== undefined && file === policy + current.path
    const source = mutates ? mutatedScript(file, current as Mutant) : scriptOf(file)
    return { format: 'module', source, shortCircuit: true }
  },
})

const scripts = new Map<string, string>()

/** A file as JavaScript: made once, since only one file at a time is another. */
function scriptOf(file: string): string {
  const script = scripts.get(file) ?? stripTypeScriptTypes(textOf(file))
  scripts.set(file, script)
  return script
}

function mutatedScript(file: string, mutant: Mutant): string {
  return stripTypeScriptTypes(mutated(textOf(file), mutant))
}

function textOf(file: string): string {
  return readFileSync(fileURLToPath(file), 'utf8')
}

const tables = [
  ...readdirSync(new URL('match/', policy)).map((file) => `match/${file}`),
  'decide/bounds.test.ts',
].filter((file) => file.endsWith('.test.ts'))

/** What measures says something of the machine, too; what is large takes longer than it tells. */
const leftOut = /allocates|end in time|10,000 statements|ten times/

interface Suite {
  answersAll(asked: readonly Asked[]): boolean
}

async function judge(): Promise<Verdict> {
  try {
    const { answersAll } = (await import(suite)) as Suite
    if (!answersAll(golden)) return 'golden'
    for (const table of tables) {
      await import(policy + table)
      for (const { name, run } of takeTests()) {
        if (leftOut.test(name)) continue
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

process.send?.('ready')
