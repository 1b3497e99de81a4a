import { expect, test } from 'vitest'
import { managementAccountId, openDeployment, policy, userWith } from '../../testing/deployment.ts'
import type { Credentials, Deployment } from '../../testing/deployment.ts'

// Source: Organizations API Reference, each operation's errors.
const home = managementAccountId
const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' })

async function organized() {
  const d = await openDeployment()
  const root = await d.root(home)
  const { Organization } = await d.call(root, 'organizations', 'CreateOrganization', {})
  return { d, root, organization: Organization }
}

async function createAccount(d: Deployment, by: Credentials, n: number | string) {
  const input = { AccountName: `Account ${n}`, Email: `a${n}@example.com` }
  return (await d.call(by, 'organizations', 'CreateAccount', input)).CreateAccountStatus
}

test('an organization is made once, and described from all its accounts', async () => {
  const { d, root, organization } = await organized()
  expect(organization).toMatchObject({ MasterAccountId: home, FeatureSet: 'ALL' })
  expect(organization?.Id).toMatch(/^o-[a-z0-9]{10}$/)
  const again = d.call(root, 'organizations', 'CreateOrganization', {})
  await expect(again).rejects.toMatchObject({ code: 'AlreadyInOrganizationException' })
  const status = await createAccount(d, root, 1)
  const member = await d.root(status?.AccountId ?? '')
  const described = await d.call(member, 'organizations', 'DescribeOrganization', {})
  expect(described.Organization).toEqual(organization)
  const listing = d.call(member, 'organizations', 'ListAccounts', {})
  await expect(listing).rejects.toMatchObject({ code: 'AccessDeniedException' })
  await expect(createAccount(d, member, 2)).rejects.toMatchObject({ code: 'AccessDeniedException' })
})

test('its one root is shown to whom a policy lets, from the management account', async () => {
  const { d, root, organization } = await organized()
  const path = new RegExp(
    `^arn:aws:organizations::${home}:root/${organization?.Id}/(r-[0-9a-z]{4})$`,
  )
  const { Roots, ...rest } = await d.call(root, 'organizations', 'ListRoots', { MaxResults: 1 })
  expect(Roots).toHaveLength(1)
  expect(Roots?.[0]).toMatchObject({ Name: 'Root', PolicyTypes: [] })
  expect(Roots?.[0]?.Arn?.match(path)?.[1]).toBe(Roots?.[0]?.Id)
  expect(rest).toEqual({})
  const bad = d.call(root, 'organizations', 'ListRoots', { NextToken: '!' })
  await expect(bad).rejects.toMatchObject({ code: 'InvalidInputException' })
  const status = await createAccount(d, root, 1)
  const member = await d.root(status?.AccountId ?? '')
  const ofMember = d.call(member, 'organizations', 'ListRoots', {})
  await expect(ofMember).rejects.toMatchObject({ code: 'AccessDeniedException' })
  const bob = await userWith(d, root, 'Bob')
  const ofBob = d.call(bob, 'organizations', 'ListRoots', {})
  await expect(ofBob).rejects.toThrow('AccessDenied identityPolicy')
})

test('an account outside has no organization to ask about', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const lists = ['ListAccounts', 'ListCreateAccountStatus', 'ListRoots'] as const
  for (const name of ['DescribeOrganization', ...lists] as const) {
    const answer = d.call(root, 'organizations', name, {})
    await expect(answer).rejects.toMatchObject({ code: 'AWSOrganizationsNotInUseException' })
  }
})

test('a new account is administered through its role, by whom the management account lets', async () => {
  const { d, root, organization } = await organized()
  const status = await createAccount(d, root, 1)
  expect(status).toMatchObject({ State: 'SUCCEEDED', AccountName: 'Account 1' })
  const Id = status?.Id ?? ''
  const request = { CreateAccountRequestId: Id }
  const described = await d.call(root, 'organizations', 'DescribeCreateAccountStatus', request)
  expect(described.CreateAccountStatus).toEqual(status)
  const ann = await userWith(d, root, 'Ann', all)
  const bob = await userWith(d, root, 'Bob')
  const RoleArn = `arn:aws:iam::${status?.AccountId}:role/OrganizationAccountAccessRole`
  const input = { RoleArn, RoleSessionName: 'S1' }
  await expect(d.call(bob, 'sts', 'AssumeRole', input)).rejects.toThrow('not authorized')
  const { Credentials: session } = await d.call(ann, 'sts', 'AssumeRole', input)
  if (!session) throw new Error('no session')
  await d.call(session, 'iam', 'CreateUser', { UserName: 'First' })
  const { contextKeys, inManagementAccount } = await d.callerOf(session)
  expect(contextKeys.get('aws:principalorgid')).toBe(organization?.Id)
  expect(contextKeys.get('aws:principalaccount')).toBe(status?.AccountId)
  expect(inManagementAccount).toBe(false)
  expect((await d.callerOf(ann)).inManagementAccount).toBe(true)
  const { Users } = await d.call(root, 'iam', 'ListUsers', {})
  expect(Users.map(({ UserName }) => UserName)).toEqual(['Ann', 'Bob'])
})

test('an e-mail address is taken once, ignoring case, and the request says so when it failed', async () => {
  const { d, root } = await organized()
  await createAccount(d, root, 1)
  const input = { AccountName: 'Twin', Email: 'A1@EXAMPLE.com' }
  const { CreateAccountStatus } = await d.call(root, 'organizations', 'CreateAccount', input)
  expect(CreateAccountStatus).toMatchObject({
    State: 'FAILED',
    FailureReason: 'EMAIL_ALREADY_EXISTS',
  })
  expect(CreateAccountStatus?.AccountId).toBeUndefined()
  const failed = { States: ['FAILED'] as const }
  const list = await d.call(root, 'organizations', 'ListCreateAccountStatus', failed)
  expect(list.CreateAccountStatuses).toEqual([CreateAccountStatus])
})

test('the quota holds, and pages list each account once', async () => {
  const { d, root } = await organized()
  for (let n = 1; n < 10; n++) expect((await createAccount(d, root, n))?.State).toBe('SUCCEEDED')
  expect(await createAccount(d, root, 10)).toMatchObject({
    State: 'FAILED',
    FailureReason: 'ACCOUNT_LIMIT_EXCEEDED',
  })
  await d.root('444455556666') // Of no organization.
  const ids: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await d.call(root, 'organizations', 'ListAccounts', { MaxResults: 3, NextToken })
    expect(page.Accounts?.length).toBeLessThanOrEqual(3)
    ids.push(...(page.Accounts ?? []).map(({ Id }) => Id))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  expect(new Set(ids).size).toBe(10)
  expect(ids.length).toBe(10)
  const bad = d.call(root, 'organizations', 'ListAccounts', { NextToken: '!' })
  await expect(bad).rejects.toMatchObject({ code: 'InvalidInputException' })
  const outside = d.call(root, 'organizations', 'DescribeAccount', { AccountId: '444455556666' })
  await expect(outside).rejects.toMatchObject({ code: 'AccountNotFoundException' })
})
