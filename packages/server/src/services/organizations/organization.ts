import type { Organization } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import { inOrganization, accountArn, managedOrganization, membershipOf } from './membership.ts'
import { pageStart } from './next-token.ts'
import { newOrganizationsId } from './organization-id.ts'

function organizationView(partition: string, organization: Organization) {
  const { id, accountId, featureSet, managementAccountEmail } = organization
  return {
    Id: id,
    Arn: `arn:${partition}:organizations::${accountId}:organization/${id}`,
    FeatureSet: featureSet,
    MasterAccountArn: accountArn(partition, organization, accountId),
    MasterAccountId: accountId,
    MasterAccountEmail: managementAccountEmail,
    // Control policies are not kept yet, so no type of them is on offer.
    AvailablePolicyTypes: [],
  }
}

/**
 * organizations:CreateOrganization: the caller's account becomes its management account.
 * Errors: AlreadyInOrganizationException.
 */
export const CreateOrganization = writeOperation('organizations', 'CreateOrganization', {
  authorize: () => ({ resourceArn: '*' }),

  async handle({ FeatureSet }, { store, accountId, now, randomBytes, partition }) {
    const account = await store.account(accountId)
    if (!account) throw new Error(`There is no account ${accountId}`)
    if (account.organizationId !== undefined) {
      const message = 'The AWS account is already a member of an organization.'
      throw new ApiError('AlreadyInOrganizationException', message)
    }
    const id = newOrganizationsId('o', 10, randomBytes)
    const organization: Organization = {
      kind: 'organization',
      accountId,
      id,
      name: id,
      path: '/',
      createdAt: now,
      tags: [],
      featureSet: FeatureSet ?? 'ALL',
      rootId: newOrganizationsId('r', 4, randomBytes),
      managementAccountEmail: account.email,
    }
    await store.insert(organization)
    const joined = { organizationId: id, managementAccountId: accountId, joinedAt: now }
    await store.updateAccount({ ...account, ...joined, joinedMethod: 'INVITED' })
    return { Organization: organizationView(partition, organization) }
  },
})

/** organizations:DescribeOrganization, from any of its accounts. Errors: AWSOrganizationsNotInUseException. */
export const DescribeOrganization = readOperation('organizations', 'DescribeOrganization', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(_input, scope) {
    const { organization } = inOrganization(await membershipOf(scope))
    return { Organization: organizationView(scope.partition, organization) }
  },
})

/**
 * organizations:ListRoots, from the management account: the one root, below which all accounts are.
 * Errors: AccessDeniedException, AWSOrganizationsNotInUseException, InvalidInputException.
 */
export const ListRoots = readOperation('organizations', 'ListRoots', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(input, scope) {
    const { id, rootId, accountId } = managedOrganization(await membershipOf(scope))
    if (pageStart(input).after !== undefined) return { Roots: [] }
    const Arn = `arn:${scope.partition}:organizations::${accountId}:root/${id}/${rootId}`
    // As of the organization: no type of policy is on offer, so none is enabled.
    return { Roots: [{ Id: rootId, Arn, Name: 'Root', PolicyTypes: [] }] }
  },
})
