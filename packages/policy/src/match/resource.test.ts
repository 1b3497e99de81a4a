import { expect, test } from 'vitest'
import { compileResources } from '../compile/resource.ts'
import { matchesResources } from './resource.ts'

// Goal: every rule of `Resource` and `NotResource` once. Source: IAM User Guide, "IAM JSON policy
// elements: Resource", "… NotResource", "IAM policy elements: Variables and tags".
const key = 'arn:aws:s3:::bucket/home/ann/key'
const job = 'arn:aws:svc:us-east-2:111122223333:queue/a:b:c'

const rows: readonly [rule: string, entries: string[], resource: string, matches: boolean][] = [
  ['an ARN matches itself', [key], key, true],
  ['case matters', ['arn:aws:s3:::Bucket/home/ann/key'], key, false],
  ['the whole resource must match', ['arn:aws:s3:::bucket'], key, false],
  ['a prefix that ends in *', ['arn:aws:s3:::bucket/*'], key, true],
  ['a prefix of something else', ['arn:aws:s3:::bucket/work/*'], key, false],
  ['* is everything', ['*'], key, true],
  ['* is also what has no resource', ['*'], '*', true],
  ['an ARN is not what has no resource', [key], '*', false],
  ['one of several entries is enough', ['arn:aws:sqs:*:*:q', key], key, true],
  ['none of several entries', ['arn:aws:sqs:*:*:q', 'arn:aws:s3:::b'], key, false],
  ['* crosses /', ['arn:aws:s3:::bucket/*/key'], key, true],
  ['* in a part that must match', ['arn:aws:s3:::bucket/*/lock'], key, false],
  ['? is exactly one character', ['arn:aws:s3:::bucket/home/an?/key'], key, true],
  ['? is not two', ['arn:aws:s3:::bucket/home/?n/key'], key, false],
  ['* in the partition', ['arn:*:s3:::bucket/home/ann/key'], key, true],
  ['* in the partition of another service', ['arn:*:sqs:::bucket/home/ann/key'], key, false],
  ['* in region and account', ['arn:aws:svc:*:*:queue/a:b:c'], job, true],
  ['* after another service', ['arn:aws:s4:::bucket/*/key'], key, false],
  ['* within a part', ['arn:aws:svc:us-*:*:queue/*'], job, true],
  ['* within a part that does not match', ['arn:aws:svc:eu-*:*:queue/*'], job, false],
  ['* does not cross a colon', ['arn:aws:svc:*:queue/a:b:c'], job, false],
  ['the sixth part keeps its colons', ['arn:aws:svc:us-east-2:111122223333:queue/a:*'], job, true],
  ['its colons are compared', ['arn:aws:svc:us-east-2:111122223333:queue/*:d'], job, false],
  ['a last * runs over all colons', ['arn:aws:svc:*'], job, true],
  ['a last * within a part, too', ['arn:aws:s*'], job, true],
  ['with wildcards before it', ['arn:*:s*'], job, true],
  ['but not over what does not match', ['arn:*:t*'], job, false],
  ['fewer parts without a last * mean nothing', ['arn:*:svc'], job, false],
  ['nor a resource of more parts', ['arn:*:*:us-east-2'], job, false],
  ['more parts than the resource has', ['arn:*:s3:::*'], 'arn:aws:s3', false],
  ['more parts than the resource has, all wildcards', ['arn:*:*:*:*:*'], 'arn:aws', false],
  ['* that is not last does not run over colons', ['arn:*:s*key'], key, false],
  ['a variable with a value', ['arn:aws:s3:::bucket/home/${aws:username}/*'], key, true],
  ['its key in any case', ['arn:aws:s3:::bucket/home/${AWS:UserName}/*'], key, true],
  ['a variable with another value', ['arn:aws:s3:::bucket/home/${other}/*'], key, false],
  ['a variable without value', ['arn:aws:s3:::bucket/home/${none}/*'], key, false],
  ['a variable of many values', ['arn:aws:s3:::bucket/home/${many}/*'], key, false],
  ['a default', ["arn:aws:s3:::bucket/home/${none, 'ann'}/*"], key, true],
  ['a value before the default', ["arn:aws:s3:::bucket/home/${other, 'ann'}/*"], key, false],
  ['a value that holds a *', ['arn:aws:s3:::bucket/${star}'], key, false],
  ['${*} is an asterisk', ['arn:aws:s3:::bucket/${*}'], 'arn:aws:s3:::bucket/*', true],
  ['${*} is no wildcard', ['arn:aws:s3:::bucket/${*}'], key, false],
  ['a variable has no meaning before the sixth part', ['arn:aws:${svc}:*'], job, false],
]

const context = new Map<string, string | string[]>([
  ['aws:username', 'ann'],
  ['other', 'bob'],
  ['many', ['ann']],
  ['star', '*'],
  ['svc', 'svc'],
])
const statement = { effect: 'Allow' as const, conditions: [] }
/** A variable without value means nothing, in `NotResource` as in `Resource`. */
const unresolved = ['a variable without value', 'a variable of many values']

test.each(rows)('matchesResources: %s', (_, entries, resource, matches) => {
  const element = compileResources({ ...statement, resources: entries }, true)!
  expect(matchesResources(element, resource, context)).toBe(matches)
})

test.each(rows.filter(([rule]) => !unresolved.includes(rule)))(
  'NotResource is the opposite: %s',
  (_, entries, resource, matches) => {
    const element = compileResources({ ...statement, notResources: entries }, true)!
    expect(matchesResources(element, resource, context)).toBe(!matches)
  },
)

test('version 2008-10-17 has no variables', () => {
  const entries = ['arn:aws:s3:::bucket/home/${aws:username}/key']
  const element = compileResources({ ...statement, resources: entries }, false)!
  expect(matchesResources(element, key, context)).toBe(false)
  expect(matchesResources(element, entries[0]!, context)).toBe(true)
})

test('a shared element remembers its last resource, and only that', () => {
  const element = compileResources({ ...statement, resources: ['arn:aws:s3:::b*'] }, true)!
  const memo = { resource: undefined, matches: false }
  const shared = { ...element, memo }
  for (let round = 0; round < 2; round++) {
    expect(matchesResources(shared, key, context)).toBe(true)
    expect(matchesResources(shared, key, context)).toBe(true)
    expect(matchesResources(shared, job, context)).toBe(false)
    expect(memo.resource).toBe(job)
  }
})
