import { expect, test } from 'vitest'
import type { Account } from '../../domain/entity.ts'
import type { Store } from '../port.ts'
import { account, accountId, context, now, otherAccountId } from './fixtures.ts'

const third = '777788889999'

const taken: readonly [what: string, wanted: Account][] = [
  ['the id', account(accountId, { email: 'new@example.com' })],
  ['the e-mail address, ignoring case', account(third, { email: `${accountId}@EXAMPLE.com` })],
  ['the alias', account(third, { alias: 'prod' })],
]

export function accountCases(store: () => Store): void {
  test('an account is made in a write of its own, and comes back as it was', async () => {
    const made = account(third, {
      name: 'Größe 😀',
      alias: 'third',
      organizationId: 'o-1',
      managementAccountId: accountId,
      joinedMethod: 'CREATED',
      joinedAt: now,
    })
    const own = { ...context, accountId: third }
    expect(await store().write(own, (tx) => tx.insertAccount(made))).toBe(true)
    await store().read(async (reader) => {
      expect(await reader.account(third)).toEqual(made)
      expect(await reader.accountByAlias('third')).toEqual(made)
      expect(await reader.accountByEmail(made.email.toUpperCase())).toEqual(made)
      expect(await reader.accountVersion(third)).toBe(1)
      expect(await reader.accountVersion('000000000000')).toBe(0)
    })
  })

  test.each(taken)('an account is refused where %s is taken', async (_what, wanted) => {
    const holder = account(accountId, { alias: 'prod' })
    expect(await store().write(context, (tx) => tx.updateAccount(holder))).toBe(true)
    expect(await store().write(context, (tx) => tx.insertAccount(wanted))).toBe(false)
    expect(await store().read((reader) => reader.account(accountId))).toEqual(holder)
  })

  test('an update is refused a taken alias or address, and keeps or drops its own', async () => {
    const other = { ...context, accountId: otherAccountId }
    await store().write(context, (tx) => tx.updateAccount(account(accountId, { alias: 'prod' })))
    await store().write(other, async (tx) => {
      const update = (fields: Partial<Account>) => tx.updateAccount(account(otherAccountId, fields))
      expect(await update({ alias: 'prod' })).toBe(false)
      expect(await update({ email: `${accountId}@example.COM` })).toBe(false)
      expect(await update({ alias: 'mine' })).toBe(true)
      expect(await update({ alias: 'mine', name: 'n' })).toBe(true)
      expect(await update({})).toBe(true)
    })
    expect(await store().read((reader) => reader.accountByAlias('mine'))).toBeUndefined()
  })

  test('accounts page in the order of their ids', async () => {
    const ids = async (after: string | undefined, limit: number) =>
      (await store().read((reader) => reader.accounts({ after, limit }))).map((a) => a.accountId)
    expect(await ids(undefined, 1)).toEqual([accountId])
    expect(await ids(accountId, 5)).toEqual([otherAccountId])
    expect(await ids(otherAccountId, 5)).toEqual([])
  })

  test('settings are put and replaced', async () => {
    expect(await store().setting('x')).toBeUndefined()
    await store().putSetting('x', '1')
    await store().putSetting('x', '2 π')
    expect(await store().setting('x')).toBe('2 π')
  })

  test('clear leaves nothing', async () => {
    await store().putSetting('x', '1')
    await store().clear()
    expect(await store().setting('x')).toBeUndefined()
    expect(await store().changes(accountId, 0, 10)).toEqual([])
    await store().read(async (reader) => {
      expect(await reader.accounts({ limit: 10 })).toEqual([])
    })
  })
}
