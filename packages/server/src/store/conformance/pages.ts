import { expect, test } from 'vitest'
import type { ListRequest, Store } from '../port.ts'
import { accountId, attachment, context, managedPolicy, otherAccountId, user } from './fixtures.ts'

/** In the order of a list: folded, then byte by byte. */
const names = ['+x', '0', 'a', 'A1', 'a_', 'B', 'b-', 'C', 'zz']
const paths: Readonly<Record<string, string>> = { a: '/x/', B: '/x/y/', C: '/xy/', zz: '/X/' }

const pages: readonly [rule: string, request: ListRequest, expected: readonly string[]][] = [
  ['all, in name order, ignoring case', { limit: 100 }, names],
  ['a first page', { limit: 3 }, ['+x', '0', 'a']],
  ['`after` is exclusive', { limit: 3, after: 'a' }, ['A1', 'a_', 'B']],
  ['`after` ignores case', { limit: 1, after: 'b' }, ['b-']],
  ['`after` need not exist', { limit: 2, after: 'a0' }, ['A1', 'a_']],
  ['nothing after the last', { limit: 2, after: 'ZZ' }, []],
  ['the prefix / is all', { limit: 100, pathPrefix: '/' }, names],
  ['a prefix is text, not a folder', { limit: 100, pathPrefix: '/x' }, ['a', 'B', 'C']],
  ['a prefix to its slash', { limit: 100, pathPrefix: '/x/' }, ['a', 'B']],
  ['paths compare exactly', { limit: 100, pathPrefix: '/X' }, ['zz']],
  ['prefix and page', { limit: 1, pathPrefix: '/x', after: 'A' }, ['B']],
  ['no wildcards', { limit: 100, pathPrefix: '/%' }, []],
  ['only the parent asked for', { limit: 100, parentId: 'p' }, ['child']],
]

export function pageCases(store: () => Store): void {
  test('a list pages by name', async () => {
    await fill(store())
    for (const [rule, request, expected] of pages) {
      const listed = await store().read((reader) => reader.list('user', accountId, request))
      expect(
        listed.map(({ name }) => name),
        rule,
      ).toEqual(expected)
    }
  })

  test('what links to an entity pages alike', async () => {
    await fill(store())
    for (const [rule, request, expected] of pages.filter(([, { parentId }]) => !parentId)) {
      const linked = await store().read((reader) =>
        reader.linkedTo('attachment', accountId, 'ANPAp', 'user', request),
      )
      expect(
        linked.map(({ name }) => name),
        rule,
      ).toEqual(expected)
    }
  })

  test('a prefix that many share pages as one that few share', async () => {
    const many = Array.from({ length: 2_500 }, (_, i) => `u${String(i).padStart(4, '0')}`)
    await store().write(context, async (tx) => {
      for (const name of many) await tx.insert(user(name, { path: '/many/' }))
      await tx.insert(user('few', { path: '/few/' }))
    })
    const request = { limit: 2, pathPrefix: '/many/', after: 'u2000' }
    const listed = await store().read((reader) => reader.list('user', accountId, request))
    expect(listed.map(({ name }) => name)).toEqual(['u2001', 'u2002'])
    const first = await store().read((reader) =>
      reader.list('user', accountId, { limit: 2, pathPrefix: '/many/' }),
    )
    expect(first.map(({ name }) => name)).toEqual(['u0000', 'u0001'])
  })

  test('a page of none is a bug', async () => {
    const read = store().read((reader) => reader.list('user', accountId, { limit: 0 }))
    await expect(read).rejects.toThrow('a page of 0')
  })
}

async function fill(store: Store): Promise<void> {
  await store.write(context, async (tx) => {
    await tx.insert(managedPolicy('p'))
    for (const name of names.toReversed()) {
      await tx.insert(user(name, { path: paths[name] ?? '/' }))
      await tx.link(attachment(`AIDA${name}`, 'ANPAp'))
    }
    await tx.insert(user('child', { parentId: 'p' }))
    const other = { accountId: otherAccountId, id: 'AIDAother' }
    await tx.insert(user('other', other))
    await tx.link(attachment('AIDAother', 'ANPAp', { accountId: otherAccountId }))
  })
}
