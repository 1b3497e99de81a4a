import { at, list, text } from './forwarded-call.ts'
import { functionArn } from './function-arn.ts'
import { eventPatternKeys } from './event-pattern.ts'
import { member, strings, stringsAt } from './key-members.ts'
import { type KeyOf, notKnown } from './key.ts'

/** Condition keys by name in lower case. Source: Service Authorization Reference, each service. */
export const serviceKeys: Readonly<Record<string, KeyOf>> = {
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
  'ssm:overwrite': member('Overwrite'),
  'ssm:recursive': member('Recursive'),
  'ssm:policies': member('Policies'),
  'ssm:documenttype': member('DocumentType'),
  'ssm:synctype': member('SyncType'),
  'events:targetarn': ({ input }) => strings(list(input.Targets).map((each) => at(each, 'Arn'))),
  ...eventPatternKeys,
  'cloudwatch:namespace': member('Namespace'),
  'cloudwatch:alarmactions': stringsAt('AlarmActions'),
  'ecs:cluster': ({ input, partition, region, accountId }) => {
    const cluster = text(input.cluster) ?? 'default'
    return cluster.startsWith('arn:')
      ? cluster
      : `arn:${partition}:ecs:${region}:${accountId}:cluster/${cluster}`
  },
  'ecs:enable-execute-command': member('enableExecuteCommand'),
  'ecs:enable-ecs-managed-tags': member('enableECSManagedTags'),
  'ecs:propagate-tags': member('propagateTags'),
  'ecs:account-setting': member('name'),
  'ecs:task-cpu': member('cpu'),
  'ecs:task-memory': member('memory'),
  'ecr:accountsetting': member('name'),
  'ecs:auto-assign-public-ip': ({ input }) => {
    const given = at(input, 'networkConfiguration', 'awsvpcConfiguration', 'assignPublicIp')
    return text(given) === undefined ? undefined : String(given === 'ENABLED')
  },
  'ecs:subnet': stringsAt('networkConfiguration', 'awsvpcConfiguration', 'subnets'),
  'ecs:enable-service-connect': member('serviceConnectConfiguration', 'enabled'),
  'ecs:enable-vpc-lattice': ({ input }) => String(list(input.vpcLatticeConfigurations).length > 0),
  'ecs:enable-ebs-volumes': ({ input }) =>
    String(
      list(input.volumeConfigurations).some((each) => at(each, 'managedEBSVolume') !== undefined),
    ),
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

/** The ARN that a member holds; a mere name does not tell all of it. */
function arnOr<T>(otherwise: T, given: unknown): string | T | undefined {
  const named = text(given)
  return named === undefined || named.startsWith('arn:') ? named : otherwise
}
