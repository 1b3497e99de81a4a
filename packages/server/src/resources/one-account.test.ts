import { Readable } from 'node:stream'
import type { Backend, NewResource } from '@bailiwick/gateway'
import { loadModel } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { managementAccountId, openDeployment } from '../testing/deployment.ts'
import { createAdoption } from './adoption.ts'
import { settlingMs, sweep } from './sweep.ts'

// Goal: what a backend of one account has under names of several is each account's to adopt, and each
// account's to lose. Source: decision 26. Method: a backend with tables, of one account.
const own = managementAccountId
const other = '222233334444'
const third = '333344445555'
const now = new Date('2026-11-24T12:00:00Z')
const arnOf = (account: string, name: string) =>
  `arn:aws:dynamodb:us-east-1:${account}:table/${name}`

function backendWith(tables: string[]): Backend {
  return {
    origin: 'http://127.0.0.1',
    accounts: { account: own, id: '000000000000' },
    state: () => 'reachable',
    send({ headers, body }) {
      const target = headers.find(([name]) => /x-amz-target/i.test(name))?.[1] ?? ''
      const { TableName } = JSON.parse(Buffer.from(body as Uint8Array).toString()) as {
        TableName?: string
      }
      const isThere = tables.includes(TableName ?? '')
      const said = target.endsWith('.ListTables')
        ? { TableNames: tables }
        : isThere && { Table: { TableName, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] } }
      const piece = Buffer.from(JSON.stringify(said || { __type: 'ResourceNotFoundException' }))
      const type = { 'content-type': 'application/x-amz-json-1.0' }
      const answer = { status: said ? 200 : 400, headers: type, body: Readable.from([piece]) }
      return Promise.resolve(answer)
    },
    close: () => undefined,
  }
}

async function openHouse(...tables: string[]) {
  const { resources, root } = await openDeployment()
  await root(own)
  await root(other)
  const backed = [{ model: loadModel('dynamodb'), backend: backendWith(tables) }]
  const options = { resources, partition: 'aws', backed }
  const registry = createAdoption({ ...options, operatorAccountId: own })
  const place = (accountId: string) => ({
    ...{ service: 'dynamodb', accountId, region: 'us-east-1', now },
  })
  return { options, registry, place, resources, tables }
}

test('each account is shown what is there under its names, and no other’s', async () => {
  const { registry, place } = await openHouse('t', `${other}--t`, `${other}--u`, `${third}--t`)
  const shown = async (accountId: string) =>
    (await registry.backendResources(place(accountId)))?.map(({ arn }) => arn)
  expect(await shown(own)).toEqual([arnOf(own, 't')])
  expect(await shown(other)).toEqual([arnOf(other, 't'), arnOf(other, 'u')])
})

test('each account adopts its own, though another has one of the name', async () => {
  const { registry, place, resources } = await openHouse('t', `${other}--t`)
  for (const accountId of [own, other]) {
    const arn = arnOf(accountId, 't')
    const outcomes = await registry.adopt(place(accountId), [arn], 'r')
    expect(outcomes).toEqual([{ arn, outcome: 'ADOPTED', ownerId: accountId }])
    const record = resources.find(arn)
    expect(record).toMatchObject({ accountId, settings: { partitionKey: 'id' } })
  }
  const missing = await registry.adopt(place(other), [arnOf(other, 'gone'), arnOf(own, 't')], 'r')
  expect(missing?.map(({ outcome }) => outcome)).toEqual(['MISSING', 'OWNED'])
})

test('another account’s is not adopted by its ARN', async () => {
  const { registry, place } = await openHouse('t')
  const arn = arnOf(own, 't')
  expect(await registry.adopt(place(other), [arn], 'r')).toEqual([
    { arn, outcome: 'OTHER_ACCOUNT', ownerId: own },
  ])
})

test('what one account has lost is lost to it alone', async () => {
  const { options, resources } = await openHouse('t', `${other}--u`)
  const settled = new Date(now.getTime() - settlingMs - 1)
  for (const accountId of [own, other]) {
    for (const name of ['t', 'u']) {
      const about = { service: 'dynamodb', type: 'table', accountId, state: 'active' } as const
      const made: NewResource = { ...about, arn: arnOf(accountId, name), tags: [], settings: {} }
      await resources.create(made, { requestId: 'r', now: settled })
    }
  }
  const dropped: string[] = []
  await sweep({
    ...{ ...options, clock: () => now, newEventId: () => 'swept' },
    dropped: ({ resource }) => void dropped.push(resource.arn),
    reportFailure: (_, cause) => {
      throw cause
    },
  })
  expect(dropped.sort()).toEqual([arnOf(own, 'u'), arnOf(other, 't')].sort())
})
