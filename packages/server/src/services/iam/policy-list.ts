import type { Check } from '@bailiwick/gateway'
import { iamArn } from '../../domain/arn.ts'
import type { ArnScope } from '../../domain/arn.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { awsPolicy, ownPolicy, policyUsages } from './managed-policy.ts'
import type { AnyManagedPolicy, PolicyUsage } from './managed-policy.ts'
import { listWhere, pageAcross } from './paging.ts'
import type { Section } from './paging.ts'
import { listedPolicyView } from './policy-views.ts'

/** What a list of policies may be narrowed to. */
interface PolicyFilter {
  readonly OnlyAttached?: boolean | undefined
  readonly PolicyUsageFilter?: 'PermissionsPolicy' | 'PermissionsBoundary' | undefined
  readonly PathPrefix?: string | undefined
}

/** Source: refusals as seen in logs: `on resource: policy path /`. */
function listPoliciesCheck(scope: ArnScope, pathPrefix = '/'): Check {
  return {
    resourceArn: iamArn(scope, 'policy', pathPrefix, ''),
    resourceLabel: `policy path ${pathPrefix}`,
  }
}

type Usages = Awaited<ReturnType<typeof policyUsages>>

/**
 * Whether a policy is in use as asked for: attached, a boundary, or either. Without OnlyAttached
 * every policy is listed, whatever the usage filter says. Recorded from ListPolicies.
 */
function passes(usage: PolicyUsage, { OnlyAttached, PolicyUsageFilter }: PolicyFilter): boolean {
  if (OnlyAttached !== true) return true
  const isAttached = PolicyUsageFilter !== 'PermissionsBoundary' && usage.AttachmentCount > 0
  const isBoundary =
    PolicyUsageFilter !== 'PermissionsPolicy' && usage.PermissionsBoundaryUsageCount > 0
  return isAttached || isBoundary
}

/** Policies in name order, those that pass the filter. */
function section(
  id: string,
  list: Section<AnyManagedPolicy>['list'],
  usages: Usages,
  filter: PolicyFilter,
): Section<AnyManagedPolicy> {
  const isListed = ({ id: policyId }: AnyManagedPolicy) =>
    Promise.resolve(passes(usages(policyId), filter))
  return { id, list: (request) => listWhere(request, list, isListed) }
}

/** The account's own policies. */
export function ownPolicies(scope: Scope, usages: Usages, filter: PolicyFilter) {
  const list: Section<AnyManagedPolicy>['list'] = async (request) => {
    const listRequest = { ...request, pathPrefix: filter.PathPrefix }
    const policies = await scope.store.list('policy', scope.accountId, listRequest)
    return policies.map((policy) => ownPolicy(scope, policy))
  }
  return section('Local', list, usages, filter)
}

/** AWS's policies. */
export function awsPolicies(scope: Scope, usages: Usages, filter: PolicyFilter) {
  const list: Section<AnyManagedPolicy>['list'] = (request) => {
    const listRequest = { ...request, pathPrefix: filter.PathPrefix }
    return Promise.resolve(scope.managedPolicies.list(listRequest).map(awsPolicy))
  }
  return section('AWS', list, usages, filter)
}

/**
 * iam:ListPolicies: the account's own policies, then AWS's; the order between them is chosen by
 * us. Descriptions and tags are left out. Source: IAM API Reference, ListPolicies.
 */
export const ListPolicies = readOperation('iam', 'ListPolicies', {
  authorize: (input, scope) => listPoliciesCheck(scope, input.PathPrefix),

  async handle(input, scope) {
    const usages = await policyUsages(scope)
    const sections = [ownPolicies(scope, usages, input), awsPolicies(scope, usages, input)].filter(
      ({ id }) => (input.Scope ?? 'All') === 'All' || id === input.Scope,
    )
    const { items, output } = await pageAcross(input, sections)
    return { Policies: items.map(({ item }) => listedPolicyView(item, usages(item.id))), ...output }
  },
})
