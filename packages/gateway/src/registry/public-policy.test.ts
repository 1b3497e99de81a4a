import { parsePolicy } from '@bailiwick/policy'
import { expect, test } from 'vitest'
import { isPublicPolicy } from './public-policy.ts'

// Source: S3 User Guide, "Blocking public access", "The meaning of public".
const ann = { AWS: 'arn:aws:iam::111122223333:user/ann' }
const when = (operator: string, key: string, value: unknown) => ({
  Condition: { [operator]: { [key]: value } },
})

const rows: readonly [rule: string, statement: object, isPublic: boolean][] = [
  ['everybody', {}, true],
  ['one of AWS', { Principal: ann }, false],
  ['a service', { Principal: { Service: 'sns.amazonaws.com' } }, false],
  ['a Deny of everybody', { Effect: 'Deny' }, false],
  ['a range', when('IpAddress', 'aws:SourceIp', '203.0.113.0/24'), false],
  ['a range as wide as may be', when('IpAddress', 'aws:SourceIp', '10.0.0.0/8'), false],
  ['a wider one', when('IpAddress', 'aws:SourceIp', '0.0.0.0/1'), true],
  ['a range of IPv6', when('IpAddress', 'aws:SourceIp', '2001:db8::/32'), false],
  ['a wider one of IPv6', when('IpAddress', 'aws:SourceIp', '2001::/31'), true],
  ['one of two is wide', when('IpAddress', 'aws:SourceIp', ['203.0.113.1', '::/0']), true],
  ['an organization', when('StringEquals', 'aws:PrincipalOrgID', 'o-abc'), false],
  ['a pattern for it', when('StringLike', 'aws:PrincipalOrgID', 'o-*'), true],
  ['a variable', when('StringEquals', 'aws:SourceVpc', '${aws:username}'), true],
  ['a network', when('StringEquals', 'aws:SourceVpc', 'vpc-1'), false],
  ['all but a network', when('StringNotEquals', 'aws:SourceVpc', 'vpc-1'), true],
  ['a network if there is one', when('StringEqualsIfExists', 'aws:SourceVpc', 'vpc-1'), true],
  ['the sessions of a role', when('StringLike', 'aws:userid', 'AROAEXAMPLE:*'), false],
  ['a key that tells nobody', when('StringEquals', 's3:prefix', 'a'), true],
]

for (const [rule, fields, isPublic] of rows) {
  test(`${isPublic ? 'public' : 'not public'}: ${rule}`, () => {
    const base = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }
    const Statement = { ...base, Resource: 'arn:aws:s3:::reports/*', ...fields }
    const text = JSON.stringify({ Version: '2012-10-17', Statement })
    const parsed = parsePolicy(text, 'resourcePolicy')
    if (!parsed.ok) throw new Error(parsed.problems[0].message)
    expect(isPublicPolicy(parsed.document)).toBe(isPublic)
  })
}
