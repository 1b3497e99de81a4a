import { statementContextKeys, uniqueKeys } from '../document/context-keys.ts'
import type { PolicyDocument, Statement } from '../document/policy-document.ts'
import { type ProbeScope, resourceFits } from './probe.ts'

/**
 * What a statement depends on of a request that nobody knows: context keys as it writes them, and
 * `resource`. Empty where all that it asks for is known.
 */
export function unknownParts(
  statement: Statement,
  version: PolicyDocument['version'],
  scope: ProbeScope,
): readonly string[] {
  const { unknown } = scope.request
  if (unknown === undefined) return []
  const { resources, notResources } = statement
  const keys = uniqueKeys(statementContextKeys(statement, version)).filter((key) =>
    unknown.contextKeys.has(key.toLowerCase()),
  )
  if (!unknown.resource) return keys
  const isDoubtful = [resources, notResources].some((entries) => {
    if (entries === undefined) return false
    const mayMean = resourceFits({ resources: entries }, 'Deny', version, scope)
    return mayMean && !resourceFits({ resources: entries }, 'Allow', version, scope)
  })
  return isDoubtful ? [...keys, 'resource'] : keys
}
