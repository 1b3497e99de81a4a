import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { noSuchEntity } from './no-such-entity.ts'
import { pageOfList } from './paging.ts'

async function ownAccount({ store, accountId }: Scope) {
  const account = await store.account(accountId)
  if (!account) throw new Error(`the caller's account ${accountId} is not in the store`)
  return account
}

/**
 * iam:CreateAccountAlias: an account has one; a new one replaces it (unconfirmed).
 * Errors: EntityAlreadyExists where any account has it; ValidationError for 12 digits, which
 * would read as an account id (the wording is chosen by us).
 * Source: IAM API Reference, CreateAccountAlias.
 */
export const CreateAccountAlias = writeOperation('iam', 'CreateAccountAlias', {
  authorize: () => ({ resourceArn: '*' }),

  async handle({ AccountAlias: alias }, scope) {
    if (/^\d{12}$/.test(alias)) {
      const message = `The account alias ${alias} is not valid. It must not be 12 digits.`
      throw new ApiError('ValidationError', message)
    }
    const account = await ownAccount(scope)
    if (!(await scope.store.updateAccount({ ...account, alias }))) {
      const message = `The account alias ${alias} already exists.`
      throw new ApiError('EntityAlreadyExists', message)
    }
  },
})

/** iam:ListAccountAliases: none or one. Source: IAM API Reference, ListAccountAliases. */
export const ListAccountAliases = readOperation('iam', 'ListAccountAliases', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(input, scope) {
    const { alias } = await ownAccount(scope)
    const aliases = alias === undefined ? [] : [alias]
    const { items, output } = pageOfList(input, aliases, (item) => item)
    return { AccountAliases: items, ...output }
  },
})

/** iam:DeleteAccountAlias. Errors: NoSuchEntity. Source: IAM API Reference, DeleteAccountAlias. */
export const DeleteAccountAlias = writeOperation('iam', 'DeleteAccountAlias', {
  authorize: () => ({ resourceArn: '*' }),

  async handle({ AccountAlias }, scope) {
    const { alias, ...account } = await ownAccount(scope)
    if (alias !== AccountAlias) throw noSuchEntity('accountAlias', AccountAlias)
    await scope.store.updateAccount(account)
  },
})
