import { createGate } from '@bailiwick/gateway'
import { headersOf, loadModel, sign } from '@bailiwick/wire'
import type { HttpAnswer, IamOperations } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { iamOperations } from '../services/iam/index.ts'
import { stsOperations } from '../services/sts/index.ts'
import type { Scope } from '../services/operation.ts'
import { managementAccountId, openDeployment, policy, trust } from '../testing/deployment.ts'
import type { Credentials } from '../testing/deployment.ts'
import { Ledger } from './ledger.ts'

// Goal: a month of signed requests through the real gate, with a moved clock; then every report of
// use, row by row. Source: reports of the IAM User Guide, as in the tests of each.
const arn = (resource: string) => `arn:aws:iam::${managementAccountId}:${resource}`
const day = (date: string, time = '10:20:30') => new Date(`${date}T${time}Z`)
/** Times of use are kept to the minute. */
const minute = (date: string) => day(date, '10:20:00')

type Parameters = Readonly<Record<string, string>>

async function openMonth() {
  const deployment = await openDeployment()
  const { store, clock, principals, resources, scopes } = deployment
  const failures: string[] = []
  const ledger = new Ledger({
    linesOf: () => undefined,
    recordUses: (uses) => store.recordUses(uses),
    clock: () => clock.now,
    reportFailure: (what) => failures.push(what),
  })
  const globalRegion = 'us-east-1'
  const gate = createGate<Scope>({
    services: new Map([
      ['iam', { model: loadModel('iam'), operations: iamOperations, globalRegion }],
      ['sts', { model: loadModel('sts'), operations: stsOperations, globalRegion }],
    ]),
    credentials: { ...principals, prove: () => Promise.reject(new Error('nobody')) },
    scopes,
    resources,
    record: (event) => ledger.record(event),
    reportBug: (_id, cause) => failures.push(String(cause)),
    clock: () => clock.now,
    stopwatch: () => 0,
    newRequestId: () => 'r',
  })

  /** A signed call at a time. */
  async function at(
    now: Date,
    by: Credentials,
    [service, operation]: readonly ['iam' | 'sts', string],
    parameters: Parameters = {},
  ): Promise<HttpAnswer> {
    clock.now = now
    const Version = service === 'iam' ? '2010-05-08' : '2011-06-15'
    const body = new URLSearchParams({ Action: operation, Version, ...parameters }).toString()
    const contentType = 'application/x-www-form-urlencoded'
    const given = ['Host', '127.0.0.1:4600', 'Content-Type', contentType]
    const credentials = {
      accessKeyId: by.AccessKeyId,
      secretAccessKey: by.SecretAccessKey,
      ...(by.SessionToken !== undefined && { sessionToken: by.SessionToken }),
    }
    const request = { method: 'POST', target: '/', rawHeaders: given, body }
    const rawHeaders = sign(request, { credentials, now, region: 'us-east-1', service })
    const headers = headersOf(rawHeaders)
    const arrived = { secure: false, remoteAddress: '192.0.2.1' }
    const arriving = { ...request, ...arrived, rawHeaders, headers, body: Buffer.from(body) }
    return (await gate.answer(arriving)) as HttpAnswer // Nothing here streams.
  }

  const root = await deployment.root(managementAccountId)
  return { ...deployment, ledger, failures, at, root }
}

function member(answer: HttpAnswer, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(String(answer.body))?.[1] ?? ''
}

function credentialsOf(answer: HttpAnswer): Credentials {
  const [AccessKeyId, SecretAccessKey] = [
    member(answer, 'AccessKeyId'),
    member(answer, 'SecretAccessKey'),
  ]
  const SessionToken = member(answer, 'SessionToken')
  return { AccessKeyId, SecretAccessKey, ...(SessionToken !== '' && { SessionToken }) }
}

const keyUsed = (date: string, service: string) =>
  `true,2026-12-01T10:20:30Z,${date}T10:20:00Z,${service}`
const noKey = 'false,N/A,N/A,N/A,N/A'
const noCertificates = 'false,N/A,false,N/A'
const created = '2026-12-01T10:20:30Z,false,N/A,N/A,N/A,false'
const credentialRows = [
  `<root_account>,${arn('root')},2026-11-24T12:00:00Z,not_supported,no_information,` +
    `not_supported,not_supported,false,true,2026-11-24T12:00:00Z,2026-12-31T10:20:00Z,N/A,iam,` +
    `${noKey},${noCertificates}`,
  `ann,${arn('user/ann')},${created},${keyUsed('2026-12-05', 'N/A,iam')},` +
    `true,2026-12-10T10:20:30Z,N/A,N/A,N/A,${noCertificates}`,
  `bob,${arn('user/bob')},${created},${keyUsed('2026-12-12', 'us-east-1,sts')},` +
    `${noKey},${noCertificates}`,
  `cyd,${arn('user/cyd')},${created},${noKey},${noKey},${noCertificates}`,
]

type Month = Awaited<ReturnType<typeof openMonth>>

/** Answers ann's first key. */
async function traffic({ at, root }: Month): Promise<Credentials> {
  const allow = (Action: string) => policy({ Effect: 'Allow', Action, Resource: '*' })
  const first = day('2026-12-01')
  for (const UserName of ['ann', 'bob', 'cyd']) {
    expect((await at(first, root, ['iam', 'CreateUser'], { UserName })).status).toBe(200)
  }
  const put = { PolicyName: 'p', PolicyDocument: allow('iam:Get*') }
  await at(first, root, ['iam', 'PutUserPolicy'], { UserName: 'ann', ...put })
  const assume = { PolicyName: 'p', PolicyDocument: allow('sts:*') }
  await at(first, root, ['iam', 'PutUserPolicy'], { UserName: 'bob', ...assume })
  const key = async (UserName: string, now: Date) =>
    credentialsOf(await at(now, root, ['iam', 'CreateAccessKey'], { UserName }))
  const ann = await key('ann', first)
  const bob = await key('bob', first)
  const AssumeRolePolicyDocument = trust(arn('user/bob'))
  for (const RoleName of ['r', 'idle']) {
    await at(first, root, ['iam', 'CreateRole'], { RoleName, AssumeRolePolicyDocument })
  }
  await at(first, root, ['iam', 'PutRolePolicy'], {
    ...{ RoleName: 'r', PolicyName: 'p', PolicyDocument: allow('iam:List*') },
  })

  // Ann reads, is refused a write, and stops; her second key is never used.
  const get = { UserName: 'ann' }
  expect((await at(day('2026-12-03'), ann, ['iam', 'GetUser'], get)).status).toBe(200)
  const denied = await at(day('2026-12-05'), ann, ['iam', 'DeleteUser'], get)
  expect(member(denied, 'Code')).toBe('AccessDenied')
  const wrong = { ...ann, SecretAccessKey: 'wrong' }
  expect((await at(day('2026-12-09'), wrong, ['iam', 'GetUser'], get)).status).toBe(403)
  await key('ann', day('2026-12-10'))
  // Bob assumes the role, which lists users.
  const assumed = await at(day('2026-12-12'), bob, ['sts', 'AssumeRole'], {
    ...{ RoleArn: arn('role/r'), RoleSessionName: 'session' },
  })
  const session = credentialsOf(assumed)
  const used = day('2026-12-12', '10:50:30')
  expect((await at(used, session, ['iam', 'ListUsers'])).status).toBe(200)
  await at(day('2026-12-31'), root, ['iam', 'GetAccountSummary'])

  return ann
}

test('a month of traffic, and what the reports say of it', async () => {
  const month = await openMonth()
  const { root, call, jobs, ledger, failures, clock } = month
  const ann = await traffic(month)
  await ledger.flush()
  const iam = <N extends keyof IamOperations & string>(name: N, input: IamOperations[N]['input']) =>
    call(root, 'iam', name, input as never) as Promise<IamOperations[N]['output']>
  await iam('GenerateCredentialReport', {})
  await jobs.idle()
  const { Content } = await iam('GetCredentialReport', {})
  const rows = Buffer.from(Content ?? [])
    .toString()
    .split('\n')
  expect(rows.slice(1)).toEqual(credentialRows)

  const services = async (resource: string) => {
    const asked = { Arn: arn(resource), Granularity: 'ACTION_LEVEL' } as const
    const { JobId } = await iam('GenerateServiceLastAccessedDetails', asked)
    await jobs.idle()
    const report = await iam('GetServiceLastAccessedDetails', { JobId: JobId ?? '' })
    return report.ServicesLastAccessed.map((service) => [
      service.ServiceNamespace,
      service.LastAuthenticated,
      service.TotalAuthenticatedEntities,
      service.TrackedActionsLastAccessed?.filter((action) => action.LastAccessedTime).map(
        (action) => [action.ActionName, action.LastAccessedTime],
      ),
    ])
  }
  // The refused DeleteUser is the newest attempt at IAM; it is no allowed action.
  expect(await services('user/ann')).toEqual([
    ['iam', minute('2026-12-05'), 1, [['GetUser', minute('2026-12-03')]]],
  ])
  expect(await services('user/bob')).toEqual([
    ['sts', minute('2026-12-12'), 1, [['AssumeRole', minute('2026-12-12')]]],
  ])
  const usedAt = day('2026-12-12', '10:50:00')
  expect(await services('role/r')).toEqual([['iam', usedAt, 1, [['ListUsers', usedAt]]]])
  expect(await services('role/idle')).toEqual([])
  expect(await services('user/cyd')).toEqual([])

  const lastUsed = await iam('GetAccessKeyLastUsed', { AccessKeyId: ann.AccessKeyId })
  expect(lastUsed).toEqual({
    UserName: 'ann',
    AccessKeyLastUsed: {
      ...{ LastUsedDate: minute('2026-12-05'), ServiceName: 'iam', Region: 'us-east-1' },
    },
  })
  const role = async (RoleName: string) => (await iam('GetRole', { RoleName })).Role.RoleLastUsed
  expect(await role('r')).toEqual({ LastUsedDate: usedAt, Region: 'us-east-1' })
  expect(await role('idle')).toEqual({})
  // 400 days later to the minute it counts, and then no more.
  clock.now = new Date(usedAt.getTime() + 400 * 86_400_000)
  expect(await role('r')).toHaveProperty('LastUsedDate')
  clock.now = new Date(clock.now.getTime() + 1)
  expect(await role('r')).toEqual({})
  expect(await services('role/r')).toEqual([['iam', undefined, 0, []]])
  expect(failures).toEqual([])
  await ledger.close()
})
