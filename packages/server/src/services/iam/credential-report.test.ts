import { expect, test } from 'vitest'
import { policy, userWith } from '../../testing/deployment.ts'
import { credentialReportAgeMsMax } from './credential-report.ts'
import { accountId, arn, openIam } from './testing/iam-house.ts'
import type { Iam } from './testing/iam-house.ts'

// Goal: the report's states and every value of every column.
// Source: IAM User Guide, "Get credential reports for your AWS account"; recorded answers.
const header =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,' +
  'password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,' +
  'access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,' +
  'access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,' +
  'cert_1_last_rotated,cert_2_active,cert_2_last_rotated'
const noKey = 'false,N/A,N/A,N/A,N/A'
const noCertificates = 'false,N/A,false,N/A'
const madeAt = '2026-11-24T12:00:00Z'

async function reportLines({ iam, deployment }: Iam): Promise<readonly string[]> {
  expect((await iam('GenerateCredentialReport', {})).State).toBe('STARTED')
  await deployment.jobs.idle()
  const { Content, ReportFormat } = await iam('GetCredentialReport', {})
  expect(ReportFormat).toBe('text/csv')
  return Buffer.from(Content ?? [])
    .toString()
    .split('\n')
}

const wait = ({ deployment }: Iam, ms: number) => {
  deployment.clock.now = new Date(deployment.clock.now.getTime() + ms)
}

test('the states of a report, from none to one that is too old', async () => {
  const house = await openIam()
  const { iam, refuses, deployment } = house
  await refuses('GetCredentialReport', {}, 'ReportNotPresent', '')
  const letGo = deployment.holdReports()
  const started = await iam('GenerateCredentialReport', {})
  const none = 'No report exists. Starting a new report generation task'
  expect(started).toEqual({ State: 'STARTED', Description: none })
  await expect(iam('GetCredentialReport', {})).rejects.toMatchObject({ code: 'ReportInProgress' })
  expect(await iam('GenerateCredentialReport', {})).toEqual({ State: 'INPROGRESS' })
  letGo()
  await deployment.jobs.idle()
  expect(await iam('GenerateCredentialReport', {})).toEqual({ State: 'COMPLETE' })
  const { GeneratedTime } = await iam('GetCredentialReport', {})
  expect(GeneratedTime).toEqual(deployment.clock.now)
  wait(house, credentialReportAgeMsMax)
  expect(await iam('GenerateCredentialReport', {})).toEqual({ State: 'COMPLETE' })
  expect(await iam('GetCredentialReport', {})).toMatchObject({ GeneratedTime })
  wait(house, 1)
  await expect(iam('GetCredentialReport', {})).rejects.toMatchObject({ code: 'ReportExpired' })
  expect(await iam('GenerateCredentialReport', {})).toMatchObject({ State: 'STARTED' })
  await deployment.jobs.idle()
  expect(await iam('GetCredentialReport', {})).toMatchObject({
    GeneratedTime: deployment.clock.now,
  })
})

test('root first, then the users in name order; credentials as they are', async () => {
  const house = await openIam()
  const { iam, root, deployment } = house
  const { store } = deployment
  await iam('CreateUser', { UserName: 'bob', Path: '/x/' })
  const ann = await userWith(deployment, root, 'Ann')
  await iam('UpdateAccountPasswordPolicy', { MaxPasswordAge: 30 })
  wait(house, 86_400_000)
  const { AccessKey } = await iam('CreateAccessKey', { UserName: 'Ann' })
  await iam('UpdateAccessKey', { ...ann, UserName: 'Ann', Status: 'Inactive' })
  const usedAt = new Date('2026-11-25T01:02:00Z')
  const use = { usedAt, region: 'eu-west-1' }
  const lastUsed = [
    { ...use, id: ann.AccessKeyId, service: 'iam' },
    { ...use, id: AccessKey.AccessKeyId, service: 'sqs' },
  ]
  await store.recordUses({ lastUsed, actions: [] })
  const lines = await reportLines(house)
  expect(lines).toEqual([
    header,
    `<root_account>,${arn('root')},${madeAt},not_supported,no_information,not_supported,` +
      `not_supported,false,true,${madeAt},N/A,N/A,N/A,${noKey},${noCertificates}`,
    `Ann,${arn('user/Ann')},${madeAt},false,N/A,N/A,N/A,false,` +
      `false,${madeAt},2026-11-25T01:02:00Z,N/A,iam,` +
      `true,2026-11-25T12:00:00Z,2026-11-25T01:02:00Z,eu-west-1,sqs,${noCertificates}`,
    `bob,${arn('user/x/bob')},${madeAt},false,N/A,N/A,N/A,false,${noKey},${noKey},${noCertificates}`,
  ])
})

test('passwords and certificates', async () => {
  const house = await openIam()
  const { iam, deployment } = house
  const { store, clock } = deployment
  await iam('UpdateAccountPasswordPolicy', { MaxPasswordAge: 30 })
  for (const UserName of ['ann', 'bob']) await iam('CreateUser', { UserName })
  await store.write({ accountId, eventId: 'e', now: clock.now }, async (tx) => {
    const base = { accountId, path: '/', createdAt: clock.now, tags: [] }
    for (const name of ['ann', 'bob']) {
      const user = await tx.find('user', accountId, name)
      if (!user) throw new Error(name)
      await tx.insert({
        ...{ ...base, kind: 'loginProfile', id: `LP${name}`, name: 'LoginProfile' },
        ...{ parentId: user.id, passwordResetRequired: false },
        passwordChangedAt: new Date('2026-11-01T00:00:00Z'),
      })
      if (name === 'bob') continue
      await tx.update({ ...user, passwordLastUsedAt: new Date('2026-11-20T10:00:00Z') })
      const certificate = { body: '', fingerprint: '', parentId: user.id } as const
      const kind = 'signingCertificate'
      const younger = new Date(clock.now.getTime() + 1000)
      const active = { ...certificate, status: 'Active', createdAt: younger } as const
      await tx.insert({ ...base, ...active, kind, id: 'A', name: 'A' })
      await tx.insert({ ...base, ...certificate, kind, id: 'B', name: 'B', status: 'Inactive' })
    }
  })
  const lines = await reportLines(house)
  const password = '2026-11-01T00:00:00Z,2026-12-01T00:00:00Z'
  expect(lines.slice(2)).toEqual([
    `ann,${arn('user/ann')},${madeAt},true,2026-11-20T10:00:00Z,${password},false,` +
      `${noKey},${noKey},false,${madeAt},true,2026-11-24T12:00:01Z`,
    `bob,${arn('user/bob')},${madeAt},true,no_information,${password},false,` +
      `${noKey},${noKey},${noCertificates}`,
  ])
})

test('a name with a comma keeps its columns', async () => {
  const house = await openIam()
  await house.iam('CreateUser', { UserName: 'a,b' })
  const lines = await reportLines(house)
  expect(lines[2]).toMatch(new RegExp(`^"a,b","${arn('user/a,b')}",2026`))
})

test('who may not is refused, and learns nothing of the report', async () => {
  const { deployment, root, refuses, iam } = await openIam()
  const ann = await userWith(deployment, root, 'ann')
  for (const name of ['GenerateCredentialReport', 'GetCredentialReport'] as const) {
    await expect(iam(name, {}, ann)).rejects.toThrow('AccessDenied')
  }
  const document = policy({ Effect: 'Allow', Action: 'iam:*CredentialReport', Resource: '*' })
  const bob = await userWith(deployment, root, 'bob', document)
  await refuses('GetCredentialReport', {}, 'ReportNotPresent', '', bob)
  expect(await iam('GenerateCredentialReport', {}, bob)).toMatchObject({ State: 'STARTED' })
})

test('one that fails is an error until a new one is asked for', async () => {
  const { deployment, iam } = await openIam()
  const { store, clock } = deployment
  const about = { id: 'r', accountId, kind: 'credentials', subject: '' } as const
  const dates = { startedAt: clock.now, finishedAt: clock.now }
  await store.putReport({ ...about, ...dates, state: 'failed', content: '{}' })
  await expect(iam('GetCredentialReport', {})).rejects.toMatchObject({ code: 'ServiceFailure' })
  expect(await iam('GenerateCredentialReport', {})).toMatchObject({ State: 'STARTED' })
})

test('one that a restart interrupted is taken up when it is asked for', async () => {
  const { deployment, iam } = await openIam()
  const { store, clock, jobs } = deployment
  const about = { id: 'r', accountId, kind: 'credentials', subject: '' } as const
  const state = { state: 'inProgress', startedAt: clock.now, content: '' } as const
  for (const name of ['GenerateCredentialReport', 'GetCredentialReport'] as const) {
    await store.putReport({ ...about, ...state })
    await iam(name, {}).catch(() => undefined)
    await jobs.idle()
    expect((await iam('GetCredentialReport', {})).Content).toBeDefined()
  }
})

test('requests are answered while a report of many users is made', async () => {
  const { deployment, iam } = await openIam()
  const { store, clock, jobs } = deployment
  const userCount = 5000
  await store.write({ accountId, eventId: 'e', now: clock.now }, async (tx) => {
    for (let i = 0; i < userCount; i++) {
      const named = { id: `AIDA${String(i)}`, name: `u${String(i)}`, path: '/', tags: [] }
      await tx.insert({ ...named, kind: 'user', accountId, createdAt: clock.now })
    }
  })
  await iam('GenerateCredentialReport', {})
  let turns = 0
  let isDone = false
  void jobs.idle().then(() => (isDone = true))
  for (; !isDone; turns++) await new Promise((resolve) => setImmediate(resolve))
  const { Content } = await iam('GetCredentialReport', {})
  expect(
    Buffer.from(Content ?? [])
      .toString()
      .split('\n'),
  ).toHaveLength(userCount + 2)
  expect(turns).toBeGreaterThan(20)
})
