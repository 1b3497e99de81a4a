import type { Group, LinkKind, Role, User } from '../../domain/entity.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { policyCheck } from './entity-check.ts'
import { assertPolicyArn, managedPolicyByArn } from './managed-policy.ts'
import { existing } from './no-such-entity.ts'
import { pageAcross } from './paging.ts'
import type { Section } from './paging.ts'

type PolicyEntity = User | Group | Role

/** The entities of one kind that use the policy in any of the ways given, in name order. */
function section(
  { store, accountId }: Scope,
  kind: PolicyEntity['kind'],
  policyId: string,
  usages: readonly LinkKind[],
  pathPrefix: string | undefined,
): Section<PolicyEntity> {
  return {
    id: kind,
    async list(request) {
      const byId = new Map<string, PolicyEntity>()
      for (const usage of usages) {
        const linkedRequest = { ...request, pathPrefix }
        const linked = await store.linkedTo(usage, accountId, policyId, kind, linkedRequest)
        for (const entity of linked) byId.set(entity.id, entity)
      }
      const key = ({ name }: PolicyEntity) => name.toLowerCase()
      const entities = [...byId.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1))
      return entities.slice(0, request.limit)
    },
  }
}

/**
 * iam:ListEntitiesForPolicy: groups, then users, then roles, paged as one list. Whoever has the
 * policy as a boundary counts as well, unless the usage filter says otherwise.
 * Errors: InvalidInput, NoSuchEntity, ValidationError. Source: IAM API Reference, ListEntitiesForPolicy.
 */
export const ListEntitiesForPolicy = readOperation('iam', 'ListEntitiesForPolicy', {
  resolve: ({ PolicyArn }, scope) => managedPolicyByArn(scope, PolicyArn),
  authorize: ({ PolicyArn }, _scope, policy) => policyCheck(PolicyArn, policy?.tags),

  async handle(input, scope, found) {
    assertPolicyArn(scope, input.PolicyArn)
    const policy = existing(found, 'attachablePolicy', input.PolicyArn)
    const usages: LinkKind[] = []
    if (input.PolicyUsageFilter !== 'PermissionsBoundary') usages.push('attachment')
    if (input.PolicyUsageFilter !== 'PermissionsPolicy') usages.push('boundary')
    const kinds = { Group: 'group', User: 'user', Role: 'role' } as const
    const filters = Object.keys(kinds) as (keyof typeof kinds)[]
    const sections = filters
      .filter((filter) => input.EntityFilter === undefined || input.EntityFilter === filter)
      .map((filter) => section(scope, kinds[filter], policy.id, usages, input.PathPrefix))
    const { items, output } = await pageAcross(input, sections)
    const of = (kind: PolicyEntity['kind']) =>
      items.filter((item) => item.section === kind).map(({ item }) => item)
    return {
      PolicyGroups: of('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...output,
    }
  },
})
