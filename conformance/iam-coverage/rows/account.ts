import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { everything, quotas } from '../world.ts'

/** Aliases are unique among all accounts, so each account's carries its id. */
const aliasOf = (accountId: string) => `coverage-${accountId}`

export const accountRows: Rows = {
  CreateAccountAlias: {
    refused: ({ accountId }) => ({ AccountAlias: aliasOf(accountId) }),
    async success({ iam, accountId }) {
      const AccountAlias = aliasOf(accountId)
      await iam('CreateAccountAlias', { AccountAlias })
      expect((await iam('ListAccountAliases', {})).AccountAliases).toEqual([AccountAlias])
    },
    errors: {
      async EntityAlreadyExists({ management }) {
        await management('CreateAccountAlias', { AccountAlias: 'coverage-taken' })
        return { AccountAlias: 'coverage-taken' }
      },
    },
  },

  ListAccountAliases: {
    refused: {},
    async success({ iam, accountId }) {
      expect((await iam('ListAccountAliases', {})).AccountAliases).toEqual([])
      const AccountAlias = aliasOf(accountId)
      await iam('CreateAccountAlias', { AccountAlias })
      expect((await iam('ListAccountAliases', {})).AccountAliases).toEqual([AccountAlias])
    },
    errors: {},
    async pastTheEnd({ iam, accountId }) {
      await iam('CreateAccountAlias', { AccountAlias: aliasOf(accountId) })
      return { input: {}, items: 1 } // An account has one.
    },
  },

  DeleteAccountAlias: {
    refused: { AccountAlias: 'coverage' },
    async success({ iam, accountId }) {
      const AccountAlias = aliasOf(accountId)
      await iam('CreateAccountAlias', { AccountAlias })
      await iam('DeleteAccountAlias', { AccountAlias })
      expect((await iam('ListAccountAliases', {})).AccountAliases).toEqual([])
    },
    errors: { NoSuchEntity: { AccountAlias: 'coverage' } },
  },

  UpdateAccountPasswordPolicy: {
    refused: { MinimumPasswordLength: 12 },
    async success({ iam }) {
      await iam('UpdateAccountPasswordPolicy', { MinimumPasswordLength: 12, MaxPasswordAge: 90 })
      const { PasswordPolicy } = await iam('GetAccountPasswordPolicy', {})
      expect(PasswordPolicy).toMatchObject({ MinimumPasswordLength: 12, ExpirePasswords: true })
    },
    errors: { ValidationError: { MinimumPasswordLength: 5 } },
  },

  GetAccountPasswordPolicy: {
    refused: {},
    async success({ iam }) {
      await iam('UpdateAccountPasswordPolicy', { RequireSymbols: true })
      const { PasswordPolicy } = await iam('GetAccountPasswordPolicy', {})
      expect(PasswordPolicy).toMatchObject({ MinimumPasswordLength: 6, RequireSymbols: true })
    },
    errors: { NoSuchEntity: {} },
  },

  DeleteAccountPasswordPolicy: {
    refused: {},
    async success({ iam }) {
      await iam('UpdateAccountPasswordPolicy', { RequireSymbols: true })
      await iam('DeleteAccountPasswordPolicy', {})
      const gone = iam('GetAccountPasswordPolicy', {})
      await expect(gone).rejects.toMatchObject({ name: 'NoSuchEntityException' })
    },
    errors: { NoSuchEntity: {} },
  },

  GetAccountSummary: {
    refused: {},
    async success({ iam }) {
      await iam('CreateUser', { UserName: 'ann' })
      const { SummaryMap } = await iam('GetAccountSummary', {})
      expect(SummaryMap).toMatchObject({ Users: 1, UsersQuota: quotas.UsersPerAccount })
    },
    errors: {},
  },

  GetAccountAuthorizationDetails: {
    refused: {},
    async success({ iam }) {
      await iam('CreateUser', { UserName: 'ann' })
      await iam('CreateGroup', { GroupName: 'g' })
      await iam('CreatePolicy', { PolicyName: 'p', PolicyDocument: everything })
      const details = await iam('GetAccountAuthorizationDetails', {
        Filter: ['User', 'Group', 'LocalManagedPolicy'],
      })
      expect(details).toMatchObject({
        UserDetailList: [{ UserName: 'ann', GroupList: [] }],
        GroupDetailList: [{ GroupName: 'g' }],
        RoleDetailList: [],
        Policies: [{ PolicyName: 'p', PolicyVersionList: [{ VersionId: 'v1' }] }],
      })
    },
    errors: {},
    async pastTheEnd({ iam }) {
      await iam('CreateUser', { UserName: 'ann' })
      await iam('CreateGroup', { GroupName: 'g' })
      await iam('CreatePolicy', { PolicyName: 'p', PolicyDocument: everything })
      return { input: { Filter: ['User', 'Group', 'LocalManagedPolicy'] }, items: 3 }
    },
  },
}
