/** One statement against one request: principal ∧ action ∧ resource ∧ every condition. */
import type { AuthorizationRequest } from '../authorization.ts'
import type { PolicyDocument, Statement } from '../document/policy-document.ts'
import { matchesAction } from './action.ts'
import { conditionsHold } from './condition.ts'
import { resourceMatchesInDoubt } from './doubt.ts'
import { grantTo, isExempt } from './principal.ts'
import type { Grant } from './principal.ts'
import { matchesResource } from './resource.ts'

export interface StatementRequest {
  readonly request: AuthorizationRequest
  readonly version: PolicyDocument['version']
  /** Whether the caller has a permissions boundary: `NotPrincipal` wants to know. */
  readonly hasBoundary: boolean
}

/**
 * `none` where the statement does not match; otherwise what a matching Allow grants to. A Deny
 * denies, whatever it is written to.
 */
export function matchStatement(statement: Statement, asked: StatementRequest): Grant {
  const { action, context, unknown } = asked.request
  const scope = { version: asked.version, context, unknown }

  const { actions, notActions } = statement
  const isAction = (pattern: string) => matchesAction(pattern, action)
  if (actions !== undefined && !actions.some(isAction)) return 'none'
  if (notActions !== undefined && notActions.some(isAction)) return 'none'

  if (!resourceFits(statement, asked)) return 'none'
  if (!conditionsHold(statement, scope)) return 'none'
  return matchPrincipal(statement, asked)
}

function resourceFits(statement: Statement, { request, version }: StatementRequest): boolean {
  const { resource, context, unknown } = request
  const scope = { version, context }
  if (unknown !== undefined) {
    return resourceMatchesInDoubt(statement, resource, { ...scope, unknown })
  }
  // Neither Resource nor NotResource: a trust policy, which means the role it belongs to.
  const { resources, notResources } = statement
  const isResource = (entry: string) => matchesResource(entry, resource, scope)
  if (resources !== undefined && !resources.some(isResource)) return false
  return notResources === undefined || !notResources.some(isResource)
}

/** A statement without principals, in an identity policy say, means whoever the policy is for. */
function matchPrincipal(statement: Statement, { request, hasBoundary }: StatementRequest): Grant {
  const { effect, principals, notPrincipals } = statement
  if (principals !== undefined) return grantTo(request.principal, principals)
  if (notPrincipals === undefined) return 'direct'
  // Both readings refuse in doubt: an Allow spares whoever is named in part, a Deny nobody.
  if (effect === 'Allow') {
    return grantTo(request.principal, notPrincipals) === 'none' ? 'direct' : 'none'
  }
  return isExempt(request.principal, notPrincipals, hasBoundary) ? 'none' : 'direct'
}
