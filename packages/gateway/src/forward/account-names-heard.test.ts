import type { ForwardedService } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { arn, heard, mine, naming, other, own, theirs, url, zeros } from '../testing/naming.ts'
import { isHeard } from './account-names.ts'

// Goal: what a backend that knows one account says is said in the account's words, whosever it is,
// and nothing is read that has nothing to say. Method: a row a form. Source: decision 26.
const heardRows: readonly [
  what: string,
  service: ForwardedService,
  operation: string,
  said: string,
  is: string,
  account?: string,
  status?: number,
][] = [
  [
    'tables of several accounts: others by their ARNs',
    'dynamodb',
    'ListTables',
    JSON.stringify({ TableNames: [`${other}--t`, 't', '333344445555--t', `${own}--t`] }),
    JSON.stringify({
      TableNames: [
        't',
        arn('dynamodb', own, 'table/t'),
        arn('dynamodb', '333344445555', 'table/t'),
        arn('dynamodb', own, `table/${own}--t`),
      ],
    }),
  ],
  [
    'a page’s last table',
    'dynamodb',
    'ListTables',
    `{"LastEvaluatedTableName":"${other}--t"}`,
    '{"LastEvaluatedTableName":"t"}',
  ],
  [
    'items under tables, as they are',
    'dynamodb',
    'BatchGetItem',
    JSON.stringify({ Responses: { [`${other}--t`]: [{ TableName: { S: `${other}--t` } }] } }),
    JSON.stringify({ Responses: { t: [{ TableName: { S: `${other}--t` } }] } }),
  ],
  [
    'items of a transaction, as they are',
    'dynamodb',
    'TransactGetItems',
    JSON.stringify({ Responses: [{ Item: { id: { S: `${other}--t` } } }] }),
    JSON.stringify({ Responses: [{ Item: { id: { S: `${other}--t` } } }] }),
  ],
  [
    'XML',
    'sns',
    'GetTopicAttributes',
    `<a><value>${theirs('sns', `${other}--t`)}</value><Message>${other}--t</Message></a>`,
    `<a><value>${mine('sns', 't')}</value><Message>${other}--t</Message></a>`,
  ],
  [
    'URLs',
    'sqs',
    'ListQueues',
    JSON.stringify({ QueueUrls: [url(zeros, `${other}--q.fifo`), url(zeros, 'q')] }),
    JSON.stringify({ QueueUrls: [url(other, 'q.fifo'), url(own, 'q')] }),
  ],
  [
    'another id than the one that was set',
    'sqs',
    'GetQueueAttributes',
    JSON.stringify({ QueueArn: arn('sqs', '123456789012', `${other}--q`) }),
    JSON.stringify({ QueueArn: mine('sqs', 'q') }),
  ],
  [
    'a rule of the own account that looks like another’s bus',
    'events',
    'PutRule',
    JSON.stringify({ RuleArn: theirs('events', `rule/${other}--r`) }),
    JSON.stringify({ RuleArn: arn('events', own, `rule/${other}--r`) }),
    own,
  ],
  [
    'what an error says',
    'lambda',
    'GetFunction',
    `{"Message":"no ${theirs('lambda', `function:${other}--f`)}, no ${other}--f"}`,
    `{"Message":"no ${mine('lambda', 'function:f')}, no f"}`,
    other,
    404,
  ],
  [
    'what an error says in XML',
    'sns',
    'Publish',
    `<Error><Message>no ${other}--t</Message></Error>`,
    '<Error><Message>no t</Message></Error>',
    other,
    404,
  ],
]

for (const [what, service, operation, said, is, account, status] of heardRows) {
  test(`${service} is heard: ${what}`, () => {
    expect(heard(service, operation, said, account, status)).toBe(is)
  })
}

// Nothing is read or buffered that has nothing to say.
const silent: readonly [
  what: string,
  service: ForwardedService,
  operation: string,
  heard: boolean,
][] = [
  ['an object', 's3', 'GetObject', false],
  ['what a bucket notifies', 's3', 'GetBucketNotificationConfiguration', true],
  ['items', 'dynamodb', 'Scan', false],
  ['messages', 'sqs', 'ReceiveMessage', false],
  ['subscriptions, whose endpoints may be others’', 'sns', 'ListSubscriptionsByTopic', true],
]

for (const [what, service, operation, is] of silent) {
  test(`of the own account ${is ? 'is' : 'is not'} read: ${what}`, () => {
    const known = { account: own }
    expect(isHeard(naming(service, operation, own, {}, known))).toBe(is)
    expect(isHeard(naming(service, operation, own, { isShared: true }, known))).toBe(true)
    expect(isHeard(naming(service, operation, other, {}, known))).toBe(true)
  })
}
