import { expect, test } from 'vitest'
import type { AuthorizationRequest, RequestContext } from '../authorization.ts'
import { compilePolicy } from '../compile/compile-policy.ts'
import type { CompiledPolicy } from '../compile/compiled-policy.ts'
import type { PolicyDocument, Statement } from '../document/policy-document.ts'
import { decide } from './decide.ts'
import { mergedIndex } from './merged-index.ts'

// Goal: whatever tenants write, a decision looks at little. Method: a context that counts look-ups,
// since every statement here whose actions and resources match has a condition to look up.
class CountingContext extends Map<string, string> {
  lookups = 0

  override get(key: string): string | undefined {
    this.lookups++
    return super.get(key)
  }
}

const principal = {
  kind: 'user' as const,
  accountId: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/Ann',
  userId: 'AIDAANN',
}

function ask(resource: string, context: RequestContext): AuthorizationRequest {
  return { principal, action: 's3:GetObject', resource, context }
}

function compiled(statements: readonly Statement[]): CompiledPolicy {
  const document: PolicyDocument = { version: '2012-10-17', statements }
  return compilePolicy(document)
}

function sourced(policy: CompiledPolicy, id: number) {
  return { source: { policyType: 'identityPolicy' as const, id: `p${id}` }, policy }
}

function statement(number: number, pattern: string): Statement {
  const condition = {
    operator: 'StringEquals',
    conditionOperator: 'StringEquals',
    ifExists: false,
    conditionKey: 'aws:username',
    values: ['Ann'],
  }
  const resources = [`arn:aws:s3:::${pattern.replace('#', String(number).padStart(6, '0'))}`]
  return { effect: 'Allow', actions: ['s3:Get*'], resources, conditions: [condition] }
}

const shapes: readonly [name: string, pattern: string, key: string][] = [
  ['prefixes', 'bucket-#/*', 'bucket-004711/key'],
  ['suffixes', '*/bucket-#', 'any/bucket-004711'],
  ['middles', '*/bucket-#/*', 'any/bucket-004711/key'],
  ['literals', 'bucket-#/key', 'bucket-004711/key'],
]

test.each(shapes)('of 10,000 statements with %s few are looked at', (_, pattern, key) => {
  const statements = Array.from({ length: 10_000 }, (__, number) => statement(number, pattern))
  const identity = [sourced(compiled(statements), 0)]
  const context = new CountingContext([['aws:username', 'Ann']])
  const { decision, decidingStatements } = decide(ask(`arn:aws:s3:::${key}`, context), { identity })
  expect(decision).toBe('allowed')
  expect(decidingStatements).toHaveLength(1)
  expect(context.lookups).toBeLessThanOrEqual(20)
})

test('ten times the policies of a list are not looked at ten times as long', () => {
  const policies = Array.from({ length: 500 }, (_, policy) =>
    sourced(
      compiled(
        Array.from({ length: 20 }, (__, number) => statement(policy * 20 + number, 'bucket-#/*')),
      ),
      policy,
    ),
  )
  for (let use = 0; use < 3; use++) mergedIndex(policies)
  const context = new CountingContext([['aws:username', 'Ann']])
  const request = ask('arn:aws:s3:::bucket-004711/key', context)
  expect(decide(request, { identity: policies }).decision).toBe('allowed')
  expect(context.lookups).toBe(1)
})

test('a list is merged at its third use, and a list that grew is seen anew', () => {
  const policies = [sourced(compiled([statement(1, 'bucket-#/*')]), 0)]
  expect(mergedIndex(policies)).toBeUndefined()
  expect(mergedIndex(policies)).toBeUndefined()
  expect(mergedIndex(policies)?.slots).toHaveLength(1)
  policies.push(sourced(compiled([statement(2, 'bucket-#/*')]), 1))
  expect(mergedIndex(policies)).toBeUndefined()
})

test('1,000 values of a condition are one look-up', () => {
  const base = statement(1, 'bucket-#/*')
  const conditions = base.conditions.map((condition) => ({
    ...condition,
    values: Array.from({ length: 1000 }, (_, number) => `user-${number}`),
  }))
  const identity = [sourced(compiled([{ ...base, conditions }]), 0)]
  const context = new CountingContext([['aws:username', 'user-999']])
  const request = ask('arn:aws:s3:::bucket-000001/key', context)
  expect(decide(request, { identity }).decision).toBe('allowed')
  expect(context.lookups).toBe(1)
})

test('an unknown operator never matches in an Allow and always in a Deny', () => {
  const base = statement(1, 'bucket-#/*')
  const unknown = { ...base.conditions[0]!, operator: 'Sounds', conditionOperator: 'Sounds' }
  const request = ask('arn:aws:s3:::bucket-000001/key', new Map([['aws:username', 'Ann']]))
  const allow = compiled([{ ...base, conditions: [unknown] }])
  expect(decide(request, { identity: [sourced(allow, 0)] }).decision).toBe('implicitDeny')
  const deny = compiled([{ ...base, effect: 'Deny', conditions: [unknown] }])
  expect(decide(request, { identity: [sourced(deny, 0)] }).decision).toBe('explicitDeny')
})

test('a decision allocates its answer and little more', () => {
  const statements = Array.from({ length: 20 }, (_, number) => statement(number, 'bucket-#/*'))
  const identity = [sourced(compiled(statements), 0)]
  const permissionsBoundary = sourced(compiled([{ ...statement(0, '*'), resources: ['*'] }]), 1)
  const policies = { identity, permissionsBoundary, session: identity }
  const request = ask('arn:aws:s3:::bucket-000007/key', new Map([['aws:username', 'Ann']]))
  const rounds: number[] = []
  for (let round = 0; round < 30; round++) {
    const before = process.memoryUsage().heapUsed
    for (let count = 0; count < 1000; count++) decide(request, policies)
    rounds.push((process.memoryUsage().heapUsed - before) / 1000)
  }
  // The first rounds are not optimised yet; a collection between makes a round negative.
  const [least = Infinity] = rounds
    .slice(10)
    .filter((bytes) => bytes > 0)
    .sort((a, b) => a - b)
  expect(least).toBeLessThanOrEqual(400)
})

test('6 kB of *a*a*a… against a resource of 10 kB, of 10,000 statements, end in time', () => {
  const hostile = `arn:aws:s3:::${'*a'.repeat(3000)}b`
  const statements = Array.from({ length: 10_000 }, (_, number) => ({
    ...statement(number, 'bucket-#/*'),
    resources: number === 9_999 ? [hostile] : [`arn:aws:s3:::*bucket-${number % 7}*/*`],
  }))
  const identity = [sourced(compiled(statements), 0)]
  const context = new Map([['aws:username', 'Bob']])
  const resource = `arn:aws:s3:::${'bucket-3/'.repeat(600)}${'a'.repeat(10_000)}`
  decide(ask(resource, context), { identity }) // Files the statements.
  const started = process.cpuUsage()
  expect(decide(ask(resource, context), { identity }).decision).toBe('implicitDeny')
  const { user, system } = process.cpuUsage(started)
  expect((user + system) / 1000).toBeLessThan(500)
})
