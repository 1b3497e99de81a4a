import type { OperationInput } from '@bailiwick/wire'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callerWith, identityPolicy } from '../testing/gate.ts'
import { ann, KeptGate } from '../testing/kept-gate.ts'
import { tableOf } from '../testing/resources.ts'

// Goal: the values of the partition key are known of every call that names items, by the key schema
// that the record holds. Source: DynamoDB Developer Guide, "Using IAM policy conditions for
// fine-grained access control".
const house = new KeptGate('dynamodb')
beforeAll(() => house.open())
afterAll(() => house.close())

const { arn } = tableOf('Books')
const ownItems = callerWith(
  identityPolicy('own', {
    Effect: 'Allow',
    Action: 'dynamodb:*',
    Resource: [arn, `${arn}/index/*`],
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['ann'] } },
  }),
)
const item = (id: string, page = '1') => ({ id: { S: id }, page: { S: page } })
const leading: readonly [
  what: string,
  operation: string,
  input: OperationInput,
  isAllowed: boolean,
][] = [
  ['an item’s', 'PutItem', { Item: item('ann') }, true],
  ['a stranger’s item', 'PutItem', { Item: item('bob', 'ann') }, false],
  ['a key’s', 'GetItem', { Key: item('ann') }, true],
  [
    'a query’s',
    'Query',
    {
      KeyConditionExpression: 'id = :i and page > :p',
      ExpressionAttributeValues: { ':i': { S: 'ann' }, ':p': { S: '1' } },
    },
    true,
  ],
  [
    'a query’s of the sort key',
    'Query',
    {
      KeyConditionExpression: 'id = :i and page = :p',
      ExpressionAttributeValues: { ':i': { S: 'bob' }, ':p': { S: 'ann' } },
    },
    false,
  ],
  [
    'key conditions',
    'Query',
    {
      KeyConditions: {
        id: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'ann' }] },
        page: { ComparisonOperator: 'GT', AttributeValueList: [{ S: '1' }] },
      },
    },
    true,
  ],
  [
    'an index of the same key',
    'Query',
    {
      IndexName: 'ByPage',
      KeyConditionExpression: 'id = :i',
      ExpressionAttributeValues: { ':i': { S: 'ann' } },
    },
    true,
  ],
  [
    'an index of another key',
    'Query',
    {
      IndexName: 'ByYear',
      KeyConditionExpression: 'y = :i',
      ExpressionAttributeValues: { ':i': { S: 'ann' } },
    },
    false,
  ],
  [
    'a batch’s writes',
    'BatchWriteItem',
    {
      RequestItems: {
        Books: [
          { PutRequest: { Item: item('ann') } },
          { DeleteRequest: { Key: item('ann', '2') } },
        ],
      },
    },
    true,
  ],
  [
    'all of a batch’s',
    'BatchWriteItem',
    {
      RequestItems: {
        Books: [{ PutRequest: { Item: item('ann') } }, { PutRequest: { Item: item('bob') } }],
      },
    },
    false,
  ],
  [
    'a transaction’s',
    'TransactWriteItems',
    { TransactItems: [{ Put: { TableName: 'Books', Item: item('ann') } }] },
    true,
  ],
  [
    'a transaction’s other',
    'TransactWriteItems',
    { TransactItems: [{ Put: { TableName: 'Books', Item: item('bob') } }] },
    false,
  ],
]
test.each(leading)('leading keys: %s', async (_, operation, input, isAllowed) => {
  const indexes = { ByPage: 'id', ByYear: 'y' }
  house.reset(tableOf('Books', { settings: { partitionKey: 'id', indexes } }))
  const isOne = !/^(Batch|Transact)/.test(operation)
  const said = await house.send(ownItems, operation, {
    ...(isOne && { TableName: 'Books' }),
    ...input,
  })
  expect([said.status, said.code]).toEqual(
    isAllowed ? [200, undefined] : [400, 'AccessDeniedException'],
  )
})

test('indexes that come and go are known', async () => {
  house.reset(tableOf('Books'))
  const KeySchema = [{ AttributeName: 'y', KeyType: 'HASH' }]
  const update = (each: object) =>
    house.send(ann, 'UpdateTable', { TableName: 'Books', GlobalSecondaryIndexUpdates: [each] })
  await update({ Create: { IndexName: 'ByYear', KeySchema, Projection: {} } })
  expect(house.resources.find(arn)?.settings.indexes).toEqual({ ByYear: 'y' })
  await update({ Delete: { IndexName: 'ByYear' } })
  expect(house.resources.find(arn)?.settings.indexes).toEqual({})
})
