import { expect, test } from 'vitest'
import { resourceName, type Resource } from '../../domain/resource.ts'
import type { Store } from '../port.ts'
import { accountId, context, now, otherAccountId } from './fixtures.ts'

const arn = 'arn:aws:sqs:us-east-1:111122223333:Jobs.fifo'

function resource(fields: Partial<Resource> = {}): Resource {
  const { arn: named = arn } = fields
  return {
    ...{ kind: 'resource', accountId, id: `id of ${named}`, name: resourceName(named), path: '/' },
    ...{ createdAt: now, tags: [], arn: named, service: 'sqs', type: 'queue', state: 'active' },
    ...{ revision: 1, settings: {} },
    ...fields,
  }
}

function claimOf(owner: string) {
  const { eventId } = context
  const claim = { kind: 'resourceClaim', accountId: owner, fromId: arn, toId: arn } as const
  return {
    by: { accountId: owner, eventId, now },
    link: { ...claim, createdAt: now },
  }
}

/** What the registry of backends' resources rests on: decision 0012. */
export function resourceCases(store: () => Store): void {
  const claim = (owner: string) => {
    const { by, link } = claimOf(owner)
    return store().write(by, (tx) => tx.link(link))
  }

  test('a resource comes back as it was, times and settings and all', async () => {
    const full = resource({
      tags: [{ Key: 'env', Value: 'prod' }],
      policy: { text: '{"Version" : "2012-10-17"}', saved: '{"é":"\\u0000"}' },
      backendCreatedAt: new Date('2026-01-02T03:04:05.678Z'),
      settings: { deep: { list: [1, 'two', null, false] }, text: 'é😀' },
      state: 'creating',
      revision: 7,
    })
    await store().write(context, (tx) => tx.insert(full))
    await store().read(async (reader) => {
      expect(await reader.get('resource', full.id)).toEqual(full)
      expect(await reader.list('resource', accountId, { limit: 9 })).toEqual([full])
      expect(await reader.list('resource', otherAccountId, { limit: 9 })).toEqual([])
    })
  })

  test('two ARNs that differ in case alone are two resources', async () => {
    const arns = [arn, arn.toLowerCase(), arn.replace('Jobs', '^jobs')]
    for (const each of arns) {
      const isNew = await store().write(context, (tx) => tx.insert(resource({ arn: each })))
      expect(isNew).toBe(true)
    }
    const listed = await store().read((reader) => reader.list('resource', accountId, { limit: 9 }))
    expect(new Set(listed.map((each) => each.arn))).toEqual(new Set(arns))
  })

  test('a claim is one account’s, until it is given up', async () => {
    expect(await claim(accountId)).toBe(true)
    expect(await claim(otherAccountId)).toBe(false)
    expect(await claim(accountId)).toBe(false)
    const giveUp = (owner: string) =>
      store().write(claimOf(owner).by, (tx) => tx.unlink('resourceClaim', arn, arn))
    expect(await giveUp(accountId)).toBe(true)
    expect(await claim(otherAccountId)).toBe(true)
  })

  test('of accounts that race for a claim exactly one gets it', async () => {
    const owners = Array.from({ length: 8 }, (_, index) => (index % 2 ? accountId : otherAccountId))
    const won = await Promise.all(owners.map(claim))
    expect(won.filter(Boolean)).toHaveLength(1)
  })

  test('a claim goes with the transaction that made it', async () => {
    const { by, link } = claimOf(accountId)
    const undone = store().write(by, async (tx) => {
      await tx.link(link)
      await tx.insert(resource())
      throw new Error('refused')
    })
    await expect(undone).rejects.toThrow('refused')
    expect(await claim(otherAccountId)).toBe(true)
    expect(await store().read((reader) => reader.count('resource', accountId))).toBe(0)
  })
}
