import { expect, test } from 'vitest'
import { compileActions } from '../compile/action.ts'
import { matchesAction, parseAction } from './action.ts'

// Goal: every rule of `Action` and `NotAction` once. Source: IAM User Guide, "IAM JSON policy
// elements: Action", "… NotAction"; what no AWS service would send is chosen by us.
const rows: readonly [rule: string, entries: string[], action: string, matches: boolean][] = [
  ['an action matches itself', ['s3:GetObject'], 's3:GetObject', true],
  ['case does not matter, in either part', ['S3:getOBJECT'], 's3:GetObject', true],
  ['nor in the request', ['s3:GetObject'], 'S3:GETOBJECT', true],
  ['nor does it with wildcards', ['S3:GET*'], 's3:getobject', true],
  ['another name is another action', ['s3:GetObject'], 's3:PutObject', false],
  ['another service is another action', ['s3:GetObject'], 's4:GetObject', false],
  ['one of several entries is enough', ['iam:GetUser', 's3:GetObject'], 's3:GetObject', true],
  ['none of several entries', ['iam:GetUser', 's3:Put*'], 's3:GetObject', false],
  ['* is every action', ['*'], 's3:GetObject', true],
  ['* is even what is no action', ['*'], 's3', true],
  ['s3:* is every action of s3', ['s3:*'], 's3:GetObject', true],
  ['s3:* is no action of another service', ['s3:*'], 's3express:CreateSession', false],
  ['* in the name is any run', ['s3:Get*Acl'], 's3:GetObjectVersionAcl', true],
  ['* in the name is the empty run', ['s3:GetObject*'], 's3:GetObject', true],
  ['the whole name must match', ['s3:Get*Acl'], 's3:GetObjectAclX', false],
  ['? is exactly one character', ['s3:GetObjec?'], 's3:GetObject', true],
  ['? is not none', ['s3:GetObject?'], 's3:GetObject', false],
  ['* in the service', ['s*:GetObject'], 's3:GetObject', true],
  ['* in the service does not match another', ['e*:GetObject'], 's3:GetObject', false],
  ['* in both parts', ['*:*'], 's3:GetObject', true],
  ['* does not cross the colon', ['s*Object'], 's3:GetObject', false],
  ['white space around an entry does not count', [' s3:GetObject\t'], 's3:GetObject', true],
  ['white space inside does', ['s3: GetObject'], 's3:GetObject', false],
  ['an entry without colon means nothing', ['s3'], 's3:GetObject', false],
  ['nor does it mean itself', ['s3'], 's3', false],
  ['an entry with two colons means nothing', ['s3:Get*:Object'], 's3:Get:Object', false],
  ['what has two colons is no action', ['s3:*'], 's3:Get:Object', false],
  ['what has no colon is no action', ['*:*'], 's3', false],
  ['an empty name is a name', ['s3:'], 's3:', true],
  ['* matches an empty name', ['s3:*'], 's3:', true],
]

const statement = { effect: 'Allow' as const, conditions: [] }

test.each(rows)('matchesAction: %s', (_, entries, action, matches) => {
  const asked = parseAction(action)
  expect(matchesAction(compileActions({ ...statement, actions: entries }), asked)).toBe(matches)
  expect(matchesAction(compileActions({ ...statement, notActions: entries }), asked)).toBe(!matches)
})

test('more actions than are remembered, and longer ones, are read as any other', () => {
  const actions = compileActions({ ...statement, actions: ['s3:Get*'] })
  for (let count = 0; count < 5000; count++) {
    expect(matchesAction(actions, parseAction(`s3:Get${count}`))).toBe(true)
  }
  const long = `s3:Get${'x'.repeat(1000)}`
  expect(matchesAction(actions, parseAction(long))).toBe(true)
  expect(parseAction(long).text).toBe(long.toLowerCase())
  expect(parseAction('s3:get0')).toBe(parseAction('s3:get0'))
})
