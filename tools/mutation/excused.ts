/** The survivors that are known, by the reason why they change nothing that matters. */
import { readFileSync } from 'node:fs'

const file = new URL('../../packages/policy/mutants.json', import.meta.url)

/** A list of mutants' names per reason. */
export type Excuses = Readonly<Record<string, readonly string[]>>

export function excusedMutants(): readonly string[] {
  return Object.values(JSON.parse(readFileSync(file, 'utf8')) as Excuses).flat()
}
