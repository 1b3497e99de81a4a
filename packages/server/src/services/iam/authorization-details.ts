import type { Group, Role, User } from '../../domain/entity.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { attachedPolicies, attachedPolicyView } from './attachment.ts'
import { groupsOf } from './group-memberships.ts'
import { inlinePoliciesOf } from './inline-policy.ts'
import { profilesOfRole } from './instance-profiles.ts'
import { policyUsages } from './managed-policy.ts'
import type { AnyManagedPolicy, PolicyUsage } from './managed-policy.ts'
import { pageAcross } from './paging.ts'
import type { Section } from './paging.ts'
import { awsPolicies, ownPolicies } from './policy-list.ts'
import { policyVersions } from './policy-version.ts'
import { policyView, versionView } from './policy-views.ts'
import { roleView } from './roles-views.ts'
import { encodedDocument, groupView, userView } from './views.ts'

type Usages = Awaited<ReturnType<typeof policyUsages>>
type Listed = User | Group | Role | AnyManagedPolicy

async function inlinePoliciesView(scope: Scope, holderId: string) {
  const policies = await inlinePoliciesOf(scope, holderId)
  return policies.map(({ name, document }) => {
    return { PolicyName: name, PolicyDocument: encodedDocument(document) }
  })
}

async function attachedPoliciesView(scope: Scope, holderId: string) {
  return (await attachedPolicies(scope, holderId)).map(attachedPolicyView)
}

async function userDetail(scope: Scope, user: User) {
  const { PasswordLastUsed: _, ...view } = userView(scope, user)
  return {
    ...view,
    UserPolicyList: await inlinePoliciesView(scope, user.id),
    GroupList: (await groupsOf(scope, user.id)).map(({ name }) => name),
    AttachedManagedPolicies: await attachedPoliciesView(scope, user.id),
  }
}

async function groupDetail(scope: Scope, group: Group) {
  return {
    ...groupView(scope, group),
    GroupPolicyList: await inlinePoliciesView(scope, group.id),
    AttachedManagedPolicies: await attachedPoliciesView(scope, group.id),
  }
}

async function roleDetail(scope: Scope, role: Role) {
  const { Description: _, MaxSessionDuration: __, ...view } = await roleView(scope, role)
  return {
    ...view,
    InstanceProfileList: await profilesOfRole(scope, role),
    RolePolicyList: await inlinePoliciesView(scope, role.id),
    AttachedManagedPolicies: await attachedPoliciesView(scope, role.id),
  }
}

async function policyDetail(scope: Scope, policy: AnyManagedPolicy, usage: PolicyUsage) {
  const { Tags: _, ...view } = policyView(policy, usage)
  const versions = await policyVersions(scope, policy)
  const PolicyVersionList = versions.map((item) => versionView(item, policy.defaultVersionId))
  return { ...view, PolicyVersionList }
}

/** The entities of one kind as a section of the page. */
function entities(scope: Scope, id: string, kind: 'user' | 'group' | 'role'): Section<Listed> {
  return { id, list: (request) => scope.store.list(kind, scope.accountId, request) }
}

/** AWS's policies all when they are asked for by name, and only those in use when nothing is. */
function sections(
  scope: Scope,
  usages: Usages,
  filter: readonly string[] | undefined,
): Section<Listed>[] {
  const all: Section<Listed>[] = [
    entities(scope, 'User', 'user'),
    entities(scope, 'Group', 'group'),
    entities(scope, 'Role', 'role'),
    { ...ownPolicies(scope, usages, {}), id: 'LocalManagedPolicy' },
    {
      ...awsPolicies(scope, usages, { OnlyAttached: filter === undefined }),
      id: 'AWSManagedPolicy',
    },
  ]
  return all.filter(({ id }) => filter === undefined || filter.includes(id))
}

/**
 * iam:GetAccountAuthorizationDetails: users, groups, roles and policies, paged as one list. Lists
 * that are not asked for are there, and empty.
 * Source: IAM API Reference, GetAccountAuthorizationDetails; recorded answers. That AWS's policies
 * without a filter are those in use is unconfirmed.
 */
export const GetAccountAuthorizationDetails = readOperation(
  'iam',
  'GetAccountAuthorizationDetails',
  {
    authorize: () => ({ resourceArn: '*' }),

    async handle(input, scope) {
      const filter = input.Filter?.length ? input.Filter : undefined
      const usages = await policyUsages(scope)
      const { items, output } = await pageAcross(input, sections(scope, usages, filter))
      const UserDetailList = []
      const GroupDetailList = []
      const RoleDetailList = []
      const Policies = []
      for (const { item } of items) {
        if (!('kind' in item)) Policies.push(await policyDetail(scope, item, usages(item.id)))
        else if (item.kind === 'user') UserDetailList.push(await userDetail(scope, item))
        else if (item.kind === 'group') GroupDetailList.push(await groupDetail(scope, item))
        else RoleDetailList.push(await roleDetail(scope, item))
      }
      return { UserDetailList, GroupDetailList, RoleDetailList, Policies, ...output }
    },
  },
)
