import { expect, test } from 'vitest'
import { contextKeysOf } from './context-keys.ts'
import { parsePolicy } from './parse-policy.ts'

// Goal: which keys a policy asks for. Source: recorded answers of GetContextKeysForCustomPolicy
// (2026-09), but for two rows chosen by us.
const base = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const on = (Resource: string) => ({ Resource })
const when = (Condition: object) => ({ Condition })

const rows: readonly [
  rule: string,
  statement: object,
  keys: readonly string[],
  version?: string,
][] = [
  ['no condition, no key', {}, []],
  ['a condition', when({ Null: { 'AWS:SourceIp': 'false' } }), ['AWS:SourceIp']],
  [
    'a variable in a resource keeps its case',
    on('arn:aws:s3:::b/${aws:PrincipalTag/Team}/${aws:username}'),
    ['aws:PrincipalTag/Team', 'aws:username'],
  ],
  [
    'a variable in a value',
    when({ StringEquals: { 's3:ExistingObjectTag/Owner': '${aws:PrincipalTag/Team}' } }),
    ['s3:ExistingObjectTag/Owner', 'aws:PrincipalTag/Team'],
  ],
  [
    'a variable in NotResource',
    { Resource: undefined, NotResource: 'arn:aws:s3:::b/${aws:PrincipalTag/project}' },
    ['aws:PrincipalTag/project'],
  ],
  [
    'a default value is no part of the key',
    on("arn:aws:s3:::b/${aws:username, 'x'}"),
    ['aws:username'],
  ],
  ['2008-10-17 has no variables', on('arn:aws:s3:::b/${aws:username}'), [], '2008-10-17'],
  ['a variable that is never closed is text', on('arn:aws:s3:::b/${aws:username'), []],
  ['chosen by us: characters are no keys', on('arn:aws:s3:::b/${*}/${?}/${$}'), []],
  [
    'chosen by us: a key is listed once, ignoring case',
    when({ StringEquals: { 'aws:username': '${AWS:Username}', 'AWS:username': 'a' } }),
    ['aws:username'],
  ],
]

for (const [rule, statement, keys, Version = '2012-10-17'] of rows) {
  test(rule, () => {
    const text = JSON.stringify({ Version, Statement: { ...base, ...statement } })
    const parsed = parsePolicy(text, 'identityPolicy', { anyVersion: true })
    expect(parsed.ok && contextKeysOf([parsed.document, parsed.document])).toEqual(keys)
  })
}
