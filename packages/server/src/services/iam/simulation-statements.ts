import { simulatorPositions } from '@bailiwick/policy'
import type {
  PolicySet,
  PolicySource,
  PolicyText,
  PolicyType,
  Position,
  SourcedPolicy,
  StatementPosition,
  StatementReference,
} from '@bailiwick/policy'
import { asRecorded } from './as-recorded.ts'

/**
 * How a matched statement names its policy's type: recorded, where the model has an enum without
 * these. Statements of control policies are not shown.
 */
const sourceTypes: Partial<Record<PolicyType, string>> = {
  identityPolicy: 'IAM Policy',
  resourcePolicy: 'Resource Policy',
  permissionsBoundary: 'Permissions Boundary Policy',
}

export type MatchedStatement = ReturnType<typeof statementView>

/**
 * The statements that decided, as answers show them. A boundary's Allow is not shown, its Deny is:
 * recorded. Where each stands in its policy is worked out once.
 */
export function matchedStatements(policies: PolicySet<PolicyText>) {
  const textOf = new Map<PolicySource, string | undefined>(
    allOf(policies).map(({ source, policy }) => [source, policy.text]),
  )
  const positions = new Map<PolicySource, readonly StatementPosition[]>()
  const positionsOf = (source: PolicySource) => {
    const known = positions.get(source) ?? simulatorPositions(textOf.get(source) ?? '')
    positions.set(source, known)
    return known
  }
  return (statements: readonly StatementReference[], isDeny: boolean) =>
    statements
      .filter(({ source }) => isDeny || source.policyType !== 'permissionsBoundary')
      .flatMap(({ source, statementIndex }) => {
        const type = sourceTypes[source.policyType]
        if (type === undefined) return []
        return [statementView(source.id, type, positionsOf(source)[statementIndex])]
      })
}

function allOf(policies: PolicySet<PolicyText>): readonly SourcedPolicy<PolicyText>[] {
  const { identity, permissionsBoundary, resource = [] } = policies
  return [...identity, ...(permissionsBoundary ? [permissionsBoundary] : []), ...resource]
}

function statementView(id: string, type: string, position: StatementPosition | undefined) {
  return {
    SourcePolicyId: id,
    SourcePolicyType: asRecorded<'user'>(type),
    ...(position && {
      StartPosition: positionView(position.start),
      EndPosition: positionView(position.end),
    }),
  }
}

function positionView({ line, column }: Position) {
  return { Line: line, Column: column }
}

/** Each statement once. */
export function uniqueStatements(
  statements: readonly MatchedStatement[],
): readonly MatchedStatement[] {
  return [...new Map(statements.map((view) => [JSON.stringify(view), view])).values()]
}
