import type { Check } from '@bailiwick/gateway'
import { iamArn } from '../../domain/arn.ts'
import type { ArnScope } from '../../domain/arn.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { awsPolicy, ownPolicy, policyUsage } from './managed-policy.ts'
import type { AnyManagedPolicy } from './managed-policy.ts'
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

/**
 * Whether a policy is in use as asked for. That OnlyAttached means in use as a boundary where the
 * usage filter says so, and as a permissions policy otherwise, is chosen by us.
 */
async function passes(
  scope: Scope,
  policy: AnyManagedPolicy,
  { OnlyAttached, PolicyUsageFilter }: PolicyFilter,
): Promise<boolean> {
  if (OnlyAttached !== true && PolicyUsageFilter === undefined) return true
  const usage = await policyUsage(scope, policy.id)
  if (PolicyUsageFilter === 'PermissionsBoundary') return usage.PermissionsBoundaryUsageCount > 0
  return usage.AttachmentCount > 0
}

/** The account's own policies in name order, those that pass the filter. */
export function ownPolicies(scope: Scope, filter: PolicyFilter): Section<AnyManagedPolicy> {
  const list: Section<AnyManagedPolicy>['list'] = async (request) => {
    const listRequest = { ...request, pathPrefix: filter.PathPrefix }
    const policies = await scope.store.list('policy', scope.accountId, listRequest)
    return policies.map((policy) => ownPolicy(scope, policy))
  }
  const isListed = (policy: AnyManagedPolicy) => passes(scope, policy, filter)
  return { id: 'Local', list: (request) => listWhere(request, list, isListed) }
}

/** AWS's policies in name order, those that pass the filter. */
export function awsPolicies(scope: Scope, filter: PolicyFilter): Section<AnyManagedPolicy> {
  const list: Section<AnyManagedPolicy>['list'] = (request) => {
    const listRequest = { ...request, pathPrefix: filter.PathPrefix }
    return Promise.resolve(scope.managedPolicies.list(listRequest).map(awsPolicy))
  }
  const isListed = (policy: AnyManagedPolicy) => passes(scope, policy, filter)
  return { id: 'AWS', list: (request) => listWhere(request, list, isListed) }
}

/**
 * iam:ListPolicies: the account's own policies, then AWS's; the order between them is chosen by
 * us. Descriptions and tags are left out. Source: IAM API Reference, ListPolicies.
 */
export const ListPolicies = readOperation('iam', 'ListPolicies', {
  authorize: (input, scope) => listPoliciesCheck(scope, input.PathPrefix),

  async handle(input, scope) {
    const sections = [ownPolicies(scope, input), awsPolicies(scope, input)].filter(
      ({ id }) => (input.Scope ?? 'All') === 'All' || id === input.Scope,
    )
    const { items, output } = await pageAcross(input, sections)
    const Policies = []
    for (const { item } of items) {
      Policies.push(listedPolicyView(item, await policyUsage(scope, item.id)))
    }
    return { Policies, ...output }
  },
})
