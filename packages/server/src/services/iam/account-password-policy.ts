import type { Check } from '@bailiwick/gateway'
import type { AccountPasswordPolicy } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'

const name = 'PasswordPolicy'

/** Source: IAM API Reference, UpdateAccountPasswordPolicy. */
const minimumLengthDefault = 6

/** The account's password policy; undefined where AWS's own default applies. */
export function accountPasswordPolicy({ store, accountId }: Scope) {
  return store.find('accountPasswordPolicy', accountId, name)
}

/** `iam:ChangePassword` on itself and the reading of the policy, as a policy of the resource. */
const ownPassword = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: '*',
    Action: ['iam:ChangePassword', 'iam:GetAccountPasswordPolicy'],
    Resource: '*',
  },
})

/**
 * What a password policy with AllowUsersToChangePassword adds to a check on the caller itself: IAM
 * allows its users to change their own passwords and to read the policy without a policy of their
 * own. A Deny still holds. Only for checks whose resource is the caller, or has no owner.
 * Source: IAM API Reference, UpdateAccountPasswordPolicy, HardExpiry.
 */
export function ownPasswordPolicies(
  scope: Scope,
  policy: AccountPasswordPolicy | undefined,
): Pick<Check, 'resourcePolicies'> {
  if (policy?.allowUsersToChangePassword !== true) return {}
  if (scope.caller.principal.kind !== 'user') return {}
  const compiled = scope.compiledPolicy(ownPassword, 'resourcePolicy')
  if (!compiled) return {}
  const source = { policyType: 'resourcePolicy', id: name } as const
  return { resourcePolicies: [{ source, policy: compiled }] }
}

/**
 * iam:UpdateAccountPasswordPolicy: replaces the whole policy; what is left out goes back to its
 * default. Source: IAM API Reference, UpdateAccountPasswordPolicy; recorded answers.
 */
export const UpdateAccountPasswordPolicy = writeOperation('iam', 'UpdateAccountPasswordPolicy', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(input, scope) {
    const { store, accountId, now, newId } = scope
    const old = await accountPasswordPolicy(scope)
    const policy: AccountPasswordPolicy = {
      kind: 'accountPasswordPolicy',
      accountId,
      id: old?.id ?? newId('PWPL'),
      name,
      path: '/',
      createdAt: old?.createdAt ?? now,
      tags: [],
      minimumLength: input.MinimumPasswordLength ?? minimumLengthDefault,
      requireSymbols: input.RequireSymbols ?? false,
      requireNumbers: input.RequireNumbers ?? false,
      requireUppercaseCharacters: input.RequireUppercaseCharacters ?? false,
      requireLowercaseCharacters: input.RequireLowercaseCharacters ?? false,
      allowUsersToChangePassword: input.AllowUsersToChangePassword ?? false,
      ...(input.MaxPasswordAge !== undefined && { ageDaysMax: input.MaxPasswordAge }),
      ...(input.PasswordReusePrevention !== undefined && {
        reusePrevention: input.PasswordReusePrevention,
      }),
      ...(input.HardExpiry !== undefined && { hardExpiry: input.HardExpiry }),
    }
    await (old ? store.update(policy) : store.insert(policy))
  },
})

/**
 * iam:GetAccountPasswordPolicy. Errors: NoSuchEntity where none was set.
 * Source: IAM API Reference, GetAccountPasswordPolicy; recorded wording.
 */
export const GetAccountPasswordPolicy = readOperation('iam', 'GetAccountPasswordPolicy', {
  resolve: (_input, scope) => accountPasswordPolicy(scope),
  authorize: (_input, scope, policy) => ({
    resourceArn: '*',
    ...ownPasswordPolicies(scope, policy),
  }),

  handle(_input, scope, policy) {
    if (!policy) {
      const message = `The Password Policy with domain name ${scope.accountId} cannot be found.`
      throw new ApiError('NoSuchEntity', message)
    }
    return Promise.resolve({
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumLength,
        RequireSymbols: policy.requireSymbols,
        RequireNumbers: policy.requireNumbers,
        RequireUppercaseCharacters: policy.requireUppercaseCharacters,
        RequireLowercaseCharacters: policy.requireLowercaseCharacters,
        AllowUsersToChangePassword: policy.allowUsersToChangePassword,
        ExpirePasswords: policy.ageDaysMax !== undefined,
        MaxPasswordAge: policy.ageDaysMax,
        PasswordReusePrevention: policy.reusePrevention,
        HardExpiry: policy.hardExpiry,
      },
    })
  },
})

/**
 * iam:DeleteAccountPasswordPolicy. Errors: NoSuchEntity.
 * Source: IAM API Reference, DeleteAccountPasswordPolicy; recorded wording.
 */
export const DeleteAccountPasswordPolicy = writeOperation('iam', 'DeleteAccountPasswordPolicy', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(_input, scope) {
    const policy = await accountPasswordPolicy(scope)
    if (!policy) {
      const message = `The account policy with name ${name} cannot be found.`
      throw new ApiError('NoSuchEntity', message)
    }
    await scope.store.remove('accountPasswordPolicy', policy.id)
  },
})
