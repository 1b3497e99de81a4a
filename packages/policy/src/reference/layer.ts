/** One layer of policies against one request: which Allows and Denies match. */
import type {
  AuthorizationRequest,
  PolicySet,
  PolicyType,
  SourcedPolicy,
  StatementReference,
} from '../authorization.ts'
import type { PolicyDocument } from '../document/policy-document.ts'
import { strongest } from './principal.ts'
import type { Grant } from './principal.ts'
import { matchStatement } from './statement.ts'

export interface Layer {
  /** What a refusal by this layer is blamed on. */
  readonly policyType: PolicyType
  readonly allows: readonly StatementReference[]
  readonly denies: readonly StatementReference[]
  /** The strongest grant of its Allows; meaningful where statements have principals. */
  readonly grant: Grant
}

export type DocumentSet = PolicySet<PolicyDocument>

/** All matching statements of a layer's policies, in the order of policies and statements. */
export function evaluateLayer(
  policyType: PolicyType,
  policies: readonly SourcedPolicy<PolicyDocument>[],
  request: AuthorizationRequest,
  hasBoundary: boolean,
): Layer {
  const allows: StatementReference[] = []
  const denies: StatementReference[] = []
  const grants: Grant[] = []
  for (const { source, policy } of policies) {
    const asked = { request, version: policy.version, hasBoundary }
    for (const [statementIndex, statement] of policy.statements.entries()) {
      const grant = matchStatement(statement, asked)
      if (grant === 'none') continue
      const { sid } = statement
      const reference = { source, statementIndex, ...(sid === undefined ? {} : { sid }) }
      if (statement.effect === 'Deny') denies.push(reference)
      else {
        allows.push(reference)
        grants.push(grant)
      }
    }
  }
  return { policyType, allows, denies, grant: strongest(grants) }
}
