import { expect, test } from 'vitest'
import type { Report } from '../../domain/report.ts'
import type { ActionUse, Expiry, Store } from '../port.ts'
import { account, accountId, context, now, otherAccountId, user } from './fixtures.ts'

const dayMs = 86_400_000
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs)
const never: Expiry = {
  changesBefore: new Date(0),
  changeVersionsMax: 1_000_000,
  actionUsesBefore: new Date(0),
  reportsBefore: new Date(0),
  reportCountMax: 1000,
}

function use(action: string, days: number, fields: Partial<ActionUse> = {}): ActionUse {
  const principal = { accountId, principalId: 'AIDAann' }
  return { ...principal, service: 'iam', action, region: 'r1', usedAt: daysAgo(days), ...fields }
}

function report(id: string, days: number, fields: Partial<Report> = {}): Report {
  const about = { kind: 'serviceLastAccessed', accountId, subject: 'π "s"' } as const
  return { id, ...about, state: 'inProgress', startedAt: daysAgo(days), content: '', ...fields }
}

export function reportCases(store: () => Store): void {
  const record = (actions: readonly ActionUse[]) => store().recordUses({ lastUsed: [], actions })
  const usesOf = (id: string, principalId = 'AIDAann') =>
    store().read((reader) => reader.actionUses(id, principalId))

  test('of an action in a region the newest attempt is kept, for each principal', async () => {
    const others = [
      use('GetUser', 1, { principalId: 'AROAr' }),
      use('GetUser', 1, { accountId: otherAccountId }),
    ]
    await record([use('GetUser', 2), use('GetUser', 3), ...others])
    await record([use('GetUser', 5), use('GetUser', 4, { region: 'r2' }), use('GetRole', 1)])
    expect(await usesOf(accountId)).toEqual([
      use('GetRole', 1),
      use('GetUser', 2),
      use('GetUser', 4, { region: 'r2' }),
    ])
    expect(await usesOf(accountId, 'AROAr')).toEqual([others[0]])
    expect(await usesOf(otherAccountId)).toEqual([others[1]])
  })

  test('of a service in a region the newest attempt by anybody of the account', async () => {
    await record([
      use('GetUser', 5),
      use('GetRole', 3, { principalId: 'AROAr' }),
      use('GetRole', 4, { region: 'r2' }),
      use('GetObject', 9, { service: 's3' }),
      use('GetUser', 1, { accountId: otherAccountId }),
    ])
    expect(await store().read((reader) => reader.serviceUses(accountId))).toEqual([
      { service: 'iam', region: 'r1', usedAt: daysAgo(3) },
      { service: 'iam', region: 'r2', usedAt: daysAgo(4) },
      { service: 's3', region: 'r1', usedAt: daysAgo(9) },
    ])
  })

  test('attempts go with their principal', async () => {
    await store().write(context, (tx) => tx.insert(user('ann')))
    await record([use('GetUser', 1)])
    await store().write(context, (tx) => tx.remove('user', 'AIDAann'))
    expect(await usesOf(accountId)).toEqual([])
  })

  test('a report comes back as it was, and is replaced by its id', async () => {
    const started = report('1', 2)
    const versionBefore = await store().read((reader) => reader.accountVersion(accountId))
    await store().write(context, (tx) => tx.putReport(started))
    expect(await store().read((reader) => reader.report('1'))).toEqual(started)
    const done: Report = { ...started, state: 'completed', finishedAt: now, content: 'a,b\nc,d' }
    await store().putReport(done)
    expect(await store().read((reader) => reader.report('1'))).toEqual(done)
    expect(await store().read((reader) => reader.report('2'))).toBeUndefined()
    expect(await store().read((reader) => reader.accountVersion(accountId))).toBe(versionBefore)
  })

  test('the newest report is that of its kind, account and subject', async () => {
    const newest = report('2', 1)
    for (const each of [
      report('1', 2),
      newest,
      report('3', 0, { kind: 'credentials' }),
      report('4', 0, { subject: 'other' }),
      report('5', 0, { accountId: otherAccountId }),
    ]) {
      await store().putReport(each)
    }
    const found = await store().read((reader) =>
      reader.newestReport('serviceLastAccessed', accountId, 'π "s"'),
    )
    expect(found).toEqual(newest)
  })

  test('attempts and reports expire at their date, a batch at a time, oldest first', async () => {
    await record([use('a', 400), use('b', 401), use('c', 402), use('d', 403)])
    for (const days of [400, 401, 402]) await store().putReport(report(`${days}`, days))
    const expiry = { ...never, actionUsesBefore: daysAgo(400), reportsBefore: daysAgo(400) }
    expect(await store().expire(accountId, expiry, 2)).toBe(4)
    expect((await usesOf(accountId)).map(({ action }) => action)).toEqual(['a', 'b'])
    expect(await store().expire(accountId, expiry, 2)).toBe(1)
    expect(await store().expire(accountId, expiry, 2)).toBe(0)
    expect(await usesOf(accountId)).toEqual([use('a', 400)])
    expect(await store().read((reader) => reader.report('400'))).toBeDefined()
    expect(await store().read((reader) => reader.report('401'))).toBeUndefined()
  })

  test('of many reports the newest are kept', async () => {
    for (const days of [1, 2, 3]) await store().putReport(report(`${days}`, days))
    expect(await store().expire(accountId, { ...never, reportCountMax: 3 }, 10)).toBe(0)
    expect(await store().expire(accountId, { ...never, reportCountMax: 2 }, 10)).toBe(1)
    expect(await store().read((reader) => reader.report('2'))).toBeDefined()
    expect(await store().read((reader) => reader.report('3'))).toBeUndefined()
  })

  test('changes expire by their date and their number, and versions go on', async () => {
    const write = (name: string, days: number) =>
      store().write({ ...context, now: daysAgo(days) }, (tx) =>
        tx.updateAccount(account(accountId, { name })),
      )
    for (const days of [92, 91, 90, 0]) await write(`${days}`, days)
    const versions = async () =>
      (await store().changes(accountId, 0, 10)).map(({ version }) => version)
    expect(await versions()).toEqual([1, 2, 3, 4, 5])
    const byDate = { ...never, changesBefore: daysAgo(90) }
    // The first version, of now, is older than what is: the log is in the order of commits.
    expect(await store().expire(accountId, byDate, 2)).toBe(2)
    expect(await store().expire(accountId, byDate, 2)).toBe(1)
    expect(await store().expire(accountId, byDate, 2)).toBe(0)
    expect(await versions()).toEqual([4, 5])
    const byNumber = { ...never, changeVersionsMax: 2 }
    expect(await store().expire(accountId, byNumber, 10)).toBe(0)
    await write('one more', 0)
    expect(await store().expire(accountId, byNumber, 10)).toBe(1)
    expect(await versions()).toEqual([5, 6])
    expect(await store().changes(otherAccountId, 0, 10)).toHaveLength(1)
  })
}
