/** Why a request is decided as it is. Built only when asked for; deciding never pays for it. */
import type { AuthorizationRequest, PolicySet } from '../authorization.ts'
import type { Explanation, LayerResult, NearMiss, PolicyText } from './explanation.ts'
import { decideChanged } from './apply-changes.ts'
import { layersOf, matches, plain, resultOf, statementsOf } from './layers.ts'
import type { ProbeScope } from './probe.ts'
import { smallestChange } from './smallest-change.ts'

/** Near misses listed at most, the closest first. */
export const nearMissesMax = 20

/**
 * Explains a decision: what matched, what nearly did and what it lacked, what each policy type
 * says, and the smallest change that would allow it.
 *
 * Asks the engine that enforces, so the two cannot disagree. Costs some decisions a statement:
 * milliseconds for the policies of a user. Total; never throws.
 *
 * @example
 * ```ts
 * import { explain } from '@bailiwick/policy'
 *
 * const accountId = '111122223333'
 * const explanation = explain(
 *   {
 *     principal: { kind: 'user', accountId, arn: `arn:aws:iam::${accountId}:user/ann`, userId: 'A' },
 *     action: 'sqs:SendMessage',
 *     resource: `arn:aws:sqs:eu-west-1:${accountId}:jobs`,
 *     context: new Map(),
 *   },
 *   { identity: [] },
 * )
 * console.log(explanation.smallestChange[0]?.kind) // addStatement
 * ```
 */
export function explain(
  request: AuthorizationRequest,
  policies: PolicySet<PolicyText>,
): Explanation {
  const scope: ProbeScope = {
    request,
    hasPermissionsBoundary: policies.permissionsBoundary !== undefined,
  }
  const decision = decideChanged(request, policies, [])
  const layers = layersOf(policies).map((layer) => {
    const statements = statementsOf(layer, scope)
    const { policyType, level } = layer
    const result = resultOf(statements)
    const layerResult: LayerResult = { policyType, ...(level !== undefined && { level }), result }
    return { layerResult, statements }
  })
  const statements = layers.flatMap((layer) => layer.statements)
  const nearMisses = nearestOf(statements)
  return {
    decision,
    layers: layers.map((layer) => layer.layerResult),
    matchedStatements: statements.filter(matches).map(plain),
    nearMisses,
    missingContextKeys: missingKeys(nearMisses),
    smallestChange: decision.decision === 'allowed' ? [] : smallestChange(request, policies, scope),
  }
}

/** Statements about the action that did not match, by how much they lack. */
function nearestOf(statements: readonly NearMiss[]): readonly NearMiss[] {
  const aboutAction = (statement: NearMiss) =>
    statement.mismatches.every(({ element }) => element !== 'Action' && element !== 'NotAction')
  return statements
    .filter((statement) => !matches(statement) && aboutAction(statement))
    .sort((a, b) => a.mismatches.length - b.mismatches.length)
    .slice(0, nearMissesMax)
}

function missingKeys(statements: readonly NearMiss[]): readonly string[] {
  const keys = statements.flatMap(({ mismatches }) =>
    mismatches.flatMap((mismatch) =>
      mismatch.element === 'Condition' && mismatch.requestValues === undefined
        ? [mismatch.condition.conditionKey.toLowerCase()]
        : [],
    ),
  )
  return [...new Set(keys)].sort()
}
