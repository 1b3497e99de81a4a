import type { ForwardedService, OperationInput } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { isRefusal } from '../refusal.ts'
import { arn, mine, other, own, told, url } from '../testing/naming.ts'

// Goal: nobody reaches another account's by the name that a backend has for it, nor what the backend
// has for one account alone; a name that becomes too long is refused with the reason. Method: a row a
// service. Source: decision 26; the lengths are those of each service's quotas.
type Refused = readonly [
  what: string,
  service: ForwardedService,
  operation: string,
  input: OperationInput,
  account: string,
  code: string,
  message: RegExp,
]

const refusals: readonly Refused[] = [
  ...(
    [
      ['sqs', 'CreateQueue', { QueueName: `${other}--q` }, 'InvalidParameterValue'],
      ['sqs', 'SendMessage', { QueueUrl: url(own, `${other}--q`) }, 'InvalidParameterValue'],
      ['sns', 'CreateTopic', { Name: `${other}--t` }, 'InvalidParameter'],
      ['sns', 'Publish', { TopicArn: arn('sns', own, `${other}--t`) }, 'InvalidParameter'],
      ['dynamodb', 'CreateTable', { TableName: `${other}--t` }, 'ValidationException'],
      ['lambda', 'Invoke', { FunctionName: `${other}--f` }, 'InvalidParameterValueException'],
      ['secretsmanager', 'CreateSecret', { Name: `${other}--s` }, 'InvalidParameterException'],
      ['kms', 'CreateAlias', { AliasName: `alias/${other}--a` }, 'ValidationException'],
      ['events', 'CreateEventBus', { Name: `${other}--default` }, 'ValidationException'],
    ] as const
  ).map(
    ([service, operation, input, code]) =>
      [
        'a name that looks like another account’s',
        ...([service, operation, input, own, code] as const),
        new RegExp(`--.* is not possible: names of the account ${own} cannot begin with`),
      ] as const,
  ),
  [
    ...(['too long with what is added', 'sqs', 'CreateQueue'] as const),
    ...([{ QueueName: 'q'.repeat(67) }, other, 'InvalidParameterValue'] as const),
    /too long: the backend keeps accounts apart by 14 characters before it, and takes 80/,
  ],
  [
    ...(['a function too long', 'lambda', 'CreateFunction'] as const),
    ...([{ FunctionName: 'f'.repeat(51) }, other, 'InvalidParameterValueException'] as const),
    /takes 64/,
  ],
  [
    ...(['an alias too long', 'kms', 'CreateAlias'] as const),
    ...([{ AliasName: `alias/${'a'.repeat(237)}` }, other, 'ValidationException'] as const),
    /takes 256/,
  ],
  [
    ...(['one table twice', 'dynamodb', 'BatchGetItem'] as const),
    { RequestItems: { t: {}, [mine('dynamodb', 'table/t')]: {} } },
    ...([other, 'ValidationException', /named twice/] as const),
  ],
  [
    ...(['a table of another region', 'dynamodb', 'GetItem'] as const),
    { TableName: mine('dynamodb', 'table/t').replace('us-east-1', 'eu-west-1') },
    ...([other, 'ValidationException', /another region/] as const),
  ],
  [
    ...(['what the backend has for one account', 'lambda', 'CreateEventSourceMapping'] as const),
    { FunctionName: 'f', EventSourceArn: mine('kinesis', 'stream/s') },
    ...([other, 'AccessDenied', /account 111122223333 alone/] as const),
  ],
  [
    ...(['an endpoint of a device', 'sns', 'Subscribe'] as const),
    { TopicArn: mine('sns', 't'), Endpoint: mine('sns', 'endpoint/GCM/a/1') },
    ...([other, 'AccessDenied', /alone/] as const),
  ],
  [
    ...(['a log group', 'lambda', 'UpdateFunctionConfiguration'] as const),
    { FunctionName: 'f', LoggingConfig: { LogGroup: '/aws/lambda/f' } },
    ...([other, 'AccessDenied', /alone/] as const),
  ],
]

for (const [what, service, operation, input, account, code, message] of refusals) {
  test(`${service} is not told ${what}: ${operation}`, () => {
    let refusal: unknown
    try {
      told(service, operation, input, account)
    } catch (thrown) {
      refusal = thrown
    }
    if (!isRefusal(refusal)) throw new Error('it went through')
    expect([refusal.code, refusal.message]).toEqual([code, expect.stringMatching(message)])
  })
}

test('a name at the limit is told', () => {
  const QueueName = 'q'.repeat(66)
  expect(told('sqs', 'CreateQueue', { QueueName })).toEqual({ QueueName: `${other}--${QueueName}` })
})

test('the own account has names of eighty characters, and some that begin with its own id', () => {
  for (const QueueName of ['q'.repeat(80), `${own}--q`, `${other}-q`]) {
    expect(told('sqs', 'CreateQueue', { QueueName }, own)).toEqual({ QueueName })
  }
})

test('a backend that knows accounts gets names as they are, and of one account a call', () => {
  const known = { hint: 'moto', account: own } as const
  const send = (TableName: string) => told('dynamodb', 'Scan', { TableName }, other, {}, known)
  expect(send(mine('dynamodb', 'table/t'))).toEqual({ TableName: 't' })
  expect(send(`${own}--t`)).toEqual({ TableName: `${own}--t` })
  expect(() => send(arn('dynamodb', own, 'table/t'))).toThrow(/several accounts/)
})
