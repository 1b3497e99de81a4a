import type { NewResource } from '@bailiwick/gateway'
import { expect, test } from 'vitest'
import { denyAll } from '../principals/compiled-policies.ts'
import { openDeployment } from '../testing/deployment.ts'
import { openResources } from './resources.ts'

// Goal: a name is one account's, and a record is changed and removed by incarnation. Source:
// decision 0012.
const [first, second] = ['111122223333', '444455556666'] as const
const event = { requestId: 'r', now: new Date('2026-11-24T12:00:00Z') }
const arn = 'arn:aws:s3:::shared'

let ids = 0
const registryOptions = {
  ...{ partition: 'aws', newId: () => `again${String(ids++)}` },
  ...{ compiledPolicy: () => undefined, denyAll },
}

function bucket(accountId: string): NewResource {
  const about = { arn, service: 's3', type: 'bucket', accountId, state: 'creating' } as const
  return { ...about, tags: [], settings: {} }
}

async function openHouse() {
  const { resources, root } = await openDeployment()
  for (const accountId of [first, second]) await root(accountId)
  return resources
}

test('of two accounts that race for a name, one gets it', async () => {
  const resources = await openHouse()
  const made = await Promise.all([first, second].map((id) => resources.create(bucket(id), event)))
  const [winner, ...others] = made.flatMap((each) => each ?? [])
  expect(others).toEqual([])
  expect(resources.find(arn)).toEqual(winner)
})

test('an incarnation that is gone changes and removes nothing of the next', async () => {
  const resources = await openHouse()
  const before = await resources.create(bucket(first), event)
  if (before === undefined) throw new Error('it is free')
  await resources.remove(before, event, 'active')
  expect(resources.find(arn)?.id).toBe(before.id)
  await resources.remove(before, event)
  const after = await resources.create(bucket(second), event)
  const active = (current: NewResource) => ({ ...current, state: 'active' }) as never
  expect(await resources.change(before, event, active)).toBeUndefined()
  await resources.remove(before, event)
  expect(resources.find(arn)).toEqual(after)
})

test('what a change throws undoes it', async () => {
  const resources = await openHouse()
  const made = await resources.create(bucket(first), event)
  if (made === undefined) throw new Error('it is free')
  const change = resources.change(made, event, () => {
    throw new Error('refused')
  })
  await expect(change).rejects.toThrow('refused')
  expect(resources.find(arn)).toEqual(made)
})

test('what a registry opened on the store finds is what was kept, claims and all', async () => {
  const { resources, store, root } = await openDeployment()
  for (const accountId of [first, second]) await root(accountId)
  const whole: NewResource = {
    ...bucket(second),
    ...{ state: 'active', tags: [{ Key: 'a', Value: 'b' }], settings: { region: 'eu-west-1' } },
    ...{ policy: { text: '{ }', saved: '{}' }, backendCreatedAt: event.now },
  }
  const made = await resources.create(whole, event)
  const queue = { ...bucket(first), arn: 'arn:aws:sqs:us-east-1:111122223333:q', service: 'sqs' }
  await resources.create(queue, event)
  const again = await openResources({ ...registryOptions, store })
  expect(again.find(arn)).toEqual({ ...whole, ...made })
  expect(again.list({ accountId: second, service: 's3', type: 'bucket' })).toEqual([made])
  expect(again.beginningWith('arn:aws:sqs:')).toHaveLength(1)
  expect(await again.create(bucket(first), event)).toBeUndefined()
  await again.remove(made!, event)
  expect((await again.create(bucket(first), event))?.accountId).toBe(first)
})

const broken: readonly [what: string, fields: object][] = [
  ['without an ARN', { arn: undefined }],
  ['of another name', { arn: 'arn:aws:s3:::other' }],
  ['in no state', { state: 'half' }],
  ['without settings', { settings: undefined }],
  ['without tags', { tags: 'a' }],
]
test.each(broken)('a record %s is not loaded, and named', async (_what, fields) => {
  const { resources, store, root } = await openDeployment()
  await root(first)
  const made = await resources.create(bucket(first), event)
  const context = { accountId: first, eventId: 'e', now: event.now }
  await store.write(context, async (tx) => {
    const entity = await tx.get('resource', made?.id ?? '')
    if (entity === undefined) throw new Error('it is there')
    await tx.update({ ...entity, ...fields })
  })
  await expect(openResources({ ...registryOptions, store })).rejects.toThrow(
    `record ${made?.id ?? ''} of account ${first}`,
  )
})

test('ARNs that begin with a text are found as records come and go', async () => {
  const resources = await openHouse()
  const named = (name: string) => `arn:aws:sns:us-east-1:${first}:${name}`
  const create = (name: string) => resources.create({ ...bucket(first), arn: named(name) }, event)
  const found = (name: string) =>
    resources.beginningWith(named(name)).map((each) => each.arn.slice(named('').length))
  await Promise.all(['b', 'a:1', 'a', 'ab', 'a:2'].map(create))
  expect(found('a:')).toEqual(['a:1', 'a:2'])
  expect(found('')).toEqual(['a', 'a:1', 'a:2', 'ab', 'b'])
  const gone = resources.find(named('a:1'))
  await resources.remove(gone!, event)
  await create('a:0')
  await create('A')
  expect(found('a:')).toEqual(['a:0', 'a:2'])
  expect(found('')).toEqual(['A', 'a', 'a:0', 'a:2', 'ab', 'b'])
  expect(found('c')).toEqual([])
  resources.clear()
  expect(found('')).toEqual([])
})
