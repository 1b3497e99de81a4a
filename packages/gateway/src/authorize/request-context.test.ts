import { expect, test } from 'vitest'
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
const scope = { caller: callerWith(), requestId: 'r', now, region: 'eu-west-1' }
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

test('a header that did not come is a key that is not there', () => {
  const bare = requestContextOf(form('', ['Host', 'x']), scope, { resourceArn: '*' })
  expect([...bare.keys()]).not.toContain('aws:referer')
  expect(bare.has('aws:useragent')).toBe(false)
})
