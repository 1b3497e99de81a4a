import type { AuthorizationRequest } from '../authorization.ts'
import { grantNone } from '../compile/compiled-policy.ts'
import type { CompiledStatement, Grant } from '../compile/compiled-policy.ts'
import { conditionHolds } from './condition.ts'
import { matchesInDoubt } from './doubt.ts'
import { principalGrant } from './principal.ts'
import { matchesResources } from './resource.ts'

/**
 * What a statement whose actions match grants to the caller; `grantNone` where it does not match.
 * Of a Deny only whether it matches counts.
 */
export function matchStatement(
  statement: CompiledStatement,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): Grant {
  const { resources, conditions } = statement
  const { context, unknown } = request
  if (unknown !== undefined) {
    if (!matchesInDoubt(statement, request, unknown)) return grantNone
    return principalGrant(statement.principals, statement.isDeny, request.principal, hasBoundary)
  }
  if (resources !== undefined && !matchesResources(resources, request.resource, context)) {
    return grantNone
  }
  for (const condition of conditions) if (!conditionHolds(condition, context)) return grantNone
  return principalGrant(statement.principals, statement.isDeny, request.principal, hasBoundary)
}
