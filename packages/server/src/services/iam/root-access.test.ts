import { expect, test } from 'vitest'
import { userWith } from '../../testing/deployment.ts'
import { accountId, openIam, otherAccountId } from './testing/iam-house.ts'
import type { Iam } from './testing/iam-house.ts'

// Goal: what the management account may do about its members' root users is switched by it alone,
// and each error of the IAM API Reference is met.
const enabling = [
  'EnableOrganizationsRootCredentialsManagement',
  'EnableOrganizationsRootSessions',
] as const
const others = [
  'DisableOrganizationsRootCredentialsManagement',
  'DisableOrganizationsRootSessions',
  'ListOrganizationsFeatures',
] as const

/** Makes the organization, with a member; its root user. */
async function withOrganization({ deployment, root }: Iam) {
  await deployment.call(root, 'organizations', 'CreateOrganization', {})
  const member = await deployment.call(root, 'organizations', 'CreateAccount', {
    ...{ AccountName: 'member', Email: 'member@example.com' },
  })
  return deployment.root(member.CreateAccountStatus?.AccountId ?? '')
}

test('features are enabled and disabled one by one; twice is no error', async () => {
  const house = await openIam()
  await withOrganization(house)
  const { iam } = house
  const OrganizationId = expect.stringMatching(/^o-[a-z0-9]{10}$/) as string
  const answers = async (name: (typeof enabling | typeof others)[number], ...enabled: string[]) => {
    expect(await iam(name, {}), name).toEqual({ OrganizationId, EnabledFeatures: enabled })
  }
  await answers('EnableOrganizationsRootSessions', 'RootSessions')
  await answers('EnableOrganizationsRootSessions', 'RootSessions')
  const both = ['RootCredentialsManagement', 'RootSessions']
  await answers('EnableOrganizationsRootCredentialsManagement', ...both)
  await answers('ListOrganizationsFeatures', ...both)
  await answers('DisableOrganizationsRootSessions', 'RootCredentialsManagement')
  await answers('DisableOrganizationsRootSessions', 'RootCredentialsManagement')
  await answers('DisableOrganizationsRootCredentialsManagement')
  await answers('ListOrganizationsFeatures')
})

for (const name of [...enabling, ...others]) {
  test(`${name}: no organization`, async () => {
    const { refuses } = await openIam()
    const message = 'The account is not a member of an organization.'
    await refuses(name, {}, 'OrganizationNotFoundException', message)
  })

  test(`${name}: an organization without all features`, async () => {
    const house = await openIam()
    await withOrganization(house)
    const { deployment, refuses } = house
    const context = { accountId, eventId: 'test', now: deployment.clock.now }
    await deployment.store.write(context, async (tx) => {
      const [organization] = await tx.list('organization', accountId, { limit: 1 })
      if (!organization) throw new Error('no organization')
      await tx.update({ ...organization, featureSet: 'CONSOLIDATED_BILLING' })
    })
    const message = 'The organization does not have all features enabled.'
    await refuses(name, {}, 'OrganizationNotInAllFeaturesModeException', message)
  })

  test(`${name}: refused to whom nothing allows it, in whatever account`, async () => {
    const { deployment, root, iam } = await openIam()
    const stranger = await deployment.root(otherAccountId)
    for (const account of [root, stranger]) {
      const ann = await userWith(deployment, account, 'Ann')
      await expect(iam(name, {}, ann)).rejects.toThrow('AccessDenied')
    }
  })
}

test('a member account manages nothing', async () => {
  const house = await openIam()
  const member = await withOrganization(house)
  const notManagement = 'The account making the request is not the management account'
  for (const name of enabling) {
    const message = `${notManagement} of the organization.`
    await house.refuses(name, {}, 'CallerIsNotManagementAccountException', message, member)
  }
  for (const name of others) {
    const code = 'AccountNotManagementOrDelegatedAdministratorException'
    const message = `${notManagement} or delegated administrator account for centralized root access.`
    await house.refuses(name, {}, code, message, member)
  }
})

test('without trusted access nothing can be read or disabled', async () => {
  const house = await openIam()
  await withOrganization(house)
  const message = 'Trusted access is not enabled for iam.amazonaws.com in the organization.'
  for (const name of others) {
    await house.refuses(name, {}, 'ServiceAccessNotEnabledException', message)
  }
})
