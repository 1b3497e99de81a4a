import { rootArn } from '../../domain/arn.ts'
import type { Account, Organization, Role } from '../../domain/entity.ts'
import { administratorPolicyId } from '../../domain/managed-policy-catalog.ts'
import type { WriteScope } from '../operation.ts'
import { newAccountId } from './organization-id.ts'

/** Source: Organizations API Reference, CreateAccount, RoleName. */
const roleNameDefault = 'OrganizationAccountAccessRole'

interface NewAccount {
  readonly name: string
  readonly email: string
  readonly roleName?: string | undefined
}

/**
 * Makes an account with its root user, who is there by the account's id, and the role by which the
 * management account administers it. Undefined where the e-mail address is taken.
 */
export async function makeAccount(
  scope: WriteScope,
  organization: Organization,
  { name, email, roleName = roleNameDefault }: NewAccount,
): Promise<Account | undefined> {
  const { store, now, randomBytes } = scope
  const account: Account = {
    accountId: newAccountId(randomBytes),
    name,
    email,
    organizationId: organization.id,
    managementAccountId: organization.accountId,
    joinedMethod: 'CREATED',
    joinedAt: now,
    createdAt: now,
  }
  if (!(await store.insertAccount(account))) {
    if (await store.accountByEmail(email)) return undefined
    throw new Error(`The account id ${account.accountId} is taken`) // One in 10¹¹; ask again.
  }
  const role = administratorRole(scope, organization, account.accountId, roleName)
  await store.insert(role)
  const toId = administratorPolicyId(scope.managedPolicies, scope.partition)
  const { accountId } = account
  const link = { kind: 'attachment', accountId, fromId: role.id, toId } as const
  await store.link({ ...link, createdAt: now })
  return account
}

function administratorRole(
  { partition, now, newId }: WriteScope,
  organization: Organization,
  accountId: string,
  name: string,
): Role {
  const trustPolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: rootArn({ partition, accountId: organization.accountId }) },
        Action: 'sts:AssumeRole',
      },
    ],
  })
  return {
    kind: 'role',
    accountId,
    id: newId('AROA', accountId),
    name,
    path: '/',
    createdAt: now,
    tags: [],
    maxSessionDurationSeconds: 3600,
    trustPolicy,
    trustPolicySaved: trustPolicy, // It names an account alone, and that stays as written.
  }
}
