import type { PolicySet, SourcedPolicy } from '../authorization.ts'
import type { CompiledPolicy } from '../compile/compiled-policy.ts'
import { compilePolicy } from '../compile/compile-policy.ts'
import type { PolicyDocument } from '../document/policy-document.ts'

type Sourced = SourcedPolicy<PolicyDocument>

/** The same policy set, compiled. */
export function compileSet(policies: PolicySet<PolicyDocument>): PolicySet<CompiledPolicy> {
  const one = ({ source, policy }: Sourced) => ({ source, policy: compilePolicy(policy) })
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
