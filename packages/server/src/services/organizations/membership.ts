import type { Account, Organization } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'

/** The organization of the caller's account, and whether that account manages it. */
export interface Membership {
  readonly organization: Organization
  readonly isManagement: boolean
}

export async function membershipOf({ store, accountId }: Scope): Promise<Membership | undefined> {
  const account = await store.account(accountId)
  if (account?.organizationId === undefined) return undefined
  const organization = await store.get('organization', account.organizationId)
  return organization && { organization, isManagement: account.managementAccountId === accountId }
}

/** Errors: AWSOrganizationsNotInUseException. */
export function inOrganization(membership: Membership | undefined): Membership {
  if (membership) return membership
  const message = 'Your account is not a member of an organization.'
  throw new ApiError('AWSOrganizationsNotInUseException', message)
}

/** Errors: AWSOrganizationsNotInUseException; AccessDeniedException for a member account. */
export function managedOrganization(membership: Membership | undefined): Organization {
  const { organization, isManagement } = inOrganization(membership)
  if (isManagement) return organization
  const message = "You don't have permissions to access this resource."
  throw new ApiError('AccessDeniedException', message)
}

/** `arn:aws:organizations::M:account/o-…/A`. */
export function accountArn(partition: string, organization: Organization, id: string): string {
  const prefix = `arn:${partition}:organizations::${organization.accountId}`
  return `${prefix}:account/${organization.id}/${id}`
}

export function accountView(partition: string, organization: Organization, account: Account) {
  return {
    Id: account.accountId,
    Arn: accountArn(partition, organization, account.accountId),
    Email: account.email,
    Name: account.name,
    Status: 'ACTIVE',
    State: 'ACTIVE',
    JoinedMethod: account.joinedMethod ?? 'CREATED',
    JoinedTimestamp: account.joinedAt ?? account.createdAt,
  } as const
}
