import { globOf, matchesGlob } from './glob.ts'

/**
 * Whether an `Action` entry names an action. Case does not matter, nor does white space around the
 * entry. `*` alone is every action; otherwise service and name are matched each for itself.
 * Source: IAM User Guide, "IAM JSON policy elements: Action".
 */
export function matchesAction(pattern: string, action: string): boolean {
  const entry = pattern.trim().toLowerCase()
  if (entry === '*') return true
  const entryParts = entry.split(':')
  const actionParts = action.toLowerCase().split(':')
  return (
    entryParts.length === 2 &&
    actionParts.length === 2 &&
    entryParts.every((part, index) => matchesGlob(globOf(part), actionParts[index] ?? ''))
  )
}
