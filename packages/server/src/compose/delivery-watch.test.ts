import { decide } from '@bailiwick/policy'
import type { NewResource } from '@bailiwick/gateway'
import { expect, onTestFinished, test, vi } from 'vitest'
import { managementAccountId as accountId, openDeployment, policy } from '../testing/deployment.ts'
import { watchDeliveries } from './delivery-watch.ts'

// Goal: what may no longer be delivered is told once, to the log and the ledger, after whatever change
// made it so. Source: docs/reference.md, "Deliveries"; decision 0025.
const topic = `arn:aws:sns:us-east-1:${accountId}:news`
const queue = `arn:aws:sqs:us-east-1:${accountId}:jobs`
const event = { requestId: 'test', now: new Date('2026-11-24T12:00:00Z') }
const made = (arn: string, service: string, type: string, more: Partial<NewResource> = {}) => ({
  ...{ arn, service, type, accountId, state: 'active' as const, tags: [], settings: {}, ...more },
})

const admitting = policy({
  Effect: 'Allow',
  Principal: { Service: 'sns.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: queue,
})
const admitted = { policy: { text: admitting, saved: admitting } }

const delivery = {
  deliverer: { by: 'service', name: 'sns.amazonaws.com' },
  ...{ source: topic, sourceAccount: accountId, target: queue, region: 'us-east-1' },
  ...{ part: `sqs ${queue}`, setBy: 'sns:Subscribe' },
  needs: [{ action: 'sqs:SendMessage', resourceArn: queue }],
}
const deliveryArn = `arn:aws:bailiwick:us-east-1:${accountId}:delivery/a`

async function openHouse() {
  const house = await openDeployment()
  await house.root(accountId)
  const { resources, store } = house
  await resources.create(made(topic, 'sns', 'topic'), event)
  await resources.create(made(queue, 'sqs', 'queue', admitted), event)
  const record = made(deliveryArn, 'bailiwick', 'delivery', { settings: { delivery } })
  await resources.create(record, event)
  const told: string[] = []
  const lines: Record<string, unknown>[] = []
  const asked = { count: 0, fails: false }
  const say = (level: string) => (_: unknown, text?: string) => void told.push(`${level}: ${text}`)
  const watch = watchDeliveries({
    ...{ store, resources, partition: 'aws', services: new Map() },
    runRole: () => Promise.resolve(undefined),
    ledger: { append: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    log: { info: say('info'), warn: say('warn'), error: say('error') } as never,
    decide(request, policies) {
      asked.count++
      if (asked.fails) throw new Error('the engine fails')
      return decide(request, policies)
    },
  })
  onTestFinished(() => watch.stop())
  const setPolicy = (fields: Partial<NewResource>) =>
    resources.change(resources.find(queue)!, event, ({ policy: _, ...rest }) => ({
      ...rest,
      ...fields,
    }))
  const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 20 })
  return { house, resources, store, watch, told, lines, asked, setPolicy, until }
}

test('it is told when it breaks and when it mends, once each', async () => {
  const { told, lines, asked, setPolicy, until, resources } = await openHouse()
  await until(() => {
    expect(asked.count).toBe(1)
  })
  expect(told).toEqual([])
  await setPolicy({})
  await until(() => {
    expect(told).toEqual(['warn: a delivery that stands is no longer allowed'])
  })
  expect(resources.find(deliveryArn)?.settings.broken).toMatch(/^sns.amazonaws.com is not auth/)
  await setPolicy(admitted)
  await until(() => {
    expect(told).toHaveLength(2)
  })
  expect(told[1]).toBe('info: a delivery is allowed again')
  expect(lines).toMatchObject([
    {
      eventName: 'DeliveryDenied',
      recipientAccountId: accountId,
      serviceEventDetails: {
        deliveryArn,
        sourceArn: topic,
        targetArn: queue,
        reason: `sns.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: ${queue}`,
        suspended: false,
      },
    },
    { eventName: 'DeliveryAllowed' },
  ])
})

test('what it notes itself is no reason to look again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { told, setPolicy, until } = await openHouse()
  await setPolicy({})
  await until(() => {
    expect(told).toHaveLength(1)
  })
  expect(vi.getTimerCount()).toBe(0)
})

test('many changes are looked at once', async () => {
  const { asked, setPolicy, told, until } = await openHouse()
  for (let i = 0; i < 20; i++) await setPolicy(i % 2 === 0 ? {} : admitted)
  await setPolicy({})
  await until(() => {
    expect(told).toHaveLength(1)
  })
  expect(asked.count).toBeLessThan(5)
})

test('a look that fails is told, and the next one is looked at all the same', async () => {
  const { asked, setPolicy, told, until } = await openHouse()
  asked.fails = true
  await until(() => {
    expect(told).toEqual(['error: the deliveries that stand could not be decided on'])
  })
  asked.fails = false
  await setPolicy({})
  await until(() => {
    expect(told[1]).toBe('warn: a delivery that stands is no longer allowed')
  })
})

test('a delivery goes with what it comes from', async () => {
  const { resources, until, told } = await openHouse()
  await resources.remove(resources.find(topic)!, event)
  await until(() => {
    expect(resources.find(deliveryArn)).toBeUndefined()
  })
  expect(told).toEqual([])
})

test('once it is stopped it looks at nothing', async () => {
  const { watch, asked, setPolicy, told } = await openHouse()
  await watch.stop()
  await setPolicy({})
  await watch.stop()
  expect([asked.count, told]).toEqual([0, []])
})
