import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { now } from '../testing/gate.ts'
import { ann, KeptGate, otherAccountId } from '../testing/kept-gate.ts'
import { savedPolicyOf, tableOf } from '../testing/resources.ts'
import { tablePolicyBytesMax } from './dynamodb-policy.ts'

// Goal: the policies of tables and streams are held to what DynamoDB demands, kept, and answered by
// the gate. Sources: DynamoDB API Reference; Developer Guide, "Resource-based policies", "Quotas".
const house = new KeptGate('dynamodb')
beforeAll(() => house.open())
beforeEach(() => {
  house.reset(tableOf('Books'))
})
afterAll(() => house.close())

const { arn } = tableOf('Books')
const scan = 'dynamodb:Scan'
const allow = (principal: unknown, action: string, more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: action,
  Resource: arn,
  ...more,
})
const policyText = (...statements: readonly object[]) => savedPolicyOf(...statements).text

const put = (policy: string, more: object = {}) =>
  house.send(ann, 'PutResourcePolicy', { ResourceArn: arn, Policy: policy, ...more })
const get = () => house.send(ann, 'GetResourcePolicy', { ResourceArn: arn })

test('a policy is put, read, replaced on condition, and removed; none of it reaches the backend', async () => {
  expect(await get()).toMatchObject({ code: 'PolicyNotFoundException' })
  const policy = policyText(allow({ AWS: otherAccountId }, scan))
  const first = await put(policy, { ExpectedRevisionId: 'NO_POLICY' })
  const revision = String(now.getTime())
  expect(first.output).toEqual({ RevisionId: revision })
  expect((await get()).output).toEqual({ Policy: policy, RevisionId: revision })
  expect((await put(policy)).output).toEqual({ RevisionId: revision })
  const other = policyText(allow({ AWS: otherAccountId }, 'dynamodb:Query'))
  for (const ExpectedRevisionId of ['NO_POLICY', '1']) {
    expect(await put(other, { ExpectedRevisionId })).toMatchObject({
      code: 'PolicyNotFoundException',
    })
  }
  const later = String(now.getTime() + 1)
  const second = await put(other, { ExpectedRevisionId: revision })
  expect(second.output).toEqual({ RevisionId: later })
  const remove = (more: object = {}) =>
    house.send(ann, 'DeleteResourcePolicy', { ResourceArn: arn, ...more })
  expect(await remove({ ExpectedRevisionId: revision })).toMatchObject({
    code: 'PolicyNotFoundException',
  })
  expect((await remove({ ExpectedRevisionId: later })).output).toEqual({ RevisionId: later })
  expect((await remove()).output).toEqual({})
  expect(await remove({ ExpectedRevisionId: later })).toMatchObject({
    code: 'PolicyNotFoundException',
  })
  expect(house.lines).toEqual([])
})

const denyAll = { ...allow('*', 'dynamodb:*'), Effect: 'Deny' }
const refusedPolicies: readonly [what: string, policy: string, more: object][] = [
  [
    'another table’s resource',
    policyText(allow({ AWS: otherAccountId }, scan, { Resource: `${arn}2` })),
    {},
  ],
  ['another service’s action', policyText(allow({ AWS: otherAccountId }, 's3:GetObject')), {}],
  ['no principal', policyText({ Effect: 'Allow', Action: scan, Resource: arn }), {}],
  ['the public', policyText(allow('*', scan)), {}],
  ['a lock-out without consent', policyText(denyAll), {}],
]
test.each(refusedPolicies)('no policy: %s', async (_, policy, more) => {
  expect(await put(policy, more)).toMatchObject({ status: 400, code: 'ValidationException' })
  expect(house.resources.find(arn)?.policy).toBeUndefined()
})

test('a lock-out with consent holds, and the public where a condition says who', async () => {
  const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }
  expect((await put(policyText(allow('*', scan, { Condition })))).status).toBe(200)
  expect((await put(policyText(denyAll), { ConfirmRemoveSelfResourceAccess: true })).status).toBe(
    200,
  )
  expect(await get()).toMatchObject({ code: 'AccessDeniedException' })
})

test('a policy has as many bytes as it may, white space and all, and not one more', async () => {
  const policy = policyText(allow({ AWS: otherAccountId }, scan))
  const full = policy.padEnd(tablePolicyBytesMax, ' ')
  expect((await put(full)).status).toBe(200)
  expect(await put(`${full} `)).toMatchObject({ code: 'ValidationException' })
})

test('a stream has a policy of its own, if it is the table’s', async () => {
  const stream = `${arn}/stream/2026-11-20T10:00:00.000`
  house.replies.DescribeTable = [200, { Table: { LatestStreamArn: stream } }]
  const policy = policyText(
    allow({ AWS: otherAccountId }, 'dynamodb:GetRecords', { Resource: stream }),
  )
  const about = (ResourceArn: string, more: object = {}) => ({ ResourceArn, ...more })
  const made = await house.send(ann, 'PutResourcePolicy', about(stream, { Policy: policy }))
  expect(made.status).toBe(200)
  expect((await house.send(ann, 'GetResourcePolicy', about(stream))).output.Policy).toBe(policy)
  expect(await get()).toMatchObject({ code: 'PolicyNotFoundException' })
  const old = policyText(allow({ AWS: otherAccountId }, scan, { Resource: `${stream}9` }))
  expect(
    await house.send(ann, 'PutResourcePolicy', about(`${stream}9`, { Policy: old })),
  ).toMatchObject({ code: 'ResourceNotFoundException' })
})
