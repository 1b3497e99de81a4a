import { expect, test } from 'vitest'
import { resolveCall } from '../testing/resolve.ts'

// Goal: services that keep nothing here: what names their resources, and what of theirs is refused.
// Sources: the API reference of each operation, on its members; Cognito Developer Guide, "List of API
// operations grouped by authorization model".

const own = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`
const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-2:444455556666:${rest}`
const role = 'arn:aws:iam::111122223333:role/r'

const named: readonly [name: string, input: object, ...checks: string[]][] = [
  ['cloudtrail:StopLogging', { Name: 'main' }, own('cloudtrail', 'trail/main')],
  ['cloudtrail:StopLogging', { Name: arn('cloudtrail', 'trail/a') }, arn('cloudtrail', 'trail/a')],
  ['cloudtrail:UpdateTrail', { Name: 'main' }, own('cloudtrail', 'trail/main')],
  [
    'cloudtrail:GetInsightSelectors',
    { EventDataStore: arn('cloudtrail', 'eventdatastore/7f1c') },
    arn('cloudtrail', 'eventdatastore/7f1c'),
  ],
  [
    'cloudtrail:ListTags',
    { ResourceIdList: [own('cloudtrail', 'trail/a'), own('cloudtrail', 'channel/1')] },
    ...[own('cloudtrail', 'channel/1'), own('cloudtrail', 'trail/a')],
  ],
  [
    'cognito-idp:AdminGetUser',
    { UserPoolId: 'p', Username: 'u' },
    own('cognito-idp', 'userpool/p'),
  ],
  [
    'cognito-idp:TagResource',
    { ResourceArn: own('cognito-idp', 'userpool/p'), Tags: {} },
    own('cognito-idp', 'userpool/p'),
  ],
  ['ds:DescribeSharedDirectories', { OwnerDirectoryId: 'd-1' }, own('ds', 'directory/d-1')],
  ['ds:AcceptSharedDirectory', { SharedDirectoryId: 'd-1' }, own('ds', 'directory/d-1')],
  ['ds:ListTagsForResource', { ResourceId: 'd-1' }, own('ds', 'directory/d-1')],
  ['firehose:PutRecord', { DeliveryStreamName: 's' }, own('firehose', 'deliverystream/s')],
  [
    'guardduty:CreateFilter',
    { DetectorId: '1', Name: 'f' },
    own('guardduty', 'detector/1/filter/f'),
  ],
  [
    'guardduty:DeleteIPSet',
    { DetectorId: '1', IpSetId: 'i' },
    own('guardduty', 'detector/1/ipset/i'),
  ],
  [
    'guardduty:TagResource',
    { ResourceArn: own('guardduty', 'detector/1/filter/f') },
    own('guardduty', 'detector/1/filter/f'),
  ],
  ['lakeformation:GetDataLakeSettings', {}, '*'],
  ['scheduler:GetSchedule', { Name: 's' }, own('scheduler', 'schedule/default/s')],
  ['scheduler:GetSchedule', { Name: 's', GroupName: 'g' }, own('scheduler', 'schedule/g/s')],
]

for (const [name, input, ...resources] of named) {
  test(`${name} ${JSON.stringify(input)}`, () => {
    const found = resolveCall(name, input)
    const told = found.ok && found.checks.map((c) => `${c.action ?? ''} ${c.resourceArn}`)
    expect(told).toEqual(resources.map((resource) => `${name} ${resource}`))
  })
}

test('who lets a pool send text messages hands its role over', () => {
  const SmsConfiguration = { SnsCallerArn: role }
  const found = resolveCall('cognito-idp:CreateUserPool', { PoolName: 'p', SmsConfiguration })
  const passed = found.ok ? found.checks.find(({ action }) => action === 'iam:PassRole') : undefined
  expect(passed?.resourceArn).toBe(role)
  expect(passed?.contextKeys).toEqual({ 'iam:PassedToService': 'cognito-idp.amazonaws.com' })
})

const delivery = /sets up a delivery that is not decided here$/
const refused: readonly [name: string, input: object, why: RegExp][] = [
  ['cloudtrail:CreateTrail', { Name: 't', S3BucketName: 'b' }, delivery],
  ['cloudtrail:UpdateTrail', { Name: 't', S3BucketName: 'b' }, delivery],
  ['cloudtrail:UpdateTrail', { Name: 't', SnsTopicName: 't' }, delivery],
  ['cloudtrail:UpdateTrail', { Name: 't', CloudWatchLogsLogGroupArn: 'g' }, delivery],
  ['cloudtrail:StartImport', { ImportSource: {} }, delivery],
  ['cloudtrail:UpdateChannel', { Channel: 'c', Destinations: [] }, delivery],
  ['cloudtrail:UpdateDashboard', { DashboardId: 'd', Widgets: [] }, delivery],
  ['cognito-idp:CreateUserPool', { PoolName: 'p', LambdaConfig: {} }, delivery],
  ['cognito-idp:UpdateUserPool', { UserPoolId: 'p', LambdaConfig: {} }, delivery],
  ['cognito-idp:SetLogDeliveryConfiguration', { UserPoolId: 'p', LogConfigurations: [] }, delivery],
  ['ds:RegisterEventTopic', { DirectoryId: 'd-1', TopicName: 't' }, delivery],
  ['ds:CreateLogSubscription', { DirectoryId: 'd-1', LogGroupName: 'g' }, delivery],
  ['ds:CreateHybridAD', { AssessmentId: 'a', SecretArn: 's' }, delivery],
  ['ds:UpdateHybridAD', { DirectoryId: 'd-1', HybridAdministratorAccountUpdate: {} }, delivery],
  ...[
    ...['S3DestinationConfiguration', 'ExtendedS3DestinationConfiguration'],
    ...['RedshiftDestinationConfiguration', 'IcebergDestinationConfiguration'],
    ...[
      'KinesisStreamSourceConfiguration',
      'MSKSourceConfiguration',
      'DatabaseSourceConfiguration',
    ],
  ].map((member): [string, object, RegExp] => [
    'firehose:CreateDeliveryStream',
    { DeliveryStreamName: 's', [member]: {} },
    delivery,
  ]),
  ['firehose:UpdateDestination', { DeliveryStreamName: 's', S3DestinationUpdate: {} }, delivery],
  [
    'guardduty:CreatePublishingDestination',
    { DetectorId: '1', DestinationProperties: {} },
    delivery,
  ],
  ['scheduler:CreateSchedule', { Name: 's', Target: { Arn: 'a', RoleArn: role } }, delivery],
  ['scheduler:UpdateSchedule', { Name: 's', Target: { Arn: 'a', RoleArn: role } }, delivery],
  ['cognito-idp:SignUp', { ClientId: 'c' }, /without a signature$/],
  ['cognito-idp:UpdateAuthEventFeedback', { UserPoolId: 'p' }, /without a signature$/],
  ['cloudtrail:StartQuery', { QueryStatement: 'SELECT 1 FROM a' }, /names no eventdatastore$/],
  ['cloudtrail:CreateEventDataStore', { Name: 'e' }, /names no eventdatastore$/],
  ['ds:DeleteSnapshot', { SnapshotId: 's-1' }, /names no directory$/],
  ['ds:DeleteTrust', { TrustId: 't-1' }, /names no directory$/],
  ['cognito-idp:TagResource', { ResourceArn: own('ds', 'directory/d-1') }, /is no resource of/],
]

for (const [name, input, why] of refused) {
  test(`refused: ${name} ${JSON.stringify(input)}`, () => {
    const found = resolveCall(name, input)
    expect(found.ok ? 'allowed' : found.why).toMatch(why)
  })
}
