import type { GateEvent } from '@bailiwick/gateway'
import { compilePolicy } from '@bailiwick/policy'
import type { CompiledPolicy } from '@bailiwick/policy'
import { expect, test } from 'vitest'
import { KeptRefusals, refusalBytesMax, refusalCountMax } from './kept-refusals.ts'

// Goal: the newest refusals are kept, whole, within their bounds. Source: chosen by us.
const accountId = '111122223333'
const arn = `arn:aws:iam::${accountId}:user/ann`

function policyOf(resource: string): CompiledPolicy {
  const statement = { effect: 'Allow', actions: ['s3:*'], resources: [resource], conditions: [] }
  return compilePolicy({ version: '2012-10-17', statements: [statement as never] })
}

function refused(
  requestId: string,
  policy = policyOf('*'),
  resource = 'arn:aws:s3:::b',
): GateEvent {
  const principal = { kind: 'user', accountId, arn, userId: 'AIDA' } as const
  const context = new Map([['aws:username', 'ann']])
  const request = { principal, action: 's3:GetObject', resource, context }
  const source = { policyType: 'identityPolicy', id: 'p' } as const
  const asked = { request, policies: { identity: [{ source, policy }] } }
  const check = { resourceArn: resource }
  const decision = { decision: 'implicitDeny', decidingStatements: [] } as const
  const checks = [{ check, action: 's3:GetObject', decision, asked }]
  const caller = { arn, accountId }
  return { requestId, at: new Date(0), checks, caller } as unknown as GateEvent
}

const none = () => undefined

test('a refusal is found by its id, and what was allowed is not kept', () => {
  const refusals = new KeptRefusals(none)
  refusals.add(refused('a'))
  refusals.add({ ...refused('b'), checks: [] })
  const { caller: _nobody, ...unknown } = refused('c')
  refusals.add(unknown)
  refusals.add({ ...refused('d'), checks: [], error: { code: 'AccessDenied', message: 'no' } })
  expect(refusals.find('a')).toMatchObject({ callerArn: arn, asked: { request: {} } })
  expect(refusals.find('b')).toBeUndefined()
  expect(refusals.find('c')).toBeUndefined()
  expect(refusals.find('d')?.asked).toBeUndefined()
})

test(`of ${refusalCountMax} the oldest makes room for one more`, () => {
  const refusals = new KeptRefusals(none)
  const policy = policyOf('*')
  for (let at = 0; at < refusalCountMax; at++) refusals.add(refused(String(at), policy))
  expect(refusals.find('0')).toBeDefined()
  refusals.add(refused('one more', policy))
  expect(refusals.find('0')).toBeUndefined()
  expect(refusals.find('1')).toBeDefined()
  expect(refusals.count).toBe(refusalCountMax)
})

test('bytes are bounded too: a policy counts once, and goes with the last that was decided on it', () => {
  const bytesOf = (...events: readonly GateEvent[]) => {
    const refusals = new KeptRefusals(none)
    for (const event of events) refusals.add(event)
    return refusals.bytes
  }
  const policy = policyOf('x'.repeat(10_000))
  const one = bytesOf(refused('a', policy))
  const two = bytesOf(refused('a', policy), refused('b', policy))
  expect(one).toBeGreaterThan(40_000)
  expect(two - one).toBeLessThan(5000)

  const bounded = new KeptRefusals(none, { bytesMax: two })
  bounded.add(refused('a', policy))
  bounded.add(refused('b', policy))
  expect(bounded.count).toBe(2)
  bounded.add(refused('c', policy))
  expect(bounded.find('a')).toBeUndefined()
  bounded.clear()
  expect({ bytes: bounded.bytes, count: bounded.count }).toEqual({ bytes: 0, count: 0 })
})

test('what is too large by itself is not kept', () => {
  const refusals = new KeptRefusals(none)
  refusals.add(refused('large', policyOf('x'.repeat(refusalBytesMax / 4))))
  expect(refusals.find('large')).toBeUndefined()
  expect(refusals.bytes).toBe(0)
})
