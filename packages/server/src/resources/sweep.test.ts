import type { NewResource } from '@bailiwick/gateway'
import { expect, test } from 'vitest'
import { openBucketBackend } from '../testing/bucket-backend.ts'
import { managementAccountId, openDeployment } from '../testing/deployment.ts'
import { settlingMs, sweep, sweptListsMax, type DroppedResource } from './sweep.ts'

// Goal: what a backend has lost or made anew loses its record, with its policy; what it still has,
// and what it does not tell, keeps it. Source: decision 0012.
const accountId = managementAccountId
const then = '2026-11-01T00:00:00.000Z'
const later = '2026-11-02T00:00:00.000Z'
const now = new Date('2026-11-24T12:00:00Z')
/** Long ago enough to be listed. */
const settledAt = new Date(now.getTime() - settlingMs - 1)

function bucket(name: string, fields: Partial<NewResource> = {}): NewResource {
  const policy = { text: '{}', saved: '{}' }
  return {
    ...{ arn: `arn:aws:s3:::${name}`, service: 's3', type: 'bucket', accountId, state: 'active' },
    ...{ tags: [], settings: {}, policy, backendCreatedAt: new Date(then), ...fields },
  }
}

async function openHouse(accounts?: Parameters<typeof openBucketBackend>[0]) {
  const s3 = await openBucketBackend(accounts)
  const { resources, root, store } = await openDeployment()
  await root(accountId)
  const dropped: DroppedResource[] = []
  const failures: string[] = []
  const options = {
    ...{ resources, partition: 'aws', backed: [s3.backed], clock: () => now },
    newEventId: () => 'swept',
    dropped: (each: DroppedResource) => void dropped.push(each),
    reportFailure: (service: string) => void failures.push(service),
  }
  const create = (made: NewResource, at = settledAt) =>
    resources.create(made, { requestId: 'r', now: at })
  const isKept = (name: string) => resources.find(`arn:aws:s3:::${name}`) !== undefined
  return { s3, store, resources, dropped, failures, options, create, isKept }
}

const rows: readonly [
  rule: string,
  fields: Partial<NewResource>,
  listed: string | undefined,
  reason: DroppedResource['reason'] | undefined,
][] = [
  ['as it was', {}, then, undefined],
  ['made at another time', {}, later, 'madeAnew'],
  ['made before', {}, '2026-10-31T23:59:59.999Z', 'madeAnew'],
  ['gone', {}, undefined, 'lost'],
  ['being made, and not there yet', { state: 'creating' }, undefined, undefined],
  ['whose time was never told', { backendCreatedAt: undefined as never }, later, undefined],
]
for (const [rule, fields, listed, reason] of rows) {
  test(`a bucket ${rule}`, async () => {
    const { s3, dropped, options, create, isKept } = await openHouse()
    await create(bucket('a', fields))
    if (listed !== undefined) s3.buckets.set('a', listed)
    await sweep(options)
    expect(dropped.map((each) => each.reason)).toEqual(reason === undefined ? [] : [reason])
    expect(isKept('a')).toBe(reason === undefined)
  })
}

test('a backend that answers an error, or not at all, takes nothing away', async () => {
  const { s3, failures, options, create, isKept } = await openHouse()
  await create(bucket('a'))
  s3.told.status = 500
  await sweep(options)
  s3.close()
  await sweep(options)
  expect(failures).toEqual(['s3', 's3'])
  expect(isKept('a')).toBe(true)
})

test('what was made a minute ago need not be listed yet; a moment more, and it is lost', async () => {
  const { options, create, isKept } = await openHouse()
  await create(bucket('new'), new Date(now.getTime() - settlingMs))
  await create(bucket('old'), settledAt)
  await sweep(options)
  expect([isKept('new'), isKept('old')]).toEqual([true, false])
})

test('what is of another type than the list, the list says nothing of', async () => {
  const { options, create, isKept } = await openHouse()
  await create(bucket('a', { type: 'accesspoint' }))
  await sweep(options)
  expect(isKept('a')).toBe(true)
})

test('a list that is short for once takes nothing away', async () => {
  const { s3, options, create, isKept } = await openHouse()
  await create(bucket('a'))
  const { backend, model } = s3.backed
  const send: typeof backend.send = async (request) => {
    const answer = await backend.send(request)
    s3.buckets.set('a', then)
    return answer
  }
  await sweep({ ...options, backed: [{ model, backend: { ...backend, send } }] })
  expect(s3.told.lists).toBe(2)
  expect(isKept('a')).toBe(true)
})

test('what is deleted and made again through the gate meanwhile stays', async () => {
  const { s3, resources, options, create, isKept } = await openHouse()
  const before = await create(bucket('a'))
  const { backend, model } = s3.backed
  const send: typeof backend.send = async (request) => {
    const answer = await backend.send(request)
    if (before) await resources.remove(before, { requestId: 'r', now })
    if (!isKept('a')) await create(bucket('a', { backendCreatedAt: new Date(later) }))
    return answer
  }
  await sweep({ ...options, backed: [{ model, backend: { ...backend, send } }] })
  expect(isKept('a')).toBe(true)
})

test('the change names the sweep as its event, and its owner’s log has it', async () => {
  const { store, options, create, dropped } = await openHouse()
  await create(bucket('a'))
  await sweep(options)
  const changes = await store.changes(accountId, 0, 100)
  expect(changes.at(-1)).toMatchObject({ eventId: 'swept', at: now })
  expect(dropped[0]).toMatchObject({ eventId: 'swept', at: now, resource: { accountId } })
})

test('one list for all without accounts; with them one an account, so many in a sweep', async () => {
  const plain = await openHouse()
  await plain.create(bucket('a'))
  await sweep(plain.options)
  expect(plain.s3.told.lists).toBe(2)
  const hinted = await openHouse({ hint: 'moto' })
  // One more list than there are in a sweep: each region has its own.
  for (let i = 0; i <= sweptListsMax; i++) {
    const arn = `arn:aws:s3:region-${i}::bucket-${i}`
    hinted.s3.buckets.set(`bucket-${i}`, then)
    await hinted.create(bucket(`bucket-${i}`, { arn }))
  }
  hinted.s3.told.status = 500
  const after = await sweep(hinted.options)
  expect(hinted.failures).toHaveLength(sweptListsMax)
  expect(await sweep(hinted.options, after)).toBe(after + sweptListsMax)
  expect(hinted.failures).toHaveLength(sweptListsMax + 1)
})
