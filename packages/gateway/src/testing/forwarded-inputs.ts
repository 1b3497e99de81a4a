import type { MemberModel, OperationModel, Shape } from '@bailiwick/wire'

/** Account and region that every sample is of. */
export const sampleAccount = '111122223333'
export const sampleRegion = 'eu-west-1'

const own = (service: string, rest: string) =>
  `arn:aws:${service}:${sampleRegion}:${sampleAccount}:${rest}`

/** Members that hold a resource, by `service.member` in lower case, or by the member alone. */
const samples: Readonly<Record<string, string>> = {
  bucket: 'reports',
  copysource: 'archive/x.txt',
  queueurl: `https://sqs.${sampleRegion}.amazonaws.com/${sampleAccount}/jobs`,
  'sqs.sourcearn': own('sqs', 'jobs-dead'),
  'sqs.destinationarn': own('sqs', 'jobs'),
  topicarn: own('sns', 'news'),
  subscriptionarn: own('sns', 'news:8a21d249-4329-4871-acc6-7be709c6ea7f'),
  'sns.resourcearn': own('sns', 'news'),
  'sns.targetarn': own('sns', 'news'),
  'dynamodb.resourcearn': own('dynamodb', 'table/orders'),
  tablearn: own('dynamodb', 'table/orders'),
  sourcetablearn: own('dynamodb', 'table/orders'),
  globaltablesourcearn: own('dynamodb', 'table/orders'),
  backuparn: own('dynamodb', 'table/orders/backup/01489602797149-73d8d5bc'),
  exportarn: own('dynamodb', 'table/orders/export/01489602797149-73d8d5bc'),
  importarn: own('dynamodb', 'table/orders/import/01489602797149-73d8d5bc'),
  'lambda.revisionid': '7f1c0000-0000-4000-8000-000000000000',
  'dynamodb.statement': 'SELECT * FROM "orders"',
  'lambda.functionname': 'resize',
  'lambda.arn': own('lambda', 'layer:fonts:3'),
  'lambda.layers': own('lambda', 'layer:fonts:3'),
  'lambda.resource': own('lambda', 'function:resize'),
  'lambda.resourcearn': own('lambda', 'function:resize'),
  codesigningconfigarn: own('lambda', 'code-signing-config:csc-0d4518bd353a0a7c6'),
  durableexecutionarn: own('lambda', 'function:resize:1/durable-execution/run/7f1c'),
  'kms.keyid': '1234abcd-12ab-34cd-56ef-1234567890ab',
  targetkeyid: '1234abcd-12ab-34cd-56ef-1234567890ab',
  sourcekeyid: '1234abcd-12ab-34cd-56ef-1234567890ab',
  destinationkeyid: '5678abcd-12ab-34cd-56ef-1234567890ab',
  aliasname: 'alias/payroll',
  'ssm.target': 'i-0abcd1234abcd1234',
  'ssm.resourcearn': own('ssm', 'parameter/prod/db'),
  'ssm.resourcetype': 'Parameter',
  instanceid: 'i-0abcd1234abcd1234',
  instanceids: 'i-0abcd1234abcd1234',
  opsitemarn: own('ssm', 'opsitem/oi-1'),
  opsmetadataarn: own('ssm', 'opsmetadata/app'),
  'events.connectionarn': own('events', 'connection/crm/7f1c'),
  'events.eventsourcearn': own('events', 'event-bus/orders'),
  'events.arn': own('events', 'event-bus/orders'),
  'events.resourcearn': own('events', 'rule/nightly'),
  streamarn: own('kinesis', 'stream/clicks'),
  channelarn: own('kinesis', 'channel/c-1'),
  consumerarn: own('kinesis', 'stream/clicks/consumer/app:1'),
  'kinesis.resourcearn': own('kinesis', 'stream/clicks'),
  'kinesis.keyid': '1234abcd-12ab-34cd-56ef-1234567890ab',
  'logs.resourcearn': own('logs', 'log-group:app'),
  loggrouparnlist: own('logs', 'log-group:app'),
  resourceidentifier: own('logs', 'log-group:app'),
  deliverydestinationarn: own('logs', 'delivery-destination:archive'),
  'logs.destinationarn': own('logs', 'destination:archive'),
  anomalydetectorarn: own('logs', 'anomaly-detector:7f1c'),
  lookuptablearn: own('logs', 'lookup-table:hosts'),
  'ecr.resourcearn': own('ecr', 'repository/web'),
  registryid: sampleAccount,
  'ecs.resourcearn': own('ecs', 'cluster/main'),
  clusterarn: own('ecs', 'cluster/main'),
  servicearn: own('ecs', 'service/main/web'),
  taskdefinition: 'web:3',
  taskdefinitions: 'web:3',
  daemontaskdefinition: own('ecs', 'daemon-task-definition/agent:1'),
  taskdefinitionarn: own('ecs', 'task-definition/web:3'),
  daemonarn: own('ecs', 'daemon/main/agent'),
  daemondeploymentarns: own('ecs', 'daemon-deployment/main/agent/1'),
  daemonrevisionarns: own('ecs', 'daemon-revision/main/agent/1'),
  servicedeploymentarn: own('ecs', 'service-deployment/main/web/1'),
  servicedeploymentarns: own('ecs', 'service-deployment/main/web/1'),
  servicerevisionarns: own('ecs', 'service-revision/main/web/1'),
  domainnameaccessassociationarn: own(
    'apigateway',
    '/domainnameaccessassociations/domainname/api.example.com/vpcesource/vpce-1',
  ),
  activityarn: own('states', 'activity:approve'),
  statemachinearn: own('states', 'stateMachine:orders'),
  statemachinealiasarn: own('states', 'stateMachine:orders:live'),
  statemachineversionarn: own('states', 'stateMachine:orders:1'),
  executionarn: own('states', 'execution:orders:run-1'),
  maprunarn: own('states', 'mapRun:orders/each:1'),
  'states.resourcearn': own('states', 'stateMachine:orders'),
  'cloudwatch.resourcearn': own('cloudwatch', 'alarm:high'),
  'cognito-idp.resourcearn': own('cognito-idp', 'userpool/eu-west-1_Ab1Cd2Ef3'),
  'cognito-idp.snscallerarn': `arn:aws:iam::${sampleAccount}:role/worker`,
  'guardduty.resourcearn': own('guardduty', 'detector/12abc34d567e8fa901bc2d34e56789f0'),
  'cloudtrail.resourcearn': own('cloudtrail', 'channel/01234567890'),
  'cloudtrail.resourceid': own('cloudtrail', 'trail/main'),
  'cloudtrail.resourceidlist': own('cloudtrail', 'trail/main'),
  'cloudtrail.insightsource': own('cloudtrail', 'trail/main'),
  'scheduler.resourcearn': own('scheduler', 'schedule-group/nightly'),
  queueownerawsaccountid: sampleAccount,
}

/** Inputs whose members exclude one another. */
const inputs: Readonly<Record<string, Record<string, unknown>>> = {
  'sns:Publish': { TopicArn: own('sns', 'news'), Message: 'hello' },
  'ssm:DeregisterManagedInstance': { InstanceId: 'mi-0abcd1234abcd1234' },
  'dynamodb:TransactWriteItems': {
    TransactItems: [
      { Put: { TableName: 'orders', Item: { id: { S: '1' } } } },
      {
        Update: { TableName: 'stock', Key: { id: { S: '1' } }, UpdateExpression: 'SET a = b' },
      },
      { Delete: { TableName: 'carts', Key: { id: { S: '1' } } } },
      {
        ConditionCheck: {
          TableName: 'users',
          Key: { id: { S: '1' } },
          ConditionExpression: 'attribute_exists(id)',
        },
      },
    ],
  },
}

/** With all members, of which these cannot be told from their names. */
const wholeInputs: Readonly<Record<string, Record<string, unknown>>> = {
  'ecs:DeleteAttributes': { cluster: 'main', attributes: [{ name: 'zone', targetId: '7f1c' }] },
  'ecs:PutAttributes': { cluster: 'main', attributes: [{ name: 'zone', targetId: '7f1c' }] },
}

/** What the SDK computes, checks, or sends elsewhere by. */
const untold = /^(Checksum|ContentMD5|SSECustomer|CopySourceSSE|EndpointId$)/

const role = `arn:aws:iam::${sampleAccount}:role/worker`

function sampleOf(service: string, { name, shape }: Pick<MemberModel, 'name' | 'shape'>): unknown {
  const lower = name.toLowerCase()
  const known = samples[`${service}.${lower}`] ?? samples[lower]
  if (shape.kind === 'string') {
    if (known !== undefined) return known
    if (/role(arn)?$/i.test(name)) return role
    return shape.enum?.[0] ?? `sample-${lower}`
  }
  if (shape.kind === 'list' && shape.member.kind === 'string') {
    return [sampleOf(service, { name, shape: shape.member })]
  }
  return undefined
}

/** An input of a shape: members that are required, or all of them; deterministic. */
export function sampleInput(
  service: string,
  operation: OperationModel,
  whole: boolean,
): Record<string, unknown> {
  if (operation.input === undefined) return {}
  const name = `${service}:${operation.name}`
  const special = (whole ? wholeInputs[name] : undefined) ?? inputs[name]
  if (special !== undefined) return special
  return sampleValue(service, operation.name, operation.input, whole, 0) as Record<string, unknown>
}

function sampleValue(
  service: string,
  name: string,
  shape: Shape,
  whole: boolean,
  depth: number,
): unknown {
  const named = sampleOf(service, { name, shape } as MemberModel)
  if (named !== undefined) return named
  switch (shape.kind) {
    case 'structure': {
      const wanted = shape.members
        .filter((member) => !untold.test(member.name))
        .filter(
          (member, index) =>
            member.required ||
            (whole && depth < 2 && !(shape.union && index > 0)) ||
            (shape.union && index === 0),
        )
      const entries = wanted
        .filter(() => depth < 7)
        .map((member) => [
          member.name,
          sampleValue(service, member.name, member.shape, whole, depth + 1),
        ])
      return Object.fromEntries(entries) as unknown
    }
    case 'list':
      return [sampleValue(service, name, shape.member, whole, depth + 1)]
    case 'map':
      return {
        [String(sampleValue(service, 'key', shape.key, whole, depth + 1))]: sampleValue(
          service,
          'value',
          shape.value,
          whole,
          depth + 1,
        ),
      }
    case 'boolean':
      return true
    case 'timestamp':
      return new Date('2027-01-01T00:00:00Z')
    case 'blob':
      return new Uint8Array([1, 2, 3])
    case 'document':
      return { a: 1 }
    case 'string':
      return `sample-${name.toLowerCase()}`
    default:
      return Math.max(shape.min ?? 1, 1)
  }
}
