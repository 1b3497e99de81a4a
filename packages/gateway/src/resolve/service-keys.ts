import { apiGatewayKeys } from './api-gateway-keys.ts'
import { ecsKeys } from './ecs-keys.ts'
import { at, list, text } from './forwarded-call.ts'
import { functionArn } from './function-arn.ts'
import { eventPatternKeys } from './event-pattern.ts'
import { member, strings, stringsAt } from './key-members.ts'
import { type KeyOf, notKnown } from './key.ts'

/** What a secret has; a new one has nothing yet. The registry asks the backend for it. */
const ofSecret: KeyOf = ({ operation }) =>
  operation.name === 'CreateSecret' ? undefined : notKnown

/** Condition keys by name in lower case. Source: Service Authorization Reference, each service. */
export const serviceKeys: Readonly<Record<string, KeyOf>> = {
  ...apiGatewayKeys,
  ...ecsKeys,
  'sns:protocol': member('Protocol'),
  'sns:endpoint': member('Endpoint'),
  // A mapping is told by its id alone, which does not say whose function it is.
  'lambda:functionarn': (call) =>
    call.input.FunctionName === undefined
      ? notKnown
      : functionArn(call, call.input.FunctionName, undefined),
  'lambda:principal': member('Principal'),
  'lambda:functionurlauthtype': ({ input, operation }) =>
    text(input.FunctionUrlAuthType) ??
    text(input.AuthType) ??
    (operation.name.endsWith('FunctionUrlConfig') ? notKnown : undefined),
  // Whose it is only EC2 knows.
  'lambda:vpcids': ({ input }) =>
    list(at(input, 'VpcConfig', 'SubnetIds')).length > 0 ? notKnown : undefined,
  'lambda:codesigningconfigarn': member('CodeSigningConfigArn'),
  'lambda:layer': stringsAt('Layers'),
  'lambda:securitygroupids': stringsAt('VpcConfig', 'SecurityGroupIds'),
  'lambda:subnetids': stringsAt('VpcConfig', 'SubnetIds'),
  'lambda:eventsourcetoken': member('EventSourceToken'),
  'lambda:invokedviafunctionurl': member('InvokedViaFunctionUrl'),
  'secretsmanager:name': member('Name'),
  'secretsmanager:description': member('Description'),
  'secretsmanager:kmskeyid': member('KmsKeyId'),
  'secretsmanager:forcedeletewithoutrecovery': member('ForceDeleteWithoutRecovery'),
  'secretsmanager:recoverywindowindays': member('RecoveryWindowInDays'),
  'secretsmanager:rotationlambdaarn': member('RotationLambdaARN'),
  'secretsmanager:rotateimmediately': member('RotateImmediately'),
  'secretsmanager:blockpublicpolicy': member('BlockPublicPolicy'),
  'secretsmanager:addreplicaregions': ({ input }) =>
    strings(list(input.AddReplicaRegions).map((each) => at(each, 'Region'))),
  'secretsmanager:forceoverwritereplicasecret': member('ForceOverwriteReplicaSecret'),
  'secretsmanager:externalsecretrotationrolearn': member('ExternalSecretRotationRoleArn'),
  'secretsmanager:modifyrotationrules': ({ input }) =>
    input.RotationRules === undefined ? undefined : 'true',
  'secretsmanager:kmskeyarn': ({ input }) => arnOr(notKnown, input.KmsKeyId),
  'secretsmanager:secretid': ({ input }) => arnOr(notKnown, input.SecretId),
  'secretsmanager:versionid': member('VersionId'),
  'secretsmanager:versionstage': member('VersionStage'),
  'secretsmanager:type': member('Type'),
  'secretsmanager:resource/allowrotationlambdaarn': ofSecret,
  'secretsmanager:resource/type': ofSecret,
  'ssm:overwrite': member('Overwrite'),
  'ssm:recursive': member('Recursive'),
  'ssm:policies': member('Policies'),
  'ssm:documenttype': member('DocumentType'),
  'ssm:synctype': member('SyncType'),
  'ssm:autoapprove': member('AutoApprove'),
  'ssm:inventorytypename': ({ input }) =>
    strings(list(input.Items).map((each) => at(each, 'TypeName'))),
  // The document's standard version, where a request names none.
  'ssm:documentversion': ({ input }) => {
    const runbooks = list(input.Runbooks)
    const given = runbooks.length > 0 ? runbooks : [input]
    const found = given.map((each) => text(at(each, 'DocumentVersion')))
    return found.includes(undefined) ? notKnown : (strings(found) ?? notKnown)
  },
  'events:targetarn': ({ input }) => strings(list(input.Targets).map((each) => at(each, 'Arn'))),
  ...eventPatternKeys,
  'events:eventbusarn': ({ input }) =>
    strings(list(input.EventBuses).map((each) => at(each, 'EventBusArn'))),
  // No rule here was made by a service of AWS's, and whoever calls puts events of their own.
  'events:managedby': () => undefined,
  'events:systemmetadata/awsdetailtype': () => undefined,
  'events:systemmetadata/awssource': () => undefined,
  'events:systemmetadata/contenttype': () => undefined,
  'cloudwatch:namespace': member('Namespace'),
  'cloudwatch:alarmactions': stringsAt('AlarmActions'),
  'cloudwatch:requestinsightruleloggroups': ({ input }) => logGroupsOf(input.RuleDefinition),
  'cloudwatch:requestmanagedresourcearns': ({ input }) =>
    strings([
      input.ResourceARN,
      ...list(input.ManagedRules).map((each) => at(each, 'ResourceARN')),
    ]),
  // Of callers that a grant of CloudWatch's own let in: none come here.
  'cloudwatch:hasaccessgrant': () => undefined,
  'ecr:accountsetting': member('name'),
  'logs:deliverydestinationresourcearn': member(
    'deliveryDestinationConfiguration',
    'destinationResourceArn',
  ),
  'logs:loggeneratingresourcearns': ({ input, operation }) =>
    operation.name === 'PutDeliverySource' ? strings([input.resourceArn]) : notKnown,
  'states:statemachinequalifier': (_, { arn }) => {
    const [, , , , , kind, , qualifier] = arn.split(':')
    return kind === 'stateMachine' ? qualifier : notKnown
  },
  // Of calls that come from an instance or a function: the session says so, or is none of theirs.
  'ec2:sourceinstancearn': () => undefined,
  'ssm:sourceinstancearn': () => undefined,
  'lambda:sourcefunctionarn': () => undefined,
  // Set where AWS Fault Injection Service calls.
  'dynamodb:fisactionid': () => undefined,
  'dynamodb:fistargetarns': () => undefined,
  'kinesis:fisactionid': () => undefined,
  'kinesis:fisinjectpercentage': () => undefined,
  'kinesis:fistargetarns': () => undefined,
}

/** The log groups that a rule reads. Source: CloudWatch User Guide, "Contributor Insights rule syntax". */
function logGroupsOf(definition: unknown): readonly string[] | typeof notKnown {
  try {
    const rule: unknown = JSON.parse(String(definition))
    const groups = list(at(rule, 'LogGroupNames'))
    return groups.length > 0 && at(rule, 'LogGroupARNs') === undefined
      ? groups.map(String)
      : notKnown
  } catch {
    return notKnown
  }
}

/** The ARN that a member holds; a mere name does not tell all of it. */
function arnOr<T>(otherwise: T, given: unknown): string | T | undefined {
  const named = text(given)
  return named === undefined || named.startsWith('arn:') ? named : otherwise
}
