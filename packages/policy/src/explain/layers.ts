/** The layers of a request: which policies stand in each, and what each says. */
import type { DecisionKind, PolicySet, PolicyType, SourcedPolicy } from '../authorization.ts'
import { statementPositions } from '../document/statement-positions.ts'
import type { ExplainedStatement, NearMiss, PolicyText } from './explanation.ts'
import { mismatchesOf, type ProbeScope } from './probe.ts'
import { unknownParts } from './unknown-parts.ts'

export type TextSet = PolicySet<PolicyText>

export interface LayerPolicies {
  readonly policyType: PolicyType
  readonly level?: number
  readonly policies: readonly SourcedPolicy<PolicyText>[]
}

/** All layers that are there, in the order they are weighed. */
export function layersOf(policies: TextSet): readonly LayerPolicies[] {
  const levels = (
    policyType: PolicyType,
    list: readonly (readonly SourcedPolicy<PolicyText>[])[] | undefined,
  ) => (list ?? []).map((level, index) => ({ policyType, level: index, policies: level }))
  const layer = (policyType: PolicyType, list: readonly SourcedPolicy<PolicyText>[] | undefined) =>
    list === undefined ? [] : [{ policyType, policies: list }]
  const { permissionsBoundary } = policies
  return [
    ...levels('serviceControlPolicy', policies.serviceControl),
    ...levels('resourceControlPolicy', policies.resourceControl),
    ...layer('endpointPolicy', policies.endpoint),
    ...layer(resourcePolicyType(policies), policies.resource),
    ...layer('identityPolicy', policies.identity),
    ...layer('permissionsBoundary', permissionsBoundary && [permissionsBoundary]),
    ...layer('sessionPolicy', policies.session),
  ]
}

export function resourcePolicyType({ resource }: TextSet): PolicyType {
  const isTrust = resource?.some(({ source }) => source.policyType === 'trustPolicy') ?? false
  return isTrust ? 'trustPolicy' : 'resourcePolicy'
}

/** Every statement of a layer with what keeps it from matching; nothing: it matches. */
export function statementsOf(layer: LayerPolicies, scope: ProbeScope): readonly NearMiss[] {
  return layer.policies.flatMap(({ source, policy }) => {
    const positions = policy.text === undefined ? [] : statementPositions(policy.text)
    return policy.document.statements.map((statement, statementIndex): NearMiss => {
      const { sid, effect } = statement
      const position = positions[statementIndex]
      const { version } = policy.document
      const mismatches = mismatchesOf(statement, version, scope)
      const unknown = unknownParts(statement, version, scope)
      return {
        source,
        statementIndex,
        ...(sid !== undefined && { sid }),
        effect,
        ...(unknown.length > 0 && { unknown }),
        ...(position && { position }),
        mismatches,
      }
    })
  })
}

export function matches(statement: NearMiss): boolean {
  return statement.mismatches.length === 0
}

/** A layer denies if any Deny matches, allows if any Allow does, and is silent otherwise. */
export function resultOf(statements: readonly NearMiss[]): DecisionKind {
  const matched = statements.filter(matches)
  if (matched.some(({ effect }) => effect === 'Deny')) return 'explicitDeny'
  return matched.length > 0 ? 'allowed' : 'implicitDeny'
}

export function plain({ mismatches: _none, ...statement }: NearMiss): ExplainedStatement {
  return statement
}
