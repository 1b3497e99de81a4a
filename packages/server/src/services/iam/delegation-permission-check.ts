import { decide, parsePolicy } from '@bailiwick/policy'
import type { Decision } from '@bailiwick/policy'
import type { Scope } from '../operation.ts'

type Result = 'ALLOWED' | 'DENIED' | 'UNSURE'

/**
 * Whether the caller has every permission that a policy allows. AWS calls its own answer approximate
 * and does not say how it is found; chosen by us: each action is decided on each resource, as
 * written. What a pattern covers is allowed where the pattern is; what is not allowed is UNSURE
 * where it is a pattern or under a condition, since a part of it may be.
 *
 * @param text A session policy: a parsed one, or nothing is sure.
 */
export function permissionCheckResult(text: string, { caller, partition }: Scope): Result {
  const parsed = parsePolicy(text, 'sessionPolicy', { partition })
  if (!parsed.ok) return 'UNSURE'
  const results = new Set<Result>()
  for (const { effect, actions, resources, conditions } of parsed.document.statements) {
    if (effect === 'Deny') continue
    if (!actions || !resources) results.add('UNSURE')
    for (const action of actions ?? []) {
      for (const resource of resources ?? []) {
        const asked = { principal: caller.principal, action, resource }
        const context = caller.contextKeys
        const decision = decide({ ...asked, context }, caller.policies)
        const isPartial = conditions.length > 0 || /[*?]/.test(action + resource)
        results.add(resultOf(decision, isPartial))
      }
    }
  }
  if (results.has('DENIED')) return 'DENIED'
  return results.has('UNSURE') ? 'UNSURE' : 'ALLOWED'
}

function resultOf({ decision }: Decision, isPartial: boolean): Result {
  if (decision === 'allowed') return 'ALLOWED'
  return decision === 'implicitDeny' && isPartial ? 'UNSURE' : 'DENIED'
}
