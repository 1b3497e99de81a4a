import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { OperationInput } from '@bailiwick/wire'
import { anonymousCaller } from '../authenticate/authenticate.ts'
import type { Caller } from '../caller.ts'
import { accountId, callerWith, identityPolicy } from '../testing/gate.ts'
import { KeptGate, otherAccountId, strangerWith } from '../testing/kept-gate.ts'
import { queueOf, savedPolicyOf, topicOf } from '../testing/resources.ts'
import type { Resource } from './resource.ts'
import { defaultTopicPolicy, topicPolicyBytesMax } from './sns-policy.ts'

// Goal: topics and subscriptions are owned, their policies and tags decide, and stay with the gate.
// Method: the gate before a backend that keeps what arrives. Sources: evaluation-logic §2 and §3; SNS
// API Reference; SNS Developer Guide, "Example cases for Amazon SNS access control".
const house = new KeptGate('sns')
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
const { arn } = topicOf('news')
const allow = (principal: unknown, action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: action,
  Resource: arn,
  ...more,
})
const newsWith = (...statements: readonly object[]) =>
  topicOf('news', { policy: savedPolicyOf(...statements) })
const policyText = (...statements: readonly object[]) => savedPolicyOf(...statements).text
const kept = () => house.resources.find(arn)
const annArn = `arn:aws:iam::${accountId}:user/ann`
const hello = { TopicArn: arn, Message: 'hello' }
const viaSqs = { StringEquals: { 'sns:Protocol': 'sqs' } }
const queue = `arn:aws:sqs:us-east-1:${otherAccountId}:jobs`
/** It lets the topic deliver. */
const jobs = queueOf('jobs', {
  ...{ accountId: otherAccountId, arn: queue },
  policy: savedPolicyOf({
    ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' },
    Resource: queue,
  }),
})
const subscribe = { TopicArn: arn, Protocol: 'sqs', Endpoint: queue }
const byDefault = topicOf('news', { policy: defaultTopicPolicy(arn, accountId) })
const prod = identityPolicy('prod', {
  Effect: 'Allow',
  Action: 'sns:*',
  Resource: '*',
  Condition: { StringEquals: { 'aws:ResourceTag/env': 'prod' } },
})
const tagged = (value: string) => topicOf('news', { tags: [{ Key: 'env', Value: value }] })

const decisions: readonly [
  rule: string,
  by: Caller,
  record: Resource,
  operation: string,
  input: OperationInput,
  isAllowed: boolean,
][] = [
  ['the owner’s own policies suffice', ann, byDefault, 'Publish', hello, true],
  ['the default policy admits no user', annAlone, byDefault, 'Publish', hello, false],
  ['nor another account', bob, byDefault, 'Publish', hello, false],
  ['nor who signs nothing', anonymousCaller, byDefault, 'Publish', hello, false],
  [
    'who signs nothing is let in by everybody',
    anonymousCaller,
    newsWith(allow('*', 'sns:Publish')),
    'Publish',
    hello,
    true,
  ],
  [
    'in one account a policy that names the user suffices',
    annAlone,
    newsWith(allow({ AWS: annArn }, 'SNS:Publish')),
    'Publish',
    hello,
    true,
  ],
  [
    'a Deny of the topic’s beats the user’s Allow',
    ann,
    newsWith({ ...allow('*', 'sns:Publish'), Effect: 'Deny' }),
    'Publish',
    hello,
    false,
  ],
  [
    'from another account both sides must allow: both do',
    bob,
    newsWith(allow({ AWS: otherAccountId }, 'sns:Publish')),
    'Publish',
    hello,
    true,
  ],
  [
    'from another account both sides must allow: the caller’s does not',
    bobAlone,
    newsWith(allow({ AWS: otherAccountId }, 'sns:Publish')),
    'Publish',
    hello,
    false,
  ],
  [
    'a batch is decided as its single form',
    bob,
    newsWith(allow({ AWS: otherAccountId }, 'sns:Publish')),
    'PublishBatch',
    { TopicArn: arn, PublishBatchRequestEntries: [{ Id: '1', Message: 'm' }] },
    true,
  ],
  [
    'a policy lets others subscribe by protocol',
    bob,
    newsWith(allow('*', 'sns:Subscribe', { Condition: viaSqs })),
    'Subscribe',
    subscribe,
    true,
  ],
  [
    'a policy lets others subscribe by protocol: another one',
    bob,
    newsWith(allow('*', 'sns:Subscribe', { Condition: viaSqs })),
    'Subscribe',
    { TopicArn: arn, Protocol: 'https', Endpoint: 'https://example.org' },
    false,
  ],
  ['tags of the topic decide', callerWith(prod), tagged('prod'), 'Publish', hello, true],
  ['tags of the topic decide: others', callerWith(prod), tagged('x'), 'Publish', hello, false],
  [
    'a service principal is no user',
    bob,
    newsWith(allow({ Service: 's3.amazonaws.com' }, 'sns:Publish')),
    'Publish',
    hello,
    false,
  ],
]

for (const [rule, by, record, operation, input, isAllowed] of decisions) {
  test(`topics: ${rule}`, async () => {
    house.reset(record, jobs)
    house.replies = {
      Publish: [200, { MessageId: '1' }],
      PublishBatch: [200, {}],
      Subscribe: [200, { SubscriptionArn: `${arn}:1` }],
    }
    const said = await house.send(by, operation, input)
    expect([said.status, said.code]).toEqual(
      isAllowed ? [200, undefined] : [403, 'AuthorizationError'],
    )
    expect(house.arrived.map(({ account }) => account)).toEqual(isAllowed ? [accountId] : [])
  })
}

test('a topic is its maker’s, with the default policy, and made again is the same', async () => {
  house.replies = {
    GetTopicAttributes: [404, { code: 'NotFound' }],
    CreateTopic: [200, { TopicArn: arn }],
  }
  const input = { Name: 'news', Tags: [{ Key: 'env', Value: 'prod' }] }
  expect((await house.send(ann, 'CreateTopic', input)).output).toEqual({ TopicArn: arn })
  expect(house.arrived.at(-1)?.input).toEqual({ Name: 'news' })
  expect(kept()).toMatchObject({
    accountId,
    state: 'active',
    tags: input.Tags,
    policy: { text: expect.stringContaining('AWS:SourceOwner') as string },
  })
  house.replies.GetTopicAttributes = [200, {}]
  expect((await house.send(ann, 'CreateTopic', input)).output).toEqual({ TopicArn: arn })
  const other = { Name: 'news', Tags: [{ Key: 'env', Value: 'test' }] }
  expect((await house.send(ann, 'CreateTopic', other)).message).toContain('different tags')
  const policy = policyText(allow('*', 'sns:Publish'))
  const again = { Name: 'news', Attributes: { Policy: policy } }
  expect((await house.send(ann, 'CreateTopic', again)).message).toContain('different attributes')
})

test('a topic that was lost and is made again has no policy, tag or subscription of the old', async () => {
  const subscription = { ...topicOf('news:1'), arn: `${arn}:1`, type: 'subscription' }
  const open = savedPolicyOf(allow('*', 'sns:Publish'))
  house.reset(topicOf('news', { policy: open, tags: [{ Key: 'a', Value: 'b' }] }), subscription)
  const lost = kept()?.id
  house.replies = {
    GetTopicAttributes: [404, { code: 'NotFound' }],
    CreateTopic: [200, { TopicArn: arn }],
  }
  const said = await house.send(ann, 'CreateTopic', { Name: 'news' })
  expect(said.event?.lost).toEqual([arn, subscription.arn])
  expect(kept()).toMatchObject({ tags: [], policy: defaultTopicPolicy(arn, accountId) })
  expect(kept()?.id).not.toBe(lost)
  expect(house.resources.find(subscription.arn)).toBeUndefined()
})

test('a topic that the backend has and nobody adopted is not given away', async () => {
  house.replies = { GetTopicAttributes: [200, {}] }
  expect((await house.send(ann, 'CreateTopic', { Name: 'news' })).code).toBe('InvalidParameter')
  expect(kept()).toBeUndefined()
})

test('policy and owner are the gate’s to tell', async () => {
  house.reset(byDefault)
  house.replies = {
    GetTopicAttributes: [200, { Attributes: { TopicArn: arn, Policy: 'theirs', Owner: 'theirs' } }],
  }
  const { output } = await house.send(ann, 'GetTopicAttributes', { TopicArn: arn })
  const { Policy, Owner } = output.Attributes as Record<string, string>
  expect(Owner).toBe(accountId)
  expect(JSON.parse(Policy ?? '')).toMatchObject({
    Id: '__default_policy_ID',
    Statement: [{ Condition: { StringEquals: { 'AWS:SourceOwner': accountId } } }],
  })
})

const padded = (bytes: number) => {
  const plain = policyText(allow('*', 'sns:Publish'))
  return plain + ' '.repeat(bytes - Buffer.byteLength(plain))
}
const outOfScope = 'Invalid parameter: Policy statement action out of service scope!'
const policies: readonly [what: string, text: string, message: string][] = [
  ['of the greatest size', padded(topicPolicyBytesMax), ''],
  ['a byte past it', padded(topicPolicyBytesMax + 1), 'Invalid parameter: Policy Error: null'],
  ['for services', policyText(allow({ Service: 's3.amazonaws.com' }, 'SNS:Publish')), ''],
  ['out of scope', policyText(allow('*', 'sns:CreateTopic')), outOfScope],
  ['of another service', policyText(allow('*', 's3:*')), 'Invalid parameter: Policy Error: null'],
  ['no JSON', '{', 'Invalid parameter: Policy Error: null'],
]

for (const [what, text, message] of policies) {
  test(`SetTopicAttributes: a policy ${what}`, async () => {
    house.reset(topicOf('news'))
    const input = { TopicArn: arn, AttributeName: 'Policy', AttributeValue: text }
    const said = await house.send(ann, 'SetTopicAttributes', input)
    expect(said.message).toBe(message)
    expect(kept()?.policy?.text).toBe(message === '' ? text : undefined)
    expect(house.arrived).toEqual([])
  })
}

test('another attribute is the backend’s', async () => {
  house.reset(topicOf('news'))
  const input = { TopicArn: arn, AttributeName: 'DisplayName', AttributeValue: 'N' }
  expect((await house.send(ann, 'SetTopicAttributes', input)).status).toBe(200)
  expect(house.lines).toEqual(['SetTopicAttributes'])
})

test('AddPermission and RemovePermission', async () => {
  house.reset(byDefault)
  const input = { TopicArn: arn, Label: 'l', AWSAccountId: [otherAccountId] }
  const add = (ActionName: readonly string[]) =>
    house.send(ann, 'AddPermission', { ...input, ActionName })
  expect((await add(['GetSubscriptionAttributes'])).message).toBe(outOfScope)
  expect((await add(['Publish', 'Subscribe'])).status).toBe(200)
  expect((await add(['Publish'])).message).toBe('Invalid parameter: Statement already exists')
  expect(JSON.parse(kept()?.policy?.text ?? '')).toMatchObject({
    Statement: [
      { Sid: '__default_statement_ID' },
      { Sid: 'l', Principal: { AWS: `arn:aws:iam::${otherAccountId}:root` } },
    ],
  })
  house.replies = { Publish: [200, { MessageId: '1' }] }
  expect((await house.send(bob, 'Publish', hello)).status).toBe(200)
  await house.send(ann, 'RemovePermission', { TopicArn: arn, Label: 'l' })
  expect((await house.send(bob, 'Publish', hello)).code).toBe('AuthorizationError')
})

test('tags are kept, and topics listed by owner', async () => {
  house.reset(topicOf('news'), topicOf('b'), topicOf('c', { accountId: otherAccountId }))
  await house.send(ann, 'TagResource', { ResourceArn: arn, Tags: [{ Key: 'k', Value: 'v' }] })
  const tags = await house.send(ann, 'ListTagsForResource', { ResourceArn: arn })
  expect(tags.output.Tags).toEqual([{ Key: 'k', Value: 'v' }])
  const topics = await house.send(ann, 'ListTopics', {})
  expect(topics.output.Topics).toEqual([{ TopicArn: topicOf('b').arn }, { TopicArn: arn }])
  expect(house.arrived).toEqual([])
})

const subscription = `${arn}:6b0e71bd-7e97-4d97-80ce-4a0994e55286`
const bobs: Resource = {
  ...topicOf('news', { accountId: otherAccountId }),
  arn: subscription,
  type: 'subscription',
  settings: { topicArn: arn, topicId: topicOf('news').id, Protocol: 'sqs', Endpoint: queue },
}

test('a subscription is the subscriber’s', async () => {
  house.reset(newsWith(allow({ AWS: otherAccountId }, 'sns:Subscribe')), jobs)
  house.replies = { Subscribe: [200, { SubscriptionArn: subscription }] }
  const said = await house.send(bob, 'Subscribe', subscribe)
  expect(said.output).toEqual({ SubscriptionArn: subscription })
  expect(house.resources.find(subscription)).toMatchObject({ accountId: otherAccountId })
  const view = {
    SubscriptionArn: subscription,
    Owner: otherAccountId,
    Protocol: 'sqs',
    Endpoint: queue,
    TopicArn: arn,
  }
  const listed = await house.send(bob, 'ListSubscriptions', {})
  expect(listed.output.Subscriptions).toEqual([view])
  expect((await house.send(ann, 'ListSubscriptions', {})).output.Subscriptions).toEqual([])
  house.replies = { ListSubscriptionsByTopic: [200, { Subscriptions: [{ ...view, Owner: 'x' }] }] }
  const byTopic = await house.send(ann, 'ListSubscriptionsByTopic', { TopicArn: arn })
  expect(byTopic.output.Subscriptions).toEqual([view])
})

const third = '777788889999'
const carolArn = `arn:aws:iam::${third}:user/carol`
const carol: Caller = {
  ...strangerWith(all),
  principal: { kind: 'user', accountId: third, arn: carolArn, userId: 'AIDACAROL' },
  accountId: third,
  arn: carolArn,
}
const subscriptionCalls: readonly [who: string, by: Caller, operation: string, ok: boolean][] = [
  ['the subscriber', bob, 'Unsubscribe', true],
  ['the topic’s owner', ann, 'Unsubscribe', true],
  ['a third account', carol, 'Unsubscribe', false],
  ['the subscriber without policies', bobAlone, 'Unsubscribe', false],
  ['the subscriber', bob, 'GetSubscriptionAttributes', true],
  ['a third account', carol, 'GetSubscriptionAttributes', false],
]

for (const [who, by, operation, ok] of subscriptionCalls) {
  test(`${operation} by ${who}`, async () => {
    house.reset(newsWith(allow('*', 'sns:*')), bobs)
    house.replies = { GetSubscriptionAttributes: [200, { Attributes: { Owner: 'theirs' } }] }
    const said = await house.send(by, operation, { SubscriptionArn: subscription })
    expect(said.code).toBe(ok ? undefined : 'AuthorizationError')
    // The backend has it where it has the topic.
    expect(house.arrived.map(({ account }) => account)).toEqual(ok ? [accountId] : [])
    if (ok && operation === 'Unsubscribe') {
      expect(house.resources.find(subscription)).toBeUndefined()
    } else if (ok) {
      expect(said.output.Attributes).toEqual({ Owner: otherAccountId })
    }
  })
}

test('a topic goes with its subscriptions, and deleting none is no error', async () => {
  house.reset(topicOf('news'), bobs)
  expect((await house.send(ann, 'DeleteTopic', { TopicArn: arn })).status).toBe(200)
  expect(house.resources.beginningWith(arn)).toEqual([])
  house.arrived.length = 0
  expect((await house.send(ann, 'DeleteTopic', { TopicArn: arn })).status).toBe(200)
  expect((await house.send(ann, 'Publish', hello)).code).toBe('NotFound')
  expect(house.arrived).toEqual([])
})

test('a new incarnation of a topic has no subscriptions of the old', async () => {
  house.reset(topicOf('news', { id: 'anew' }), bobs)
  expect((await house.send(bob, 'ListSubscriptions', {})).output.Subscriptions).toEqual([])
})

test('applications and endpoints of devices are their account’s alone', async () => {
  const endpoint = `arn:aws:sns:us-east-1:${accountId}:endpoint/APNS/app/1`
  const theirs = { EndpointArn: endpoint }
  expect((await house.send(bob, 'GetEndpointAttributes', theirs)).code).toBe('AuthorizationError')
  expect((await house.send(bob, 'Publish', { TargetArn: endpoint, Message: 'm' })).status).toBe(403)
  expect(house.arrived).toEqual([])
  const phone = await house.send(ann, 'Publish', { PhoneNumber: '+15550100', Message: 'm' })
  expect([phone.status, house.arrived[0]?.account]).toEqual([200, accountId])
})
