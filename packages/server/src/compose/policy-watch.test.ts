import {
  compilePolicy,
  parsePolicy,
  type CompiledPolicy,
  type PolicySource,
} from '@bailiwick/policy'
import type { GateEvent } from '@bailiwick/gateway'
import { expect, test } from 'vitest'
import { watchPolicies } from './policy-watch.ts'

// Goal: a policy that depends on what the gate cannot know is named once, and no number of them floods
// the log or grows the memory. Method: decisions as the gate records them. Source: chosen by us.

function policyOf(Condition: object, Action = '*'): CompiledPolicy {
  const statement = { Sid: 'teams', Effect: 'Deny', Action, Resource: '*', Condition }
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const parsed = parsePolicy(text, 'identityPolicy')
  if (!parsed.ok) throw new Error(parsed.problems[0].message)
  return compilePolicy(parsed.document)
}

type Decided = Pick<GateEvent, 'checks' | 'caller'>

function decided(
  action: string,
  policy: CompiledPolicy,
  source: Partial<PolicySource> = {},
  unknown: object | undefined = { resource: false, contextKeys: new Set() },
): Decided {
  const sourced = { source: { policyType: 'identityPolicy', id: 'user_ann_p', ...source }, policy }
  const asked = { request: { unknown }, policies: { identity: [sourced] } }
  return {
    checks: [{ action, asked }],
    caller: { accountId: '111122223333' },
  } as unknown as Decided
}

function watching(max?: number) {
  const lines: object[] = []
  const watch = watchPolicies({ warn: ((line: object) => lines.push(line)) as never }, max)
  return { lines, watch }
}

const tagged = policyOf({ StringNotEquals: { 'aws:ResourceTag/team': 'a' } })

test('a policy is named with its key and statement, once', () => {
  const { lines, watch } = watching()
  for (let time = 0; time < 3; time++) watch(decided('ecs:StopTask', tagged))
  expect(lines).toEqual([
    {
      policy: '111122223333 user_ann_p',
      statement: 'teams',
      key: 'aws:ResourceTag/team',
      service: 'ecs',
    },
  ])
})

test('each policy and each key is named by itself', () => {
  const { lines, watch } = watching()
  const two = policyOf({ Null: { 'ecs:ResourceTag/a': 'true', 'aws:ResourceTag/b': 'true' } })
  const arn = 'arn:aws:iam::111122223333:policy/p'
  watch(decided('ecs:StopTask', two, { arn }))
  watch(decided('ecs:StopTask', two, { arn: `${arn}2` }))
  expect(lines).toMatchObject([
    { policy: arn, key: 'ecs:ResourceTag/a' },
    { policy: arn, key: 'aws:ResourceTag/b' },
    { policy: `${arn}2`, key: 'ecs:ResourceTag/a' },
    { policy: `${arn}2`, key: 'aws:ResourceTag/b' },
  ])
})

const silent: readonly [rule: string, event: Decided][] = [
  ['the service’s tags are known', decided('sqs:SendMessage', tagged)],
  ['all is known of the call', { ...decided('ecs:StopTask', tagged, {}, undefined) }],
  [
    'the statement is about another service',
    decided('ecs:StopTask', policyOf({ Null: { 'aws:ResourceTag/a': 'true' } }, 's3:*')),
  ],
  [
    'the policy asks for nothing of the kind',
    decided('ecs:StopTask', policyOf({ Null: { 'aws:username': 'true' } })),
  ],
]
for (const [rule, event] of silent) {
  test(`nothing is said where ${rule}`, () => {
    const { lines, watch } = watching()
    const [check] = event.checks
    if (rule.startsWith('all') && check)
      delete (check.asked.request as { unknown?: unknown }).unknown
    watch(event)
    expect(lines).toEqual([])
  })
}

test('beyond the bound one line says so, and no more are said', () => {
  const { lines, watch } = watching(2)
  for (let index = 0; index < 10; index++)
    watch(decided('ecs:StopTask', tagged, { id: `p${String(index)}` }))
  expect(lines).toHaveLength(3)
  expect(lines[2]).toEqual({ max: 2 })
})
