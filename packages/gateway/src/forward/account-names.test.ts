import type { ForwardedService, OperationInput } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { arn, heard, mine, other, own, theirs, told, url, zeros } from '../testing/naming.ts'

// Goal: on a backend that knows one account, what is another's is told under a name of its own and
// heard under the account's, in each form in which services name things; data stays. Method: a row a
// form. Source: decision 26; the forms are those of each service's API reference.
const redrive = (target: string) => JSON.stringify({ deadLetterTargetArn: target })
const item = { TableName: { S: `${other}` }, key: { S: mine('sqs', 'q') } }

type Both = readonly [
  form: string,
  service: ForwardedService,
  operation: string,
  ...OperationInput[],
]

/** What an account says, and what a backend is told; the other way round it is heard. */
const both: readonly Both[] = [
  ['a name', 'sqs', 'CreateQueue', { QueueName: 'q' }, { QueueName: `${other}--q` }],
  [
    'a FIFO queue',
    'sqs',
    'CreateQueue',
    { QueueName: 'q.fifo' },
    { QueueName: `${other}--q.fifo` },
  ],
  [
    "a queue's URL",
    'sqs',
    'SendMessage',
    { QueueUrl: url(other, 'q'), MessageBody: mine('sqs', 'q') },
    { QueueUrl: url(zeros, `${other}--q`), MessageBody: mine('sqs', 'q') },
  ],
  [
    "the own account's queue beside it",
    'sqs',
    'StartMessageMoveTask',
    { SourceArn: mine('sqs', 'q'), DestinationArn: arn('sqs', own, 'q') },
    { SourceArn: theirs('sqs', `${other}--q`), DestinationArn: theirs('sqs', 'q') },
  ],
  [
    'an ARN in an attribute',
    'sqs',
    'SetQueueAttributes',
    { QueueUrl: url(other, 'q'), Attributes: { RedrivePolicy: redrive(mine('sqs', 'd')) } },
    {
      QueueUrl: url(zeros, `${other}--q`),
      Attributes: { RedrivePolicy: redrive(theirs('sqs', `${other}--d`)) },
    },
  ],
  ['a topic', 'sns', 'CreateTopic', { Name: 't.fifo' }, { Name: `${other}--t.fifo` }],
  [
    'topic and endpoint of two accounts',
    'sns',
    'Subscribe',
    { TopicArn: mine('sns', 't'), Protocol: 'sqs', Endpoint: arn('sqs', own, 'q') },
    { TopicArn: theirs('sns', `${other}--t`), Protocol: 'sqs', Endpoint: theirs('sqs', 'q') },
  ],
  [
    'a subscription, and a third account',
    'sns',
    'SetSubscriptionAttributes',
    {
      SubscriptionArn: mine('sns', 't:u-1'),
      AttributeName: 'RedrivePolicy',
      AttributeValue: redrive(arn('sqs', '333344445555', 'd')),
    },
    {
      SubscriptionArn: theirs('sns', `${other}--t:u-1`),
      AttributeName: 'RedrivePolicy',
      AttributeValue: redrive(theirs('sqs', '333344445555--d')),
    },
  ],
  [
    'a table, and items',
    'dynamodb',
    'PutItem',
    { TableName: 't', Item: item },
    { TableName: `${other}--t`, Item: item },
  ],
  [
    'a table, an index and a stream by ARN',
    'dynamodb',
    'DescribeExport',
    { ExportArn: mine('dynamodb', 'table/t/export/1') },
    { ExportArn: theirs('dynamodb', `table/${other}--t/export/1`) },
  ],
  [
    'a table that is made of a backup',
    'dynamodb',
    'RestoreTableFromBackup',
    { TargetTableName: 't', BackupArn: mine('dynamodb', 'table/u/backup/1') },
    {
      TargetTableName: `${other}--t`,
      BackupArn: theirs('dynamodb', `table/${other}--u/backup/1`),
    },
  ],
  [
    'tables as keys',
    'dynamodb',
    'BatchWriteItem',
    { RequestItems: { t: [{ PutRequest: { Item: item } }] } },
    { RequestItems: { [`${other}--t`]: [{ PutRequest: { Item: item } }] } },
  ],
  [
    'tables of two accounts as keys',
    'dynamodb',
    'BatchGetItem',
    { RequestItems: { t: { Keys: [item] }, [arn('dynamodb', own, 'table/t')]: { Keys: [] } } },
    { RequestItems: { [`${other}--t`]: { Keys: [item] }, t: { Keys: [] } } },
  ],
  [
    'tables of a transaction',
    'dynamodb',
    'TransactWriteItems',
    { TransactItems: [{ Put: { TableName: 't', Item: item } }] },
    { TransactItems: [{ Put: { TableName: `${other}--t`, Item: item } }] },
  ],
  [
    'a function with its role, layers and dead letters',
    'lambda',
    'CreateFunction',
    {
      FunctionName: 'f',
      Role: `arn:aws:iam::${other}:role/team/r`,
      Layers: [mine('lambda', 'layer:l:1'), arn('lambda', own, 'layer:l:2')],
      DeadLetterConfig: { TargetArn: mine('sqs', 'd') },
      Environment: { Variables: { QUEUE: mine('sqs', 'q') } },
    },
    {
      FunctionName: `${other}--f`,
      Role: `arn:aws:iam::${zeros}:role/team/${other}--r`,
      Layers: [theirs('lambda', `layer:${other}--l:1`), theirs('lambda', 'layer:l:2')],
      DeadLetterConfig: { TargetArn: theirs('sqs', `${other}--d`) },
      Environment: { Variables: { QUEUE: mine('sqs', 'q') } },
    },
  ],
  [
    'a mapping, which has an id of its own',
    'lambda',
    'CreateEventSourceMapping',
    { FunctionName: 'f', EventSourceArn: mine('dynamodb', 'table/t/stream/1') },
    {
      FunctionName: `${other}--f`,
      EventSourceArn: theirs('dynamodb', `table/${other}--t/stream/1`),
    },
  ],
  ['a secret', 'secretsmanager', 'CreateSecret', { Name: 'a/b' }, { Name: `${other}--a/b` }],
  [
    'a secret by its ARN',
    'secretsmanager',
    'GetSecretValue',
    { SecretId: mine('secretsmanager', 'secret:a/b-AbCdEf') },
    { SecretId: theirs('secretsmanager', `secret:${other}--a/b-AbCdEf`) },
  ],
  [
    'an alias and a key',
    'kms',
    'CreateAlias',
    { AliasName: 'alias/a/b', TargetKeyId: mine('kms', 'key/k-1') },
    { AliasName: `alias/${other}--a/b`, TargetKeyId: theirs('kms', 'key/k-1') },
  ],
  [
    'an alias of AWS’s own, and one by ARN',
    'kms',
    'ReEncrypt',
    { SourceKeyId: 'alias/aws/s3', DestinationKeyId: mine('kms', 'alias/a') },
    { SourceKeyId: 'alias/aws/s3', DestinationKeyId: theirs('kms', `alias/${other}--a`) },
  ],
  [
    'a rule of a bus, and targets',
    'events',
    'PutTargets',
    { EventBusName: 'b', Rule: 'r', Targets: [{ Id: '1', Arn: mine('events', 'event-bus/c') }] },
    {
      EventBusName: `${other}--b`,
      Rule: 'r',
      Targets: [{ Id: '1', Arn: theirs('events', `event-bus/${other}--c`) }],
    },
  ],
  [
    'a rule of the default bus',
    'events',
    'PutRule',
    { EventBusName: 'default', Name: mine('events', 'rule/r'), EventPattern: mine('sqs', 'q') },
    {
      EventBusName: `${other}--default`,
      Name: theirs('events', `rule/${other}--default/r`),
      EventPattern: mine('sqs', 'q'),
    },
  ],
]

for (const [form, service, operation, said, asked] of both) {
  test(`${service} is told and heard: ${form}`, () => {
    expect(told(service, operation, said ?? {})).toEqual(asked)
    const answered = JSON.parse(heard(service, operation, JSON.stringify(asked))) as unknown
    expect(answered).toEqual(said)
    // The own account's is as it is, but for the id.
    const ownSaid = JSON.parse(JSON.stringify(said).replaceAll(other, own)) as OperationInput
    if (form.startsWith('tables of two')) return
    expect(JSON.stringify(told(service, operation, ownSaid, own))).not.toContain(`${own}--`)
  })
}

/** Only told. */
const toldAlone: readonly Both[] = [
  [
    'a function by a partial ARN',
    'lambda',
    'Invoke',
    { FunctionName: `${other}:function:f:live` },
    { FunctionName: `${other}--f:live` },
  ],
  [
    "another account's function by its ARN",
    'lambda',
    'Invoke',
    { FunctionName: arn('lambda', own, 'function:f') },
    { FunctionName: 'f' },
  ],
  [
    'a table by its ARN',
    'dynamodb',
    'Query',
    { TableName: mine('dynamodb', 'table/t') },
    { TableName: `${other}--t` },
  ],
  [
    'PartiQL',
    'dynamodb',
    'BatchExecuteStatement',
    { Statements: [{ Statement: `SELECT * FROM "t"."i" WHERE id = 't'`, Parameters: [item.key] }] },
    {
      Statements: [
        { Statement: `SELECT * FROM "${other}--t"."i" WHERE id = 't'`, Parameters: [item.key] },
      ],
    },
  ],
  [
    'secrets by what their names begin with, or do not',
    'secretsmanager',
    'ListSecrets',
    {
      Filters: [
        { Key: 'name', Values: ['a/', '!b'] },
        { Key: 'tag-key', Values: ['a'] },
      ],
    },
    {
      Filters: [
        { Key: 'name', Values: [`${other}--a/`, `!${other}--b`] },
        { Key: 'tag-key', Values: ['a'] },
      ],
    },
  ],
  [
    'secrets in a list',
    'secretsmanager',
    'BatchGetSecretValue',
    { SecretIdList: ['a', mine('secretsmanager', 'secret:b-AbCdEf')] },
    { SecretIdList: [`${other}--a`, theirs('secretsmanager', `secret:${other}--b-AbCdEf`)] },
  ],
  ['no bus', 'events', 'PutRule', { Name: 'r' }, { EventBusName: `${other}--default`, Name: 'r' }],
  [
    'events to no bus, and to one',
    'events',
    'PutEvents',
    { Entries: [{ Source: other }, { EventBusName: arn('events', own, 'event-bus/b') }] },
    { Entries: [{ EventBusName: `${other}--default`, Source: other }, { EventBusName: 'b' }] },
  ],
  [
    'destinations of a bucket',
    's3',
    'PutBucketNotificationConfiguration',
    {
      Bucket: 'b',
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn: mine('sqs', 'q') }] },
    },
    {
      Bucket: 'b',
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn: theirs('sqs', `${other}--q`) }],
      },
    },
  ],
]

for (const [form, service, operation, said, asked] of toldAlone) {
  test(`${service} is told: ${form}`, () => {
    expect(told(service, operation, said ?? {})).toEqual(asked)
  })
}

test('a name without an account is the caller’s, whosever the call is about', () => {
  const input = { TableName: 't', SourceTableArn: mine('dynamodb', 'table/u') }
  const said = told('dynamodb', 'ExportTableToPointInTime', input, other, { caller: own })
  expect(said).toEqual({
    TableName: 't',
    SourceTableArn: theirs('dynamodb', `table/${other}--u`),
  })
})

test('a backend of one account that has no other id gets that account’s', () => {
  const known = { account: own }
  expect(told('sns', 'Publish', { TopicArn: mine('sns', 't') }, other, {}, known)).toEqual({
    TopicArn: arn('sns', own, `${other}--t`),
  })
})
