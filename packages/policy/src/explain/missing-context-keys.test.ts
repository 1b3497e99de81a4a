import { expect, test } from 'vitest'
import type { AuthorizationRequest, PolicySource, PolicyType } from '../authorization.ts'
import { parsePolicy } from '../document/parse-policy.ts'
import type { PolicyText } from './explanation.ts'
import { missingContextKeys } from './missing-context-keys.ts'

// Goal: the keys of statements about the request that it does not have. Source: IAM API Reference,
// EvaluationResult, MissingContextValues. That a statement about another action or resource asks
// for nothing is chosen by us.
const accountId = '111122223333'
const object = 'arn:aws:s3:::b/o'

function policy(policyType: PolicyType, ...statements: readonly object[]) {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const parsed = parsePolicy(text, policyType)
  if (!parsed.ok) throw new Error(parsed.problems[0].message)
  const source: PolicySource = { policyType, id: policyType }
  return { source, policy: { document: parsed.document } satisfies PolicyText }
}

const allow = (more: object) => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: '*',
  Condition: { StringEquals: { 's3:prefix': 'x' } },
  ...more,
})

function request(context: Readonly<Record<string, string>> = {}): AuthorizationRequest {
  return {
    principal: { kind: 'user', accountId, arn: `arn:aws:iam::${accountId}:user/a`, userId: 'AIDA' },
    action: 's3:getobject',
    resource: object,
    context: new Map(Object.entries(context)),
  }
}

const rows: readonly [rule: string, statement: object, missing: readonly string[]][] = [
  ['a condition of the action', {}, ['s3:prefix']],
  ['a Deny asks as well', { Effect: 'Deny' }, ['s3:prefix']],
  ['another action', { Action: 's3:PutObject' }, []],
  ['NotAction', { Action: undefined, NotAction: 's3:PutObject' }, ['s3:prefix']],
  ['another resource', { Resource: 'arn:aws:s3:::c/*' }, []],
  [
    'a variable of the resource that may be this one',
    { Resource: 'arn:aws:s3:::b/${aws:username}', Condition: {} },
    ['aws:username'],
  ],
  ['a variable of a resource that cannot be', { Resource: 'arn:aws:s3:::c/${aws:username}' }, []],
  [
    'what the request has is not missing, in any case',
    { Condition: { StringEquals: { 'AWS:SourceVpc': '${s3:prefix}' } } },
    ['s3:prefix'],
  ],
]

for (const [rule, statement, missing] of rows) {
  test(rule, () => {
    const missingIn = missingContextKeys({ identity: [policy('identityPolicy', allow(statement))] })
    expect(missingIn(request({ 'aws:sourcevpc': 'vpc-1' }))).toEqual(missing)
  })
}

test('every layer is asked, and a principal that is not meant is not', () => {
  const when = (key: string) => ({ Condition: { StringEquals: { [key]: 'x' } } })
  const to = (AWS: string) => ({ Principal: { AWS } })
  const missingIn = missingContextKeys({
    identity: [policy('identityPolicy', allow({}))],
    permissionsBoundary: policy('permissionsBoundary', allow(when('aws:SourceVpc'))),
    resource: [
      policy(
        'resourcePolicy',
        allow({ ...when('aws:SourceArn'), ...to(`arn:aws:iam::${accountId}:user/a`) }),
        allow({ ...when('aws:Referer'), ...to(`arn:aws:iam::${accountId}:user/b`) }),
      ),
    ],
  })
  expect([...missingIn(request())].sort()).toEqual(['aws:SourceArn', 'aws:SourceVpc', 's3:prefix'])
  expect(missingIn({ ...request(), action: 's3:PutObject' })).toEqual([])
})
