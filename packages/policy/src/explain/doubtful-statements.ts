import type { AuthorizationRequest, PolicySet } from '../authorization.ts'
import type { ExplainedStatement, PolicyText } from './explanation.ts'
import { layersOf, plain, statementsOf } from './layers.ts'
import type { ProbeScope } from './probe.ts'

/**
 * The statements on which a request is refused in doubt: each would match if what it asks for and
 * nobody knows were as it says. An Allow among them was passed over, a Deny was obeyed. Total.
 */
export function doubtfulStatements(
  request: AuthorizationRequest,
  policies: PolicySet<PolicyText>,
): readonly ExplainedStatement[] {
  if (request.unknown === undefined) return []
  const hasPermissionsBoundary = policies.permissionsBoundary !== undefined
  const scope: ProbeScope = { request, hasPermissionsBoundary }
  return layersOf(policies)
    .flatMap((layer) => statementsOf(layer, scope))
    .filter(({ unknown, mismatches }) => {
      return unknown !== undefined && mismatches.every((mismatch) => 'unknown' in mismatch)
    })
    .map(plain)
}
