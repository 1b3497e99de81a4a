import { at, list, scalar, text } from './forwarded-call.ts'
import { functionArn } from './function-arn.ts'
import type { KeyOf } from './keys.ts'

const member =
  (...path: string[]): KeyOf =>
  ({ input }) =>
    scalar(at(input, ...path))

const strings = (value: unknown) => {
  const found = list(value).flatMap((each) => text(each) ?? [])
  return found.length > 0 ? found : undefined
}

const stringsAt =
  (...path: string[]): KeyOf =>
  ({ input }) =>
    strings(at(input, ...path))

/** Attributes by their names; an expression names them under another grammar, and is not read. */
const attributes: KeyOf = ({ input, operation }) => {
  const named = strings(input.AttributesToGet) ?? []
  const keys = Object.keys(Object(input.Key ?? input.Item) as object)
  const legacy = ['Expected', 'AttributeUpdates', 'KeyConditions', 'QueryFilter', 'ScanFilter']
  const further = legacy.flatMap((name) => Object.keys(Object(input[name]) as object))
  const all = [...new Set([...named, ...keys, ...further])]
  return operation.name.startsWith('Batch') || all.length === 0 ? undefined : all
}

/** Condition keys by name in lower case. Source: Service Authorization Reference, each service. */
export const serviceKeys: Readonly<Record<string, KeyOf>> = {
  'dynamodb:attributes': attributes,
  'dynamodb:select': member('Select'),
  'dynamodb:returnvalues': member('ReturnValues'),
  'dynamodb:returnconsumedcapacity': member('ReturnConsumedCapacity'),
  'dynamodb:enclosingoperation': ({ operation }) =>
    /^(Transact|ExecuteTransaction|BatchExecute)/.test(operation.name) ? operation.name : undefined,
  'dynamodb:fulltablescan': ({ operation }) => (operation.name === 'Scan' ? 'true' : undefined),
  'sns:protocol': member('Protocol'),
  'sns:endpoint': member('Endpoint'),
  'lambda:functionarn': (call) =>
    call.input.FunctionName === undefined
      ? undefined
      : functionArn(call, call.input.FunctionName, undefined),
  'lambda:principal': member('Principal'),
  'lambda:functionurlauthtype': ({ input }) =>
    text(input.FunctionUrlAuthType) ?? text(input.AuthType),
  'lambda:codesigningconfigarn': member('CodeSigningConfigArn'),
  'lambda:layer': stringsAt('Layers'),
  'lambda:securitygroupids': stringsAt('VpcConfig', 'SecurityGroupIds'),
  'lambda:subnetids': stringsAt('VpcConfig', 'SubnetIds'),
  'lambda:eventsourcetoken': member('EventSourceToken'),
  'lambda:invokedviafunctionurl': member('InvokedViaFunctionUrl'),
  'kms:bypasspolicylockoutsafetycheck': member('BypassPolicyLockoutSafetyCheck'),
  'kms:calleraccount': ({ accountId }) => text(accountId),
  'kms:customermasterkeyspec': ({ input }) =>
    text(input.KeySpec) ?? text(input.CustomerMasterKeySpec),
  'kms:customermasterkeyusage': member('KeyUsage'),
  'kms:keyspec': ({ input }) => text(input.KeySpec) ?? text(input.CustomerMasterKeySpec),
  'kms:keyusage': member('KeyUsage'),
  'kms:keyorigin': member('Origin'),
  'kms:multiregion': member('MultiRegion'),
  'kms:datakeypairspec': member('KeyPairSpec'),
  'kms:encryptionalgorithm': member('EncryptionAlgorithm'),
  'kms:expirationmodel': member('ExpirationModel'),
  'kms:granteeprincipal': member('GranteePrincipal'),
  'kms:granteeserviceprincipal': member('GranteeServicePrincipal'),
  'kms:retiringprincipal': member('RetiringPrincipal'),
  'kms:retiringserviceprincipal': member('RetiringServicePrincipal'),
  'kms:grantoperations': stringsAt('Operations'),
  'kms:grantisforawsresource': () => 'false',
  'kms:grantconstrainttype': ({ input }) => {
    const names = ['EncryptionContextEquals', 'EncryptionContextSubset']
    return names.find((name) => at(input, 'Constraints', name) !== undefined)
  },
  'kms:encryptioncontextkeys': ({ input }) => {
    const names = Object.keys(Object(input.EncryptionContext) as object)
    return names.length > 0 ? names : undefined
  },
  'kms:keyagreementalgorithm': member('KeyAgreementAlgorithm'),
  'kms:macalgorithm': member('MacAlgorithm'),
  'kms:messagetype': member('MessageType'),
  'kms:primaryregion': member('PrimaryRegion'),
  'kms:replicaregion': member('ReplicaRegion'),
  'kms:requestalias': ({ input }) => {
    const alias = /(?:^|:)(alias\/.+)$/.exec(text(input.KeyId) ?? text(input.TargetKeyId) ?? '')
    return alias?.[1]
  },
  'kms:rotationperiodindays': member('RotationPeriodInDays'),
  'kms:schedulekeydeletionpendingwindowindays': ({ input }) =>
    scalar(input.PendingWindowInDays) ?? '30',
  'kms:signingalgorithm': member('SigningAlgorithm'),
  'kms:validto': member('ValidTo'),
  'kms:wrappingalgorithm': member('WrappingAlgorithm'),
  'kms:wrappingkeyspec': member('WrappingKeySpec'),
  'secretsmanager:name': member('Name'),
  'secretsmanager:description': member('Description'),
  'secretsmanager:kmskeyid': member('KmsKeyId'),
  'secretsmanager:forcedeletewithoutrecovery': member('ForceDeleteWithoutRecovery'),
  'secretsmanager:recoverywindowindays': member('RecoveryWindowInDays'),
  'secretsmanager:rotationlambdaarn': member('RotationLambdaARN'),
  'secretsmanager:rotateimmediately': member('RotateImmediately'),
  'secretsmanager:blockpublicpolicy': member('BlockPublicPolicy'),
  'secretsmanager:versionid': member('VersionId'),
  'secretsmanager:versionstage': member('VersionStage'),
  'secretsmanager:type': member('Type'),
  'ssm:overwrite': member('Overwrite'),
  'ssm:recursive': member('Recursive'),
  'ssm:policies': member('Policies'),
  'ssm:documenttype': member('DocumentType'),
  'ssm:synctype': member('SyncType'),
  'events:targetarn': ({ input }) => strings(list(input.Targets).map((each) => at(each, 'Arn'))),
  'events:source': ({ input }) => strings(list(input.Entries).map((each) => at(each, 'Source'))),
  'events:detail-type': ({ input }) =>
    strings(list(input.Entries).map((each) => at(each, 'DetailType'))),
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
}
