import { expect, test } from 'vitest'
import type { Store } from '../port.ts'
import {
  accountId,
  attachment,
  context,
  managedPolicy,
  now,
  otherAccountId,
  user,
} from './fixtures.ts'

export function linkCases(store: () => Store): void {
  test('links leave oldest first, go in once, and go out once', async () => {
    const later = new Date(now.getTime() + 1000)
    await store().write(context, async (tx) => {
      await tx.insert(user('ann'))
      expect(await tx.link(attachment('AIDAann', 'p1', { createdAt: later }))).toBe(true)
      expect(await tx.link(attachment('AIDAann', 'p2'))).toBe(true)
      expect(await tx.link(attachment('AIDAann', 'p1'))).toBe(false)
    })
    await store().read(async (reader) => {
      const links = await reader.linksFrom('attachment', 'AIDAann')
      expect(links).toEqual([
        attachment('AIDAann', 'p2'),
        attachment('AIDAann', 'p1', { createdAt: later }),
      ])
      expect(await reader.hasLink('attachment', 'AIDAann', 'p1')).toBe(true)
      expect(await reader.hasLink('boundary', 'AIDAann', 'p1')).toBe(false)
      expect(await reader.linksFrom('membership', 'AIDAann')).toEqual([])
    })
    await store().write(context, async (tx) => {
      expect(await tx.unlink('attachment', 'AIDAann', 'p1')).toBe(true)
      expect(await tx.unlink('attachment', 'AIDAann', 'p1')).toBe(false)
    })
    expect(await store().read((reader) => reader.hasLink('attachment', 'AIDAann', 'p1'))).toBe(
      false,
    )
  })

  test('what links to an id all accounts share is counted and listed per account', async () => {
    await store().write(context, async (tx) => {
      for (const name of ['a', 'b']) {
        await tx.insert(user(name))
        await tx.link(attachment(`AIDA${name}`, 'ANPAaws'))
      }
      await tx.insert(user('c', { accountId: otherAccountId }))
      await tx.link(attachment('AIDAc', 'ANPAaws', { accountId: otherAccountId }))
    })
    await store().read(async (reader) => {
      expect(await reader.countLinksTo('attachment', accountId, 'ANPAaws')).toBe(2)
      expect(await reader.countLinksTo('attachment', otherAccountId, 'ANPAaws')).toBe(1)
      expect(await reader.countLinksTo('boundary', accountId, 'ANPAaws')).toBe(0)
      const counts = new Map([['ANPAaws', 2]])
      expect(await reader.linkCounts('attachment', accountId)).toEqual(counts)
      expect(await reader.linkCounts('boundary', accountId)).toEqual(new Map())
      const linked = (kind: 'user' | 'role') =>
        reader.linkedTo('attachment', otherAccountId, 'ANPAaws', kind, { limit: 9 })
      expect((await linked('user')).map(({ name }) => name)).toEqual(['c'])
      expect(await linked('role')).toEqual([])
    })
  })

  test('neither end of a link is removed before it', async () => {
    await store().write(context, async (tx) => {
      await tx.insert(user('ann'))
      await tx.insert(managedPolicy('p'))
      await tx.link(attachment('AIDAann', 'ANPAp'))
    })
    for (const [kind, id] of [
      ['user', 'AIDAann'],
      ['policy', 'ANPAp'],
    ] as const) {
      const removed = store().write(context, (tx) => tx.remove(kind, id))
      await expect(removed).rejects.toThrow('children or links')
    }
  })
}
