import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { accountId, callerWith, identityPolicy } from '../testing/gate.ts'
import { KeptGate, otherAccountId, strangerWith } from '../testing/kept-gate.ts'
import { queueOf, savedPolicyOf } from '../testing/resources.ts'
import type { Resource } from './resource.ts'
import {
  permissionActionsMax,
  queuePolicyBytesMax,
  queuePolicyStatementsMax,
} from './sqs-policy.ts'
import { resourceTagsMax } from './tags.ts'

// Goal: queues are owned, and their policies and tags are taken as SQS takes them, and stay with the
// gate. Method: the gate before a backend that keeps what arrives. Source: SQS API Reference.
const house = new KeptGate('sqs')
beforeAll(() => house.open())
afterAll(() => house.close())

const noQueue = 'com.amazonaws.sqs#QueueDoesNotExist'
beforeEach(() => {
  house.reset()
  house.replies = { GetQueueUrl: () => [400, { __type: noQueue }] }
})

const all = identityPolicy('all', { Effect: 'Allow', Action: '*', Resource: '*' })
const ann = callerWith(all)
const bob = strangerWith(all)
const { arn } = queueOf('jobs')
const url = `http://127.0.0.1:4600/${accountId}/jobs`
const allow = (principal: unknown, action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: action,
  Resource: arn,
  ...more,
})
const jobsWith = (...statements: readonly object[]) =>
  queueOf('jobs', { policy: savedPolicyOf(...statements) })
const policyText = (...statements: readonly object[]) => savedPolicyOf(...statements).text
const kept = () => house.resources.find(arn)
const message = { QueueUrl: url, MessageBody: 'm' }

test('a queue is its maker’s, with policy and tags, of which the backend gets nothing', async () => {
  const policy = policyText(allow({ AWS: otherAccountId }, 'sqs:SendMessage'))
  house.replies.CreateQueue = [200, { QueueUrl: url }]
  const made = await house.send(ann, 'CreateQueue', {
    QueueName: 'jobs',
    Attributes: { VisibilityTimeout: '5', Policy: policy },
    tags: { env: 'prod' },
  })
  expect(made).toMatchObject({ status: 200, output: { QueueUrl: url } })
  const sent = house.arrived.find(({ line }) => line === 'CreateQueue')
  expect(sent?.input).toEqual({ QueueName: 'jobs', Attributes: { VisibilityTimeout: '5' } })
  expect(kept()).toMatchObject({
    accountId,
    state: 'active',
    policy: { text: policy },
    tags: [{ Key: 'env', Value: 'prod' }],
  })
})

const dead = queueOf('dead').arn
const redriveTo = JSON.stringify({ deadLetterTargetArn: dead, maxReceiveCount: 1 })

const creations: readonly [
  what: string,
  record: Resource | undefined,
  attributes: Record<string, string> | undefined,
  code: string | undefined,
][] = [
  ['one’s own again is the same', queueOf('jobs'), undefined, undefined],
  [
    'with the policy it has',
    jobsWith(allow('*', 'sqs:SendMessage')),
    { Policy: JSON.stringify(JSON.parse(policyText(allow('*', 'sqs:SendMessage'))), null, 2) },
    undefined,
  ],
  [
    'with another policy',
    jobsWith(allow('*', 'sqs:SendMessage')),
    { Policy: policyText(allow('*', 'sqs:ReceiveMessage')) },
    'QueueAlreadyExists',
  ],
  ['what the backend has and nobody adopted', undefined, undefined, 'QueueAlreadyExists'],
  [
    'a dead-letter queue of another account',
    queueOf('dead', { accountId: otherAccountId }),
    {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueOf('dead', { accountId: otherAccountId }).arn,
        maxReceiveCount: 1,
      }),
    },
    'InvalidParameterValue',
  ],
  [
    'a dead-letter queue that is not there',
    queueOf('dead'),
    { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${arn}-dead`, maxReceiveCount: 1 }) },
    'InvalidParameterValue',
  ],
  [
    'a dead-letter queue that takes nobody’s',
    queueOf('dead', { settings: { redriveAllowPolicy: { redrivePermission: 'denyAll' } } }),
    { RedrivePolicy: redriveTo },
    'InvalidParameterValue',
  ],
  [
    'a RedriveAllowPolicy that is none',
    queueOf('dead'),
    { RedriveAllowPolicy: '{"redrivePermission":"some"}' },
    'InvalidAttributeValue',
  ],
]

for (const [what, record, attributes, code] of creations) {
  test(`CreateQueue: ${what}`, async () => {
    house.reset(...(record === undefined ? [] : [record]))
    house.replies = {
      GetQueueUrl: [200, { QueueUrl: url }],
      CreateQueue: [200, { QueueUrl: url }],
    }
    const said = await house.send(ann, 'CreateQueue', {
      QueueName: 'jobs',
      ...(attributes && { Attributes: attributes }),
    })
    expect(said.code).toBe(code)
    expect(house.lines.includes('CreateQueue')).toBe(code === undefined)
  })
}

test('the same name in another account is another queue', async () => {
  house.reset(queueOf('jobs'))
  house.replies = { GetQueueUrl: [400, { __type: noQueue }], CreateQueue: [200, { QueueUrl: url }] }
  const said = await house.send(bob, 'CreateQueue', { QueueName: 'jobs' })
  expect(said.status).toBe(200)
  expect(house.arrived.at(-1)?.account).toBe(otherAccountId)
  expect(house.resources.find(queueOf('jobs', { accountId: otherAccountId }).arn)).toBeDefined()
})

test('URLs are the gate’s, and other accounts ask for them by the owner', async () => {
  house.reset(jobsWith(allow({ AWS: otherAccountId }, 'sqs:GetQueueUrl')))
  const input = { QueueName: 'jobs', QueueOwnerAWSAccountId: accountId }
  expect((await house.send(bob, 'GetQueueUrl', input)).output).toEqual({ QueueUrl: url })
  const own = await house.send(bob, 'GetQueueUrl', { QueueName: 'jobs' })
  expect(own.code).toBe('AWS.SimpleQueueService.NonExistentQueue')
  expect(own.message).toBe('The specified queue does not exist.')
  expect(house.arrived).toEqual([])
})

test('ListQueues has what is the account’s own, in the region, by prefix and page', async () => {
  const names = ['a1', 'a2', 'a3', 'b1']
  const elsewhere = queueOf('a4', { arn: `arn:aws:sqs:eu-west-1:${accountId}:a4` })
  const theirs = queueOf('a0', { accountId: otherAccountId })
  house.reset(...names.map((name) => queueOf(name)), elsewhere, theirs)
  const urls = (...of: string[]) => of.map((name) => `http://127.0.0.1:4600/${accountId}/${name}`)
  expect((await house.send(ann, 'ListQueues', {})).output.QueueUrls).toEqual(urls(...names))
  const prefix = { QueueNamePrefix: 'a', MaxResults: 2 }
  const first = (await house.send(ann, 'ListQueues', prefix)).output
  expect(first.QueueUrls).toEqual(urls('a1', 'a2'))
  const second = await house.send(ann, 'ListQueues', { ...prefix, NextToken: first.NextToken })
  expect(second.output).toEqual({ QueueUrls: urls('a3') })
})

const asked: readonly [
  names: readonly string[],
  sent: readonly string[] | undefined,
  got: object,
][] = [
  [['Policy'], undefined, { Policy: expect.any(String) }],
  [['All'], ['All'], { VisibilityTimeout: '5', Policy: expect.any(String) }],
  [
    ['VisibilityTimeout', 'Policy'],
    ['VisibilityTimeout'],
    { VisibilityTimeout: '5', Policy: expect.any(String) },
  ],
  [['VisibilityTimeout'], ['VisibilityTimeout'], { VisibilityTimeout: '5' }],
]

for (const [names, sent, got] of asked) {
  test(`GetQueueAttributes ${names.join(', ')}`, async () => {
    house.reset(jobsWith(allow('*', 'sqs:SendMessage')))
    house.replies = {
      GetQueueAttributes: [200, { Attributes: { VisibilityTimeout: '5', Policy: 'theirs' } }],
    }
    const input = { QueueUrl: url, AttributeNames: names }
    const { output } = await house.send(ann, 'GetQueueAttributes', input)
    expect(output.Attributes).toEqual(got)
    expect(JSON.stringify(output)).not.toContain('theirs')
    expect(house.arrived[0]?.input.AttributeNames).toEqual(sent)
  })
}

const padded = (bytes: number) => {
  const plain = policyText(allow('*', 'sqs:SendMessage'))
  return plain + ' '.repeat(bytes - Buffer.byteLength(plain))
}
const many = (count: number) =>
  policyText(...Array.from({ length: count }, () => allow('*', 'sqs:SendMessage')))

const policies: readonly [what: string, text: string, isTaken: boolean][] = [
  ['of the greatest size', padded(queuePolicyBytesMax), true],
  ['a byte past it', padded(queuePolicyBytesMax + 1), false],
  ['of the most statements', many(queuePolicyStatementsMax), true],
  ['one statement past it', many(queuePolicyStatementsMax + 1), false],
  ['for services', policyText(allow({ Service: 'sns.amazonaws.com' }, 'SQS:SendMessage')), true],
  ['of another service', policyText(allow('*', 's3:GetObject')), false],
  ['without a principal', policyText({ Effect: 'Allow', Action: 'sqs:*', Resource: arn }), false],
  [
    'about another service’s resource',
    policyText({ ...allow('*', 'sqs:*'), Resource: 'arn:aws:s3:::b' }),
    false,
  ],
  ['no JSON', '{', false],
]

for (const [what, text, isTaken] of policies) {
  test(`SetQueueAttributes: a policy ${what}`, async () => {
    house.reset(queueOf('jobs'))
    const input = { QueueUrl: url, Attributes: { Policy: text } }
    const said = await house.send(ann, 'SetQueueAttributes', input)
    expect([said.code, said.message]).toEqual(
      isTaken
        ? [undefined, '']
        : ['InvalidAttributeValue', 'Invalid value for the parameter Policy.'],
    )
    expect(kept()?.policy?.text).toBe(isTaken ? text : undefined)
    expect(house.arrived).toEqual([])
  })
}

test('of attributes and policy together the backend gets the attributes', async () => {
  house.reset(queueOf('jobs'))
  const policy = policyText(allow('*', 'sqs:SendMessage'))
  const Attributes = { VisibilityTimeout: '5', Policy: policy }
  const said = await house.send(ann, 'SetQueueAttributes', { QueueUrl: url, Attributes })
  expect(said.status).toBe(200)
  expect(house.arrived[0]?.input.Attributes).toEqual({ VisibilityTimeout: '5' })
  expect(kept()?.policy?.text).toBe(policy)
})

test('AddPermission writes its statement, and RemovePermission takes it out', async () => {
  house.reset(queueOf('jobs'))
  const input = { QueueUrl: url, Label: 'send', AWSAccountIds: [otherAccountId] }
  const add = (Actions: readonly string[], more: object = {}) =>
    house.send(ann, 'AddPermission', { ...input, Actions, ...more })
  expect((await add(['SendMessage'])).status).toBe(200)
  expect(JSON.parse(kept()?.policy?.text ?? '')).toEqual({
    Version: '2008-10-17',
    Id: `${arn}/SQSDefaultPolicy`,
    Statement: [
      {
        Sid: 'send',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${otherAccountId}:root` },
        Action: 'SQS:SendMessage',
        Resource: arn,
      },
    ],
  })
  house.replies = { SendMessage: [200, {}] }
  expect((await house.send(bob, 'SendMessage', message)).status).toBe(200)
  expect((await add(['SendMessage'])).message).toBe(
    'Value send for parameter Label is invalid. Reason: Already exists.',
  )
  const remove = () => house.send(ann, 'RemovePermission', { QueueUrl: url, Label: 'send' })
  expect((await remove()).status).toBe(200)
  expect(kept()?.policy).toBeUndefined()
  expect((await remove()).message).toBe(
    "Value send for parameter Label is invalid. Reason: can't find label on existing policy.",
  )
})

const actions = (count: number) => Array.from({ length: count }, () => 'SendMessage')
const added: readonly [what: string, record: Resource, input: object, code: string | undefined][] =
  [
    ['the most actions', queueOf('jobs'), { Actions: actions(permissionActionsMax) }, undefined],
    ['one past it', queueOf('jobs'), { Actions: actions(permissionActionsMax + 1) }, 'OverLimit'],
    ['the owner’s action', queueOf('jobs'), { Actions: ['DeleteQueue'] }, 'InvalidParameterValue'],
    ['no account', queueOf('jobs'), { AWSAccountIds: ['ann'] }, 'InvalidParameterValue'],
    [
      'the last statement that fits',
      queueOf('jobs', { policy: { text: many(19), saved: many(19) } }),
      {},
      undefined,
    ],
    [
      'one past it',
      queueOf('jobs', { policy: { text: many(20), saved: many(20) } }),
      {},
      'OverLimit',
    ],
  ]

for (const [what, record, input, code] of added) {
  test(`AddPermission: ${what}`, async () => {
    house.reset(record)
    const usual = { QueueUrl: url, Label: 'l', AWSAccountIds: [otherAccountId] }
    const said = await house.send(ann, 'AddPermission', {
      ...usual,
      Actions: ['SendMessage'],
      ...input,
    })
    expect(said.code).toBe(code)
  })
}

test('tags are kept, added to, taken out, and limited', async () => {
  house.reset(queueOf('jobs'))
  const tag = (Tags: object) => house.send(ann, 'TagQueue', { QueueUrl: url, Tags })
  await tag({ env: 'prod', team: 'a' })
  await tag({ env: 'test' })
  await house.send(ann, 'UntagQueue', { QueueUrl: url, TagKeys: ['team', 'none'] })
  const listed = await house.send(ann, 'ListQueueTags', { QueueUrl: url })
  expect(listed.output).toEqual({ Tags: { env: 'test' } })
  const further = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${String(i)}`, 'v']))
  expect((await tag(further(resourceTagsMax))).code).toBe('InvalidParameterValue')
  expect((await tag(further(resourceTagsMax - 1))).status).toBe(200)
  expect(house.arrived).toEqual([])
})

test('a queue that the backend has no longer is nobody’s', async () => {
  house.reset(queueOf('jobs'))
  house.replies = { SendMessage: [400, { __type: noQueue }] }
  const said = await house.send(ann, 'SendMessage', message)
  expect(said.code).toMatch(/QueueDoesNotExist/)
  expect(kept()).toBeUndefined()
  expect(said.event?.lost).toEqual([arn])
})

test('a queue of nobody’s is never reached', async () => {
  const said = await house.send(ann, 'SendMessage', message)
  expect(said.code).toBe('AWS.SimpleQueueService.NonExistentQueue')
  expect(house.arrived).toEqual([])
})

test('a queue that is deleted leaves no record', async () => {
  house.reset(queueOf('jobs'))
  expect((await house.send(ann, 'DeleteQueue', { QueueUrl: url })).status).toBe(200)
  expect(kept()).toBeUndefined()
})

const queuesLike = (count: number) => Array.from({ length: count }, (_, i) => `${arn}-${String(i)}`)
const byQueue = (...sourceQueueArns: readonly string[]) => ({
  redrivePermission: 'byQueue',
  sourceQueueArns,
})
// Source: SQS API Reference, SetQueueAttributes, RedriveAllowPolicy.
const redrives: readonly [
  rule: string,
  policy: object | string | undefined,
  isPolicy: boolean,
  isTaken: boolean,
][] = [
  ['none', undefined, true, true],
  ['an empty one', '', true, true],
  ['allowAll', { redrivePermission: 'allowAll' }, true, true],
  ['denyAll', { redrivePermission: 'denyAll' }, true, false],
  ['byQueue, with the source', byQueue(`${arn}-x`, arn), true, true],
  ['byQueue, with another', byQueue(`${arn}-x`), true, false],
  ['byQueue of ten', byQueue(...queuesLike(9), arn), true, true],
  ['byQueue of eleven', byQueue(...queuesLike(10), arn), false, true],
  ['byQueue of none', byQueue(), false, true],
  ['byQueue without a list', { ...byQueue(), sourceQueueArns: arn }, false, true],
  ['denyAll with a list', { ...byQueue(arn), redrivePermission: 'denyAll' }, false, true],
  ['another permission', { redrivePermission: 'some' }, false, true],
  ['no JSON', 'denyAll', false, true],
]
for (const [rule, policy, isPolicy, isTaken] of redrives) {
  test(`RedriveAllowPolicy: ${rule}`, async () => {
    house.reset(queueOf('jobs'), queueOf('dead'))
    const set = (queue: string, Attributes: Record<string, string>) =>
      house.send(ann, 'SetQueueAttributes', { QueueUrl: url.replace(/jobs$/, queue), Attributes })
    if (policy !== undefined) {
      const RedriveAllowPolicy = typeof policy === 'string' ? policy : JSON.stringify(policy)
      const said = await set('dead', { RedriveAllowPolicy })
      expect(said.code).toBe(isPolicy ? undefined : 'InvalidAttributeValue')
      if (isPolicy) expect(house.arrived.at(-1)?.input.Attributes).toEqual({ RedriveAllowPolicy })
    }
    const said = await set('jobs', { RedrivePolicy: redriveTo })
    expect(said.code).toBe(isTaken ? undefined : 'InvalidParameterValue')
    if (!isTaken) expect(said.message).toMatch(/does not allow the source queue/)
    expect((await set('jobs', { RedrivePolicy: '' })).status).toBe(200)
  })
}
