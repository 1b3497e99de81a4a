import { expect, test } from 'vitest'
import { resolveCall } from '../testing/resolve.ts'

// Goal: what is tagged when it is made needs the permission to tag it, too, as on AWS.
// Sources: the API reference of each operation; the developer guides' pages on tags.
const own = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`
const pairs = { Tags: [{ Key: 'team', Value: 'blue' }] }
const map = { team: 'blue' }
const role = 'arn:aws:iam::111122223333:role/r'

const rows: readonly [name: string, input: object, tags: object, check: string][] = [
  ['sqs:CreateQueue', { QueueName: 'q' }, { tags: map }, `sqs:TagQueue ${own('sqs', 'q')}`],
  ['sns:CreateTopic', { Name: 't' }, pairs, `sns:TagResource ${own('sns', 't')}`],
  [
    'lambda:CreateFunction',
    { FunctionName: 'f', Role: role },
    { Tags: map },
    `lambda:TagResource ${own('lambda', 'function:f')}`,
  ],
  [
    'secretsmanager:CreateSecret',
    { Name: 's' },
    pairs,
    `secretsmanager:TagResource ${own('secretsmanager', 'secret:s-??????')}`,
  ],
  [
    'kms:CreateKey',
    {},
    { Tags: [{ TagKey: 'team', TagValue: 'blue' }] },
    `kms:TagResource ${own('kms', 'key/*')}`,
  ],
  ['events:PutRule', { Name: 'r' }, pairs, `events:TagResource ${own('events', 'rule/r')}`],
  [
    'events:CreateEventBus',
    { Name: 'b' },
    pairs,
    `events:TagResource ${own('events', 'event-bus/b')}`,
  ],
  [
    'logs:CreateLogGroup',
    { logGroupName: 'g' },
    { tags: map },
    `logs:TagResource ${own('logs', 'log-group:g:log-stream:')}`,
  ],
  [
    'ssm:PutParameter',
    { Name: 'p', Value: 'v' },
    pairs,
    `ssm:AddTagsToResource ${own('ssm', 'parameter/p')}`,
  ],
  [
    'ecr:CreateRepository',
    { repositoryName: 'r' },
    { tags: [{ Key: 'team', Value: 'blue' }] },
    `ecr:TagResource ${own('ecr', 'repository/r')}`,
  ],
  [
    'states:CreateStateMachine',
    { name: 'm', definition: '{}', roleArn: role },
    { tags: [{ key: 'team', value: 'blue' }] },
    `states:TagResource ${own('states', 'stateMachine:m')}`,
  ],
  [
    'cloudwatch:PutMetricAlarm',
    { AlarmName: 'a' },
    pairs,
    `cloudwatch:TagResource ${own('cloudwatch', 'alarm:a')}`,
  ],
  [
    'cloudtrail:CreateDashboard',
    { Name: 'd' },
    { TagsList: pairs.Tags },
    `cloudtrail:AddTags ${own('cloudtrail', 'dashboard/d')}`,
  ],
  [
    'firehose:CreateDeliveryStream',
    { DeliveryStreamName: 's' },
    pairs,
    `firehose:TagDeliveryStream ${own('firehose', 'deliverystream/s')}`,
  ],
  [
    'scheduler:CreateScheduleGroup',
    { Name: 'g' },
    pairs,
    `scheduler:TagResource ${own('scheduler', 'schedule-group/g')}`,
  ],
]

for (const [name, input, tags, check] of rows) {
  test(`${name} with tags`, () => {
    const checksOf = (given: object) => {
      const resolved = resolveCall(name, given)
      if (!resolved.ok) throw new Error(resolved.why)
      return resolved.checks
    }
    const [plain, tagged] = [checksOf(input), checksOf({ ...input, ...tags })]
    const named = ({ action = '', resourceArn }: (typeof plain)[number]) =>
      `${action} ${resourceArn}`
    expect(plain.map(named)).not.toContain(check)
    expect(tagged.map(named)).toContain(check)
    const tagging = tagged.find((each) => named(each) === check)
    expect(tagging?.contextKeys).toMatchObject({ 'aws:RequestTag/team': 'blue' })
  })
}

const known: readonly [name: string, input: object, inDoubt: boolean][] = [
  ['sqs:CreateQueue', { QueueName: 'q', tags: map }, false],
  ['secretsmanager:CreateSecret', { Name: 's', ...pairs }, false],
  ['ssm:PutParameter', { Name: 'p', Value: 'v', ...pairs }, true],
]
for (const [name, input, inDoubt] of known) {
  test(`what ${name} tags ${inDoubt ? 'may have' : 'has no'} tags before`, () => {
    const resolved = resolveCall(name, input)
    const tagging = resolved.ok ? resolved.checks[1] : undefined
    expect(tagging?.action).toMatch(/Tag/)
    const doubted = (tagging?.unknown?.contextKeys ?? []).filter((key) => /ResourceTag/i.test(key))
    expect(doubted.length > 0).toBe(inDoubt)
  })
}
