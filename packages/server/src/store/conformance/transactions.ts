import { expect, test } from 'vitest'
import type { Change, Store, StoreReader, StoreTransaction } from '../port.ts'
import { account, accountId, attachment, context, now, otherAccountId, user } from './fixtures.ts'

export function transactionCases(store: () => Store): void {
  test('an exception rolls all of it back, and is thrown on', async () => {
    const failure = new Error('no')
    const versionBefore = await store().read((reader) => reader.accountVersion(accountId))
    const write = store().write(context, async (tx) => {
      await tx.insert(user('ann'), new Uint8Array([1]))
      await tx.link(attachment('AIDAann', 'p'))
      await tx.updateAccount(account(accountId, { alias: 'gone' }))
      throw failure
    })
    await expect(write).rejects.toBe(failure)
    await store().read(async (reader) => {
      expect(await reader.get('user', 'AIDAann')).toBeUndefined()
      expect(await reader.sealed('AIDAann')).toBeUndefined()
      expect(await reader.count('user', accountId)).toBe(0)
      expect(await reader.hasLink('attachment', 'AIDAann', 'p')).toBe(false)
      expect((await reader.account(accountId))?.alias).toBeUndefined()
      expect(await reader.accountVersion(accountId)).toBe(versionBefore)
    })
  })

  test('a write that fails leaves those beside it alone', async () => {
    const writes = Array.from({ length: 20 }, (_, i) =>
      store().write(context, async (tx) => {
        await tx.insert(user(`u${i}`))
        if (i % 3 === 0) throw new Error(`no ${i}`)
      }),
    )
    const settled = await Promise.allSettled(writes)
    expect(settled.map(({ status }) => status === 'rejected')).toEqual(
      settled.map((_, i) => i % 3 === 0),
    )
    expect(await store().read((reader) => reader.count('user', accountId))).toBe(13)
  })

  test('a read sees one snapshot, whatever is committed meanwhile', async () => {
    await store().read(async (reader) => {
      expect(await reader.count('user', accountId)).toBe(0)
      await store().write(context, (tx) => tx.insert(user('late')))
      expect(await reader.count('user', accountId)).toBe(0)
      expect(await reader.find('user', accountId, 'late')).toBeUndefined()
    })
    expect(await store().read((reader) => reader.count('user', accountId))).toBe(1)
  })

  test('a read does not see what a write has not committed, and the write does', async () => {
    await store().write(context, async (tx) => {
      await tx.insert(user('ann'))
      expect(await tx.count('user', accountId)).toBe(1)
      const seen = await store().read((reader) => reader.find('user', accountId, 'ann'))
      expect(seen).toBeUndefined()
    })
  })

  test('what was lent refuses to work when the read or write has ended', async () => {
    let reader: StoreReader | undefined
    await store().read(async (lent) => void (reader = lent))
    await expect(reader?.count('user', accountId)).rejects.toThrow('has ended')
    let tx: StoreTransaction | undefined
    await store().write(context, async (lent) => void (tx = lent))
    await expect(tx?.insert(user('late'))).rejects.toThrow('has ended')
  })

  test('a change in an account that is not there is refused', async () => {
    const nowhere = { ...context, accountId: '000000000000' }
    const entity = user('x', { accountId: '000000000000' })
    const write = store().write(nowhere, (tx) => tx.insert(entity))
    await expect(write).rejects.toThrow('there is no account 000000000000')
    const read = store().read((reader) => reader.get('user', entity.id))
    expect(await read).toBeUndefined()
  })

  test('changes are logged with what was before and after, and never a secret', async () => {
    const secret = new TextEncoder().encode('sealed-secret-text')
    const write = (eventId: string, work: (tx: StoreTransaction) => Promise<unknown>) =>
      store().write({ ...context, eventId }, work)
    await write('e1', async (tx) => {
      await tx.insert(user('ann'), secret)
      await tx.link(attachment('AIDAann', 'p'))
    })
    await write('e2', (tx) => tx.update(user('Anne', { id: 'AIDAann' })))
    await write('e3', async (tx) => void (await tx.count('user', accountId)))
    await write('e4', async (tx) => {
      await tx.unlink('attachment', 'AIDAann', 'p')
      await tx.remove('user', 'AIDAann')
    })
    const renamed = user('Anne', { id: 'AIDAann' })
    const base = { accountId, at: now, id: 'AIDAann' }
    const link = attachment('AIDAann', 'p')
    const changes = await store().changes(accountId, 1, 100)
    expect(changes).toEqual([
      { ...base, version: 2, index: 0, eventId: 'e1', kind: 'user', after: user('ann') },
      { ...base, version: 2, index: 1, eventId: 'e1', kind: 'attachment', after: link },
      {
        ...base,
        version: 3,
        index: 0,
        eventId: 'e2',
        kind: 'user',
        before: user('ann'),
        after: renamed,
      },
      { ...base, version: 4, index: 0, eventId: 'e4', kind: 'attachment', before: link },
      { ...base, version: 4, index: 1, eventId: 'e4', kind: 'user', before: renamed },
    ])
    expect(JSON.stringify(changes)).not.toContain('sealed')
    expect(await store().changes(accountId, 2, 1)).toEqual(changes.slice(2, 3))
  })

  test('versions follow the order of commits, without gaps, and listeners hear them so', async () => {
    const heard: Change[] = []
    store().onCommit((changes) => heard.push(...changes))
    const answered: string[] = []
    const inAccount = (id: string, i: number) =>
      store()
        .write({ ...context, accountId: id, eventId: `${id}-${i}` }, async (tx) => {
          await tx.insert(user(`u${i}`, { id: `AIDA${id}${i}`, accountId: id }))
          if (i % 5 === 0) throw new Error('no')
        })
        .then(() => {
          expect(heard.some(({ eventId }) => eventId === `${id}-${i}`)).toBe(true)
          answered.push(`${id}-${i}`)
        })
    const writes = Array.from({ length: 60 }, (_, i) =>
      inAccount(i % 2 === 0 ? accountId : otherAccountId, i),
    )
    await Promise.allSettled(writes)
    expect(answered).toHaveLength(48)
    for (const id of [accountId, otherAccountId]) {
      const log = await store().changes(id, 1, 100)
      expect(log.map(({ version }) => version)).toEqual(log.map((_, i) => i + 2))
      expect(heard.filter((change) => change.accountId === id)).toEqual(log)
      const version = await store().read((reader) => reader.accountVersion(id))
      expect(version).toBe(log.length + 1)
    }
  })
}
