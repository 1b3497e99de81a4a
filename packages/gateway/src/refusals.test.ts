import { Readable } from 'node:stream'
import { forwardedServices, loadModel, type ForwardedService } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { createBackend } from './forward/backend.ts'
import type { GateScope } from './operation.ts'
import { createGate } from './pipeline.ts'
import type { GateRequest } from './ports.ts'
import { accountId, callerWith, now, signed } from './testing/gate.ts'
import { memoryResources } from './testing/resources.ts'
import { sdkClient } from './testing/sdk-request.ts'

// Goal: each service's refusal comes in that service's own form, and reads as AWS's to its clients.
// Method: the AWS SDK calls the gate as a user without policies; the bytes are looked at, and what
// the SDK makes of them. Sources: public recordings of SQS and Lambda (2026), of DynamoDB; the
// reference's table of refusals; of the others the protocol of their models.

const backend = createBackend({
  url: 'http://127.0.0.1:9',
  credentials: { accessKeyId: 'AKIDBACKEND', secretAccessKey: 'theirs' },
})

type Headers = Readonly<Record<string, string>>

function gateAt(at: Date, secretAccessKey: string) {
  const services = forwardedServices.map((name) => {
    const model = loadModel(name)
    return [model.signingName, { model, operations: new Map(), backend }] as const
  })
  return createGate<GateScope>({
    services: new Map(services),
    credentials: {
      lookup: () => Promise.resolve({ ok: true, secretAccessKey, caller: callerWith() }),
      prove: () => Promise.reject(new Error('no proof')),
    },
    scopes: { read: (scope, work) => work(scope, 1), write: (scope, work) => work(scope, 1) },
    record: () => undefined,
    reportBug: (_id, cause) => {
      throw cause
    },
    clock: () => at,
    stopwatch: () => 0,
    newRequestId: () => 'request-1',
    resources: memoryResources(),
  })
}

async function answered(request: GateRequest, at = new Date(), secret = 'secret') {
  const { status, headers, body } = await gateAt(at, secret).answer(request)
  if (body instanceof Readable) throw new Error('a refusal does not stream')
  return { status, headers, bytes: Buffer.from(body) }
}

/** What came over the wire, and what the SDK threw. */
async function refused(service: ForwardedService, name: string, input: object) {
  let seen: Awaited<ReturnType<typeof answered>> | undefined
  const send = await sdkClient(service, async (request) => {
    seen = await answered(request)
    // As the network has it: nothing comes after the head of an answer to HEAD.
    const body = request.method === 'HEAD' ? Buffer.alloc(0) : seen.bytes
    const headers = Object.entries(seen.headers).map(([name, value]) => [name.toLowerCase(), value])
    const response = { statusCode: seen.status, headers: Object.fromEntries(headers) as Headers }
    return { ...response, body: Readable.from([body]) }
  })
  const thrown: unknown = await send(name, input).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (seen === undefined) throw thrown
  const { status, headers, bytes } = seen
  const error = thrown as { name: string; message: string; $metadata: Record<string, unknown> }
  return { status, headers, text: bytes.toString(), error }
}

const ofAnn = (action: string, resource: string) =>
  `User: arn:aws:iam::${accountId}:user/ann is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`
const own = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:${accountId}:${rest}`
const key = '1234abcd-12ab-34cd-56ef-1234567890ab'
const queue = { QueueUrl: `https://127.0.0.1/${accountId}/jobs`, MessageBody: 'x' }

interface Row {
  readonly service: ForwardedService
  readonly call: string
  readonly input: object
  readonly status: number
  /** What the SDK calls it. */
  readonly name: string
  readonly action: string
  readonly resource: string
  /** Of JSON bodies. */
  readonly type?: string
  readonly member?: string
}

const coral = 'com.amazon.coral.service#AccessDeniedException'
const exception = 'AccessDeniedException'
const large = { name: exception, type: coral, member: 'Message' }
const rest = { status: 403, name: exception, member: 'Message' }

// prettier-ignore
const rows: readonly Row[] = [
  { service: 's3', call: 'GetObject', input: { Bucket: 'reports', Key: 'k' }, status: 403, name: 'AccessDenied', action: 's3:GetObject', resource: '"arn:aws:s3:::reports/k"' },
  { service: 'sqs', call: 'SendMessage', input: queue, status: 403, ...large, name: 'AccessDenied', action: 'sqs:sendmessage', resource: own('sqs', 'jobs') },
  { service: 'sns', call: 'Publish', input: { TopicArn: own('sns', 'news'), Message: 'x' }, status: 403, name: 'AuthorizationErrorException', action: 'sns:Publish', resource: own('sns', 'news') },
  { service: 'dynamodb', call: 'GetItem', input: { TableName: 'orders', Key: { id: { S: '1' } } }, status: 400, ...large, action: 'dynamodb:GetItem', resource: own('dynamodb', 'table/orders') },
  { service: 'lambda', call: 'Invoke', input: { FunctionName: 'f' }, ...rest, action: 'lambda:InvokeFunction', resource: own('lambda', 'function:f') },
  { service: 'kms', call: 'DescribeKey', input: { KeyId: key }, status: 400, ...large, action: 'kms:DescribeKey', resource: own('kms', `key/${key}`) },
  { service: 'secretsmanager', call: 'CreateSecret', input: { Name: 'db' }, status: 400, ...large, action: 'secretsmanager:CreateSecret', resource: own('secretsmanager', 'secret:db-??????') },
  { service: 'ssm', call: 'GetParameter', input: { Name: '/db' }, status: 400, name: exception, type: 'com.amazonaws.ssm#AccessDeniedException', member: 'Message', action: 'ssm:GetParameter', resource: own('ssm', 'parameter/db') },
  { service: 'events', call: 'DescribeEventBus', input: { Name: 'orders' }, status: 400, name: exception, type: 'com.amazonaws.eventbridge#AccessDeniedException', member: 'message', action: 'events:DescribeEventBus', resource: own('events', 'event-bus/orders') },
  { service: 'cloudwatch', call: 'ListMetrics', input: {}, status: 403, name: 'AccessDenied', action: 'cloudwatch:ListMetrics', resource: '*' },
  { service: 'kinesis', call: 'ListStreams', input: {}, status: 400, name: exception, type: 'com.amazonaws.kinesis#AccessDeniedException', member: 'message', action: 'kinesis:ListStreams', resource: '*' },
  { service: 'logs', call: 'CreateLogGroup', input: { logGroupName: 'app' }, status: 400, name: exception, type: 'com.amazonaws.cloudwatchlogs#AccessDeniedException', member: 'message', action: 'logs:CreateLogGroup', resource: own('logs', 'log-group:app:log-stream:') },
  { service: 'ecr', call: 'ListImages', input: { repositoryName: 'web' }, status: 400, ...large, action: 'ecr:ListImages', resource: own('ecr', 'repository/web') },
  { service: 'ecs', call: 'ListClusters', input: {}, status: 400, name: exception, type: 'com.amazonaws.ecs#AccessDeniedException', member: 'message', action: 'ecs:ListClusters', resource: '*' },
  { service: 'states', call: 'ListStateMachines', input: {}, status: 400, ...large, action: 'states:ListStateMachines', resource: '*' },
  { service: 'apigateway', call: 'GetRestApis', input: {}, ...rest, action: 'apigateway:GET', resource: 'arn:aws:apigateway:eu-west-1::/restapis' },
  { service: 'cloudtrail', call: 'GetTrailStatus', input: { Name: 'main' }, status: 400, ...large, action: 'cloudtrail:GetTrailStatus', resource: own('cloudtrail', 'trail/main') },
  { service: 'cognito-idp', call: 'DescribeUserPool', input: { UserPoolId: 'eu-west-1_Ab1' }, status: 400, name: exception, type: 'com.amazonaws.cognitoidentityprovider#AccessDeniedException', member: 'message', action: 'cognito-idp:DescribeUserPool', resource: own('cognito-idp', 'userpool/eu-west-1_Ab1') },
  { service: 'ds', call: 'GetSnapshotLimits', input: { DirectoryId: 'd-1234567890' }, status: 400, name: exception, type: 'com.amazonaws.directoryservice#AccessDeniedException', member: 'Message', action: 'ds:GetSnapshotLimits', resource: own('ds', 'directory/d-1234567890') },
  { service: 'firehose', call: 'DeleteDeliveryStream', input: { DeliveryStreamName: 'logs' }, status: 400, ...large, action: 'firehose:DeleteDeliveryStream', resource: own('firehose', 'deliverystream/logs') },
  { service: 'guardduty', call: 'GetDetector', input: { DetectorId: '12ab' }, ...rest, action: 'guardduty:GetDetector', resource: own('guardduty', 'detector/12ab') },
  { service: 'lakeformation', call: 'ListResources', input: {}, ...rest, action: 'lakeformation:ListResources', resource: '*' },
  { service: 'scheduler', call: 'GetScheduleGroup', input: { Name: 'nightly' }, ...rest, action: 'scheduler:GetScheduleGroup', resource: own('scheduler', 'schedule-group/nightly') },
]

test('every service has its row', () => {
  expect(rows.map(({ service }) => service).sort()).toEqual([...forwardedServices].sort())
})

for (const row of rows) {
  test(`${row.service}: ${row.call}`, async () => {
    const { status, headers, text, error } = await refused(row.service, row.call, row.input)
    const message = ofAnn(row.action, row.resource)
    expect([status, text]).toEqual([row.status, text])
    const { name, $metadata } = error
    expect({ name, message: error.message, $metadata }).toMatchObject({
      name: row.name,
      message,
      $metadata: { httpStatusCode: row.status, requestId: 'request-1' },
    })
    expect(headers[row.service === 's3' ? 'x-amz-request-id' : 'x-amzn-RequestId']).toBe(
      'request-1',
    )
    if (row.member === undefined) return
    const body = JSON.parse(text) as Record<string, unknown>
    // REST says in a header what JSON says in the body.
    if (row.type === undefined) expect(headers['x-amzn-ErrorType']).toBe(row.name)
    expect(body).toEqual({ ...(row.type && { __type: row.type }), [row.member]: message })
  })
}

test('S3 in XML, with both ids in body and headers', async () => {
  const { headers, text } = await refused('s3', 'GetObject', { Bucket: 'reports', Key: 'k' })
  const message = ofAnn('s3:GetObject', '"arn:aws:s3:::reports/k"').replaceAll('"', '&quot;')
  expect(headers).toMatchObject({
    'content-type': 'application/xml',
    'x-amz-request-id': 'request-1',
    'x-amz-id-2': 'request-1',
  })
  expect(text).toContain(`<Error><Code>AccessDenied</Code><Message>${message}</Message>`)
  expect(text).toContain('<RequestId>request-1</RequestId><HostId>request-1</HostId></Error>')
})

test('HEAD has no body: status and ids are all that a client learns', async () => {
  const { status, error } = await refused('s3', 'HeadObject', { Bucket: 'reports', Key: 'k' })
  expect(status).toBe(403)
  expect(error.$metadata).toMatchObject({ httpStatusCode: 403, requestId: 'request-1' })
})

test('SQS says Query’s code in a header, for clients that once spoke it', async () => {
  const { headers } = await refused('sqs', 'SendMessage', queue)
  expect(headers['x-amzn-query-error']).toBe('AccessDenied;Sender')
})

const forms: readonly [service: string, signing: string, form: string, code: string, of: string][] =
  [
    [
      'SQS',
      'sqs',
      `Action=SendMessage&Version=2012-11-05&QueueUrl=${encodeURIComponent(queue.QueueUrl)}&MessageBody=x`,
      'AccessDenied',
      ofAnn('sqs:sendmessage', own('sqs', 'jobs')),
    ],
    [
      'CloudWatch',
      'monitoring',
      'Action=ListMetrics&Version=2010-08-01',
      'AccessDenied',
      ofAnn('cloudwatch:ListMetrics', '*'),
    ],
  ]
for (const [service, signing, form, code, message] of forms) {
  test(`${service} in Query's form`, async () => {
    const secretAccessKey = 'secret'
    const request = signed(form, { service: signing, region: 'eu-west-1', secretAccessKey })
    const { status, headers, bytes } = await answered(request, now, secretAccessKey)
    expect(status).toBe(403)
    expect(headers['x-amzn-RequestId']).toBe('request-1')
    const text = bytes.toString()
    expect(text).toContain(`<Error><Type>Sender</Type><Code>${code}</Code>`)
    expect(text).toContain(`<Message>${message}</Message>`)
    expect(text).toContain('<RequestId>request-1</RequestId></ErrorResponse>')
  })
}
