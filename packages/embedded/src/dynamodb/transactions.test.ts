import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askOf, errorOf, type Answer, type Ask, type Input } from './ask.ts'
import { tokenLifeMs, Transactions, transactItemsMax } from './transactions.ts'
import { UndoLog } from './undo-log.ts'

// Goal: all of a transaction, or nothing; who is told why. Method: dynalite itself, in memory.
// Source: DynamoDB API Reference, TransactWriteItems and TransactGetItems.
let ask: Ask
let now = 0
let transactions: Transactions
let folder: string

beforeEach(async () => {
  const dynalite = createRequire(import.meta.url)('dynalite') as (o: object) => Server
  ask = askOf(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }))
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-transactions-'))
  transactions = new Transactions(ask, new UndoLog(join(folder, 'undo')), () => now)
  for (const TableName of ['one-key', 'two-keys']) {
    const names = TableName === 'one-key' ? ['k'] : ['k', 's']
    const key = names.map((name, i) => ({ AttributeName: name, KeyType: i ? 'RANGE' : 'HASH' }))
    const of = names.map((name) => ({ AttributeName: name, AttributeType: 'S' }))
    const made = { TableName, KeySchema: key, AttributeDefinitions: of }
    await ask('CreateTable', { ...made, BillingMode: 'PAY_PER_REQUEST' })
    const status = async () => {
      const { body } = await ask('DescribeTable', { TableName })
      return (body['Table'] as { TableStatus: string }).TableStatus
    }
    await expect.poll(status).toBe('ACTIVE')
  }
  await put('a', '1')
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const TableName = 'one-key'
const keyOf = (k: string) => ({ k: { S: k } })
const put = (k: string, n: string) =>
  ask('PutItem', { TableName, Item: { ...keyOf(k), n: { N: n } } })

/** `n` of each item; undefined where there is none. */
async function kept(...keys: readonly string[]): Promise<readonly unknown[]> {
  const items = []
  for (const k of keys) {
    const { body } = await ask('GetItem', { TableName, Key: keyOf(k), ConsistentRead: true })
    items.push((body['Item'] as { n?: { N: string } } | undefined)?.n?.N)
  }
  return items
}

const putting = (k: string, n: string, more: Input = {}) => ({
  Put: { TableName, Item: { ...keyOf(k), n: { N: n } }, ...more },
})
const absent = { ConditionExpression: 'attribute_not_exists(k)' }
const adding = (k: string, more: Input = {}) => ({
  Update: {
    ...{ TableName, Key: keyOf(k), UpdateExpression: 'SET n = n + :one' },
    ...{ ExpressionAttributeValues: { ':one': { N: '1' } }, ...more },
  },
})
const deleting = (k: string) => ({ Delete: { TableName, Key: keyOf(k) } })
const checking = (k: string, ConditionExpression: string, more: Input = {}) => ({
  ConditionCheck: { TableName, Key: keyOf(k), ConditionExpression, ...more },
})
const write = (...TransactItems: readonly unknown[]) => transactions.write({ TransactItems })
const codes = ({ body }: Answer) =>
  (body['CancellationReasons'] as readonly { Code: string }[] | undefined)?.map(({ Code }) => Code)

test('all is written, each as it says', async () => {
  await put('gone', '7')
  const answer = await write(
    ...[putting('new', '5', absent), adding('a'), deleting('gone')],
    checking('b', 'attribute_not_exists(k)'),
  )
  expect(answer).toEqual({ status: 200, body: {} })
  expect(await kept('new', 'a', 'gone', 'b')).toEqual(['5', '2', undefined, undefined])
})

test('one condition that fails, and nothing is written; each piece is told why', async () => {
  const shown = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...absent }
  const answer = await write(putting('new', '5'), putting('a', '9', shown), deleting('a2'))
  expect(errorOf(answer)).toBe('TransactionCanceledException')
  const words = 'Transaction cancelled, please refer cancellation reasons for specific reasons'
  expect(answer.body['Message']).toBe(`${words} [None, ConditionalCheckFailed, None]`)
  const Item = { k: { S: 'a' }, n: { N: '1' } }
  const Message = 'The conditional request failed'
  expect(answer.body['CancellationReasons']).toEqual([
    ...[{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Message, Item }],
    { Code: 'None' },
  ])
  expect(await kept('new', 'a')).toEqual([undefined, '1'])
})

test('a condition on what is there, or is not, changes nothing', async () => {
  const more = {
    ExpressionAttributeNames: { '#n': 'n' },
    ExpressionAttributeValues: { ':v': { N: '1' } },
  }
  expect((await write(checking('a', '#n = :v', more))).status).toBe(200)
  expect(codes(await write(checking('none', '#n = :v', more)))).toEqual(['ConditionalCheckFailed'])
  expect(await kept('a', 'none')).toEqual(['1', undefined])
})

test('what fails while it is written undoes what was', async () => {
  await put('b', '2')
  const UpdateExpression = 'ADD k2 :one'
  await ask('UpdateItem', {
    ...{ TableName, Key: keyOf('b'), UpdateExpression: 'SET k2 = :text' },
    ExpressionAttributeValues: { ':text': { S: 'no number' } },
  })
  const wrong = adding('b', { UpdateExpression })
  const answer = await write(putting('new', '5'), deleting('a'), wrong)
  expect(codes(answer)).toEqual(['None', 'None', 'ValidationError'])
  expect(await kept('new', 'a', 'b')).toEqual([undefined, '1', '2'])
  expect(existsSync(join(folder, 'undo'))).toBe(false)
  const syntax = adding('b', { UpdateExpression: 'SET n = = :one' })
  expect(errorOf(await write(putting('new', '5'), syntax))).toBe('ValidationException')
  expect(await kept('new')).toEqual([undefined])
})

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => putting(`m${String(i)}`, '1'))
const names = { ExpressionAttributeNames: { '#never': 'n' } }
const refused: readonly [what: string, items: readonly unknown[], code: string, says: RegExp][] = [
  ['none', [], 'ValidationException', /greater than or equal to 1/],
  ['too many', many(transactItemsMax + 1), 'ValidationException', /less than or equal to 100/],
  [
    'one item twice',
    [putting('x', '1'), deleting('x')],
    'ValidationException',
    /multiple operations/,
  ],
  [
    'two in one',
    [{ ...putting('x', '1'), ...deleting('y') }],
    'ValidationException',
    /only contain one/,
  ],
  ['a read', [{ Get: { TableName, Key: keyOf('a') } }], 'ValidationException', /only contain one/],
  [
    'no such table',
    [{ Delete: { TableName: 'none', Key: keyOf('a') } }],
    'ResourceNotFoundException',
    /^Requested/,
  ],
  [
    'a key that is none',
    [{ Delete: { TableName, Key: { x: { S: 'a' } } } }],
    'ValidationException',
    /schema/,
  ],
  [
    'an item without key',
    [{ Put: { TableName, Item: { x: { S: 'a' } } } }],
    'ValidationException',
    /Missing the key k/,
  ],
  [
    'half of a key',
    [{ Put: { TableName: 'two-keys', Item: keyOf('a') } }],
    'ValidationException',
    /Missing the key s/,
  ],
  ['a name that nothing uses', [putting('x', '1', names)], 'ValidationException', /#never/],
]

for (const [what, items, code, says] of refused) {
  test(`of a transaction: ${what} is ${code}`, async () => {
    const answer = await write(...items)
    expect(errorOf(answer)).toBe(code)
    expect(answer.body['message']).toMatch(says)
    expect(await kept('a', 'x', 'm0')).toEqual(['1', undefined, undefined])
  })
}

test('as many as there may be are written', async () => {
  expect((await write(...many(transactItemsMax))).status).toBe(200)
  expect(await kept('m0', 'm99')).toEqual(['1', '1'])
})

test('a token makes a repetition harmless, for ten minutes; with something else it is refused', async () => {
  const once = { TransactItems: [adding('a')], ClientRequestToken: 't' }
  for (let i = 0; i < 2; i++) expect((await transactions.write(once)).status).toBe(200)
  expect(await kept('a')).toEqual(['2'])
  const other = await transactions.write({ ...once, TransactItems: [deleting('a')] })
  expect(errorOf(other)).toBe('IdempotentParameterMismatchException')
  now += tokenLifeMs
  expect((await transactions.write(once)).status).toBe(200)
  expect(await kept('a')).toEqual(['3'])
})

test('several are read at once, what is not there as nothing', async () => {
  const gets = ['a', 'none'].map((k) => ({
    Get: { TableName, Key: keyOf(k), ProjectionExpression: 'n' },
  }))
  const asked = { TransactItems: gets, ReturnConsumedCapacity: 'TOTAL' }
  expect(await transactions.get(asked)).toEqual({
    status: 200,
    body: {
      Responses: [{ Item: { n: { N: '1' } } }, {}],
      ConsumedCapacity: [{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }],
    },
  })
})

test('what is consumed is twice what it were outside', async () => {
  const items = [putting('new', '5', absent), checking('b', 'attribute_not_exists(k)')]
  const asked = { TransactItems: items, ReturnConsumedCapacity: 'TOTAL' }
  const of = { TableName, CapacityUnits: 4, WriteCapacityUnits: 4 }
  expect((await transactions.write(asked)).body).toEqual({ ConsumedCapacity: [of] })
})

test('what a killed process left half done is undone by the next', async () => {
  const killed: Ask = (operation, input) =>
    operation === 'DeleteItem' ? new Promise(() => undefined) : ask(operation, input)
  const path = join(folder, 'undo')
  const dying = new Transactions(killed, new UndoLog(path), () => now)
  void dying.write({ TransactItems: [putting('new', '5'), adding('a'), deleting('b')] })
  await expect.poll(() => kept('new', 'a')).toEqual(['5', '2'])
  await new UndoLog(path).recover(ask)
  expect(await kept('new', 'a')).toEqual([undefined, '1'])
  expect(existsSync(path)).toBe(false)
})
