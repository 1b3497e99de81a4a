import { allowedServices } from '@bailiwick/policy'
import type { PackedActionData } from '@bailiwick/policy/action-data'
import type { HeldPolicy } from '../../domain/held-policy.ts'
import { readOperation } from '../operation.ts'
import { pageOfList } from './paging.ts'
import { existingPolicySource, findPolicySource, policySourceCheck } from './policy-source.ts'

const entityTypes = { user: 'USER', group: 'GROUP', role: 'ROLE' } as const

/** A managed policy by its ARN, an inline one by the entity it is part of. */
function grantingPolicyView({ source, name, holder }: HeldPolicy) {
  if (source.arn !== undefined) {
    return { PolicyName: name, PolicyType: 'MANAGED', PolicyArn: source.arn } as const
  }
  const EntityType = entityTypes[holder.kind]
  return { PolicyName: name, PolicyType: 'INLINE', EntityType, EntityName: holder.name } as const
}

/**
 * The policies that allow at least one action of each service, a managed one once. What cannot be
 * read allows nothing.
 */
function policiesByService(
  policies: readonly HeldPolicy[],
  services: readonly string[],
  actionData: PackedActionData,
): ReadonlyMap<string, readonly HeldPolicy[]> {
  const byService = new Map<string, HeldPolicy[]>(services.map((service) => [service, []]))
  const managed = new Set<string>()
  for (const held of policies) {
    const { arn } = held.source
    if (arn !== undefined && managed.has(arn)) continue
    if (arn !== undefined) managed.add(arn)
    const documents = held.policy ? [held.policy.document] : []
    for (const service of allowedServices(documents, actionData, services)) {
      byService.get(service)?.push(held)
    }
  }
  return byService
}

/**
 * iam:ListPoliciesGrantingServiceAccess: permissions policies alone, of a user with those of its
 * groups, without the boundary. A namespace is answered as it was asked for, once, also where no
 * policy allows it or no such service is known: chosen by us.
 * Errors: InvalidInput, NoSuchEntity. Source: IAM API Reference, ListPoliciesGrantingServiceAccess.
 */
export const ListPoliciesGrantingServiceAccess = readOperation(
  'iam',
  'ListPoliciesGrantingServiceAccess',
  {
    resolve: ({ Arn }, scope) => findPolicySource(scope, Arn),
    authorize: ({ Arn }, scope, found) => policySourceCheck(scope, Arn, found),

    async handle({ Arn, ServiceNamespaces, Marker }, scope, found) {
      const holder = existingPolicySource(scope, Arn, found)
      const { identity } = await scope.heldPolicies(holder)
      const { items, output } = pageOfList(
        { Marker },
        [...new Set(ServiceNamespaces)],
        (namespace) => namespace,
      )
      const services = items.map((namespace) => namespace.toLowerCase())
      // A megabyte that few other operations need.
      const { actionData } = await import('@bailiwick/policy/action-data')
      const byService = policiesByService(identity, services, actionData)
      const PoliciesGrantingServiceAccess = items.map((ServiceNamespace) => ({
        ServiceNamespace,
        Policies: (byService.get(ServiceNamespace.toLowerCase()) ?? []).map(grantingPolicyView),
      }))
      return { PoliciesGrantingServiceAccess, ...output }
    },
  },
)
