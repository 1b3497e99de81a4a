import { expect, test } from 'vitest'
import { resolveCall } from '../testing/resolve.ts'

// Goal: every form in which a request names a resource, once.
// Method: a row is an input and what it needs allowed, as `action resource`; `~` stands for the
// region and account of the call.
// Sources: the API reference of each operation; the developer guides' pages on permissions.

const other = (service: string, rest: string) => `arn:aws:${service}:us-east-2:444455556666:${rest}`
const own = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`
const queue = (url: string) => ({ QueueUrl: url, MessageBody: 'x' })
const jobs = `sqs:SendMessage ${own('sqs', 'jobs')}`
const item = { id: { S: '1' } }

const rows: readonly [name: string, input: object, ...checks: string[]][] = [
  // SQS Developer Guide, "Queue and message identifiers"; LocalStack's path form.
  ['sqs:SendMessage', queue('https://sqs.eu-west-1.amazonaws.com/111122223333/jobs'), jobs],
  ['sqs:SendMessage', queue('https://eu-west-1.queue.amazonaws.com/111122223333/jobs'), jobs],
  ['sqs:SendMessage', queue('http://localhost:4566/111122223333/jobs'), jobs],
  ['sqs:SendMessage', queue('http://localhost:4566/queue/eu-west-1/111122223333/jobs'), jobs],
  [
    'sqs:SendMessage',
    queue('http://localhost:4566/444455556666/a.fifo'),
    'sqs:SendMessage arn:aws:sqs:eu-west-1:444455556666:a.fifo',
  ],
  ['sqs:SendMessageBatch', queue('http://localhost/111122223333/jobs'), jobs],
  [
    'sqs:GetQueueUrl',
    { QueueName: 'jobs', QueueOwnerAWSAccountId: '444455556666' },
    'sqs:GetQueueUrl arn:aws:sqs:eu-west-1:444455556666:jobs',
  ],
  ['sqs:ListQueues', {}, 'sqs:ListQueues *'],
  // SNS API Reference, Publish, Unsubscribe.
  ['sns:Publish', { TopicArn: other('sns', 'news') }, `sns:Publish ${other('sns', 'news')}`],
  ['sns:Publish', { PhoneNumber: '+15550100' }, 'sns:Publish *'],
  [
    'sns:Publish',
    { TargetArn: own('sns', 'endpoint/GCM/app/1') },
    `sns:Publish ${own('sns', 'endpoint/GCM/app/1')}`,
  ],
  ['sns:PublishBatch', { TopicArn: own('sns', 'news') }, `sns:Publish ${own('sns', 'news')}`],
  ['sns:CreateTopic', { Name: 'news' }, `sns:CreateTopic ${own('sns', 'news')}`],
  [
    'sns:Unsubscribe',
    { SubscriptionArn: own('sns', 'news:8a21d249') },
    `sns:Unsubscribe ${own('sns', 'news')}`,
  ],
  // DynamoDB Developer Guide, "Using identity-based policies", "PartiQL", "Transactions".
  [
    'dynamodb:GetItem',
    { TableName: 'orders', Key: item },
    `dynamodb:GetItem ${own('dynamodb', 'table/orders')}`,
  ],
  [
    'dynamodb:GetItem',
    { TableName: other('dynamodb', 'table/orders'), Key: item },
    `dynamodb:GetItem ${other('dynamodb', 'table/orders')}`,
  ],
  [
    'dynamodb:Query',
    { TableName: 'orders', IndexName: 'by-day' },
    `dynamodb:Query ${own('dynamodb', 'table/orders/index/by-day')}`,
  ],
  [
    'dynamodb:BatchWriteItem',
    { RequestItems: { a: [], b: [] } },
    `dynamodb:BatchWriteItem ${own('dynamodb', 'table/a')}`,
    `dynamodb:BatchWriteItem ${own('dynamodb', 'table/b')}`,
  ],
  [
    'dynamodb:TransactWriteItems',
    { TransactItems: [{ Put: { TableName: 'a' } }, { ConditionCheck: { TableName: 'b' } }] },
    `dynamodb:PutItem ${own('dynamodb', 'table/a')}`,
    `dynamodb:ConditionCheckItem ${own('dynamodb', 'table/b')}`,
  ],
  [
    'dynamodb:ExecuteStatement',
    { Statement: `SELECT id FROM "orders"."by-day" WHERE day = 'from x'` },
    `dynamodb:PartiQLSelect ${own('dynamodb', 'table/orders/index/by-day')}`,
  ],
  [
    'dynamodb:BatchExecuteStatement',
    {
      Statements: [{ Statement: `INSERT INTO a VALUE {'id':'1'}` }, { Statement: 'delete from b' }],
    },
    `dynamodb:PartiQLInsert ${own('dynamodb', 'table/a')}`,
    `dynamodb:PartiQLDelete ${own('dynamodb', 'table/b')}`,
  ],
  [
    'dynamodb:RestoreTableToPointInTime',
    { SourceTableName: 'a', TargetTableName: 'b' },
    `dynamodb:RestoreTableToPointInTime ${own('dynamodb', 'table/a')}`,
    `dynamodb:RestoreTableToPointInTime ${own('dynamodb', 'table/b')}`,
  ],
  // Lambda API Reference, Invoke, FunctionName.
  ...['f', '111122223333:function:f', own('lambda', 'function:f')].flatMap(
    (FunctionName): [string, object, string][] => [
      ['lambda:Invoke', { FunctionName }, `lambda:InvokeFunction ${own('lambda', 'function:f')}`],
      [
        'lambda:Invoke',
        { FunctionName, Qualifier: 'live' },
        `lambda:InvokeFunction ${own('lambda', 'function:f:live')}`,
      ],
      [
        'lambda:Invoke',
        { FunctionName: `${FunctionName}:live` },
        `lambda:InvokeFunction ${own('lambda', 'function:f:live')}`,
      ],
    ],
  ),
  [
    'lambda:CreateFunction',
    { FunctionName: 'f', Role: 'arn:aws:iam::111122223333:role/r' },
    `lambda:CreateFunction ${own('lambda', 'function:f')}`,
    'iam:PassRole arn:aws:iam::111122223333:role/r',
  ],
  [
    'lambda:GetLayerVersion',
    { LayerName: 'fonts', VersionNumber: 3 },
    `lambda:GetLayerVersion ${own('lambda', 'layer:fonts:3')}`,
  ],
  // KMS Developer Guide, "Key identifiers"; an alias does not tell its key (chosen by us).
  ['kms:Encrypt', { KeyId: '1234-ab' }, `kms:Encrypt ${own('kms', 'key/1234-ab')}`],
  ['kms:Encrypt', { KeyId: other('kms', 'key/1') }, `kms:Encrypt ${other('kms', 'key/1')}`],
  ['kms:Encrypt', { KeyId: 'alias/a' }, `kms:Encrypt ${own('kms', 'key/*')}`],
  ['kms:Encrypt', { KeyId: other('kms', 'alias/a') }, `kms:Encrypt ${other('kms', 'key/*')}`],
  [
    'kms:CreateAlias',
    { AliasName: 'alias/a', TargetKeyId: '1' },
    `kms:CreateAlias ${own('kms', 'alias/a')}`,
    `kms:CreateAlias ${own('kms', 'key/1')}`,
  ],
  // Secrets Manager User Guide, "What's in a secret", ARN; a name does not tell its suffix.
  [
    'secretsmanager:GetSecretValue',
    { SecretId: 'prod/db' },
    `secretsmanager:GetSecretValue ${own('secretsmanager', 'secret:prod/db-??????')}`,
  ],
  [
    'secretsmanager:GetSecretValue',
    { SecretId: own('secretsmanager', 'secret:prod/db-AbC123') },
    `secretsmanager:GetSecretValue ${own('secretsmanager', 'secret:prod/db-AbC123')}`,
  ],
  // Systems Manager User Guide, "Restricting access to parameters".
  ['ssm:GetParameter', { Name: '/a/b' }, `ssm:GetParameter ${own('ssm', 'parameter/a/b')}`],
  ['ssm:GetParameter', { Name: 'b:3' }, `ssm:GetParameter ${own('ssm', 'parameter/b')}`],
  [
    'ssm:GetParametersByPath',
    { Path: '/a' },
    `ssm:GetParametersByPath ${own('ssm', 'parameter/a')}`,
  ],
  [
    'ssm:SendCommand',
    { DocumentName: 'AWS-RunShellScript', InstanceIds: ['i-1', 'mi-2'] },
    'ssm:SendCommand arn:aws:ssm:eu-west-1::document/AWS-RunShellScript',
    `ssm:SendCommand ${own('ec2', 'instance/i-1')}`,
    `ssm:SendCommand ${own('ssm', 'managed-instance/mi-2')}`,
  ],
  // CloudWatch Logs, ECS, EventBridge: the developer guides' pages on identity and access.
  [
    'logs:PutLogEvents',
    { logGroupName: '/a', logStreamName: 's' },
    `logs:PutLogEvents ${own('logs', 'log-group:/a:log-stream:s')}`,
  ],
  [
    'logs:CreateLogGroup',
    { logGroupName: '/a' },
    `logs:CreateLogGroup ${own('logs', 'log-group:/a:log-stream:')}`,
  ],
  [
    'logs:GetLogEvents',
    { logGroupName: 'a', logGroupIdentifier: 'b', logStreamName: 's' },
    `logs:GetLogEvents ${own('logs', 'log-group:a:log-stream:s')}`,
    `logs:GetLogEvents ${own('logs', 'log-group:b:log-stream:s')}`,
  ],
  [
    'logs:StartQuery',
    { queryString: 'SOURCE logGroups(namePrefix: ["a"])' },
    `logs:StartQuery ${own('logs', 'log-group:*:log-stream:')}`,
  ],
  [
    'ecs:StopServiceDeployment',
    { serviceDeploymentArn: own('ecs', 'service-deployment/main/web/1') },
    `ecs:StopServiceDeployment ${own('ecs', 'service/main/web')}`,
    `ecs:StopServiceDeployment ${own('ecs', 'service-deployment/main/web/1')}`,
  ],
  [
    'ecs:DescribeDaemonRevisions',
    { daemonRevisionArns: ['a', 'b'].map((name) => own('ecs', `daemon-revision/main/${name}/1`)) },
    ...[
      'daemon/main/a',
      'daemon/main/b',
      'daemon-revision/main/a/1',
      'daemon-revision/main/b/1',
    ].map((rest) => `ecs:DescribeDaemonRevisions ${own('ecs', rest)}`),
  ],
  [
    'ecs:CreateTaskSet',
    { cluster: 'main', service: 'web' },
    `ecs:CreateTaskSet ${own('ecs', 'task-set/main/web/*')}`,
  ],
  [
    'ecs:PutAttributes',
    { cluster: 'main', attributes: [{ targetId: 'i1' }, { targetId: 'i2' }] },
    `ecs:PutAttributes ${own('ecs', 'container-instance/main/i1')}`,
    `ecs:PutAttributes ${own('ecs', 'container-instance/main/i2')}`,
  ],
  [
    'kinesis:DescribeStreamConsumer',
    { StreamARN: own('kinesis', 'stream/clicks'), ConsumerName: 'app' },
    `kinesis:DescribeStreamConsumer ${own('kinesis', '*/clicks/consumer/app:*')}`,
  ],
  [
    'kinesis:GetRecords',
    { ShardIterator: 'AAAA' },
    `kinesis:GetRecords ${own('kinesis', 'stream/*')}`,
  ],
  [
    'ssm:GetAccessToken',
    { AccessRequestId: 'oi-0123456789ab' },
    `ssm:GetAccessToken ${own('ssm', 'opsitem/oi-0123456789ab')}`,
  ],
  ['ecs:StopTask', { task: 't' }, `ecs:StopTask ${own('ecs', 'task/default/t')}`],
  [
    'ecs:StopTask',
    { task: 't', cluster: own('ecs', 'cluster/main') },
    `ecs:StopTask ${own('ecs', 'task/main/t')}`,
  ],
  ['events:PutRule', { Name: 'r' }, `events:PutRule ${own('events', 'rule/r')}`],
  [
    'events:PutRule',
    { Name: 'r', EventBusName: 'bus' },
    `events:PutRule ${own('events', 'rule/bus/r')}`,
  ],
  ['events:PutEvents', { Entries: [{}] }, `events:PutEvents ${own('events', 'event-bus/default')}`],
  [
    'apigateway:GetStage',
    { restApiId: 'a', stageName: 's' },
    'apigateway:GET arn:aws:apigateway:eu-west-1::/restapis/a/stages/s',
  ],
]

for (const [name, input, ...checks] of rows) {
  test(`${name} ${JSON.stringify(input)}`, () => {
    const found = resolveCall(name, input)
    const told = found.ok && found.checks.map((c) => `${c.action ?? ''} ${c.resourceArn}`)
    expect(told).toEqual(checks)
  })
}

const refused: readonly [why: string, name: string, input: object][] = [
  [
    'a queue of another region',
    'sqs:SendMessage',
    queue('https://sqs.us-east-1.amazonaws.com/111122223333/q'),
  ],
  ['a queue URL without account', 'sqs:SendMessage', queue('http://localhost/jobs')],
  ['an ARN of another service', 'sns:Subscribe', { TopicArn: own('sqs', 'jobs') }],
  ['two places to publish to', 'sns:Publish', { TopicArn: own('sns', 'a'), PhoneNumber: '+1' }],
  ['two qualifiers', 'lambda:Invoke', { FunctionName: 'f:a', Qualifier: 'b' }],
  ['a function with a path', 'lambda:Invoke', { FunctionName: '../g' }],
  ['an empty transaction', 'dynamodb:TransactWriteItems', { TransactItems: [] }],
  ['two requests in one item', 'dynamodb:TransactGetItems', { TransactItems: [{}] }],
  ['an operation that AWS has no action for', 'ecs:CreateGateway', { name: 'g' }],
  ['a log stream without its group', 'logs:GetLogEvents', { logStreamName: 's' }],
  ['no log group', 'logs:FilterLogEvents', {}],
  ['no stream', 'kinesis:PutRecord', { Data: '', PartitionKey: 'a' }],
  ['no stream of a consumer', 'kinesis:DescribeStreamConsumer', {}],
  ['neither a state machine nor a map run', 'states:ListExecutions', {}],
  ['no grant', 'kms:RetireGrant', {}],
  ['an API without id', 'apigateway:GetRestApi', { restApiId: '..' }],
  [
    'a role that is none',
    'lambda:CreateFunction',
    { FunctionName: 'f', Role: 'arn:aws:iam::1:user/x' },
  ],
  [
    'tags that differ in case',
    'sqs:TagQueue',
    { ...queue('http://l/111122223333/q'), Tags: { a: '1', A: '2' } },
  ],
  ...[
    'SELECT * FROM a, b',
    'SELECT * FROM (SELECT * FROM b)',
    `EXISTS(SELECT * FROM a)`,
    'SELECT * FROM a -- x',
    'SELECT `from` FROM a',
    `UPDATE a SET x = (SELECT y FROM b)`,
    'DROP TABLE a',
    '',
  ].map((Statement): [string, string, object] => [
    `PartiQL: ${Statement}`,
    'dynamodb:ExecuteStatement',
    { Statement },
  ]),
]

for (const [why, name, input] of refused) {
  test(`refused: ${why}`, () => {
    expect(resolveCall(name, input).ok).toBe(false)
  })
}

test('the anonymous caller has no account to fill a name with', () => {
  expect(resolveCall('sns:CreateTopic', { Name: 'news' }, { accountId: '' }).ok).toBe(false)
  expect(resolveCall('sns:Publish', { TopicArn: own('sns', 'a') }, { accountId: '' }).ok).toBe(true)
})

const keys: readonly [name: string, input: object, expected: object][] = [
  [
    'sns:Subscribe',
    { TopicArn: own('sns', 'a'), Protocol: 'https', Endpoint: 'https://example.com' },
    { 'sns:Protocol': 'https', 'sns:Endpoint': 'https://example.com' },
  ],
  [
    'kms:Decrypt',
    { KeyId: 'alias/a', EncryptionContext: { team: 'blue' } },
    {
      'kms:EncryptionContext:team': 'blue',
      'kms:EncryptionContextKeys': ['team'],
      'kms:RequestAlias': 'alias/a',
    },
  ],
  [
    'kms:CreateGrant',
    { KeyId: '1', Operations: ['Decrypt'], GranteePrincipal: 'arn:aws:iam::1:user/x' },
    { 'kms:GrantOperations': ['Decrypt'] },
  ],
  [
    'lambda:AddPermission',
    { FunctionName: 'f', Principal: 's3.amazonaws.com' },
    { 'lambda:Principal': 's3.amazonaws.com' },
  ],
  [
    'sqs:CreateQueue',
    { QueueName: 'q', tags: { team: 'blue' } },
    { 'aws:RequestTag/team': 'blue', 'aws:TagKeys': ['team'] },
  ],
  ['kms:UntagResource', { KeyId: '1', TagKeys: ['a', 'b'] }, { 'aws:TagKeys': ['a', 'b'] }],
]

for (const [name, input, expected] of keys) {
  test(`keys: ${name}`, () => {
    const found = resolveCall(name, input)
    expect(found.ok && found.checks[0]?.contextKeys).toMatchObject(expected)
  })
}

test('each half of ReEncrypt is decided on its own encryption context', () => {
  const found = resolveCall('kms:ReEncrypt', {
    SourceKeyId: '1',
    SourceEncryptionContext: { from: 'a' },
    DestinationKeyId: 'alias/b',
    DestinationEncryptionContext: { to: 'b' },
  })
  const [from, to] = found.ok ? found.checks : []
  expect(from?.contextKeys).toMatchObject({ 'kms:EncryptionContextKeys': ['from'] })
  expect(from?.contextKeys?.['kms:RequestAlias']).toBeUndefined()
  expect(to?.contextKeys).toMatchObject({
    'kms:EncryptionContext:to': 'b',
    'kms:RequestAlias': 'alias/b',
  })
})

test('a resource of another account is decided as that account’s', () => {
  const found = resolveCall('sns:Publish', { TopicArn: other('sns', 'news') })
  expect(found.ok && found.checks[0]?.resourceAccountId).toBe('444455556666')
})
