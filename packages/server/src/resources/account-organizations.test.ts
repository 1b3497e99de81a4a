import { expect, test } from 'vitest'
import { openDeployment } from '../testing/deployment.ts'
import { openAccountOrganizations } from './account-organizations.ts'

// Goal: the organization of each account as memory has it: at start, and once it changes.
// Source: IAM User Guide, aws:ResourceOrgID, aws:ResourceOrgPaths.
const management = '111122223333'

test('an organization that is made, and an account in it, are known at once and after a start', async () => {
  const d = await openDeployment()
  const root = await d.root(management)
  const { organizationOf, clear } = await openAccountOrganizations(d.store)
  expect(organizationOf(management)).toBeUndefined()
  const { Organization } = await d.call(root, 'organizations', 'CreateOrganization', {})
  const { Roots } = await d.call(root, 'organizations', 'ListRoots', {})
  const { CreateAccountStatus } = await d.call(root, 'organizations', 'CreateAccount', {
    AccountName: 'member',
    Email: 'member@example.com',
  })
  const member = CreateAccountStatus?.AccountId ?? ''
  const id = Organization?.Id ?? ''
  const place = { id, path: `${id}/${Roots?.[0]?.Id ?? ''}/` }
  const fresh = await openAccountOrganizations(d.store)
  for (const known of [organizationOf, fresh.organizationOf]) {
    expect(known(management)).toEqual(place)
    expect(known(member)).toEqual(place)
    expect(known('999988887777')).toBeUndefined()
  }
  clear()
  expect(organizationOf(management)).toBeUndefined()
})
