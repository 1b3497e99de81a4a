import { headersOf } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { type KeyRow, testKeys } from '../testing/key-rows.ts'
import { nothingSent, resolveCall } from '../testing/resolve.ts'

// Goal: every key that decides is told, absent, or in doubt, as AWS would have it.
// Method: a row is a call, and what its first check says of a key; `?` where nobody knows it.

const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/t'
const lookUps = { partitionKeyOf: (arn: string) => (arn === table ? 'id' : undefined) }
const key = { TableName: 't', Key: { id: { S: 'ann' }, day: { N: '7' } } }
const query = (condition: string, more: object = {}) => ({
  TableName: 't',
  KeyConditionExpression: condition,
  ExpressionAttributeNames: { '#i': 'id' },
  ExpressionAttributeValues: { ':a': { S: 'ann' }, ':b': { S: 'bob' } },
  ...more,
})
const get = { TableName: 't', Key: { id: { S: 'ann' } } }
const sent = (...rawHeaders: string[]) => ({
  request: { ...nothingSent, rawHeaders, headers: headersOf(rawHeaders) },
})
const object = { Bucket: 'reports', Key: 'k' }
const point = { Bucket: 'arn:aws:s3:eu-west-1:111122223333:accesspoint/p', Key: 'k' }

const kmsArn = 'arn:aws:kms:eu-west-1:111122223333'

const rows: Readonly<Record<string, readonly KeyRow[]>> = {
  'DynamoDB Developer Guide, "Using IAM policy conditions": dynamodb:LeadingKeys': [
    ['dynamodb:GetItem', get, 'dynamodb:LeadingKeys', ['ann']],
    ['dynamodb:GetItem', key, 'dynamodb:LeadingKeys', '?'],
    ['dynamodb:GetItem', key, 'dynamodb:LeadingKeys', ['ann'], { lookUps }],
    [
      'dynamodb:PutItem',
      { TableName: 't', Item: { id: { S: 'ann' } } },
      'dynamodb:LeadingKeys',
      '?',
    ],
    [
      'dynamodb:PutItem',
      { TableName: 't', Item: { id: { N: '12' }, x: { S: 'y' } } },
      'dynamodb:LeadingKeys',
      ['12'],
      { lookUps },
    ],
    [
      'dynamodb:PutItem',
      { TableName: 't', Item: { id: { N: '12.0' } } },
      'dynamodb:LeadingKeys',
      '?',
      { lookUps },
    ],
    [
      'dynamodb:PutItem',
      { TableName: 't', Item: { id: { B: new Uint8Array([65, 66]) } } },
      'dynamodb:LeadingKeys',
      ['QUI='],
      { lookUps },
    ],
    [
      'dynamodb:PutItem',
      { TableName: 't', Item: { x: { S: 'y' } } },
      'dynamodb:LeadingKeys',
      '?',
      { lookUps },
    ],
    ['dynamodb:Query', query('#i = :a'), 'dynamodb:LeadingKeys', ['ann']],
    ['dynamodb:Query', query('id = :a AND d > :b'), 'dynamodb:LeadingKeys', ['ann']],
    ['dynamodb:Query', query('(:a = id) and begins_with(d, :b)'), 'dynamodb:LeadingKeys', ['ann']],
    ['dynamodb:Query', query('id = :a AND d = :b'), 'dynamodb:LeadingKeys', '?'],
    ['dynamodb:Query', query('id = :a AND d = :b'), 'dynamodb:LeadingKeys', ['ann'], { lookUps }],
    ['dynamodb:Query', query('id = :a OR id = :b'), 'dynamodb:LeadingKeys', '?', { lookUps }],
    ['dynamodb:Query', query('id = :a AND id = :b'), 'dynamodb:LeadingKeys', '?', { lookUps }],
    ['dynamodb:Query', query('id = :a', { IndexName: 'x' }), 'dynamodb:LeadingKeys', '?'],
    [
      'dynamodb:Query',
      {
        TableName: 't',
        KeyConditions: { id: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'ann' }] } },
      },
      'dynamodb:LeadingKeys',
      ['ann'],
    ],
    [
      'dynamodb:BatchGetItem',
      { RequestItems: { t: { Keys: [{ id: { S: 'ann' } }, { id: { S: 'bob' } }] } } },
      'dynamodb:LeadingKeys',
      ['ann', 'bob'],
    ],
    [
      'dynamodb:BatchWriteItem',
      {
        RequestItems: {
          t: [
            { PutRequest: { Item: { id: { S: 'ann' }, x: { S: '' } } } },
            { DeleteRequest: { Key: { id: { S: 'bob' } } } },
          ],
        },
      },
      'dynamodb:LeadingKeys',
      ['ann', 'bob'],
      { lookUps },
    ],
    [
      'dynamodb:TransactWriteItems',
      { TransactItems: [{ Delete: get }] },
      'dynamodb:LeadingKeys',
      ['ann'],
    ],
    ['dynamodb:ExecuteStatement', { Statement: 'SELECT * FROM t' }, 'dynamodb:LeadingKeys', '?'],
    ['dynamodb:Scan', { TableName: 't' }, 'dynamodb:LeadingKeys', undefined],
  ],
  'DynamoDB Developer Guide, "Using IAM policy conditions": the other keys': [
    ['dynamodb:GetItem', get, 'dynamodb:Attributes', ['id']],
    [
      'dynamodb:GetItem',
      { ...get, ProjectionExpression: 'a.b[0], #c', ExpressionAttributeNames: { '#c': 'see' } },
      'dynamodb:Attributes',
      ['id', 'a', 'see'],
    ],
    [
      'dynamodb:UpdateItem',
      { ...get, UpdateExpression: 'SET x = if_not_exists(y, :z) + :w REMOVE l[1], m.n' },
      'dynamodb:Attributes',
      ['id', 'x', 'y', 'l', 'm'],
    ],
    [
      'dynamodb:UpdateItem',
      { ...get, UpdateExpression: 'SET #nowhere = :z' },
      'dynamodb:Attributes',
      '?',
    ],
    [
      'dynamodb:UpdateItem',
      { ...get, UpdateExpression: 'SET "x" = :z' },
      'dynamodb:Attributes',
      '?',
    ],
    ['dynamodb:Scan', { TableName: 't' }, 'dynamodb:Attributes', undefined],
    ['dynamodb:Scan', { TableName: 't' }, 'dynamodb:Select', 'ALL_ATTRIBUTES'],
    [
      'dynamodb:Query',
      query('id = :a', { IndexName: 'x' }),
      'dynamodb:Select',
      'ALL_PROJECTED_ATTRIBUTES',
    ],
    [
      'dynamodb:GetItem',
      { ...get, ProjectionExpression: 'a' },
      'dynamodb:Select',
      'SPECIFIC_ATTRIBUTES',
    ],
    ['dynamodb:Scan', { TableName: 't', Select: 'COUNT' }, 'dynamodb:Select', 'COUNT'],
    ['dynamodb:PutItem', { TableName: 't', Item: {} }, 'dynamodb:ReturnValues', 'NONE'],
    [
      'dynamodb:TransactGetItems',
      { TransactItems: [{ Get: get }] },
      'dynamodb:EnclosingOperation',
      'TransactGetItems',
    ],
    ['dynamodb:ExecuteStatement', { Statement: 'SELECT * FROM t' }, 'dynamodb:FullTableScan', '?'],
  ],
  'Amazon S3 User Guide, "Condition keys"; S3 authentication-specific policy keys': [
    [
      's3:GetObject',
      object,
      's3:TlsVersion',
      '1.3',
      { request: { ...nothingSent, tls: { version: 'TLSv1.3', cipherSuite: '' } } },
    ],
    [
      's3:GetObject',
      object,
      's3:TlsVersion',
      undefined,
      { request: { ...nothingSent, secure: false } },
    ],
    ['s3:GetObject', object, 's3:TlsVersion', '?'],
    [
      's3:PutObject',
      object,
      's3:authType',
      'POST',
      { request: { ...nothingSent, posted: { signedAt: new Date() } } },
    ],
    ['s3:PutObject', object, 's3:authType', undefined, { request: { ...nothingSent, posted: {} } }],
    ['s3:PutObject', object, 's3:authType', undefined],
    ['s3:GetObject', object, 's3:signatureAge', '60000', sent('X-Amz-Date', '20261124T115900Z')],
    [
      's3:PutObject',
      object,
      's3:x-amz-content-sha256',
      'UNSIGNED-PAYLOAD',
      sent('X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD'),
    ],
    ['s3:GetObject', object, 's3:ExistingObjectTag/team', '?'],
    ['s3:GetObject', object, 's3:DataAccessPointArn', undefined],
    ['s3:GetObject', point, 's3:DataAccessPointArn', point.Bucket],
    ['s3:GetObject', point, 's3:DataAccessPointAccount', '111122223333'],
    ['s3:GetObject', point, 's3:AccessPointNetworkOrigin', '?'],
    ['s3:GetObject', object, 's3:AccessPointNetworkOrigin', undefined],
    ['s3:PutObject', { ...object, Tagging: 'Team=a&team=b' }, 's3:RequestObjectTag/Team', '?'],
  ],
  'KMS Developer Guide, "AWS KMS condition keys"': [
    ['kms:CreateKey', {}, 'kms:KeySpec', 'SYMMETRIC_DEFAULT'],
    ['kms:CreateKey', { KeySpec: 'RSA_2048' }, 'kms:KeySpec', 'RSA_2048'],
    ['kms:CreateKey', {}, 'kms:MultiRegion', 'false'],
    ['kms:CreateKey', { MultiRegion: true }, 'kms:MultiRegionKeyType', 'PRIMARY'],
    ['kms:Encrypt', { KeyId: '1' }, 'kms:KeySpec', '?'],
    ['kms:Encrypt', { KeyId: '1' }, 'kms:ResourceAliases', '?'],
    ['kms:Encrypt', { KeyId: '1' }, 'kms:ViaService', undefined],
    ['kms:Encrypt', { KeyId: '1' }, 'kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'],
    ['kms:Decrypt', { KeyId: '1', Recipient: {} }, 'kms:RecipientAttestation:PCR8', '?'],
    ['kms:Decrypt', { KeyId: '1' }, 'kms:RecipientAttestation:PCR8', undefined],
    [
      'kms:CreateGrant',
      { KeyId: '1', Constraints: { EncryptionContextSubset: { team: 'blue' } } },
      'kms:EncryptionContext:team',
      'blue',
    ],
    [
      'kms:Encrypt',
      { KeyId: '1', EncryptionContext: { a: '1', A: '2' } },
      'kms:EncryptionContext:a',
      '?',
    ],
    ['kms:Sign', { KeyId: '1' }, 'kms:MessageType', 'RAW'],
    [
      'kms:CreateKey',
      { KeySpec: 'RSA_2048', CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' },
      'kms:KeySpec',
      '?',
    ],
    [
      'kms:ReEncrypt',
      { SourceKeyId: '1', DestinationKeyId: `${kmsArn}:key/1` },
      'kms:ReEncryptOnSameKey',
      'true',
    ],
    [
      'kms:ReEncrypt',
      { SourceKeyId: '1', DestinationKeyId: '2' },
      'kms:ReEncryptOnSameKey',
      'false',
    ],
    [
      'kms:ReEncrypt',
      { SourceKeyId: '1', DestinationKeyId: 'alias/a' },
      'kms:ReEncryptOnSameKey',
      '?',
    ],
    ['kms:DisableKey', { KeyId: '1' }, 'kms:TrailingDaysWithoutKeyUsage', '?'],
  ],
  'Lambda Developer Guide, "Fine-tuning conditions"': [
    [
      'lambda:CreateFunction',
      { FunctionName: 'f', VpcConfig: { SubnetIds: ['s'] } },
      'lambda:VpcIds',
      '?',
    ],
    ['lambda:CreateFunction', { FunctionName: 'f' }, 'lambda:VpcIds', undefined],
    ['lambda:DeleteEventSourceMapping', { UUID: 'u' }, 'lambda:FunctionArn', '?'],
    ['lambda:DeleteFunctionUrlConfig', { FunctionName: 'f' }, 'lambda:FunctionUrlAuthType', '?'],
    [
      'lambda:CreateFunctionUrlConfig',
      { FunctionName: 'f', AuthType: 'AWS_IAM' },
      'lambda:FunctionUrlAuthType',
      'AWS_IAM',
    ],
  ],
  'IAM User Guide, "Controlling access to AWS resources using tags"': [
    [
      'sqs:SendMessage',
      { QueueUrl: 'http://l/111122223333/q', MessageBody: 'x' },
      'aws:ResourceTag/team',
      '?',
    ],
    ['sqs:CreateQueue', { QueueName: 'q' }, 'aws:ResourceTag/team', undefined],
    ['sqs:ListQueues', {}, 'aws:ResourceTag/team', undefined],
    [
      'ecs:TagResource',
      { resourceArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/c', tags: [] },
      'ecs:ResourceTag/team',
      '?',
    ],
  ],
}

testKeys(rows)

test('an alias and a secret’s name are looked up where somebody knows them', () => {
  const own = 'arn:aws:kms:eu-west-1:111122223333'
  const keyOfAlias = (arn: string) => (arn === `${own}:alias/a` ? `${own}:key/1` : undefined)
  const known = resolveCall('kms:Decrypt', { KeyId: 'alias/a' }, { lookUps: { keyOfAlias } })
  expect(known.ok && known.checks[0]?.resourceArn).toBe(`${own}:key/1`)
  const other = resolveCall('kms:Decrypt', { KeyId: 'alias/b' }, { lookUps: { keyOfAlias } })
  expect(other.ok && other.checks[0]?.resourceArn).toBe(`${own}:key/*`)
  expect(other.ok && other.checks[0]?.unknown?.resource).toBe(true)
  const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db'
  const secretOfName = (arn: string) => (arn === secret ? `${secret}-AbCdEf` : undefined)
  const input = { SecretId: 'db' }
  const found = resolveCall('secretsmanager:GetSecretValue', input, { lookUps: { secretOfName } })
  expect(found.ok && found.checks[0]?.resourceArn).toBe(`${secret}-AbCdEf`)
})
