import { expect, test } from 'vitest'
import { policy, userWith } from '../../testing/deployment.ts'
import { openIam, otherAccountId } from './testing/iam-house.ts'

// Goal: account properties are kept by namespace within the limits of the IAM API Reference,
// PutAccountProperties; the wordings are ours.

test('properties are kept, replaced one by one, and an account’s own', async () => {
  const { deployment, iam } = await openIam()
  const stranger = await deployment.root(otherAccountId)
  expect(await iam('GetAccountProperties', {})).toEqual({ Properties: {} })
  await iam('PutAccountProperties', {
    Properties: { 'RoleManager/Enabled': 'true', 'RoleManager/B': 'x' },
  })
  await iam('PutAccountProperties', { Properties: { 'RoleManager/Enabled': 'false' } })
  await iam('PutAccountProperties', { Properties: { 'Other/A': 'y' } })
  await iam('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: 'v2Token' })
  expect(await iam('GetAccountProperties', {})).toEqual({
    Properties: { 'RoleManager/Enabled': 'false', 'RoleManager/B': 'x', 'Other/A': 'y' },
  })
  expect(await iam('GetAccountProperties', {}, stranger)).toEqual({ Properties: {} })
})

const form = (key: string) =>
  `The account property ${key} is not of the form Namespace/PropertyName.`
const long = `A/${'b'.repeat(49)}`
const cases: readonly [message: string, properties: Record<string, string>][] = [
  ...['A', '/A', 'A/', 'A/B/C', '1/A', 'A/b c', '', long].map(
    (key): [string, Record<string, string>] => [form(key), { [key]: 'x' }],
  ),
  ['The value of A/B must have 1 to 1024 characters.', { 'A/B': '' }],
  ['The value of A/B must have 1 to 1024 characters.', { 'A/B': 'x'.repeat(1025) }],
  ['At least one account property is required.', {}],
  [
    'All account properties of a request must belong to the same namespace.',
    { 'A/B': 'x', 'C/B': 'x' },
  ],
]

for (const [message, Properties] of cases) {
  test(`refused: ${message}`, async () => {
    const { refuses } = await openIam()
    await refuses('PutAccountProperties', { Properties }, 'InvalidInput', message)
  })
}

test('a key of 50 characters, a value of 1,024, and a hundred properties', async () => {
  const { iam, refuses } = await openIam()
  const Properties = { [`A/${'b'.repeat(48)}`]: 'x'.repeat(1024) }
  await iam('PutAccountProperties', { Properties })
  const more = Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`N/p${n}`, 'x']))
  await iam('PutAccountProperties', { Properties: more })
  const full = 'Cannot exceed quota for PropertiesPerAccount: 100'
  const one = { Properties: { 'N/one-more': 'x' } }
  await refuses('PutAccountProperties', one, 'LimitExceeded', full)
})

test('permission can be for one namespace', async () => {
  const { deployment, root, iam } = await openIam()
  const allowed = policy({
    ...{ Effect: 'Allow', Action: 'iam:*AccountProperties', Resource: '*' },
    Condition: {
      'ForAllValues:StringEquals': { 'iam:AccountPropertyNamespaces': 'RoleManager' },
    },
  })
  const ann = await userWith(deployment, root, 'Ann', allowed)
  await iam('PutAccountProperties', { Properties: { 'RoleManager/A': 'x' } }, ann)
  await iam('GetAccountProperties', {}, ann)
  const other = { Properties: { 'Other/A': 'x' } }
  await expect(iam('PutAccountProperties', other, ann)).rejects.toThrow('AccessDenied')
  await iam('PutAccountProperties', other)
  await expect(iam('GetAccountProperties', {}, ann)).rejects.toThrow('AccessDenied')
})
