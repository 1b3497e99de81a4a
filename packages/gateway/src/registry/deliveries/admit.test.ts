import { expect, test } from 'vitest'
import { rolesOf, saidOf, type SettingUpOfTest } from '../../testing/deliveries.ts'
import { accountId, callerWith, identityPolicy } from '../../testing/gate.ts'
import { otherAccountId } from '../../testing/kept-gate.ts'
import { bucketOf, queueOf, savedPolicyOf } from '../../testing/resources.ts'
import type { Resource } from '../resource.ts'

// Goal: what sets up a delivery is allowed only if the destination admits whoever delivers.
// Method: the declaration of each operation, with the engine that enforces; the destination as the
// registry has it. Source of each row: the page named in the declaration.

const queue = `arn:aws:sqs:us-east-1:${accountId}:jobs`
const topic = `arn:aws:sns:us-east-1:${accountId}:news`
const bucket = 'arn:aws:s3:::reports'
const rule = `arn:aws:events:us-east-1:${accountId}:rule/nightly`
const fn = `arn:aws:lambda:us-east-1:${accountId}:function:f`

/** A statement for a service, in whose name it is. */
function admits(Service: string, SourceArn: string | undefined, rest: object = {}): object {
  return {
    ...{ Effect: 'Allow', Principal: { Service }, Action: 'sqs:SendMessage', Resource: '*' },
    ...(SourceArn && { Condition: { ArnEquals: { 'aws:SourceArn': SourceArn } } }),
    ...rest,
  }
}

function jobs(...statements: readonly object[]): Resource {
  return queueOf('jobs', statements.length > 0 ? { policy: savedPolicyOf(...statements) } : {})
}

interface Way {
  readonly name: string
  readonly principal: string
  readonly source: string
  readonly call: Omit<SettingUpOfTest, 'records'>
  readonly refusal: RegExp
}

const reportsBucket = bucketOf('reports')
const ways: readonly Way[] = [
  {
    name: 'sns:Subscribe',
    principal: 'sns.amazonaws.com',
    source: topic,
    call: {
      service: 'sns',
      operation: 'Subscribe',
      input: { TopicArn: topic, Protocol: 'sqs', Endpoint: queue },
    },
    refusal: /^InvalidParameter: Invalid parameter: Endpoint Reason: sns\.amazonaws\.com is not/,
  },
  {
    name: 'sns:Subscribe with a queue for dead letters',
    principal: 'sns.amazonaws.com',
    source: topic,
    call: {
      service: 'sns',
      operation: 'Subscribe',
      input: {
        ...{ TopicArn: topic, Protocol: 'https', Endpoint: 'https://example.com/' },
        Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queue }) },
      },
    },
    refusal: /^InvalidParameter: Invalid parameter: RedrivePolicy Reason: /,
  },
  {
    name: 's3:PutBucketNotificationConfiguration',
    principal: 's3.amazonaws.com',
    source: bucket,
    call: {
      service: 's3',
      operation: 'PutBucketNotificationConfiguration',
      input: {
        Bucket: 'reports',
        NotificationConfiguration: {
          QueueConfigurations: [{ QueueArn: queue, Events: ['s3:ObjectCreated:*'] }],
        },
        SkipDestinationValidation: true,
      },
    },
    refusal: /^InvalidArgument: Unable to validate the following destination configurations$/,
  },
  {
    name: 'events:PutTargets',
    principal: 'events.amazonaws.com',
    source: rule,
    call: {
      service: 'events',
      operation: 'PutTargets',
      input: { Rule: 'nightly', Targets: [{ Id: 'a', Arn: queue }] },
    },
    refusal: /^ValidationException: The target a is not possible: events\.amazonaws\.com is not/,
  },
]

for (const { name, principal, source, call, refusal } of ways) {
  const other = source.replace(/[a-z]+$/, 'other')
  const account = { StringEquals: { 'aws:SourceAccount': accountId } }
  const foreign = { StringEquals: { 'aws:SourceAccount': otherAccountId } }
  const rows: readonly [rule: string, record: readonly Resource[], isAllowed: boolean][] = [
    ['a policy that names service and source', [jobs(admits(principal, source))], true],
    ['a policy that names the service alone', [jobs(admits(principal, undefined))], true],
    ['its account', [jobs(admits(principal, undefined, { Condition: account }))], true],
    ['a queue without a policy', [jobs()], false],
    ['a queue that is not there', [], false],
    ['another source', [jobs(admits(principal, other))], false],
    ['another account', [jobs(admits(principal, undefined, { Condition: foreign }))], false],
    ['another service', [jobs(admits('ses.amazonaws.com', undefined))], false],
    ['another action', [jobs(admits(principal, source, { Action: 'sqs:ReceiveMessage' }))], false],
    [
      'a Deny that asks where it comes from',
      [
        jobs(admits(principal, source), {
          ...{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' },
          Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
        }),
      ],
      false,
    ],
    [
      'a Deny of what is not TLS',
      [
        jobs(admits(principal, source), {
          ...{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ],
      true,
    ],
  ]
  test.each(rows)(`${name}: %s`, async (_rule, records, isAllowed) => {
    const said = await saidOf({ ...call, records: [reportsBucket, ...records] })
    if (isAllowed) expect(said).toBeUndefined()
    else expect(said).toMatch(refusal)
  })
}

const subscribed = (Protocol: string, Endpoint: string) =>
  saidOf({
    service: 'sns',
    operation: 'Subscribe',
    input: { TopicArn: topic, Protocol, Endpoint },
  })

test('a subscription whose endpoint is outside is nobody’s to admit', async () => {
  expect(await subscribed('https', 'https://example.com/')).toBeUndefined()
  expect(await subscribed('email', 'ann@example.com')).toBeUndefined()
})

test('a topic of another account delivers in its own name and account', async () => {
  const TopicArn = `arn:aws:sns:us-east-1:${otherAccountId}:news`
  const call = {
    service: 'sns',
    operation: 'Subscribe',
    input: { TopicArn, Protocol: 'sqs', Endpoint: queue },
  } as const
  const ofAccount = (id: string) => ({ StringEquals: { 'aws:SourceAccount': id } })
  const records = (id: string) => [
    jobs(admits('sns.amazonaws.com', TopicArn), {
      ...{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' },
      Condition: ofAccount(id),
    }),
  ]
  expect(await saidOf({ ...call, records: records(accountId) })).toBeUndefined()
  expect(await saidOf({ ...call, records: records(otherAccountId) })).toMatch(/InvalidParameter/)
})

test('a Firehose stream is written by the role, which must trust SNS', async () => {
  const stream = `arn:aws:firehose:us-east-1:${accountId}:deliverystream/s`
  const role = `arn:aws:iam::${accountId}:role/r`
  const call = {
    service: 'sns',
    operation: 'Subscribe',
    input: {
      ...{ TopicArn: topic, Protocol: 'firehose', Endpoint: stream },
      Attributes: { SubscriptionRoleArn: role },
    },
  } as const
  const may = [{ Effect: 'Allow', Action: 'firehose:Put*', Resource: stream }]
  const roles = (trusts: string, statements: readonly object[]) =>
    rolesOf({ [role]: { trusts: [trusts], statements } })
  expect(await saidOf({ ...call, runRole: roles('sns.amazonaws.com', may) })).toBeUndefined()
  expect(await saidOf({ ...call, runRole: roles('s3.amazonaws.com', may) })).toMatch(
    /cannot be assumed by sns\.amazonaws\.com/,
  )
  expect(await saidOf({ ...call, runRole: roles('sns.amazonaws.com', []) })).toMatch(
    /not authorized to perform: firehose:PutRecord/,
  )
  expect(await saidOf(call)).toMatch(/cannot be assumed/)
})

const redriving = (target: string, ...records: readonly Resource[]) =>
  saidOf({
    service: 'sqs',
    operation: 'CreateQueue',
    input: {
      QueueName: 'work',
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: target }) },
    },
    records,
  })

test('dead letters of a queue stay in its account', async () => {
  const theirs = `arn:aws:sqs:us-east-1:${otherAccountId}:theirs`
  expect(await redriving(queue, jobs())).toBeUndefined()
  expect(await redriving(queue)).toMatch(
    /^InvalidParameterValue: Value .* target does not exist\.$/,
  )
  const foreign = queueOf('theirs', { accountId: otherAccountId, arn: theirs })
  expect(await redriving(theirs, foreign)).toMatch(/owner should be same as the source\.$/)
})

const logging = (policy: readonly object[], owner = accountId) =>
  saidOf({
    service: 's3',
    operation: 'PutBucketLogging',
    input: {
      Bucket: 'reports',
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'a/' } },
    },
    records: [
      reportsBucket,
      bucketOf('logs', {
        accountId: owner,
        ...(policy.length > 0 && { policy: savedPolicyOf(...policy) }),
      }),
    ],
  })

const puts = (Resource: string) =>
  admits('logging.s3.amazonaws.com', bucket, { Action: 's3:PutObject', Resource })
const loggingRows: readonly [rule: string, policy: readonly object[], isAllowed: boolean][] = [
  ['all of the bucket', [puts('arn:aws:s3:::logs/*')], true],
  ['the prefix', [puts('arn:aws:s3:::logs/a/*')], true],
  ['another prefix', [puts('arn:aws:s3:::logs/b/*')], false],
  ['a part of the prefix', [puts('arn:aws:s3:::logs/a/b*')], false],
  ['nothing', [], false],
]
test.each(loggingRows)('logs of a bucket where the policy admits %s', async (_r, policy, is) => {
  const said = await logging(policy)
  if (is) expect(said).toBeUndefined()
  else
    expect(said).toMatch(/^InvalidTargetBucketForLogging: The target bucket for logging does not/)
})

test('logs of a bucket stay with its owner', async () => {
  expect(await logging([puts('arn:aws:s3:::logs/*')], otherAccountId)).toBe(
    'InvalidTargetBucketForLogging: The owner for the bucket to be logged and the target bucket must be the same.',
  )
})

test('an inventory is written as the sample policy of S3 admits it', async () => {
  const destination = { Bucket: 'arn:aws:s3:::logs', Format: 'CSV' }
  const call = (policy: object) =>
    saidOf({
      service: 's3',
      operation: 'PutBucketInventoryConfiguration',
      input: {
        ...{ Bucket: 'reports', Id: 'all' },
        InventoryConfiguration: { Destination: { S3BucketDestination: destination } },
      },
      records: [reportsBucket, bucketOf('logs', { policy: savedPolicyOf(policy) })],
    })
  const sample = (acl: string) =>
    admits('s3.amazonaws.com', undefined, {
      ...{ Action: 's3:PutObject', Resource: 'arn:aws:s3:::logs/*' },
      Condition: {
        ArnLike: { 'aws:SourceArn': bucket },
        StringEquals: { 'aws:SourceAccount': accountId, 's3:x-amz-acl': acl },
      },
    })
  expect(await call(sample('bucket-owner-full-control'))).toBeUndefined()
  expect(await call(sample('public-read'))).toMatch(/^InvalidRequest: s3\.amazonaws\.com is not/)
})

const role = `arn:aws:iam::${accountId}:role/r`
const allow = (Action: string | string[], Resource: string) => ({
  Effect: 'Allow',
  Action,
  Resource,
})

function replicating(statements: readonly object[], trusts = 's3.amazonaws.com') {
  const Destination = { Bucket: 'arn:aws:s3:::copies' }
  const Rules = [{ Status: 'Enabled', Priority: 1, Filter: { Prefix: 'a/' }, Destination }]
  return saidOf({
    service: 's3',
    operation: 'PutBucketReplication',
    input: { Bucket: 'reports', ReplicationConfiguration: { Role: role, Rules } },
    records: [reportsBucket, bucketOf('copies')],
    runRole: rolesOf({ [role]: { trusts: [trusts], statements } }),
  })
}

test('a role replicates what it may read and write', async () => {
  const reads = [
    allow(['s3:GetReplicationConfiguration', 's3:ListBucket'], bucket),
    allow('s3:GetObjectVersionForReplication', `${bucket}/*`),
  ]
  const writes = allow('s3:ReplicateObject', 'arn:aws:s3:::copies/a/*')
  expect(await replicating([...reads, writes])).toBeUndefined()
  expect(await replicating(reads)).toMatch(/^InvalidRequest: .*perform: s3:ReplicateObject/)
  expect(await replicating([writes])).toMatch(/perform: s3:GetReplicationConfiguration/)
  expect(await replicating([...reads, writes], 'ec2.amazonaws.com')).toMatch(/cannot be assumed/)
})

const roles = (statements: readonly object[]) =>
  rolesOf({ [role]: { trusts: ['events.amazonaws.com'], statements } })

const stream = `arn:aws:kinesis:us-east-1:${accountId}:stream/s`

test('a target of EventBridge that is reached by a role', async () => {
  const put = (target: object, statements: readonly object[] = []) =>
    saidOf({
      service: 'events',
      operation: 'PutTargets',
      input: { Rule: 'nightly', Targets: [{ Id: 'a', Arn: stream, ...target }] },
      runRole: roles(statements),
    })
  const may = [allow(['kinesis:PutRecord', 'kinesis:PutRecords'], stream)]
  expect(await put({ RoleArn: role }, may)).toBeUndefined()
  expect(await put({ RoleArn: role })).toMatch(/perform: kinesis:PutRecord on/)
  expect(await put({})).toBe(`ValidationException: RoleArn is required for target ${stream}.`)
  const unknown = { RoleArn: role, Arn: `arn:aws:batch:us-east-1:${accountId}:job-queue/q` }
  expect(await put(unknown, [allow('*', '*')])).toMatch(/is not known here/)
})

test('logs go to a function that admits them, else in the words of CloudWatch Logs', async () => {
  const put = saidOf({
    service: 'logs',
    operation: 'PutSubscriptionFilter',
    input: { logGroupName: 'g', filterName: 'a', filterPattern: '', destinationArn: fn },
  })
  expect(await put).toBe(
    'InvalidParameterException: Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
  )
})

test('a table is exported with the permissions of the caller', async () => {
  const exported = (by: readonly object[]) =>
    saidOf({
      service: 'dynamodb',
      operation: 'ExportTableToPointInTime',
      input: {
        TableArn: `arn:aws:dynamodb:us-east-1:${accountId}:table/t`,
        ...{ S3Bucket: 'reports', S3Prefix: 'a' },
      },
      records: [reportsBucket],
      caller: callerWith(identityPolicy('own', by)),
    })
  const actions = ['s3:PutObject', 's3:AbortMultipartUpload']
  expect(await exported([allow(actions, `${bucket}/a/*`)])).toBeUndefined()
  expect(await exported([allow(actions, `${bucket}/b/*`)])).toMatch(/^ValidationException: /)
  const via = {
    ...allow(actions, `${bucket}/*`),
    Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'dynamodb.amazonaws.com' } },
  }
  expect(await exported([via])).toBeUndefined()
})

test('in observation it is let through, and stands', async () => {
  const call = { ...ways[0]?.call, records: [jobs()], observe: true } as SettingUpOfTest
  expect(await saidOf(call)).toBeUndefined()
})
