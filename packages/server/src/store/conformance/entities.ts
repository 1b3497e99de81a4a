import { expect, test } from 'vitest'
import type { AccessKey, Role, User } from '../../domain/entity.ts'
import type { Store } from '../port.ts'
import { accountId, context, managedPolicy, now, otherAccountId, user } from './fixtures.ts'

const roundTrips: readonly [what: string, entity: User][] = [
  ['every field', user('ann', { permissionsBoundaryArn: 'arn:x', passwordLastUsedAt: now })],
  ['the signs a name may have', user('a+=,.@-_Z')],
  [
    'beyond ASCII, and no Unicode at all',
    user('t', { tags: tagsOf('π 😀 \u0000 \ud800 " \\ \'') }),
  ],
  ['tags in the order given', user('o', { tags: [...tagsOf('z'), ...tagsOf('a')] })],
  ['SQL', user(`x';drop-table`, { path: `/'%_\\/` })],
]

export function entityCases(store: () => Store): void {
  test.each(roundTrips)('an entity comes back as it was: %s', async (_what, entity) => {
    await store().write(context, (tx) => tx.insert(entity))
    await store().read(async (reader) => {
      expect(await reader.find('user', accountId, entity.name)).toEqual(entity)
      expect(await reader.get('user', entity.id)).toEqual(entity)
    })
  })

  test('big attributes come back whole', async () => {
    const document = 'é"\\'.repeat(200_000)
    const role: Role = {
      ...user('big'),
      kind: 'role',
      maxSessionDurationSeconds: 3600,
      trustPolicy: document,
      trustPolicySaved: document,
    }
    await store().write(context, (tx) => tx.insert(role))
    expect(await store().read((reader) => reader.get('role', role.id))).toEqual(role)
  })

  test('names are unique ignoring case, and keep the case they were given', async () => {
    const insert = (name: string, id: string) =>
      store().write(context, (tx) => tx.insert(user(name, { id })))
    expect(await insert('Ann', 'AIDA1')).toBe(true)
    expect(await insert('aNN', 'AIDA2')).toBe(false)
    await store().read(async (reader) => {
      expect((await reader.find('user', accountId, 'ANN'))?.name).toBe('Ann')
      expect(await reader.get('user', 'AIDA2')).toBeUndefined()
      expect(await reader.count('user', accountId)).toBe(1)
    })
  })

  test('a name is free in another kind, parent and account', async () => {
    await store().write(context, async (tx) => {
      expect(await tx.insert(user('x'))).toBe(true)
      expect(await tx.insert(managedPolicy('x'))).toBe(true)
      expect(await tx.insert(user('x', { id: 'AIDA2', parentId: 'p' }))).toBe(true)
      const other = { id: 'AIDA3', accountId: otherAccountId }
      expect(await tx.insert(user('x', other))).toBe(true)
    })
    const found = await store().read((reader) => reader.find('user', accountId, 'X', 'p'))
    expect(found?.id).toBe('AIDA2')
  })

  test('of writers racing for one name exactly one gets it', async () => {
    const names = ['race', 'RACE', 'Race', 'rAce', 'raCe', 'racE', 'RAce', 'raCE']
    const won = await Promise.all(
      names.map((name, i) =>
        store().write(context, (tx) => tx.insert(user(name, { id: `AIDA${i}` }))),
      ),
    )
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await store().read((reader) => reader.count('user', accountId))).toBe(1)
  })

  test('an id used again throws, and is not mistaken for a taken name', async () => {
    await store().write(context, (tx) => tx.insert(user('a', { id: 'AIDA1' })))
    const again = store().write(context, (tx) => tx.insert(user('b', { id: 'AIDA1' })))
    await expect(again).rejects.toThrow(/unique|duplicate/i)
  })

  test('an update renames, and is refused a taken name', async () => {
    await store().write(context, async (tx) => {
      await tx.insert(user('ann'))
      await tx.insert(user('bob'))
    })
    await store().write(context, async (tx) => {
      expect(await tx.update(user('BOB', { id: 'AIDAann' }))).toBe(false)
      expect(await tx.update(user('ANN', { id: 'AIDAann', path: '/x/' }))).toBe(true)
    })
    await store().read(async (reader) => {
      expect(await reader.get('user', 'AIDAann')).toEqual(
        user('ANN', { id: 'AIDAann', path: '/x/' }),
      )
      expect((await reader.get('user', 'AIDAbob'))?.name).toBe('bob')
    })
    const missing = store().write(context, (tx) => tx.update(user('nobody')))
    await expect(missing).rejects.toThrow('there is no user AIDAnobody')
  })

  test('a sealed secret is kept apart, and goes with its entity', async () => {
    const sealed = Uint8Array.from({ length: 256 }, (_, i) => i)
    await store().write(context, (tx) => tx.insert(accessKey, sealed))
    const kept = await store().read((reader) => reader.sealed(accessKey.id))
    expect(kept && [...kept]).toEqual([...sealed])
    await store().write(context, (tx) => tx.remove('accessKey', accessKey.id))
    expect(await store().read((reader) => reader.sealed(accessKey.id))).toBeUndefined()
  })

  test('a secret is replaced with its entity, and stays where none is given', async () => {
    const [first, second] = [Uint8Array.of(1, 2), Uint8Array.of(3)]
    const kept = () => store().read((reader) => reader.sealed(accessKey.id))
    await store().write(context, (tx) => tx.insert(accessKey, first))
    await store().write(context, (tx) => tx.update({ ...accessKey, status: 'Inactive' }))
    expect([...((await kept()) ?? [])]).toEqual([...first])
    await store().write(context, (tx) => tx.update(accessKey, second))
    expect([...((await kept()) ?? [])]).toEqual([...second])
    const failed = store().write(context, async (tx) => {
      await tx.update(accessKey, first)
      throw new Error('rolled back')
    })
    await expect(failed).rejects.toThrow('rolled back')
    expect([...((await kept()) ?? [])]).toEqual([...second])
  })

  test('a secret that came later than its entity is kept as well', async () => {
    const sealed = Uint8Array.of(7)
    await store().write(context, (tx) => tx.insert(accessKey))
    await store().write(context, (tx) => tx.update(accessKey, sealed))
    const kept = await store().read((reader) => reader.sealed(accessKey.id))
    expect([...(kept ?? [])]).toEqual([...sealed])
  })

  test('what has children or links is not removed', async () => {
    const parent = user('ann')
    await store().write(context, async (tx) => {
      await tx.insert(parent)
      await tx.insert({ ...accessKey, parentId: parent.id })
    })
    const remove = () => store().write(context, (tx) => tx.remove('user', parent.id))
    await expect(remove()).rejects.toThrow('children or links')
    await store().write(context, (tx) => tx.remove('accessKey', accessKey.id))
    await remove()
    await expect(remove()).rejects.toThrow('there is no user')
    expect(await store().read((reader) => reader.count('user', accountId))).toBe(0)
  })

  test('of last uses the newest stays, in whatever order they arrive', async () => {
    const use = (seconds: number, service: string) => ({
      id: 'AKIA1',
      usedAt: new Date(now.getTime() + seconds * 1000),
      service,
      region: 'us-east-1',
    })
    await store().recordUses({ lastUsed: [use(5, 's3'), use(9, 'iam')], actions: [] })
    await store().recordUses({ lastUsed: [use(7, 'sqs')], actions: [] })
    expect(await store().read((reader) => reader.lastUsed('AKIA1'))).toEqual(use(9, 'iam'))
    expect(await store().read((reader) => reader.lastUsed('AKIA2'))).toBeUndefined()
  })
}

const accessKey: AccessKey = {
  ...user('AKIAEXAMPLE', { id: 'AKIAEXAMPLE' }),
  kind: 'accessKey',
  status: 'Active',
}

function tagsOf(text: string) {
  return [{ Key: text, Value: `${text}!` }]
}
