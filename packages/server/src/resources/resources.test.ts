import type { NewResource } from '@bailiwick/gateway'
import { expect, test } from 'vitest'
import { openDeployment } from '../testing/deployment.ts'

// Goal: a name is one account's, and a record is changed and removed by incarnation. Source:
// decision 0012.
const [first, second] = ['111122223333', '444455556666'] as const
const event = { requestId: 'r', now: new Date('2026-11-24T12:00:00Z') }
const arn = 'arn:aws:s3:::shared'

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
