import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadModel } from '@bailiwick/wire'
import { rolesOf, saidOf, setUp } from '../../testing/deliveries.ts'
import { accountId, now } from '../../testing/gate.ts'
import { JsonBackend } from '../../testing/json-backend.ts'
import {
  bucketOf,
  memoryResources,
  queueOf,
  savedPolicyOf,
  topicOf,
} from '../../testing/resources.ts'
import type { RunRole } from '../../ports.ts'
import type { Resource, ResourcePort } from '../resource.ts'
import { recheckDeliveries, type DeliveryChange } from './recheck.ts'
import { allDeliveries } from './standing.ts'

// Goal: a delivery that stands is reported once it may no longer be, switched off where the backend
// can, and switched on again by us alone. Source: docs/reference.md, "Deliveries" (chosen by us).

const backend = new JsonBackend()
beforeAll(() => backend.open())
afterAll(() => backend.close())
beforeEach(() => {
  backend.reset()
})

const event = { requestId: 'ours', now }
const queue = queueOf('jobs').arn
const topic = topicOf('news').arn
const role = `arn:aws:iam::${accountId}:role/r`

function jobsAdmitting(Service: string): Resource {
  const statement = { Effect: 'Allow', Principal: { Service }, Action: 'sqs:*', Resource: '*' }
  return queueOf('jobs', { policy: savedPolicyOf(statement) })
}

async function recheck(resources: ResourcePort, runRole: RunRole = rolesOf({})) {
  const changes: DeliveryChange[] = []
  const services = new Map(
    (['cloudwatch', 'events', 'lambda'] as const).map((name) => {
      const model = loadModel(name)
      return [model.signingName, { model, operations: new Map(), backend: backend.client }]
    }),
  )
  const report = (change: DeliveryChange) => void changes.push(change)
  const parts = { resources, partition: 'aws', runRole, services, report, event }
  await recheckDeliveries(parts)
  return changes.map(({ delivery, broken, suspended }) => ({
    target: delivery.target,
    broken: broken ?? 'no',
    suspended,
  }))
}

/** Changes the queue's policy as its owner does. */
async function admit(resources: ResourcePort, Service: string) {
  const record = resources.find(queue)
  const { policy } = jobsAdmitting(Service)
  if (record && policy) await resources.change(record, event, (held) => ({ ...held, policy }))
}

const subscribe = (resources: ResourcePort) =>
  saidOf({
    service: 'sns',
    operation: 'Subscribe',
    input: { TopicArn: topic, Protocol: 'sqs', Endpoint: queue },
    resources,
  })

test('a subscription is reported when the queue no longer lets it in, and when it does again', async () => {
  const resources = memoryResources(topicOf('news'), jobsAdmitting('sns.amazonaws.com'))
  expect(await subscribe(resources)).toBeUndefined()
  expect(await recheck(resources)).toEqual([])
  await admit(resources, 's3.amazonaws.com')
  const broken = `sns.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: ${queue}`
  expect(await recheck(resources)).toEqual([{ target: queue, broken, suspended: false }])
  expect(await recheck(resources)).toEqual([])
  await admit(resources, 'sns.amazonaws.com')
  expect(await recheck(resources)).toEqual([{ target: queue, broken: 'no', suspended: false }])
})

test('it is reported when the queue is gone, and goes with the topic', async () => {
  const resources = memoryResources(topicOf('news'), jobsAdmitting('sns.amazonaws.com'))
  await subscribe(resources)
  await resources.remove(jobsAdmitting('sns.amazonaws.com'), event)
  expect(await recheck(resources)).toMatchObject([{ target: queue, suspended: false }])
  const { id } = topicOf('news')
  await resources.remove(topicOf('news', { id }), event)
  expect(await recheck(resources)).toEqual([])
  expect(allDeliveries(resources, 'aws')).toEqual([])
})

test('it does not stand for another topic of that name, made later or by somebody else', async () => {
  const later = new Date(now.getTime() + 1)
  for (const made of [{ createdAt: later }, { accountId: '444455556666' }]) {
    const resources = memoryResources(topicOf('news'), jobsAdmitting('sns.amazonaws.com'))
    await subscribe(resources)
    await resources.remove(topicOf('news'), event)
    await resources.create(
      { ...topicOf('news'), ...made },
      { ...event, ...(made.createdAt && { now: later }) },
    )
    await recheck(resources)
    expect(allDeliveries(resources, 'aws')).toEqual([])
  }
})

test('what the backend refuses does not stand', async () => {
  const resources = memoryResources(topicOf('news'), jobsAdmitting('sns.amazonaws.com'))
  const input = { TopicArn: topic, Protocol: 'sqs', Endpoint: queue }
  const { settle } = await setUp({ service: 'sns', operation: 'Subscribe', input, resources })
  expect(allDeliveries(resources, 'aws')).toHaveLength(1)
  await settle(false)
  expect(allDeliveries(resources, 'aws')).toEqual([])
})

test('what the backend has set up stands, even if its record was taken out meanwhile', async () => {
  const resources = memoryResources(topicOf('news'), jobsAdmitting('sns.amazonaws.com'))
  const input = { TopicArn: topic, Protocol: 'sqs', Endpoint: queue }
  const { settle } = await setUp({ service: 'sns', operation: 'Subscribe', input, resources })
  for (const { record } of allDeliveries(resources, 'aws')) await resources.remove(record, event)
  await settle(true)
  expect(allDeliveries(resources, 'aws').map(({ record }) => record.state)).toEqual(['active'])
})

test('what is set up anew takes the place of what was', async () => {
  const other = queueOf('other', { policy: jobsAdmitting('events.amazonaws.com').policy! })
  const resources = memoryResources(jobsAdmitting('events.amazonaws.com'), other)
  const put = (Arn: string) =>
    saidOf({
      service: 'events',
      operation: 'PutTargets',
      input: { Rule: 'nightly', Targets: [{ Id: 'a', Arn }] },
      resources,
    })
  const targets = () => allDeliveries(resources, 'aws').map(({ delivery }) => delivery.target)
  await put(queue)
  await put(other.arn)
  expect(targets()).toEqual([other.arn])
  const input = { Rule: 'nightly', Ids: ['a'] }
  await saidOf({ service: 'events', operation: 'RemoveTargets', input, resources })
  expect(targets()).toEqual([])
})

test('a rule is switched off, and on again once all its targets let it in', async () => {
  const resources = memoryResources(jobsAdmitting('events.amazonaws.com'))
  const Targets = ['a', 'b'].map((Id) => ({ Id, Arn: queue }))
  const input = { Rule: 'nightly', Targets }
  await saidOf({ service: 'events', operation: 'PutTargets', input, resources })
  await admit(resources, 's3.amazonaws.com')
  let State = 'ENABLED'
  backend.replies = {
    DescribeRule: () => ({ State }),
    DisableRule: () => void (State = 'DISABLED'),
    EnableRule: () => void (State = 'ENABLED'),
  }
  expect((await recheck(resources)).map(({ suspended }) => suspended)).toEqual([true, true])
  expect(backend.arrived).toEqual(['DescribeRule', 'DisableRule'])
  backend.arrived.length = 0
  await admit(resources, 'events.amazonaws.com')
  expect((await recheck(resources)).map(({ suspended }) => suspended)).toEqual([false, false])
  expect([State, backend.arrived]).toEqual(['ENABLED', ['EnableRule']])
})

test('a rule that its owner had switched off stays off', async () => {
  const resources = memoryResources(jobsAdmitting('events.amazonaws.com'))
  const input = { Rule: 'nightly', Targets: [{ Id: 'a', Arn: queue }] }
  await saidOf({ service: 'events', operation: 'PutTargets', input, resources })
  await admit(resources, 's3.amazonaws.com')
  backend.replies = { DescribeRule: () => ({ State: 'DISABLED' }) }
  await recheck(resources)
  await admit(resources, 'events.amazonaws.com')
  await recheck(resources)
  expect(new Set(backend.arrived)).toEqual(new Set(['DescribeRule']))
})

test('a rule that was switched off cannot be switched on while a target keeps it out', async () => {
  const resources = memoryResources(jobsAdmitting('events.amazonaws.com'))
  const input = { Rule: 'nightly', Targets: [{ Id: 'a', Arn: queue }] }
  await saidOf({ service: 'events', operation: 'PutTargets', input, resources })
  const on = { EnableRule: { Name: 'nightly' }, PutRule: { Name: 'nightly', EventPattern: '{}' } }
  const said = (operation: string, input: object) =>
    saidOf({ service: 'events', operation, input: { ...input }, resources })
  for (const [name, input] of Object.entries(on)) expect(await said(name, input)).toBeUndefined()
  await admit(resources, 's3.amazonaws.com')
  for (const [name, input] of Object.entries(on)) {
    expect(await said(name, input)).toMatch(/^ValidationException: The target a is not possible/)
  }
  expect(await said('PutRule', { ...on.PutRule, State: 'DISABLED' })).toBeUndefined()
  expect(await said('DisableRule', on.EnableRule)).toBeUndefined()
})

test('targets that are put anew on a rule that we switched off do not make it the owner’s', async () => {
  const resources = memoryResources(jobsAdmitting('events.amazonaws.com'))
  const put = (Id: string) => {
    const input = { Rule: 'nightly', Targets: [{ Id, Arn: queue }] }
    return saidOf({ service: 'events', operation: 'PutTargets', input, resources })
  }
  await put('a')
  await admit(resources, 's3.amazonaws.com')
  let State = 'ENABLED'
  backend.replies = {
    DescribeRule: () => ({ State }),
    DisableRule: () => void (State = 'DISABLED'),
    EnableRule: () => void (State = 'ENABLED'),
  }
  await recheck(resources)
  expect(State).toBe('DISABLED')
  await admit(resources, 'events.amazonaws.com')
  await put('a')
  await put('b')
  await recheck(resources)
  expect(State).toBe('ENABLED')
})

test('a rule that was switched off without an answer is ours to switch on', async () => {
  const resources = memoryResources(jobsAdmitting('events.amazonaws.com'))
  const input = { Rule: 'nightly', Targets: [{ Id: 'a', Arn: queue }] }
  await saidOf({ service: 'events', operation: 'PutTargets', input, resources })
  await admit(resources, 's3.amazonaws.com')
  let State = 'ENABLED'
  backend.replies = {
    DescribeRule: () => ({ State }),
    DisableRule: () => {
      State = 'DISABLED'
      throw new Error('the connection breaks')
    },
    EnableRule: () => void (State = 'ENABLED'),
  }
  expect(await recheck(resources)).toMatchObject([{ suspended: false }])
  expect(await recheck(resources)).toMatchObject([{ suspended: true }])
  await admit(resources, 'events.amazonaws.com')
  expect(await recheck(resources)).toMatchObject([{ broken: 'no', suspended: false }])
  expect(State).toBe('ENABLED')
})

test('actions of an alarm are switched off, and on again', async () => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 'sns:*', Resource: '*' }
  const open = topicOf('news', { policy: savedPolicyOf(statement) })
  const resources = memoryResources(open)
  const alarm = (operation: string, input: object) =>
    saidOf({ service: 'cloudwatch', operation, input: { ...input }, resources })
  expect(await alarm('PutMetricAlarm', { AlarmName: 'full', AlarmActions: [topic] })).toBe(
    undefined,
  )
  await resources.change(open, event, ({ policy: _, ...closed }) => closed)
  let ActionsEnabled = true
  backend.replies = {
    DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: 'full', ActionsEnabled }] }),
    DisableAlarmActions: () => void (ActionsEnabled = false),
    EnableAlarmActions: () => void (ActionsEnabled = true),
  }
  expect(await recheck(resources)).toMatchObject([{ suspended: true }])
  expect(ActionsEnabled).toBe(false)
  expect(await alarm('EnableAlarmActions', { AlarmNames: ['full'] })).toMatch(/^ValidationError/)
  await resources.change(open, event, (closed) => ({
    ...closed,
    ...(open.policy && { policy: open.policy }),
  }))
  expect(await recheck(resources)).toMatchObject([{ suspended: false }])
  expect(ActionsEnabled).toBe(true)
  expect(await alarm('DisableAlarmActions', { AlarmNames: ['full'] })).toBeUndefined()
  expect(allDeliveries(resources, 'aws')).toHaveLength(1)
  expect(await alarm('DeleteAlarms', { AlarmNames: ['other'] })).toBeUndefined()
  expect(allDeliveries(resources, 'aws')).toHaveLength(1)
  expect(await alarm('DeleteAlarms', { AlarmNames: ['other', 'full'] })).toBeUndefined()
  expect(allDeliveries(resources, 'aws')).toEqual([])
})

test('a rule that is deleted delivers nothing', async () => {
  const resources = memoryResources(jobsAdmitting('events.amazonaws.com'))
  const call = (operation: string, input: object) =>
    saidOf({ service: 'events', operation, input: { ...input }, resources })
  await call('PutTargets', { Rule: 'nightly', Targets: [{ Id: 'a', Arn: queue }] })
  await call('DeleteRule', { Name: 'weekly', Force: true })
  expect(allDeliveries(resources, 'aws')).toHaveLength(1)
  await call('DeleteRule', { Name: 'nightly', Force: true })
  expect(allDeliveries(resources, 'aws')).toEqual([])
})

test('a mapping is switched off when the role of its function loses the queue', async () => {
  const arn = `arn:aws:lambda:us-east-1:${accountId}:function:f`
  const f = { ...bucketOf('f'), arn, service: 'lambda', type: 'function' }
  const resources = memoryResources(queueOf('jobs'), f)
  const runRole = (...actions: readonly string[]) =>
    rolesOf({
      [role]: {
        trusts: ['lambda.amazonaws.com'],
        statements: actions.length > 0 ? [{ Effect: 'Allow', Action: actions, Resource: '*' }] : [],
      },
    })
  const said = await saidOf({
    service: 'lambda',
    operation: 'CreateEventSourceMapping',
    input: { FunctionName: 'f', EventSourceArn: queue },
    ask: () => Promise.resolve({ ok: true, output: { Role: role } }),
    runRole: runRole('sqs:*'),
    resources,
  })
  expect(said).toBeUndefined()
  let State = 'Enabled'
  const mappings = 'GET /2015-03-31/event-source-mappings'
  const update = 'PUT /2015-03-31/event-source-mappings/u'
  backend.replies = {
    'GET /2015-03-31/functions': () => ({ Role: role }),
    [mappings]: () => ({ EventSourceMappings: [{ UUID: 'u', FunctionArn: arn, State }] }),
    [update]: ({ Enabled }) => void (State = Enabled === true ? 'Enabled' : 'Disabled'),
  }
  expect(await recheck(resources, runRole())).toMatchObject([{ suspended: true }])
  expect(State).toBe('Disabled')
  expect(await recheck(resources, runRole('sqs:*'))).toMatchObject([{ suspended: false }])
  expect(State).toBe('Enabled')
})
