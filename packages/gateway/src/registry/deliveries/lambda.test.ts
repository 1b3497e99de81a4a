import { expect, test } from 'vitest'
import { rolesOf, saidOf } from '../../testing/deliveries.ts'
import { accountId, callerWith, identityPolicy } from '../../testing/gate.ts'
import { bucketOf, queueOf } from '../../testing/resources.ts'

// Goal: what a function reads and where it sends is its role's to be allowed, in Lambda's words.
// Sources: the pages named in lambda.ts.

const queue = queueOf('jobs').arn
const bucket = 'arn:aws:s3:::reports'
const role = `arn:aws:iam::${accountId}:role/r`
const allow = (Action: string | string[], Resource: string) => ({
  Effect: 'Allow',
  Action,
  Resource,
})

const roles = (statements: readonly object[], trusts = ['lambda.amazonaws.com']) =>
  rolesOf({ [role]: { trusts, statements } })

function mapped(statements: readonly object[], EventSourceArn = queue) {
  return saidOf({
    service: 'lambda',
    operation: 'CreateEventSourceMapping',
    input: { FunctionName: 'f', EventSourceArn },
    records: [queueOf('jobs')],
    ask: (operation) =>
      Promise.resolve(
        operation === 'GetFunctionConfiguration'
          ? { ok: true, output: { Role: role } }
          : { ok: false, status: 404 },
      ),
    runRole: roles(statements),
  })
}

const stream = `arn:aws:kinesis:us-east-1:${accountId}:stream/s`
const streamMessage = `InvalidParameterValueException: Cannot access stream ${stream}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.`
const mappings: readonly [rule: string, Action: string[], source: string, said?: string][] = [
  ['a queue', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue],
  [
    'a queue that it may not read',
    ['sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    queue,
    'InvalidParameterValueException: The provided execution role does not have permissions to call ReceiveMessage on SQS',
  ],
  [
    'a queue that it may not delete from',
    ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'],
    queue,
    'InvalidParameterValueException: The provided execution role does not have permissions to call DeleteMessage on SQS',
  ],
  ['a stream', ['kinesis:*'], stream],
  ['a stream that it may not read', ['kinesis:ListShards'], stream, streamMessage],
]
test.each(mappings)('the role of a function reads %s', async (_rule, actions, source, said) => {
  expect(await mapped([allow(actions, '*')], source)).toBe(said)
})

test('a function needs a role that trusts Lambda', async () => {
  const created = (trusts: string[]) =>
    saidOf({
      service: 'lambda',
      operation: 'CreateFunction',
      input: { FunctionName: 'f', Role: role, Code: { ZipFile: Buffer.from('') } },
      runRole: roles([], trusts),
    })
  expect(await created(['lambda.amazonaws.com'])).toBeUndefined()
  expect(await created(['ec2.amazonaws.com'])).toBe(
    'InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.',
  )
})

test('its code comes of a bucket that the caller may read', async () => {
  const created = (by: readonly object[]) =>
    saidOf({
      service: 'lambda',
      operation: 'CreateFunction',
      input: { FunctionName: 'f', Role: role, Code: { S3Bucket: 'reports', S3Key: 'f.zip' } },
      runRole: roles([]),
      records: [bucketOf('reports')],
      caller: callerWith(identityPolicy('own', by)),
    })
  expect(await created([allow('s3:GetObject', `${bucket}/f.zip`)])).toBeUndefined()
  expect(await created([allow('s3:GetObject', `${bucket}/g.zip`)])).toMatch(
    /^AccessDeniedException: Your access has been denied by S3/,
  )
})

test('what fails goes where the role of the function may send it', async () => {
  const put = (statements: readonly object[]) =>
    saidOf({
      service: 'lambda',
      operation: 'PutFunctionEventInvokeConfig',
      input: { FunctionName: 'f', DestinationConfig: { OnFailure: { Destination: queue } } },
      records: [queueOf('jobs')],
      ask: () => Promise.resolve({ ok: true, output: { Role: role } }),
      runRole: roles(statements),
    })
  expect(await put([allow('sqs:SendMessage', queue)])).toBeUndefined()
  expect(await put([])).toBe(
    'InvalidParameterValueException: The provided execution role does not have permissions to call SendMessage on SQS',
  )
})
