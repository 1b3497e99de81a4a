import { expect, test } from 'vitest'
import { actionData } from '../../action-data/index.ts'
import { parsePolicy } from '../document/parse-policy.ts'
import type { PolicyDocument } from '../document/policy-document.ts'
import { allowedServices } from './allowed-services.ts'

// Goal: which services a policy opens at all. Source: IAM User Guide, "Refine permissions using
// last accessed information": every service whose action a permissions policy allows. What a Deny
// takes away is chosen by us.

function documentOf(...statements: readonly object[]): PolicyDocument {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const parsed = parsePolicy(text, 'identityPolicy')
  if (!parsed.ok) throw new Error(parsed.problems[0].message)
  return parsed.document
}

const allow = (Action: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})
const deny = (Action: unknown, more: object = {}) => ({ ...allow(Action, more), Effect: 'Deny' })
const among = ['ec2', 'iam', 's3', 'sts', 'no-such-service']
const onlyWithMfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
const oneBucket = { Resource: 'arn:aws:s3:::b/*' }

const rows: readonly [rule: string, statements: readonly object[], services: readonly string[]][] =
  [
    ['an action by name', [allow('s3:GetObject')], ['s3']],
    ['case does not matter', [allow('S3:getobject')], ['s3']],
    ['a pattern', [allow(['iam:Get*', 'sts:*Role'])], ['iam', 'sts']],
    ['everything, but what is not known', [allow('*')], ['ec2', 'iam', 's3', 'sts']],
    ['an action that there is not', [allow('s3:NoSuchAction')], []],
    ['a service that there is not', [allow('no-such-service:Do')], []],
    ['an Allow with a condition counts', [allow('s3:GetObject', onlyWithMfa)], ['s3']],
    ['an Allow on one resource counts', [allow('s3:GetObject', oneBucket)], ['s3']],
    [
      'NotAction allows all others',
      [{ Effect: 'Allow', NotAction: ['iam:*', 'ec2:*'], Resource: '*' }],
      ['s3', 'sts'],
    ],
    ['a Deny takes the whole service away', [allow('*'), deny(['s3:*', 'ec2:*'])], ['iam', 'sts']],
    ['a Deny of one action leaves the others', [allow('s3:*'), deny('s3:GetObject')], ['s3']],
    ['a Deny of the one allowed action', [allow('s3:GetObject'), deny('s3:Get*')], []],
    ['a Deny with a condition takes nothing', [allow('s3:*'), deny('s3:*', onlyWithMfa)], ['s3']],
    ['a Deny on one resource takes nothing', [allow('s3:*'), deny('s3:*', oneBucket)], ['s3']],
    ['a Deny alone allows nothing', [deny('ec2:*')], []],
  ]

for (const [rule, statements, services] of rows) {
  test(rule, () => {
    expect(allowedServices([documentOf(...statements)], actionData, among)).toEqual(services)
  })
}

test('the Deny of one document takes away what another allows', () => {
  const documents = [
    documentOf(allow('s3:*')),
    documentOf(deny('s3:*')),
    documentOf(allow('iam:*')),
  ]
  expect(allowedServices(documents, actionData)).toEqual(['iam'])
  expect(allowedServices([], actionData)).toEqual([])
})

test('all services have a name to show', () => {
  const everything = allowedServices([documentOf(allow('*'))], actionData)
  expect(everything.length).toBeGreaterThan(400)
  expect(actionData.services['s3']?.name).toBe('Amazon S3')
  expect(everything.filter((service) => !actionData.services[service]?.name)).toEqual([])
})
