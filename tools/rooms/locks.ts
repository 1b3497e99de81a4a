import { cruise } from 'dependency-cruiser'
import type { ICruiseResult } from 'dependency-cruiser'
import { locks, options } from './table.ts'

/** One import that a lock forbids; `sentence` is the row of the table that it breaks. */
export interface BrokenLock {
  readonly rule: string
  readonly from: string
  readonly to: string
  readonly sentence: string
}

/** `modules` counts files looked at, so that a run over nothing does not pass for a clean one. */
export interface Inspection {
  readonly broken: readonly BrokenLock[]
  readonly modules: number
}

/** Follows every import in `folders` of the tree at `root` and holds it against the locks. */
export async function inspectRooms(root: string, folders: readonly string[]): Promise<Inspection> {
  const { output } = await cruise([...folders], {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: [...locks] },
  })
  const { summary } = output as ICruiseResult
  const sentences = new Map(locks.map(({ name, comment }) => [name, comment]))
  const broken = summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
    sentence: sentences.get(rule.name) ?? '',
  }))
  return { broken, modules: summary.totalCruised }
}
