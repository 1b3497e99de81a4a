import { expect, test } from 'vitest'
import { accountId, openIam } from './testing/iam-house.ts'

// Goal: the account's password policy as the IAM API Reference has it, with recorded wording.

test('there is none at first, and each update replaces the whole of it', async () => {
  const { iam, refuses } = await openIam()
  const unset = `The Password Policy with domain name ${accountId} cannot be found.`
  await refuses('GetAccountPasswordPolicy', {}, 'NoSuchEntity', unset)
  const missing = 'The account policy with name PasswordPolicy cannot be found.'
  await refuses('DeleteAccountPasswordPolicy', {}, 'NoSuchEntity', missing)
  const full = {
    ...{ MinimumPasswordLength: 14, RequireSymbols: true, RequireNumbers: true },
    ...{ RequireUppercaseCharacters: true, RequireLowercaseCharacters: true },
    ...{ AllowUsersToChangePassword: true, MaxPasswordAge: 90, PasswordReusePrevention: 24 },
    HardExpiry: false,
  }
  await iam('UpdateAccountPasswordPolicy', full)
  const { PasswordPolicy } = await iam('GetAccountPasswordPolicy', {})
  expect(PasswordPolicy).toEqual({ ...full, ExpirePasswords: true })
  await iam('UpdateAccountPasswordPolicy', {})
  const defaults = (await iam('GetAccountPasswordPolicy', {})).PasswordPolicy
  expect(JSON.parse(JSON.stringify(defaults))).toEqual({
    ...{ MinimumPasswordLength: 6, RequireSymbols: false, RequireNumbers: false },
    ...{ RequireUppercaseCharacters: false, RequireLowercaseCharacters: false },
    ...{ AllowUsersToChangePassword: false, ExpirePasswords: false },
  })
  await iam('DeleteAccountPasswordPolicy', {})
  await refuses('GetAccountPasswordPolicy', {}, 'NoSuchEntity', unset)
})
