import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { OperationInput } from '@bailiwick/wire'
import type { Caller } from '../caller.ts'
import { accountId, callerWith, identityPolicy } from '../testing/gate.ts'
import { ann, bob, KeptGate, otherAccountId, strangerWith } from '../testing/kept-gate.ts'
import { savedPolicyOf, tableOf } from '../testing/resources.ts'
import type { Resource } from './resource.ts'
import { resourceTagsMax } from './tags.ts'

// Goal: tables are owned, their policies and tags decide, and both stay with the gate. Method: the
// gate before a backend that keeps what arrives. Sources: evaluation-logic §2 and §3; DynamoDB API
// Reference; DynamoDB Developer Guide, "Resource-based policies".
const house = new KeptGate('dynamodb')
beforeAll(() => house.open())
afterAll(() => house.close())

const gone = 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException'
const createdAt = new Date('2026-11-20T10:00:00Z')
beforeEach(() => {
  house.reset()
  const tables = new Set<unknown>()
  house.replies = {
    CreateTable: ({ TableName }) => [
      200,
      { TableDescription: { TableName, at: tables.add(TableName).size } },
    ],
    DescribeTable: ({ TableName }) =>
      tables.has(TableName)
        ? [200, { Table: { TableName, CreationDateTime: createdAt.getTime() / 1000 } }]
        : [400, { __type: gone }],
  }
})

const annAlone = callerWith()
const bobAlone = strangerWith()
const arn = tableOf('Books').arn
const schema = {
  KeySchema: [{ AttributeName: 'isbn', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'isbn', AttributeType: 'S' }],
}
const allow = (principal: unknown, action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: action,
  Resource: arn,
  ...more,
})
const booksWith = (...statements: readonly object[]) =>
  tableOf('Books', statements.length > 0 ? { policy: savedPolicyOf(...statements) } : {})
const policyText = (...statements: readonly object[]) => savedPolicyOf(...statements).text

test('a table is its maker’s, with key schema, tags and policy, of which the backend gets nothing', async () => {
  const policy = policyText(allow({ AWS: otherAccountId }, 'dynamodb:Scan'))
  const made = await house.send(ann, 'CreateTable', {
    TableName: 'Books',
    ...schema,
    Tags: [{ Key: 'env', Value: 'prod' }],
    ResourcePolicy: policy,
  })
  expect(made.status).toBe(200)
  const sent = house.arrived.find(({ line }) => line === 'CreateTable')
  expect(sent?.input).toEqual({ TableName: 'Books', ...schema })
  expect(sent?.account).toBe(accountId)
  expect(house.resources.find(arn)).toMatchObject({
    accountId,
    state: 'active',
    tags: [{ Key: 'env', Value: 'prod' }],
    policy: { text: policy },
    settings: { partitionKey: 'isbn' },
    backendCreatedAt: createdAt,
  })
})

const refusedCreations: readonly [
  what: string,
  records: readonly Resource[],
  input: object,
  code: string,
][] = [
  ['a name that the account has', [tableOf('Books')], {}, 'ResourceInUseException'],
  ['a replica', [], { GlobalTableSourceArn: tableOf('Old').arn }, 'ValidationException'],
  ['a policy that is none', [], { ResourcePolicy: '{}' }, 'ValidationException'],
  [
    'a tag twice',
    [],
    { Tags: [1, 2].map((n) => ({ Key: 'a', Value: String(n) })) },
    'ValidationException',
  ],
  ['a tag of AWS’s', [], { Tags: [{ Key: 'aws:a', Value: '' }] }, 'ValidationException'],
]
test.each(refusedCreations)('no table: %s', async (_, records, input, code) => {
  house.reset(...records)
  const said = await house.send(ann, 'CreateTable', { TableName: 'Books', ...schema, ...input })
  expect([said.status, said.code]).toEqual([400, code])
  expect(house.lines).not.toContain('CreateTable')
})

test('what the backend has, and nobody adopted, nobody gets by making or naming it', async () => {
  house.replies.DescribeTable = [200, { Table: {} }]
  expect(await house.send(ann, 'CreateTable', { TableName: 'Books', ...schema })).toMatchObject({
    code: 'ResourceInUseException',
  })
  expect(await house.send(ann, 'Scan', { TableName: 'Books' })).toMatchObject({
    code: 'ResourceNotFoundException',
  })
  expect(house.lines).toEqual(['DescribeTable'])
})

test('the same name in two accounts is two tables', async () => {
  for (const caller of [ann, bob]) {
    house.replies.DescribeTable = [400, { __type: gone }]
    const made = await house.send(caller, 'CreateTable', { TableName: 'Books', ...schema })
    expect(made.status).toBe(200)
  }
  const hints = house.arrived
    .filter(({ line }) => line === 'CreateTable')
    .map(({ account }) => account)
  expect(hints).toEqual([accountId, otherAccountId])
  expect((await house.send(bob, 'ListTables', {})).output).toEqual({ TableNames: ['Books'] })
})

test('a creation that fails leaves nothing; a deletion takes the record, and so does a loss', async () => {
  house.replies.CreateTable = [400, { __type: 'ValidationException' }]
  await house.send(ann, 'CreateTable', { TableName: 'Books', ...schema })
  expect(house.resources.find(arn)).toBeUndefined()
  for (const [name, reply] of [
    ['DeleteTable', [200, {}]],
    ['GetItem', [400, { __type: gone }]],
  ] as const) {
    house.reset(tableOf('Books'))
    house.replies[name] = reply
    await house.send(ann, name, { TableName: 'Books', Key: { id: { S: 'a' } } })
    expect(house.resources.find(arn)).toBeUndefined()
  }
})

test('what is missing of a table does not take it for lost', async () => {
  house.reset(tableOf('Books'))
  house.replies.UpdateTable = [400, { __type: gone }]
  await house.send(ann, 'UpdateTable', { TableName: 'Books' })
  expect(house.resources.find(arn)).toBeDefined()
})

test('lists hold the account’s own tables of the region, in pages', async () => {
  const elsewhere = { arn: arn.replace('us-east-1', 'eu-west-1') }
  house.reset(
    ...['Ants', 'Bees', 'Cats'].map((name) => tableOf(name)),
    tableOf('Dogs', { accountId: otherAccountId }),
    tableOf('Books', elsewhere),
  )
  const first = await house.send(ann, 'ListTables', { Limit: 2 })
  expect(first.output).toEqual({ TableNames: ['Ants', 'Bees'], LastEvaluatedTableName: 'Bees' })
  const next = await house.send(ann, 'ListTables', { ExclusiveStartTableName: 'Bees', Limit: 1 })
  expect(next.output).toEqual({ TableNames: ['Cats'] })
  expect(house.lines).toEqual([])
})

// Source: evaluation-logic §2 and §3.
const scan = 'dynamodb:Scan'
const decisions: readonly [
  what: string,
  by: Caller,
  statements: readonly object[],
  operation: string,
  input: OperationInput,
  isAllowed: boolean,
][] = [
  ['one’s own by one’s own policy', ann, [], 'Scan', { TableName: 'Books' }, true],
  [
    'one’s own by the table’s policy',
    annAlone,
    [allow({ AWS: ann.arn }, scan)],
    'Scan',
    { TableName: 'Books' },
    true,
  ],
  [
    'the account named grants nothing alone',
    annAlone,
    [allow({ AWS: accountId }, scan)],
    'Scan',
    { TableName: 'Books' },
    false,
  ],
  [
    'a Deny of the table’s',
    ann,
    [{ ...allow('*', scan), Effect: 'Deny' }],
    'Scan',
    { TableName: 'Books' },
    false,
  ],
  ['another account without a policy', bob, [], 'Scan', { TableName: arn }, false],
  [
    'another account by policy',
    bob,
    [allow({ AWS: bob.arn }, scan)],
    'Scan',
    { TableName: arn },
    true,
  ],
  [
    'another account with no leave at home',
    bobAlone,
    [allow({ AWS: bob.arn }, scan)],
    'Scan',
    { TableName: arn },
    false,
  ],
  [
    'another action',
    bob,
    [allow({ AWS: bob.arn }, scan)],
    'PutItem',
    { TableName: arn, Item: {} },
    false,
  ],
  [
    'an index is not its table',
    bob,
    [allow({ AWS: bob.arn }, scan)],
    'Scan',
    { TableName: arn, IndexName: 'ByYear' },
    false,
  ],
  [
    'an index by its ARN',
    bob,
    [allow({ AWS: bob.arn }, scan, { Resource: `${arn}/index/*` })],
    'Scan',
    { TableName: arn, IndexName: 'ByYear' },
    true,
  ],
  [
    'each table of a batch',
    bob,
    [allow({ AWS: bob.arn }, 'dynamodb:BatchGetItem')],
    'BatchGetItem',
    { RequestItems: { [arn]: { Keys: [{ id: { S: 'a' } }] } } },
    true,
  ],
  [
    'each piece of a transaction',
    bob,
    [allow({ AWS: bob.arn }, 'dynamodb:GetItem')],
    'TransactGetItems',
    { TransactItems: [{ Get: { TableName: arn, Key: { id: { S: 'a' } } } }] },
    true,
  ],
  [
    'a piece that is not allowed',
    bob,
    [allow({ AWS: bob.arn }, 'dynamodb:PutItem')],
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: { TableName: arn, Item: { id: { S: 'a' } } } },
        { Delete: { TableName: arn, Key: { id: { S: 'a' } } } },
      ],
    },
    false,
  ],
]
test.each(decisions)('decided: %s', async (_, by, statements, operation, input, isAllowed) => {
  house.reset(booksWith(...statements))
  const said = await house.send(by, operation, input)
  expect([said.status, said.code]).toEqual(
    isAllowed ? [200, undefined] : [400, 'AccessDeniedException'],
  )
  expect(house.lines).toEqual(isAllowed ? [operation] : [])
})

test('a table named by its ARN reaches its owner’s by its name, and is answered as it was named', async () => {
  house.reset(booksWith(allow({ AWS: bob.arn }, '*')))
  house.replies.BatchGetItem = [
    200,
    { Responses: { Books: [{ id: { S: 'a' } }] }, ConsumedCapacity: [{ TableName: 'Books' }] },
  ]
  const keys = { Keys: [{ id: { S: 'a' } }] }
  const said = await house.send(bob, 'BatchGetItem', { RequestItems: { [arn]: keys } })
  expect(said.output).toEqual({
    Responses: { [arn]: [{ id: { S: 'a' } }] },
    ConsumedCapacity: [{ TableName: arn }],
  })
  const Get = { TableName: arn, Key: { id: { S: 'a' } } }
  // Recorded of moto: a transaction's answers are a list.
  house.replies.TransactGetItems = [200, { Responses: [{ Item: { id: { S: 'a' } } }] }]
  const got = await house.send(bob, 'TransactGetItems', { TransactItems: [{ Get }] })
  expect(got.output.Responses).toEqual([{ Item: { id: { S: 'a' } } }])
  expect(house.arrived).toEqual([
    { line: 'BatchGetItem', input: { RequestItems: { Books: keys } }, account: accountId },
    {
      line: 'TransactGetItems',
      input: { TransactItems: [{ Get: { ...Get, TableName: 'Books' } }] },
      account: accountId,
    },
  ])
})

const ambiguous: readonly [what: string, tables: readonly string[]][] = [
  ['tables of two accounts', [arn, tableOf('Mine', { accountId: otherAccountId }).arn]],
  ['one by its ARN, one of the caller’s by its name', [arn, 'Mine']],
  ['one table twice', [tableOf('Mine', { accountId: otherAccountId }).arn, 'Mine']],
]
test.each(ambiguous)('a batch is refused: %s', async (_, tables) => {
  house.reset(
    booksWith(allow({ AWS: bob.arn }, '*')),
    tableOf('Mine', { accountId: otherAccountId }),
  )
  const items = Object.fromEntries(tables.map((name) => [name, { Keys: [{ id: { S: 'a' } }] }]))
  const said = await house.send(bob, 'BatchGetItem', { RequestItems: items })
  expect(said.code).toBe('ValidationException')
  expect(house.lines).toEqual([])
})

test('tags are kept, answered, and decide', async () => {
  house.reset(tableOf('Books'))
  const ResourceArn = arn
  await house.send(ann, 'TagResource', {
    ResourceArn,
    Tags: [
      { Key: 'env', Value: 'prod' },
      { Key: 'a', Value: '' },
    ],
  })
  await house.send(ann, 'UntagResource', { ResourceArn, TagKeys: ['a'] })
  const listed = await house.send(ann, 'ListTagsOfResource', { ResourceArn })
  expect(listed.output).toEqual({ Tags: [{ Key: 'env', Value: 'prod' }] })
  const byTag = (env: string) =>
    callerWith(
      identityPolicy('tag', {
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/env': env } },
      }),
    )
  expect((await house.send(byTag('prod'), 'Scan', { TableName: 'Books' })).status).toBe(200)
  expect((await house.send(byTag('test'), 'Scan', { TableName: 'Books' })).status).toBe(400)
  expect(house.lines).toEqual(['Scan'])
})

test(`${String(resourceTagsMax)} tags are kept, one more is refused`, async () => {
  house.reset(tableOf('Books'))
  const tags = Array.from({ length: resourceTagsMax }, (_, n) => ({
    Key: `k${String(n)}`,
    Value: '',
  }))
  const put = (Tags: unknown) => house.send(ann, 'TagResource', { ResourceArn: arn, Tags })
  expect((await put(tags)).status).toBe(200)
  expect((await put([{ Key: 'k0', Value: 'again' }])).status).toBe(200)
  expect(await put([{ Key: 'one more', Value: '' }])).toMatchObject({ code: 'ValidationException' })
})

test('a backup is kept apart from its table, and what is restored of it is the restorer’s', async () => {
  house.reset(tableOf('Books'))
  const BackupArn = `${arn}/backup/01489602797149-73d8d5bc`
  house.replies.CreateBackup = [200, { BackupDetails: { BackupArn } }]
  const foreign = { BackupArn: BackupArn.replace(accountId, otherAccountId) }
  house.replies.ListBackups = [200, { BackupSummaries: [{ BackupArn }, foreign] }]
  house.replies.DescribeTable = [400, { __type: gone }]
  await house.send(ann, 'CreateBackup', { TableName: 'Books', BackupName: 'b01' })
  await house.send(ann, 'DeleteTable', { TableName: 'Books' })
  const listed = await house.send(ann, 'ListBackups', {})
  expect(listed.output.BackupSummaries).toEqual([{ BackupArn }])
  const restored = { TargetTableName: 'Copies', BackupArn }
  expect((await house.send(ann, 'RestoreTableFromBackup', restored)).status).toBe(200)
  expect(house.resources.find(tableOf('Copies').arn)).toMatchObject({
    accountId,
    settings: { partitionKey: 'id' },
  })
  expect((await house.send(ann, 'DeleteBackup', { BackupArn })).status).toBe(200)
  expect(await house.send(ann, 'DescribeBackup', { BackupArn })).toMatchObject({
    code: 'BackupNotFoundException',
  })
})

test('a table that is restored from another account’s needs that one’s policy', async () => {
  house.reset(tableOf('Books'))
  const input = { SourceTableArn: arn, TargetTableName: 'Copies' }
  const said = await house.send(bob, 'RestoreTableToPointInTime', input)
  expect(said.code).toBe('AccessDeniedException')
})

const unkept: readonly [operation: string, input: OperationInput][] = [
  [
    'CreateGlobalTable',
    { GlobalTableName: 'Books', ReplicationGroup: [{ RegionName: 'eu-west-1' }] },
  ],
  ['ListGlobalTables', {}],
  [
    'UpdateTable',
    { TableName: 'Books', ReplicaUpdates: [{ Create: { RegionName: 'eu-west-1' } }] },
  ],
]
test.each(unkept)('%s of replicas is refused, and reaches nobody', async (operation, input) => {
  house.reset(tableOf('Books'))
  expect(await house.send(ann, operation, input)).toMatchObject({ code: 'ValidationException' })
  expect(house.lines).toEqual([])
})
