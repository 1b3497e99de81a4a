import { expect, test } from 'vitest'
import type { Check } from '../operation.ts'
import { otherAccountId } from '../testing/kept-gate.ts'
import { accountId, callerWith, form, now } from '../testing/gate.ts'
import { requestContextOf } from './request-context.ts'

// Goal: the global keys that the gate knows. Source: IAM User Guide, "AWS global condition context keys".
const request = form('', [
  'Host',
  'x',
  'User-Agent',
  'aws-cli/2',
  'Referer',
  'https://example.com/',
])
const ofOrganization = { id: 'o-a1b2c3d4e5', path: 'o-a1b2c3d4e5/r-ab12/' }
const organizationOf = (account: string) =>
  account === otherAccountId ? { id: 'o-other', path: 'o-other/r-x/' } : ofOrganization
const scope = { caller: callerWith(), requestId: 'r', now, region: 'eu-west-1', organizationOf }
const check = {
  resourceArn: '*',
  contextKeys: {
    'iam:PolicyARN': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    'aws:RequestTag/Team': 'red',
    'aws:TagKeys': ['Team'],
    'iam:PermissionsBoundary': undefined,
  },
}
const context = requestContextOf(request, scope, check)

const rows: readonly [key: string, value: string | readonly string[] | undefined][] = [
  ['aws:currenttime', '2026-11-23T16:52:32.000Z'],
  ['aws:epochtime', '1795452752'],
  ['aws:sourceip', '192.0.2.1'],
  ['aws:securetransport', 'false'],
  ['aws:useragent', 'aws-cli/2'],
  ['aws:referer', 'https://example.com/'],
  ['aws:requestedregion', 'eu-west-1'],
  ['aws:viaawsservice', 'false'],
  ['aws:principalisawsservice', 'false'],
  ['aws:resourceaccount', accountId],
  ['aws:resourceorgid', 'o-a1b2c3d4e5'],
  ['aws:resourceorgpaths', ['o-a1b2c3d4e5/r-ab12/']],
  // Of calls that a service makes for somebody: whoever calls here is none.
  ['aws:calledvia', undefined],
  ['aws:calledviafirst', undefined],
  ['aws:calledvialast', undefined],
  ['aws:sourceaccount', undefined],
  ['aws:sourcearn', undefined],
  ['aws:sourceorgid', undefined],
  ['aws:sourceorgpaths', undefined],
  ['aws:username', 'ann'],
  ['iam:policyarn', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
  ['aws:requesttag/team', 'red'],
  ['aws:tagkeys', ['Team']],
  ['iam:permissionsboundary', undefined],
  ['aws:sourcevpc', undefined],
]

for (const [key, value] of rows) {
  test(`${key} is ${JSON.stringify(value)}`, () => {
    expect(context.get(key)).toEqual(value)
    expect(context.has(key)).toBe(value !== undefined)
    expect(new Map(context).get(key)).toEqual(value)
  })
}

const owners: readonly [rule: string, check: Check, id: string | undefined][] = [
  [
    'of the account in the check',
    { resourceArn: '*', resourceAccountId: otherAccountId },
    'o-other',
  ],
  [
    'of the account that an operation says itself',
    { resourceArn: '*', contextKeys: { 'aws:ResourceAccount': otherAccountId } },
    'o-other',
  ],
]
for (const [rule, asked, id] of owners) {
  test(`aws:ResourceOrgID is that ${rule}`, () => {
    const context = requestContextOf(request, scope, asked)
    expect(context.get('aws:resourceorgid')).toBe(id)
    expect(context.get('aws:resourceorgpaths')).toEqual([`${id ?? ''}/r-x/`])
  })
}

test('an account in no organization has neither key', () => {
  const alone = { ...scope, organizationOf: () => undefined }
  const keys = [...requestContextOf(request, alone, check).keys()]
  expect(keys.filter((key) => key.startsWith('aws:resourceorg'))).toEqual([])
})

test('a header that did not come is a key that is not there', () => {
  const bare = requestContextOf(form('', ['Host', 'x']), scope, { resourceArn: '*' })
  expect([...bare.keys()]).not.toContain('aws:referer')
  expect(bare.has('aws:useragent')).toBe(false)
})
