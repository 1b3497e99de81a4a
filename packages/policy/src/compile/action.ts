import type { Statement } from '../document/policy-document.ts'
import type { ActionPattern, CompiledActions } from './compiled-policy.ts'
import { compilePattern, literalText } from './pattern.ts'

const syntax = { wildcards: true, variables: false }

/**
 * `Action` or `NotAction`. Case does not matter, nor does white space around an entry; an entry
 * that is neither `*` nor two parts around a colon means no action.
 * Source: IAM User Guide, "IAM JSON policy elements: Action".
 */
export function compileActions(statement: Statement): CompiledActions {
  const exact = new Set<string>()
  const patterns: ActionPattern[] = []
  let any = false
  for (const entry of statement.actions ?? statement.notActions ?? []) {
    const action = entry.trim().toLowerCase()
    const [serviceEntry, nameEntry, ...more] = action.split(':')
    if (action === '*') any = true
    if (serviceEntry === undefined || nameEntry === undefined || more.length > 0) continue
    const service = compilePattern(serviceEntry, syntax)
    const name = compilePattern(nameEntry, syntax)
    const serviceText = literalText(service)
    if (serviceText !== undefined && literalText(name) !== undefined) exact.add(action)
    else patterns.push({ service, serviceText, name })
  }
  return { negated: statement.actions === undefined, any, exact, patterns }
}
