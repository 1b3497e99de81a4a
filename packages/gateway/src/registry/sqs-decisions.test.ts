import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OperationInput } from '@bailiwick/wire'
import { anonymousCaller } from '../authenticate/authenticate.ts'
import type { Caller } from '../caller.ts'
import { accountId, callerWith, identityPolicy } from '../testing/gate.ts'
import { KeptGate, otherAccountId, strangerWith } from '../testing/kept-gate.ts'
import { queueOf, savedPolicyOf } from '../testing/resources.ts'
import type { Resource } from './resource.ts'

// Goal: who may do what to a queue, by its policy and tags and the caller’s own policies. Method: the
// gate before a backend that keeps what arrives. Sources: evaluation-logic §2, §3 and §6; SQS API
// Reference; SQS Developer Guide, "Custom Amazon SQS policies".
const house = new KeptGate('sqs')
beforeAll(() => house.open())
afterAll(() => house.close())

const all = identityPolicy('all', { Effect: 'Allow', Action: '*', Resource: '*' })
const ann = callerWith(all)
const annAlone = callerWith()
const root: Caller = {
  ...callerWith(),
  principal: { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` },
}
const bob = strangerWith(all)
const bobAlone = strangerWith()
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
const bobArn = `arn:aws:iam::${otherAccountId}:user/bob`
const annArn = `arn:aws:iam::${accountId}:user/ann`
const message = { QueueUrl: url, MessageBody: 'm' }

const decisions: readonly [
  rule: string,
  by: Caller,
  record: Resource,
  operation: string,
  input: OperationInput,
  isAllowed: boolean,
][] = [
  ['the owner’s own policies suffice', ann, queueOf('jobs'), 'SendMessage', message, true],
  ['nobody’s policies allow nothing', annAlone, queueOf('jobs'), 'SendMessage', message, false],
  [
    'in one account a policy that names the user suffices',
    annAlone,
    jobsWith(allow({ AWS: annArn }, 'sqs:SendMessage')),
    'SendMessage',
    message,
    true,
  ],
  [
    'one that names the account leaves it to the user’s policies',
    annAlone,
    jobsWith(allow({ AWS: accountId }, 'sqs:SendMessage')),
    'SendMessage',
    message,
    false,
  ],
  [
    'SQS writes its actions in capitals',
    annAlone,
    jobsWith(allow({ AWS: annArn }, 'SQS:sendmessage')),
    'SendMessage',
    message,
    true,
  ],
  [
    'a Deny of the queue’s beats the user’s Allow',
    ann,
    jobsWith({ ...allow('*', 'sqs:*'), Effect: 'Deny' }),
    'SendMessage',
    message,
    false,
  ],
  [
    'from another account both sides must allow: both do',
    bob,
    jobsWith(allow({ AWS: bobArn }, 'sqs:SendMessage')),
    'SendMessage',
    message,
    true,
  ],
  [
    'from another account both sides must allow: the account as principal',
    bob,
    jobsWith(allow({ AWS: otherAccountId }, 'sqs:SendMessage')),
    'SendMessage',
    message,
    true,
  ],
  [
    'from another account both sides must allow: the caller’s does not',
    bobAlone,
    jobsWith(allow({ AWS: bobArn }, 'sqs:SendMessage')),
    'SendMessage',
    message,
    false,
  ],
  [
    'from another account both sides must allow: the queue’s does not',
    bob,
    queueOf('jobs'),
    'SendMessage',
    message,
    false,
  ],
  [
    'another action is not given along',
    bob,
    jobsWith(allow({ AWS: bobArn }, 'sqs:SendMessage')),
    'ReceiveMessage',
    { QueueUrl: url },
    false,
  ],
  [
    'a batch is decided as its single form',
    bob,
    jobsWith(allow({ AWS: bobArn }, 'sqs:SendMessage')),
    'SendMessageBatch',
    { QueueUrl: url, Entries: [{ Id: '1', MessageBody: 'm' }] },
    true,
  ],
  [
    'a service’s source is nobody’s who calls himself',
    bob,
    jobsWith(
      allow('*', 'sqs:SendMessage', {
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } },
      }),
    ),
    'SendMessage',
    message,
    false,
  ],
  [
    'a service principal is no user',
    bob,
    jobsWith(allow({ Service: 'sns.amazonaws.com' }, 'sqs:SendMessage')),
    'SendMessage',
    message,
    false,
  ],
  [
    'a user made anew has another unique id',
    bob,
    queueOf('jobs', {
      policy: {
        text: policyText(allow({ AWS: bobArn }, 'sqs:SendMessage')),
        saved: policyText(allow({ AWS: 'AIDAAAAAAAAAAAAAAAAAA' }, 'sqs:SendMessage')),
      },
    }),
    'SendMessage',
    message,
    false,
  ],
  [
    'what is the owner’s alone no policy gives to another account',
    bob,
    jobsWith(allow({ AWS: bobArn }, 'sqs:*')),
    'SetQueueAttributes',
    { QueueUrl: url, Attributes: { VisibilityTimeout: '5' } },
    false,
  ],
  [
    'but to a user of one’s own',
    annAlone,
    jobsWith(allow({ AWS: annArn }, 'sqs:*')),
    'SetQueueAttributes',
    { QueueUrl: url, Attributes: { VisibilityTimeout: '5' } },
    true,
  ],
  [
    'root mends the policy that locks everybody out',
    root,
    jobsWith({ ...allow('*', 'sqs:*'), Effect: 'Deny' }),
    'SetQueueAttributes',
    { QueueUrl: url, Attributes: { Policy: '' } },
    true,
  ],
  [
    'and does nothing else against it',
    root,
    jobsWith({ ...allow('*', 'sqs:*'), Effect: 'Deny' }),
    'SendMessage',
    message,
    false,
  ],
  // SQS Developer Guide, "Custom Amazon SQS policies": everybody, with and without an account.
  ...(
    [
      ['without a policy', queueOf('jobs'), false],
      ['everybody may', jobsWith(allow('*', 'sqs:SendMessage')), true],
      ['everybody may, as AWS', jobsWith(allow({ AWS: '*' }, 'sqs:SendMessage')), true],
      ['everybody may something else', jobsWith(allow('*', 'sqs:ReceiveMessage')), false],
      ['an account may', jobsWith(allow({ AWS: accountId }, 'sqs:*')), false],
      [
        'everybody of an organization may',
        jobsWith(
          allow('*', 'sqs:*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
        ),
        false,
      ],
    ] as const
  ).map(([rule, record, isAllowed]): (typeof decisions)[number] => [
    `whoever signs nothing: ${rule}`,
    ...([anonymousCaller, record, 'SendMessage', message, isAllowed] as const),
  ]),
  [
    'whoever signs nothing does nothing that is the owner’s alone',
    anonymousCaller,
    jobsWith(allow('*', 'sqs:*')),
    'DeleteQueue',
    { QueueUrl: url },
    false,
  ],
  [
    'tags of the queue decide',
    callerWith(
      identityPolicy('prod', {
        Effect: 'Allow',
        Action: 'sqs:*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/env': 'prod' } },
      }),
    ),
    queueOf('jobs', { tags: [{ Key: 'env', Value: 'prod' }] }),
    'SendMessage',
    message,
    true,
  ],
  [
    'tags of the queue decide: another value',
    callerWith(
      identityPolicy('prod', {
        Effect: 'Allow',
        Action: 'sqs:*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/env': 'prod' } },
      }),
    ),
    queueOf('jobs', { tags: [{ Key: 'env', Value: 'test' }] }),
    'SendMessage',
    message,
    false,
  ],
]

for (const [rule, by, record, operation, input, isAllowed] of decisions) {
  test(`queues: ${rule}`, async () => {
    house.reset(record)
    house.replies = { SendMessage: [200, {}], SendMessageBatch: [200, {}] }
    const said = await house.send(by, operation, input)
    expect([said.status, said.code]).toEqual(isAllowed ? [200, undefined] : [403, 'AccessDenied'])
    if (!isAllowed) expect(house.arrived).toEqual([])
    const [call] = house.arrived
    if (call !== undefined) expect(call.account).toBe(accountId)
  })
}

const gone = [400, { __type: 'com.amazonaws.sqs#QueueDoesNotExist' }] as const
const there = [200, { QueueUrl: url }] as const
const madeAgain: readonly [
  what: string,
  asked: typeof gone | typeof there,
  created: string,
  code?: string,
][] = [
  ['is as it was', there, '1790000000.25'],
  ['is gone', gone, '1790000000.25'],
  // moto tells parts of a second.
  ['was made anew behind the gate', there, '1790000000.75', 'QueueAlreadyExists'],
]
for (const [what, asked, created, code] of madeAgain) {
  test(`one’s own queue is made again where it ${what}`, async () => {
    const policy = savedPolicyOf(allow('*', 'sqs:SendMessage'))
    house.reset(queueOf('jobs', { policy, backendCreatedAt: new Date(1_790_000_000_250) }))
    house.replies = {
      GetQueueUrl: asked,
      GetQueueAttributes: [200, { Attributes: { CreatedTimestamp: created } }],
      CreateQueue: [200, { QueueUrl: url }],
    }
    expect((await house.send(ann, 'CreateQueue', { QueueName: 'jobs' })).code).toBe(code)
    const found = house.resources.find(arn)
    const [isKept, isNew] = [found?.policy !== undefined, found?.id.startsWith('made-') === true]
    expect([isKept, isNew]).toEqual([asked === there && code === undefined, asked === gone])
  })
}
