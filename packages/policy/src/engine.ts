/**
 * The engine behind the façade: documents are compiled once and decided on many times. The fast
 * engine (`compile/`, `match/`, `decide/`) takes the place of what is here; until then the
 * reference interpreter decides.
 */
import type { AuthorizationRequest, Decision, PolicySet, SourcedPolicy } from './authorization.ts'
import type { PolicyDocument } from './document/policy-document.ts'
import { decideReference } from './reference/decide.ts'

/** A policy ready to be decided on. Opaque: only {@link decide} looks inside. */
export interface CompiledPolicy {
  readonly document: PolicyDocument
}

/** Never throws: what a document can hold, it can be compiled from. */
export function compilePolicy(document: PolicyDocument): CompiledPolicy {
  return { document }
}

/** All policy types together, as AWS decides. Source: IAM User Guide, "Policy evaluation logic". */
export function decide(
  request: AuthorizationRequest,
  policies: PolicySet<CompiledPolicy>,
): Decision {
  return decideReference(request, documentsOf(policies))
}

type Sourced = SourcedPolicy<CompiledPolicy>

function documentsOf(policies: PolicySet<CompiledPolicy>): PolicySet<PolicyDocument> {
  const one = ({ source, policy }: Sourced) => ({ source, policy: policy.document })
  const list = (layer: readonly Sourced[]) => layer.map(one)
  const { identity, permissionsBoundary, session, resource, endpoint } = policies
  const { serviceControl, resourceControl } = policies
  return {
    identity: list(identity),
    ...(permissionsBoundary && { permissionsBoundary: one(permissionsBoundary) }),
    ...(session && { session: list(session) }),
    ...(resource && { resource: list(resource) }),
    ...(serviceControl && { serviceControl: serviceControl.map(list) }),
    ...(resourceControl && { resourceControl: resourceControl.map(list) }),
    ...(endpoint && { endpoint: list(endpoint) }),
  }
}
