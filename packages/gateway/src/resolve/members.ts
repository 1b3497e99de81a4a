import { anyCharacter, anyText, type ForwardedCall } from './forwarded-call.ts'
import { queueOf } from './queue-url.ts'

/**
 * Which members of an input hold a variable of an ARN pattern, by service and variable. Absent: the
 * member of the variable's name. An entry of `operationMembers` goes first.
 * Source: the API reference of each service.
 */
const members: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  sqs: { QueueName: ['QueueUrl', 'QueueName', 'SourceArn'] },
  sns: { TopicName: ['TopicArn', 'ResourceArn', 'Name', 'SubscriptionArn'] },
  dynamodb: {
    TableName: [
      'TableName',
      'TableArn',
      'ResourceArn',
      'SourceTableName',
      'SourceTableArn',
      'TargetTableName',
      'GlobalTableName',
      'TableCreationParameters.TableName',
      'GlobalTableSourceArn',
    ],
    BackupName: ['BackupArn'],
    ExportName: ['ExportArn'],
    ImportName: ['ImportArn'],
    StreamLabel: ['ResourceArn'],
  },
  secretsmanager: { SecretId: ['SecretId', 'Name'] },
  ssm: {
    ParameterNameWithoutLeadingSlash: ['Name', 'Names', 'Path', 'ResourceArn'],
    DocumentName: ['Name', 'DocumentName', 'CalendarNames', 'Entries.Name', 'ResourceArn'],
    InstanceId: ['InstanceId', 'InstanceIds', 'Target', 'Entries.InstanceId', 'ResourceId'],
    AssociationId: ['AssociationId', 'AssociationIds'],
    PatchBaselineIdResourceId: ['BaselineId'],
    SyncName: ['SyncName'],
    BucketName: ['OutputS3BucketName'],
    RoleName: ['IamRole'],
    TaskId: [],
    maintenancewindow: ['WindowId'],
    opsitem: ['OpsItemId', 'OpsItemArn', 'AccessRequestId'],
    opsmetadata: ['OpsMetadataArn'],
    servicesetting: ['SettingId'],
    VersionId: ['DocumentVersion'],
    AutomationDefinitionName: ['DocumentName'],
  },
  events: {
    EventBusName: ['EventBusName', 'EventSourceArn', 'Destination.Arn', 'ResourceARN'],
    RuleName: ['Name', 'Rule', 'ResourceARN'],
    ApiDestinationName: ['Name'],
    ConnectionName: ['Name', 'ConnectionArn'],
    EndpointName: ['Name'],
    EventSourceName: ['Name', 'EventSourceName'],
    OpaqueId: ['ResourceARN'],
    Alias: [],
    KeyId: [],
  },
  kinesis: {
    StreamName: ['StreamARN', 'StreamName', 'ResourceARN'],
    ChannelId: ['ChannelARN', 'ResourceARN'],
    ConsumerCreationTimpstamp: ['ConsumerARN', 'ResourceARN'],
    KeyId: ['KeyId'],
  },
  logs: {
    LogGroupName: [
      'logGroupName',
      'logGroupIdentifier',
      'logGroupIdentifiers',
      'logGroupNames',
      'logGroupArnList',
      'resourceIdentifier',
      'resourceArn',
    ],
    DeliveryName: ['id', 'resourceArn'],
    DeliverySourceName: ['deliverySourceName', 'resourceArn'],
    DeliveryDestinationName: ['deliveryDestinationName', 'deliveryDestinationArn', 'resourceArn'],
    DestinationName: ['destinationName', 'destinationArn', 'resourceArn'],
    DetectorId: ['anomalyDetectorArn', 'resourceArn'],
    LookupTableName: ['lookupTableName', 'lookupTableArn', 'resourceArn'],
    ScheduledQueryId: ['identifier', 'resourceArn'],
  },
  ecr: { RepositoryName: ['repositoryName', 'repositoryNames', 'resourceArn'] },
  ecs: {
    ClusterName: ['cluster', 'clusterName', 'clusterArn', 'clusters', 'resourceArn'],
    ServiceName: ['service', 'services', 'serviceName', 'serviceArn', 'resourceArn'],
    TaskId: ['task', 'tasks', 'resourceArn'],
    TaskSetId: ['taskSet', 'taskSets', 'resourceArn'],
    ContainerInstanceId: [
      ...['containerInstance', 'containerInstances', 'resourceArn', 'attributes.targetId'],
    ],
    CapacityProviderName: ['name', 'capacityProvider', 'capacityProviders', 'resourceArn'],
    DaemonName: ['daemonName', 'daemonArn', 'resourceArn'],
    DaemonDeploymentId: ['daemonDeploymentArns'],
    DaemonRevisionId: ['daemonRevisionArns'],
    ServiceDeploymentId: ['serviceDeploymentArn', 'serviceDeploymentArns'],
    ServiceRevisionId: ['serviceRevisionArns'],
    TaskDefinitionFamilyName: ['family'],
    TaskDefinitionRevisionNumber: ['taskDefinition', 'taskDefinitions', 'resourceArn'],
    DaemonTaskDefinitionFamilyName: ['family'],
    DaemonTaskDefinitionRevisionNumber: ['daemonTaskDefinition', 'resourceArn'],
  },
  states: {
    ActivityName: ['name', 'activityArn', 'resourceArn'],
    StateMachineName: ['name', 'stateMachineArn', 'resourceArn'],
    ExecutionId: ['executionArn'],
    ExpressId: ['executionArn'],
    MapRunId: ['mapRunArn'],
  },
  cloudwatch: {
    AlarmName: ['AlarmName', 'AlarmNames', 'MuteTargets.AlarmNames', 'ResourceARN'],
    AlarmMuteRuleName: ['AlarmMuteRuleName', 'Name', 'ResourceARN'],
    DashboardName: ['DashboardName', 'DashboardNames', 'ResourceARN'],
    InsightRuleName: ['RuleName', 'RuleNames', 'ResourceARN'],
    MetricStreamName: ['Name', 'Names', 'ResourceARN'],
    DatasetId: ['DatasetIdentifier', 'ResourceARN'],
    SloName: ['ResourceARN'],
    UniqueAttributesHex: ['ResourceARN'],
  },
  lambda: {
    FunctionName: ['FunctionName', 'ResourceArn', 'Resource'],
    LayerVersion: ['VersionNumber'],
    UUID: ['UUID', 'Resource'],
    CodeSigningConfigId: ['CodeSigningConfigArn', 'Resource'],
    CapacityProviderName: ['CapacityProviderName', 'Resource'],
    MicrovmImageName: ['Resource'],
    NetworkConnectorId: ['Resource'],
    ExecutionId: ['DurableExecutionArn'],
  },
  cloudtrail: {
    ChannelId: ['Channel', 'ResourceArn', 'ResourceId', 'ResourceIdList'],
    DashboardName: ['DashboardId', 'ResourceArn', 'ResourceId', 'ResourceIdList'],
    EventDataStoreId: [
      ...['EventDataStore', 'EventDataStores', 'ResourceArn', 'ResourceId', 'ResourceIdList'],
    ],
    TrailName: ['TrailName', 'Name', 'InsightSource', 'ResourceId', 'ResourceIdList'],
  },
  'cognito-idp': { UserPoolId: ['UserPoolId', 'ResourceArn'] },
  ds: { DirectoryId: ['DirectoryId', 'OwnerDirectoryId', 'ResourceId'] },
  guardduty: {
    AssociationId: ['AssociationId', 'ResourceArn'],
    DetectorId: ['DetectorId', 'ResourceArn'],
    FilterName: ['FilterName', 'ResourceArn'],
    IPSetId: ['IpSetId', 'ResourceArn'],
    MalwareProtectionPlanId: ['MalwareProtectionPlanId', 'ResourceArn'],
    PublishingDestinationId: ['DestinationId', 'ResourceArn'],
    ThreatEntitySetId: ['ThreatEntitySetId', 'ResourceArn'],
    ThreatIntelSetId: ['ThreatIntelSetId', 'ResourceArn'],
    TrustedEntitySetId: ['TrustedEntitySetId', 'ResourceArn'],
  },
  scheduler: { ScheduleName: ['Name'], 'schedule-group': ['Name', 'ResourceArn'] },
}

/** By operation, where a member of that name means something else, or another one is meant. */
const operationMembers: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'events:CreateEventBus': { EventBusName: ['Name'] },
  'events:DeleteEventBus': { EventBusName: ['Name'] },
  'events:DescribeEventBus': { EventBusName: ['Name'] },
  'events:UpdateEventBus': { EventBusName: ['Name'] },
  'events:CreateArchive': { EventBusName: ['EventSourceArn'] },
  'events:StartReplay': { EventBusName: ['Destination.Arn'], ArchiveName: ['EventSourceArn'] },
  'ssm:UpdateAssociation': { DocumentName: ['Name'] },
  'logs:CreateScheduledQuery': { ScheduledQueryId: ['name'] },
  'logs:DeleteDeliveryDestination': { DeliveryDestinationName: ['name'] },
  'logs:GetDeliveryDestination': { DeliveryDestinationName: ['name'] },
  'logs:PutDeliveryDestination': { DeliveryDestinationName: ['name'] },
  'logs:DeleteDeliverySource': { DeliverySourceName: ['name'], DeliveryDestinationName: ['name'] },
  'logs:GetDeliverySource': { DeliverySourceName: ['name'] },
  'logs:PutDeliverySource': { DeliverySourceName: ['name'] },
  'states:StartExecution': { StateMachineName: ['stateMachineArn'] },
  'states:StartSyncExecution': { StateMachineName: ['stateMachineArn'] },
  'states:CreateStateMachineAlias': {
    StateMachineName: ['routingConfiguration.stateMachineVersionArn'],
  },
  'states:UpdateStateMachineAlias': { StateMachineName: ['stateMachineAliasArn'] },
  'states:DeleteStateMachineAlias': { StateMachineName: ['stateMachineAliasArn'] },
  'states:DescribeStateMachineAlias': { StateMachineName: ['stateMachineAliasArn'] },
  'states:DeleteStateMachineVersion': { StateMachineName: ['stateMachineVersionArn'] },
  'states:ListExecutions': {
    StateMachineName: ['stateMachineArn', 'mapRunArn'],
    MapRunId: ['mapRunArn', 'stateMachineArn'],
  },
  'events:CreateApiDestination': { ConnectionName: ['ConnectionArn'] },
  'events:DescribeApiDestination': { ConnectionName: ['ConnectionArn'] },
  'kinesis:CreateChannel': { ChannelId: [] },
  'ecs:RegisterTaskDefinition': { TaskDefinitionRevisionNumber: [] },
  'cloudtrail:CreateDashboard': { DashboardName: ['Name'] },
  'ds:AcceptSharedDirectory': { DirectoryId: ['SharedDirectoryId'] },
  'ds:RejectSharedDirectory': { DirectoryId: ['SharedDirectoryId'] },
  'guardduty:CreateFilter': { FilterName: ['Name'] },
}

/** What an absent member stands for. */
export const defaults: Readonly<Record<string, string>> = {
  'ecs:ClusterName': 'default',
  'scheduler:GroupName': 'default',
}

/**
 * Operations of which one of several members must name the resource, by type; all of the service's
 * but those that may do without. What names none is refused by the service.
 * Source: the API reference of each operation.
 */
const naming: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  kinesis: {
    stream: /^(?!GetRecords$|ListShards$)/,
    consumer: /^(DeregisterStreamConsumer|DescribeStreamConsumer)$/,
  },
  logs: {
    'log-group': /^((Disa|A)ssociateKmsKey|DescribeLogStreams|FilterLogEvents|GetLogGroupFields)$/,
    'log-stream': /^GetLogEvents$/,
  },
  states: { statemachine: /^ListExecutions$/, maprun: /^ListExecutions$/ },
  // What is told by the id of a part alone (a query, a snapshot, a trust), or makes one without a
  // name, is refused, too: nobody can say whose it is.
  cloudtrail: { channel: /^/, dashboard: /^/, eventdatastore: /^/, trail: /^/ },
  'cognito-idp': { userpool: /^/ },
  ds: { directory: /^/ },
}

/** Whether a call of the operation that names no resource of the type is one that nobody takes. */
export function mustName({ service, operation }: ForwardedCall, type: string): boolean {
  return naming[service]?.[type]?.test(operation.name) ?? false
}

/** The member that names the resource's account, where a name alone does not. */
export const accountMembers: Readonly<Record<string, string>> = {
  sqs: 'QueueOwnerAWSAccountId',
  ecr: 'registryId',
}

/** The paths of the members that hold a variable, for `valuesAt`. */
export function membersOf(
  { service, operation }: ForwardedCall,
  type: string,
  variable: string,
): readonly string[] {
  const special = operationMembers[`${service}:${operation.name}`]?.[variable]
  if (special !== undefined) return special
  const ofType = members[service]?.[type]
  if (ofType !== undefined) return ofType
  const named = `${variable.slice(0, 1).toLowerCase()}${variable.slice(1)}`
  return members[service]?.[variable] ?? [variable, named]
}

/** Types of the same variable that are told apart by how their names begin. */
const prefixes: Readonly<Record<string, RegExp>> = {
  instance: /^(i-|arn:[a-z-]+:ec2:)/,
  'managed-instance': /^(mi-|arn:[a-z-]+:ssm:)/,
}

export function typeFits(type: string, value: string): boolean {
  return prefixes[type]?.test(value) ?? true
}

/** A member's value as the ARN pattern has it: the name alone, or an ARN. */
export function readName(call: ForwardedCall, variable: string, value: string): string {
  if (variable === 'QueueName' && value.includes('/')) return queueOf(call, value)
  if (call.service === 'sns' && value.split(':').length === 7) return value.replace(/:[^:]*$/, '')
  if (call.service === 'secretsmanager') return secretOf(call, value)
  if (variable === 'ParameterNameWithoutLeadingSlash') return parameterOf(value)
  if (call.service === 'logs' && value.startsWith('arn:')) return value.replace(/:\*$/, '')
  if (variable === 'DocumentName') return documentOf(call, value)
  if (call.service === 'ssm' && variable === 'ResourceId') return value.replace(/^\//, '')
  if (variable === 'Alias' && call.service === 'events') return value.replace(/^alias\//, '')
  if (call.service === 'kinesis' && value.startsWith('alias/')) return anyText
  return value
}

/** A secret's ARN ends in six characters that its name does not tell. */
function secretOf(call: ForwardedCall, value: string): string {
  if (value.startsWith('arn:') && /-[A-Za-z0-9]{6}$/.test(value)) return value
  const { partition, region, accountId, lookUps } = call
  const named = value.startsWith('arn:')
    ? value
    : `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${value}`
  return lookUps?.secretOfName?.(named) ?? `${value}-${anyCharacter.repeat(6)}`
}

/** `/a/b:3` is version 3 of the parameter `a/b`. */
function parameterOf(value: string): string {
  if (value.startsWith('arn:')) return value.replace(/(:parameter\/[^:]*):[^:]*$/, '$1')
  return value.replace(/^\//, '').replace(/:[^:]*$/, '')
}

/** Documents that AWS owns are of no account. */
function documentOf({ partition, region }: ForwardedCall, value: string): string {
  const isOfAws = /^(AWS[A-Za-z]*|Amazon[A-Za-z]*)-/.test(value)
  return isOfAws ? `arn:${partition}:ssm:${region}::document/${value}` : value
}
