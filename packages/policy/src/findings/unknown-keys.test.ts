import { expect, test } from 'vitest'
import { unknownKeys } from '../../action-data/unknown-keys.ts'
import { parsePolicy } from '../document/parse-policy.ts'
import { unknownKeyUses } from './unknown-keys.ts'
import { validatePolicy } from './validate-policy.ts'

// Goal: whoever writes a policy learns which of its statements a gate would refuse in doubt, and the
// two ways of asking agree. Method: a row is a statement and what is said of it. Chosen by us: AWS
// has no such gate.

const keys = {
  never: { ecs: ['aws:ResourceTag/', 'ecs:daemon'], kms: ['kms:Late'] },
  notAlways: { s3: ['s3:TlsVersion'] },
}
const tagged = { StringEquals: { 'aws:ResourceTag/team': 'a' } }
const tag = 'aws:ResourceTag/team of ecs'
type Row = readonly [rule: string, statement: object, never: readonly string[]]

const rows: readonly Row[] = [
  ['a key of the service', { Action: 'ecs:StopTask', Condition: tagged }, [tag]],
  ['names ignore case', { Action: 'ECS:stoptask', Condition: tagged }, [tag]],
  ['of another service it is known', { Action: 's3:GetObject', Condition: tagged }, []],
  ['all services are meant', { Action: '*', Condition: tagged }, [tag]],
  ['all but others', { NotAction: ['s3:*', 'ecs:StopTask'], Condition: tagged }, [tag]],
  ['all but that service', { NotAction: ['ecs:*'], Condition: tagged }, []],
  [
    'a key twice is said once',
    { Action: 'ecs:*', Condition: { ...tagged, StringLike: { 'AWS:resourcetag/TEAM': 'b' } } },
    [tag],
  ],
  [
    'a variable in a resource',
    { Action: 'ecs:*', Resource: 'arn:aws:ecs:*:*:task/${aws:ResourceTag/team}/*' },
    [tag],
  ],
  [
    'a variable in a value',
    {
      Action: 'ecs:*',
      Condition: { StringEquals: { 'aws:username': "${aws:ResourceTag/team, 'x'}" } },
    },
    [tag],
  ],
  [
    'a key by its whole name',
    { Action: 'kms:*', Condition: { Null: { 'kms:late': 'true' } } },
    ['kms:late of kms'],
  ],
  [
    'a longer name is another',
    { Action: 'kms:*', Condition: { Null: { 'kms:Later': 'true' } } },
    [],
  ],
]

for (const [rule, statement, never] of rows) {
  test(`${rule}: ${JSON.stringify(statement)}`, () => {
    const whole = { Effect: 'Deny', Resource: '*', ...statement }
    const text = JSON.stringify({ Version: '2012-10-17', Statement: [whole] })
    const parsed = parsePolicy(text, 'identityPolicy')
    if (!parsed.ok) throw new Error(parsed.problems[0].message)
    const uses = unknownKeyUses(parsed.document, keys.never)
    expect(uses.map(({ key, services }) => `${key} of ${services.join(', ')}`)).toEqual(never)
    const found = validatePolicy(text, 'identityPolicy', undefined, keys)
      .filter(({ issueCode }) => issueCode === 'CONDITION_KEY_NOT_KNOWN')
      .map(({ findingDetails }) => /cannot know (.*): statements/.exec(findingDetails)?.[1])
    expect(found).toEqual(never)
  })
}

test('without version 2012-10-17 there are no variables', () => {
  const statement = { Effect: 'Deny', Action: 'ecs:*', Resource: 'a:${aws:ResourceTag/team}' }
  const text = JSON.stringify({ Statement: [statement] })
  const found = validatePolicy(text, 'identityPolicy', undefined, keys)
  expect(found.map(({ issueCode }) => issueCode)).not.toContain('CONDITION_KEY_NOT_KNOWN')
})

test('a finding names key, service and statement, and stands where the key does', () => {
  const text = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "s3:*", "Resource": "*",
      "Condition": { "NumericLessThan": { "s3:TlsVersion": "1.2" } } },
    { "Sid": "teams", "Effect": "Deny", "Action": "ecs:*", "Resource": "*",
      "Condition": { "StringNotEquals": { "aws:ResourceTag/team": "a" } } }
  ]
}`
  expect(validatePolicy(text, 'identityPolicy', undefined, keys)).toEqual([
    {
      findingType: 'SUGGESTION',
      issueCode: 'CONDITION_KEY_NOT_ALWAYS_KNOWN',
      findingDetails: 'This gate cannot know s3:TlsVersion of s3 of every call.',
      advice:
        'Where a call does not tell it, statement 1 is refused in doubt: a Deny denies, an Allow does not allow.',
      ...{ line: 5, column: 43 },
    },
    {
      findingType: 'WARNING',
      issueCode: 'CONDITION_KEY_NOT_KNOWN',
      findingDetails:
        'This gate cannot know aws:ResourceTag/team of ecs: statements that depend on it are refused in doubt.',
      advice: 'There statement teams is refused in doubt: a Deny denies, an Allow does not allow.',
      ...{ line: 7, column: 43 },
    },
  ])
})

test('the list that is shipped has keys of each kind', () => {
  expect(unknownKeys.never.ecs).toContain('aws:ResourceTag/')
  expect(unknownKeys.notAlways.s3).toContain('s3:TlsVersion')
  expect(unknownKeys.notAsked.s3).toContain('s3:RequestJobOperation')
})
