import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { OperationInput } from '@bailiwick/wire'
import type { Caller } from '../caller.ts'
import { accountId, callerWith, identityPolicy } from '../testing/gate.ts'
import { KeptGate, otherAccountId, strangerWith } from '../testing/kept-gate.ts'
import { bucketOf, savedPolicyOf } from '../testing/resources.ts'
import { busPolicyBytesMax } from './events-permissions.ts'
import type { Resource } from './resource.ts'

// Goal: event buses are owned, their policies decide, also about their rules, and tags and policies
// stay with the gate. Method: the gate before a backend that keeps what arrives. Sources:
// evaluation-logic §2 and §3; EventBridge User Guide, "Permissions for Amazon EventBridge event buses".
const house = new KeptGate('events')
beforeAll(() => house.open())
afterAll(() => house.close())
beforeEach(() => {
  house.reset()
})

const all = identityPolicy('all', { Effect: 'Allow', Action: '*', Resource: '*' })
const ann = callerWith(all)
const annAlone = callerWith()
const bob = strangerWith(all)
const bobAlone = strangerWith()
const arnOf = (name: string, account = accountId) =>
  `arn:aws:events:us-east-1:${account}:event-bus/${name}`
const busOf = (name: string, fields: Partial<Resource> = {}): Resource => ({
  ...bucketOf(name, fields),
  ...{ arn: arnOf(name, fields.accountId), service: 'events', type: 'event-bus' },
})
const arn = arnOf('orders')
const allow = (principal: unknown, action: string, Resource: string = arn) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: action,
  Resource,
})
const ordersWith = (...statements: readonly object[]) =>
  busOf('orders', { policy: savedPolicyOf(...statements) })
const event = (EventBusName?: string) => ({
  Source: 's',
  DetailType: 't',
  Detail: '{}',
  EventBusName,
})
const put = (...buses: (string | undefined)[]) => ({ Entries: buses.map(event) })
const ruleArn = `arn:aws:events:us-east-1:${accountId}:rule/orders/r`
const ruleOf = (fields: Partial<Resource> = {}): Resource => ({
  ...busOf('orders', fields),
  ...{ arn: ruleArn, type: 'rule', settings: { busId: busOf('orders').id, ...fields.settings } },
})
const prod = callerWith(
  identityPolicy('prod', {
    Effect: 'Allow',
    Action: 'events:*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/env': 'prod' } },
  }),
)
const tags = [{ Key: 'env', Value: 'prod' }]
const annArn = `arn:aws:iam::${accountId}:user/ann`

const decisions: readonly [
  rule: string,
  by: Caller,
  records: readonly Resource[],
  operation: string,
  input: OperationInput,
  isAllowed: boolean,
][] = [
  ['each account has a default bus', ann, [], 'PutEvents', put(undefined), true],
  ['which nobody else has', bob, [], 'PutEvents', put(arnOf('default')), false],
  [
    'in one account a policy that names the user suffices',
    annAlone,
    [ordersWith(allow({ AWS: annArn }, 'events:PutEvents'))],
    'PutEvents',
    put('orders'),
    true,
  ],
  [
    'a Deny of the bus’s beats the user’s Allow',
    ann,
    [ordersWith({ ...allow('*', 'events:*'), Effect: 'Deny' })],
    'PutEvents',
    put('orders'),
    false,
  ],
  [
    'from another account both sides must allow: both do',
    bob,
    [ordersWith(allow({ AWS: otherAccountId }, 'events:PutEvents'))],
    'PutEvents',
    put(arn),
    true,
  ],
  [
    'from another account both sides must allow: the caller’s does not',
    bobAlone,
    [ordersWith(allow({ AWS: otherAccountId }, 'events:PutEvents'))],
    'PutEvents',
    put(arn),
    false,
  ],
  ['or the bus’s does not', bob, [busOf('orders')], 'PutEvents', put(arn), false],
  [
    'each entry counts: one bus that admits nobody',
    bob,
    [ordersWith(allow({ AWS: otherAccountId }, 'events:PutEvents')), busOf('other')],
    'PutEvents',
    put(arn, arnOf('other')),
    false,
  ],
  [
    'rules are decided on with the policy of their bus',
    bob,
    [ordersWith(allow({ AWS: otherAccountId }, 'events:DescribeRule', ruleArn)), ruleOf()],
    'DescribeRule',
    { Name: 'r', EventBusName: arn },
    true,
  ],
  [
    'rules of others are theirs',
    bob,
    [busOf('orders'), ruleOf()],
    'DeleteRule',
    { Name: 'r', EventBusName: arn },
    false,
  ],
  ['lists of rules, too', bob, [busOf('orders')], 'ListRules', { EventBusName: arn }, false],
  ['tags of the bus decide', prod, [busOf('orders', { tags })], 'PutEvents', put('orders'), true],
  ['of another value not', prod, [busOf('orders')], 'PutEvents', put('orders'), false],
  [
    'tags of a rule are its own',
    prod,
    [busOf('orders'), ruleOf({ tags })],
    'EnableRule',
    { Name: 'r', EventBusName: 'orders' },
    true,
  ],
  [
    'and not those of its bus',
    prod,
    [busOf('orders', { tags }), ruleOf()],
    'EnableRule',
    { Name: 'r', EventBusName: 'orders' },
    false,
  ],
  [
    'a rule of a bus that was before is none',
    prod,
    [busOf('orders', { id: 'anew' }), ruleOf({ tags })],
    'EnableRule',
    { Name: 'r', EventBusName: 'orders' },
    false,
  ],
  [
    'a permission is for the bus’s own account to give',
    bob,
    [ordersWith(allow('*', 'events:*'))],
    'PutPermission',
    { EventBusName: arn, Action: 'events:PutEvents', Principal: otherAccountId, StatementId: 's' },
    false,
  ],
]

for (const [rule, by, records, operation, input, isAllowed] of decisions) {
  test(`event buses: ${rule}`, async () => {
    house.reset(...records)
    house.replies = { PutEvents: [200, { FailedEntryCount: 0, Entries: [{ EventId: '1' }] }] }
    const said = await house.send(by, operation, input)
    expect([said.status, said.code]).toEqual(
      isAllowed ? [200, undefined] : [400, expect.stringMatching(/AccessDenied/)],
    )
    expect(house.arrived.map(({ account }) => account)).toEqual(isAllowed ? [accountId] : [])
  })
}

test('events to buses of several accounts go to each account', async () => {
  house.reset(ordersWith(allow({ AWS: otherAccountId }, 'events:PutEvents')))
  house.replies = {
    PutEvents: ({ Entries }) => [
      200,
      {
        FailedEntryCount: 0,
        Entries: (Entries as { EventBusName?: string }[]).map((each) => ({
          EventId: each.EventBusName ?? 'default',
        })),
      },
    ],
  }
  const said = await house.send(bob, 'PutEvents', put(undefined, arn, undefined))
  expect(said.output).toEqual({
    FailedEntryCount: 0,
    Entries: [{ EventId: 'default' }, { EventId: arn }, { EventId: 'default' }],
  })
  expect(house.arrived.map(({ account }) => account)).toEqual([otherAccountId, accountId])
})

test('a bus is its maker’s, and not made twice, nor the default one', async () => {
  const gone = [400, { __type: 'ResourceNotFoundException' }] as const
  house.replies = {
    DescribeEventBus: ({ Name }) => (Name === 'default' ? [200, {}] : gone),
    CreateEventBus: [200, { EventBusArn: arn }],
  }
  const create = (by: Caller, Name: string) =>
    house.send(by, 'CreateEventBus', { Name, Tags: tags })
  expect((await create(ann, 'orders')).status).toBe(200)
  const sent = house.arrived.find(({ line }) => line === 'CreateEventBus')
  expect(sent?.input).toEqual({ Name: 'orders' })
  expect(house.resources.find(arn)).toMatchObject({ accountId, state: 'active', tags })
  house.replies.DescribeEventBus = [200, {}]
  expect((await create(ann, 'orders')).code).toBe('ResourceAlreadyExistsException')
  expect((await create(ann, 'default')).code).toBe('ResourceAlreadyExistsException')
  house.replies.DescribeEventBus = gone
  expect((await create(bob, 'orders')).status).toBe(200)
  const listed = (await house.send(ann, 'ListEventBuses', {})).output.EventBuses
  expect(listed).toEqual([
    { Name: 'default', Arn: arnOf('default') },
    { Name: 'orders', Arn: arn },
  ])
})

test('permissions of the default bus: an account, an organization, and none', async () => {
  const about = { Action: 'events:PutEvents', StatementId: 's' }
  const permit = (more: object) => house.send(ann, 'PutPermission', { ...about, ...more })
  expect((await permit({ Principal: otherAccountId })).status).toBe(200)
  const bus = arnOf('default')
  const kept = () => JSON.parse(house.resources.find(bus)?.policy?.text ?? '{}') as object
  expect(kept()).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 's',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${otherAccountId}:root` },
        Action: 'events:PutEvents',
        Resource: bus,
      },
    ],
  })
  house.replies = {
    PutEvents: [200, { FailedEntryCount: 0, Entries: [] }],
    DescribeEventBus: [200, { Name: 'default', Policy: 'theirs' }],
  }
  expect((await house.send(bob, 'PutEvents', put(bus))).status).toBe(200)
  const described = await house.send(ann, 'DescribeEventBus', {})
  expect(JSON.parse(String(described.output.Policy))).toEqual(kept())
  const Condition = { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-1' }
  expect((await permit({ Principal: '*', Condition })).status).toBe(200)
  expect(kept()).toMatchObject({
    Statement: [{ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
  })
  expect((await house.send(bob, 'PutEvents', put(bus))).code).toMatch(/AccessDenied/)
  const remove = (input: OperationInput) => house.send(ann, 'RemovePermission', input)
  expect((await remove({ StatementId: 'x' })).code).toBe('ResourceNotFoundException')
  expect((await remove({ StatementId: 's' })).status).toBe(200)
  expect(house.resources.find(bus)?.policy).toBeUndefined()
  expect((await remove({ RemoveAllPermissions: true })).status).toBe(200)
})

const plain = savedPolicyOf(allow('*', 'events:PutEvents')).text
const padded = (bytes: number) => plain + ' '.repeat(bytes - Buffer.byteLength(plain))
const Condition = { Type: 'StringEquals', Key: 'aws:SourceIp', Value: '::1' }
const permissions: readonly [what: string, input: object, code: string | undefined][] = [
  ['a policy of the greatest size', { Policy: padded(busPolicyBytesMax) }, undefined],
  ['a byte past it', { Policy: padded(busPolicyBytesMax + 1) }, 'PolicyLengthExceededException'],
  ['no JSON', { Policy: '{' }, 'ValidationException'],
  ['nobody', { Action: 'events:PutEvents', StatementId: 's' }, 'ValidationException'],
  [
    'another action',
    { Action: 'events:PutRule', StatementId: 's', Principal: otherAccountId },
    'ValidationException',
  ],
  [
    'another condition',
    { Action: 'events:PutEvents', StatementId: 's', Principal: '*', Condition },
    'ValidationException',
  ],
]

for (const [what, input, code] of permissions) {
  test(`PutPermission: ${what}`, async () => {
    house.reset(busOf('orders'))
    const said = await house.send(ann, 'PutPermission', { EventBusName: 'orders', ...input })
    expect(said.code).toBe(code)
    expect(house.resources.find(arn)?.policy === undefined).toBe(code !== undefined)
    expect(house.arrived).toEqual([])
  })
}

test('a rule is its bus’s account’s, with tags of its own', async () => {
  house.reset(ordersWith(allow({ AWS: otherAccountId }, 'events:*', ruleArn)))
  house.replies = { PutRule: [200, { RuleArn: ruleArn }] }
  const input = { Name: 'r', EventBusName: arn, EventPattern: '{"source":["s"]}', Tags: tags }
  expect((await house.send(bob, 'PutRule', input)).status).toBe(200)
  expect(house.arrived[0]?.input).not.toHaveProperty('Tags')
  expect(house.resources.find(ruleArn)).toMatchObject({ accountId, tags })
  const about = { ResourceARN: ruleArn }
  await house.send(ann, 'TagResource', { ...about, Tags: [{ Key: 'k', Value: 'v' }] })
  await house.send(ann, 'UntagResource', { ...about, TagKeys: ['env'] })
  const listed = await house.send(ann, 'ListTagsForResource', about)
  expect(listed.output.Tags).toEqual([{ Key: 'k', Value: 'v' }])
  const none = await house.send(ann, 'ListTagsForResource', { ResourceARN: `${ruleArn}x` })
  expect(none.code).toBe('ResourceNotFoundException')
  await house.send(ann, 'DeleteRule', { Name: 'r', EventBusName: 'orders' })
  expect(house.resources.find(ruleArn)).toBeUndefined()
  expect(house.resources.find(arn)).toBeDefined()
})

test('a bus goes with its rules; the default one stays; what is not there is no error', async () => {
  house.reset(busOf('orders'), ruleOf())
  expect((await house.send(ann, 'DeleteEventBus', { Name: 'orders' })).status).toBe(200)
  expect(house.resources.find(ruleArn)).toBeUndefined()
  expect((await house.send(ann, 'DeleteEventBus', { Name: 'orders' })).status).toBe(200)
  const standing = await house.send(ann, 'DeleteEventBus', { Name: 'default' })
  expect(standing.message).toBe('Cannot delete event bus default.')
  const gone = await house.send(ann, 'PutEvents', put('orders'))
  expect(gone.message).toBe('Event bus orders does not exist.')
  expect(house.lines).toEqual(['DeleteEventBus'])
})
