import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Caller } from '../../caller.ts'
import { accountId } from '../../testing/gate.ts'
import { KeptGate } from '../../testing/kept-gate.ts'
import { queueOf, savedPolicyOf } from '../../testing/resources.ts'

// Goal: a service that calls through the gate is decided as the service that it is, in the name of
// its source. Source: IAM User Guide, "The confused deputy problem"; SQS Developer Guide, "Basic
// examples of Amazon SQS policies".
const house = new KeptGate('sqs')
beforeAll(() => house.open())
afterAll(() => house.close())
beforeEach(() => {
  house.reset(queueOf('jobs'))
})

const topic = `arn:aws:sns:us-east-1:${accountId}:news`
const sns: Caller = {
  principal: {
    kind: 'service',
    serviceNames: ['sns.amazonaws.com', 'sns.us-east-1.amazonaws.com'],
  },
  arn: 'sns.amazonaws.com',
  userId: 'sns.amazonaws.com',
  contextKeys: new Map<string, string | readonly string[]>([
    ['aws:principalisawsservice', 'true'],
    ['aws:principalservicename', 'sns.amazonaws.com'],
    ['aws:principalservicenameslist', ['sns.amazonaws.com', 'sns.us-east-1.amazonaws.com']],
    ['aws:sourcearn', topic],
    ['aws:sourceaccount', accountId],
  ]),
  policies: { identity: [] },
  inManagementAccount: false,
}

const queueUrl = `http://127.0.0.1:4600/${accountId}/jobs`
const admits = (principal: object | string, condition?: object, Effect = 'Allow') => ({
  ...{ Effect, Principal: principal, Action: 'sqs:SendMessage', Resource: '*' },
  ...(condition && { Condition: condition }),
})
const service = { Service: 'sns.amazonaws.com' }
const from = (source: string) => ({ ArnEquals: { 'aws:SourceArn': source } })
const everybody = admits('*')
const isService = (is: string) => ({ Bool: { 'aws:PrincipalIsAWSService': is } })

const rows: readonly [rule: string, statements: readonly object[], isAllowed: boolean][] = [
  ['no policy', [], false],
  ['its account alone', [admits({ AWS: accountId })], false],
  ['the service', [admits(service)], true],
  ['the service in that region', [admits({ Service: 'sns.us-east-1.amazonaws.com' })], true],
  ['another service', [admits({ Service: 's3.amazonaws.com' })], false],
  ['the service, from that topic', [admits(service, from(topic))], true],
  ['the service, from another topic', [admits(service, from(`${topic}2`))], false],
  [
    'the service, for that account',
    [admits(service, { StringEquals: { 'aws:SourceAccount': accountId } })],
    true,
  ],
  [
    'the service, for another account',
    [admits(service, { StringEquals: { 'aws:SourceAccount': '999999999999' } })],
    false,
  ],
  ['services alone', [admits('*', isService('true'))], true],
  ['everybody but services', [everybody, admits('*', isService('true'), 'Deny')], false],
  ['only what is no service', [everybody, admits('*', isService('false'), 'Deny')], true],
  [
    'names of services',
    [
      admits('*', {
        'ForAnyValue:StringEquals': { 'aws:PrincipalServiceNamesList': ['sns.amazonaws.com'] },
      }),
    ],
    true,
  ],
]
test.each(rows)('a queue whose policy admits %s', async (_rule, statements, isAllowed) => {
  const policy = statements.length > 0 ? { policy: savedPolicyOf(...statements) } : {}
  house.reset(queueOf('jobs', policy))
  const input = { QueueUrl: queueUrl, MessageBody: 'hello' }
  const said = await house.send(sns, 'SendMessage', input)
  expect(said.status).toBe(isAllowed ? 200 : 403)
  expect(house.lines).toEqual(isAllowed ? ['SendMessage'] : [])
  if (isAllowed) expect(house.arrived[0]?.account).toBe(accountId)
})

test('it is refused in the words of the service, as who it is', async () => {
  const said = await house.send(sns, 'SendMessage', { QueueUrl: queueUrl, MessageBody: 'hello' })
  expect(said).toMatchObject({
    code: 'AccessDenied',
    message: `User: sns.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:${accountId}:jobs because no resource-based policy allows the sqs:sendmessage action`,
  })
  expect(said.event?.caller).toBe(sns)
})

test('it makes nothing: it has no account', async () => {
  const said = await house.send(sns, 'CreateQueue', { QueueName: 'mine' })
  expect(said.status).toBe(403)
  expect(house.resources.beginningWith('')).toHaveLength(1)
})
