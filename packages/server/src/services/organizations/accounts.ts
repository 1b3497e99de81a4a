import type { CreateAccountStatus } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import { accountArn, accountView, managedOrganization, membershipOf } from './membership.ts'
import { makeAccount } from './new-account.ts'
import { filteredPage } from './next-token.ts'
import { newOrganizationsId } from './organization-id.ts'

interface StatusView {
  Id: string
  AccountName: string
  State: CreateAccountStatus['state']
  RequestedTimestamp: Date
  CompletedTimestamp?: Date
  AccountId?: string
  FailureReason?: 'EMAIL_ALREADY_EXISTS' | 'ACCOUNT_LIMIT_EXCEEDED'
}

function statusView(status: CreateAccountStatus): StatusView {
  const { id, accountName, state, createdAt } = status
  const { completedAt, createdAccountId, failureReason } = status
  return {
    Id: id,
    AccountName: accountName,
    State: state,
    RequestedTimestamp: createdAt,
    ...(completedAt && { CompletedTimestamp: completedAt }),
    ...(createdAccountId !== undefined && { AccountId: createdAccountId }),
    // Written below, and nowhere else.
    ...(failureReason !== undefined && {
      FailureReason: failureReason as NonNullable<StatusView['FailureReason']>,
    }),
  }
}

/**
 * organizations:CreateAccount. AWS takes minutes and answers IN_PROGRESS; here the account is made
 * at once, and the answer says so. What AWS finds out later is a FAILED status here as there.
 * Errors: AccessDeniedException, AWSOrganizationsNotInUseException.
 */
export const CreateAccount = writeOperation('organizations', 'CreateAccount', {
  authorize: (input) => ({
    resourceArn: '*',
    contextKeys: {
      ...Object.fromEntries(
        (input.Tags ?? []).map((tag) => [`aws:RequestTag/${tag.Key}`, tag.Value]),
      ),
      'aws:TagKeys': input.Tags?.map(({ Key }) => Key),
    },
  }),

  async handle(input, scope) {
    const { store, accountId, now, randomBytes, quota } = scope
    const organization = managedOrganization(await membershipOf(scope))
    const { items } = await filteredPage(
      { MaxResults: quota('AccountsPerOrganization') },
      (request) => store.accounts(request),
      (account) => account.accountId,
      (account) => account.organizationId === organization.id,
    )
    const isFull = items.length >= quota('AccountsPerOrganization')
    const { AccountName: name, Email: email, RoleName: roleName } = input
    const account = isFull
      ? undefined
      : await makeAccount(scope, organization, { name, email, roleName })
    const id = newOrganizationsId('car', 32, randomBytes)
    const status: CreateAccountStatus = {
      kind: 'createAccountStatus',
      accountId,
      id,
      name: id,
      path: '/',
      createdAt: now,
      tags: [],
      accountName: name,
      completedAt: now,
      ...(account
        ? { state: 'SUCCEEDED', createdAccountId: account.accountId }
        : {
            state: 'FAILED',
            failureReason: isFull ? 'ACCOUNT_LIMIT_EXCEEDED' : 'EMAIL_ALREADY_EXISTS',
          }),
    }
    await store.insert(status)
    return { CreateAccountStatus: statusView(status) }
  },
})

/** organizations:DescribeCreateAccountStatus. Errors: CreateAccountStatusNotFoundException. */
export const DescribeCreateAccountStatus = readOperation(
  'organizations',
  'DescribeCreateAccountStatus',
  {
    authorize: () => ({ resourceArn: '*' }),

    async handle({ CreateAccountRequestId }, scope) {
      managedOrganization(await membershipOf(scope))
      const status = await scope.store.get('createAccountStatus', CreateAccountRequestId)
      if (status?.accountId !== scope.accountId) {
        const message = "We can't find a create account request with the ID that you specified."
        throw new ApiError('CreateAccountStatusNotFoundException', message)
      }
      return { CreateAccountStatus: statusView(status) }
    },
  },
)

/** organizations:ListCreateAccountStatus. Errors: InvalidInputException. */
export const ListCreateAccountStatus = readOperation('organizations', 'ListCreateAccountStatus', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(input, scope) {
    managedOrganization(await membershipOf(scope))
    const { items, ...output } = await filteredPage(
      input,
      (request) => scope.store.list('createAccountStatus', scope.accountId, request),
      ({ name }) => name,
      ({ state }) => !input.States?.length || input.States.includes(state),
    )
    return { CreateAccountStatuses: items.map(statusView), ...output }
  },
})

/** organizations:ListAccounts, the management account among them. Errors: InvalidInputException. */
export const ListAccounts = readOperation('organizations', 'ListAccounts', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(input, scope) {
    const organization = managedOrganization(await membershipOf(scope))
    const { items, ...output } = await filteredPage(
      input,
      (request) => scope.store.accounts(request),
      ({ accountId }) => accountId,
      ({ organizationId }) => organizationId === organization.id,
    )
    const view = items.map((account) => accountView(scope.partition, organization, account))
    return { Accounts: view, ...output }
  },
})

/** organizations:DescribeAccount. Errors: AccountNotFoundException. */
export const DescribeAccount = readOperation('organizations', 'DescribeAccount', {
  resolve: (_input, scope) => membershipOf(scope),

  authorize: ({ AccountId }, { partition }, membership) => ({
    resourceArn: membership ? accountArn(partition, membership.organization, AccountId) : '*',
  }),

  async handle({ AccountId }, { store, partition }, membership) {
    const organization = managedOrganization(membership)
    const account = await store.account(AccountId)
    if (account?.organizationId !== organization.id) {
      const message = "We can't find an AWS account with the AccountId that you specified."
      throw new ApiError('AccountNotFoundException', message)
    }
    return { Account: accountView(partition, organization, account) }
  },
})
