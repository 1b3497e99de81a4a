import { expect, test } from 'vitest'
import { saidOf } from '../../testing/deliveries.ts'
import { accountId, now } from '../../testing/gate.ts'
import {
  bucketOf,
  memoryResources,
  queueOf,
  savedPolicyOf,
  topicOf,
} from '../../testing/resources.ts'
import type { Ask } from '../kept.ts'
import type { Resource, ResourcePort } from '../resource.ts'
import { snsSubscriptionOperations } from '../sns-subscriptions.ts'
import { allDeliveries, deliveryRecordOf, deliverySettings } from './standing.ts'
import { suspensions, type Switching } from './suspend.ts'
import { turnAt } from './turns.ts'
import { notificationOperations } from './withhold.ts'

// Goal: what is switched off by taking it out of the backend is lost to nobody: it is read as it was
// set up, put back as it was, and nothing that a caller has changed meanwhile is overwritten.
// Source: docs/decisions/0025 (chosen by us).

const event = { requestId: 'ours', now }
const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: '*' }
const queue = queueOf('jobs', { policy: savedPolicyOf(statement) })
const other = queueOf('other', { policy: savedPolicyOf(statement) })
const topic = topicOf('news')
const subscription: Resource = {
  ...bucketOf('s'),
  arn: `${topic.arn}:0`,
  service: 'sns',
  type: 'subscription',
  settings: { topicArn: topic.arn, topicId: topic.id, Protocol: 'sqs', Endpoint: queue.arn },
}

type Said = Awaited<ReturnType<Ask>>

/** A backend that holds one subscription's filter and one bucket's notifications. */
function backendOf(held: { filter?: string; notifications?: Record<string, unknown> }) {
  const asked: string[] = []
  const operations: Record<string, (input: Record<string, unknown>) => Record<string, unknown>> = {
    GetSubscriptionAttributes: () => ({
      Attributes: { Protocol: 'sqs', ...(held.filter && { FilterPolicy: held.filter }) },
    }),
    SetSubscriptionAttributes: ({ AttributeValue }) => {
      held.filter = AttributeValue as string
      return {}
    },
    GetBucketNotificationConfiguration: () => held.notifications ?? {},
    PutBucketNotificationConfiguration: ({ NotificationConfiguration }) => {
      held.notifications = NotificationConfiguration as Record<string, unknown>
      return {}
    },
  }
  const fails = new Set<string>()
  const ask: Ask = (operation, input) => {
    asked.push(operation)
    if (fails.has(operation)) return Promise.resolve<Said>({ ok: false, status: 500 })
    return Promise.resolve<Said>({ ok: true, output: operations[operation]?.(input) ?? {} })
  }
  return { held, ask, asked, fails }
}

/** The switch of the one delivery to a target. */
function switchAt(resources: ResourcePort, ask: Ask, target: string) {
  const found = () =>
    allDeliveries(resources, 'aws').find((each) => each.delivery.target === target)!
  const suspension = suspensions.get(found().delivery.setBy)!
  const switching = (): Switching => ({
    ...{ delivery: found().delivery, resources, ask, withheld: found().withheld, id: 'secret' },
    withhold: async (withheld) => {
      await resources.change(found().record, event, (record) => ({
        ...record,
        settings: deliverySettings(found().delivery, { ...deliveryRecordOf(record), withheld }),
      }))
    },
  })
  return {
    off: () => suspension.off(switching()),
    on: () => suspension.on(switching()),
    name: () => suspension.switchOf(found().delivery),
  }
}

async function subscribed(Attributes?: Record<string, string>) {
  const resources = memoryResources(topic, subscription, queue, other)
  const input = { TopicArn: topic.arn, Protocol: 'sqs', Endpoint: queue.arn, Attributes }
  const said = await saidOf({ service: 'sns', operation: 'Subscribe', input, resources })
  expect(said).toBeUndefined()
  return resources
}

const shown = (resources: ResourcePort, Attributes: Record<string, string>) => {
  const call = { resource: subscription, resources } as never
  const { merges } = snsSubscriptionOperations.GetSubscriptionAttributes!
  return (merges!({ Attributes }, call) as { Attributes: Record<string, string> }).Attributes
}

const own = JSON.stringify({ kind: ['order'] })
for (const filter of [own, undefined]) {
  const named = filter === undefined ? 'no filter' : 'a filter of its own'
  test(`a subscription with ${named} gets one that nothing passes, and its own again`, async () => {
    const resources = await subscribed()
    const backend = backendOf({ ...(filter !== undefined && { filter }) })
    const { off, on } = switchAt(resources, backend.ask, queue.arn)
    expect(await off()).toBe(true)
    expect(JSON.parse(backend.held.filter!)).toEqual({ 'bailiwick-suspended': ['secret'] })
    const attributes = { FilterPolicy: backend.held.filter!, FilterPolicyScope: 'MessageBody' }
    expect(shown(resources, attributes)).toEqual({
      Owner: accountId,
      ...(filter !== undefined && { FilterPolicy: filter, FilterPolicyScope: 'MessageBody' }),
    })
    expect(await off()).toBe(true)
    expect(await on()).toBe(true)
    expect(backend.held.filter).toBe(filter ?? '{}')
    expect(shown(resources, { FilterPolicy: '{}' })).toEqual({ Owner: accountId })
  })
}

test('a filter that the backend took from elsewhere is not overwritten', async () => {
  const resources = await subscribed()
  const backend = backendOf({ filter: own })
  const { off, on } = switchAt(resources, backend.ask, queue.arn)
  await off()
  backend.held.filter = '{"kind":["other"]}'
  expect(await on()).toBe(true)
  expect(backend.held.filter).toBe('{"kind":["other"]}')
})

test('the filter of a suspended subscription cannot be changed; its other attributes can', async () => {
  const resources = await subscribed()
  await switchAt(resources, backendOf({}).ask, queue.arn).off()
  const set = (AttributeName: string, AttributeValue: string) =>
    saidOf({
      service: 'sns',
      operation: 'SetSubscriptionAttributes',
      input: { SubscriptionArn: subscription.arn, AttributeName, AttributeValue },
      resources,
    })
  expect(await set('FilterPolicy', own)).toMatch(
    /^InvalidParameter: Invalid parameter: FilterPolicy Reason: the subscription is suspended/,
  )
  expect(await set('FilterPolicyScope', 'MessageBody')).toMatch(/^InvalidParameter/)
  expect(await set('RawMessageDelivery', 'true')).toBeUndefined()
  expect(await set('RedrivePolicy', JSON.stringify({ deadLetterTargetArn: other.arn }))).toBe(
    undefined,
  )
  const withheld = allDeliveries(resources, 'aws').filter((each) => each.withheld !== undefined)
  expect(withheld.map(({ delivery }) => delivery.target)).toEqual([queue.arn])
})

test('dead letters of a subscription have no switch', async () => {
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: other.arn })
  const resources = await subscribed({ RedrivePolicy })
  const { ask } = backendOf({})
  expect(switchAt(resources, ask, other.arn).name()).toBeUndefined()
  expect(switchAt(resources, ask, queue.arn).name()).toBeDefined()
})

const entry = (Id: string, QueueArn: string) => ({ Id, QueueArn, Events: ['s3:ObjectCreated:*'] })
const bucket = bucketOf('photos')
const both = {
  QueueConfigurations: [entry('1', queue.arn), entry('2', other.arn), entry('3', queue.arn)],
  EventBridgeConfiguration: {},
}

async function notified(notifications: Record<string, unknown> = both) {
  const resources = memoryResources(bucket, queue, other)
  const input = { Bucket: 'photos', NotificationConfiguration: notifications }
  const operation = 'PutBucketNotificationConfiguration'
  expect(await saidOf({ service: 's3', operation, input, resources })).toBeUndefined()
  return { resources, backend: backendOf({ notifications }), operation }
}

const notificationsShown = (resources: ResourcePort, output: Record<string, unknown>) => {
  const call = { input: { Bucket: 'photos' }, partition: 'aws', resources } as never
  const { merges, isMerged } = notificationOperations.GetBucketNotificationConfiguration!
  return isMerged!(call) ? (merges!(output, call) as typeof both) : output
}

const idsIn = (configuration: Record<string, unknown> | undefined) =>
  (configuration?.QueueConfigurations as { Id: string }[] | undefined)?.map(({ Id }) => Id)

test('entries of a bucket to one queue are taken out, the others stay, and all are shown', async () => {
  const { resources, backend } = await notified()
  const { off, on } = switchAt(resources, backend.ask, queue.arn)
  expect(idsIn(notificationsShown(resources, both))).toEqual(['1', '2', '3'])
  expect(await off()).toBe(true)
  expect(backend.held.notifications).toEqual({
    QueueConfigurations: [entry('2', other.arn)],
    EventBridgeConfiguration: {},
  })
  const seen = notificationsShown(resources, backend.held.notifications!)
  expect([idsIn(seen)?.sort(), seen.EventBridgeConfiguration]).toEqual([['1', '2', '3'], {}])
  expect(await off()).toBe(true)
  expect(await on()).toBe(true)
  expect(idsIn(backend.held.notifications)?.sort()).toEqual(['1', '2', '3'])
  expect(await on()).toBe(true)
  expect(idsIn(backend.held.notifications)).toHaveLength(3)
})

test('a backend that does not do it leaves what is withheld on record, for the next time', async () => {
  const { resources, backend } = await notified()
  const { off } = switchAt(resources, backend.ask, queue.arn)
  backend.fails.add('PutBucketNotificationConfiguration')
  expect(await off()).toBe(false)
  expect(idsIn(notificationsShown(resources, both))).toEqual(['1', '2', '3'])
  backend.fails.clear()
  expect(await off()).toBe(true)
  expect(idsIn(backend.held.notifications)).toEqual(['2'])
})

test('notifications that their owner puts anew take the place of what is withheld', async () => {
  const { resources, backend, operation } = await notified()
  await switchAt(resources, backend.ask, queue.arn).off()
  const anew = { QueueConfigurations: [entry('9', other.arn)] }
  const input = { Bucket: 'photos', NotificationConfiguration: anew }
  expect(await saidOf({ service: 's3', operation, input, resources })).toBeUndefined()
  expect(notificationsShown(resources, anew)).toEqual(anew)
  expect(allDeliveries(resources, 'aws').map(({ delivery }) => delivery.target)).toEqual([
    other.arn,
  ])
})

test('a turn at a source is one after the other, and of another source at once', async () => {
  const resources = memoryResources()
  const done: string[] = []
  const endFirst = await turnAt(resources, 'a')
  const second = turnAt(resources, 'a').then((end) => {
    done.push('second')
    end()
  })
  const endOther = await turnAt(resources, 'b')
  endOther()
  done.push('first')
  endFirst()
  await second
  expect(done).toEqual(['first', 'second'])
})

test('a call that is refused or fails gives its turn back', async () => {
  const resources = await subscribed()
  const input = { TopicArn: topic.arn, Protocol: 'sqs', Endpoint: `${queue.arn}-gone` }
  const again = () => saidOf({ service: 'sns', operation: 'Subscribe', input, resources })
  expect(await again()).toMatch(/^InvalidParameter/)
  expect(await again()).toMatch(/^InvalidParameter/)
})
