/**
 * The changes that would allow a denied request, none of which can be left out. Taking a Deny away
 * never denies and adding an Allow never denies, so a set from which no single change can be taken
 * has no proper part that suffices.
 */
import type { AuthorizationRequest, PolicyType, Principal } from '../authorization.ts'
import { decideChanged } from './apply-changes.ts'
import type { AddedStatement, Change } from './explanation.ts'
import { layersOf, matches, plain, statementsOf, type TextSet } from './layers.ts'
import type { ProbeScope } from './probe.ts'

/** More rounds than there are layers: each round mends one. */
const roundsMax = 64

export function smallestChange(
  request: AuthorizationRequest,
  policies: TextSet,
  scope: ProbeScope,
): readonly Change[] {
  const changes: Change[] = denials(policies, scope)
  for (let round = 0; round < roundsMax; round++) {
    const { decision, blockedBy } = decideChanged(request, policies, changes)
    if (decision === 'allowed') return leaveOut(request, policies, changes)
    if (blockedBy === undefined) return []
    changes.push(...allowIn(blockedBy, request, policies, scope))
  }
  return []
}

/** Every Deny that matches has to go. */
function denials(policies: TextSet, scope: ProbeScope): Change[] {
  return layersOf(policies)
    .flatMap((layer) => statementsOf(layer, scope))
    .filter((statement) => statement.effect === 'Deny' && matches(statement))
    .map((statement) => ({ kind: 'removeStatement', statement: plain(statement) }))
}

/** An Allow in every silent level of a layer. */
function allowIn(
  policyType: PolicyType,
  request: AuthorizationRequest,
  policies: TextSet,
  scope: ProbeScope,
): Change[] {
  const statement = allowing(policyType, request)
  const levels = layersOf(policies).filter(
    (layer) => layer.policyType === policyType && layer.level !== undefined,
  )
  if (levels.length === 0) return [{ kind: 'addStatement', policyType, statement }]
  return levels
    .filter((layer) => !statementsOf(layer, scope).some((s) => matches(s) && s.effect === 'Allow'))
    .map(({ level }) => ({
      kind: 'addStatement',
      policyType,
      ...(level !== undefined && { level }),
      statement,
    }))
}

const withPrincipal = new Set<PolicyType>(['resourcePolicy', 'trustPolicy'])

function allowing(policyType: PolicyType, request: AuthorizationRequest): AddedStatement {
  return {
    Effect: 'Allow',
    ...(withPrincipal.has(policyType) && { Principal: principalOf(request.principal) }),
    Action: request.action,
    // `${` would begin a variable: one character stands for the dollar sign.
    ...(policyType !== 'trustPolicy' && { Resource: request.resource.replaceAll('${', '?{') }),
  }
}

function principalOf(principal: Principal): Exclude<AddedStatement['Principal'], undefined> {
  switch (principal.kind) {
    case 'anonymous':
      return '*'
    case 'service':
      return { Service: principal.serviceNames[0] ?? '' }
    case 'federated':
      return { Federated: principal.provider }
    case 'roleSession':
      return { AWS: principal.roleArn }
    default:
      return { AWS: principal.arn }
  }
}

/** Takes every change out that the others do without. */
function leaveOut(
  request: AuthorizationRequest,
  policies: TextSet,
  changes: readonly Change[],
): readonly Change[] {
  return changes.reduce<readonly Change[]>((kept, change) => {
    const rest = kept.filter((other) => other !== change)
    return decideChanged(request, policies, rest).decision === 'allowed' ? rest : kept
  }, changes)
}
