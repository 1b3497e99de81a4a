import { type KeyRow, testKeys } from '../testing/key-rows.ts'

// Goal: keys of the services that have few are told, absent, or in doubt, as AWS would have it.
// Method: a row is a call, and what its first check says of a key; `?` where nobody knows it.

const ecsArn = 'arn:aws:ecs:eu-west-1:111122223333'
const patch = (op: string, path: string, value = 'v') => ({ op, path, value })
const patched = (...patchOperations: object[]) => ({ restApiId: 'a', patchOperations })
const lock = { Bucket: 'reports', Key: 'k', Retention: { EventHold: 'ON' } }
const rule = (EventPattern?: string) => ({ Name: 'r', ...(EventPattern && { EventPattern }) })

const rows: Readonly<Record<string, readonly KeyRow[]>> = {
  'Service Authorization Reference, Secrets Manager, EventBridge, ECS, Step Functions': [
    [
      'secretsmanager:CreateSecret',
      { Name: 's', KmsKeyId: 'alias/a' },
      'secretsmanager:KmsKeyArn',
      '?',
    ],
    ['secretsmanager:CreateSecret', { Name: 's' }, 'secretsmanager:KmsKeyArn', undefined],
    [
      'secretsmanager:CreateSecret',
      { Name: 's', AddReplicaRegions: [{ Region: 'eu-north-1' }] },
      'secretsmanager:AddReplicaRegions',
      ['eu-north-1'],
    ],
    ['secretsmanager:GetSecretValue', { SecretId: 's' }, 'secretsmanager:ResourceTag/team', '?'],
    ['events:PutRule', rule('{"source":["a","b"]}'), 'events:source', ['a', 'b']],
    ['events:PutRule', rule('{"source":[{"prefix":"a"}]}'), 'events:source', '?'],
    ['events:PutRule', rule('{"$or":[{"source":["a"]}]}'), 'events:source', '?'],
    ['events:PutRule', rule('not JSON'), 'events:source', '?'],
    ['events:PutRule', rule(), 'events:source', undefined],
    ['events:PutRule', rule('{"detail":{"service":["ec2"]}}'), 'events:detail.service', ['ec2']],
    ['events:PutEvents', { Entries: [{ Source: 's' }] }, 'events:source', ['s']],
    [
      'ecs:CreateService',
      {
        serviceName: 's',
        networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED' } },
      },
      'ecs:auto-assign-public-ip',
      'false',
    ],
  ],
  'API Gateway Developer Guide, "Condition keys": when each is available': [
    ['apigateway:CreateRestApi', { name: 'n' }, 'apigateway:Request/ApiName', 'n'],
    ['apigateway:CreateRestApi', { name: 'n' }, 'apigateway:Request/EndpointType', '?'],
    [
      'apigateway:CreateRestApi',
      { name: 'n', endpointConfiguration: { types: ['PRIVATE'] } },
      'apigateway:Request/EndpointType',
      ['PRIVATE'],
    ],
    [
      'apigateway:UpdateRestApi',
      patched(patch('replace', '/name')),
      'apigateway:Request/ApiName',
      'v',
    ],
    [
      'apigateway:UpdateRestApi',
      patched(patch('replace', '/description')),
      'apigateway:Request/ApiName',
      undefined,
    ],
    [
      'apigateway:UpdateRestApi',
      patched(patch('replace', '/name'), patch('replace', '/name', 'w')),
      'apigateway:Request/ApiName',
      '?',
    ],
    [
      'apigateway:UpdateRestApi',
      patched(patch('replace', '/x/Name')),
      'apigateway:Request/ApiName',
      '?',
    ],
    [
      'apigateway:UpdateRestApi',
      patched(patch('remove', '/name')),
      'apigateway:Request/ApiName',
      '?',
    ],
    [
      'apigateway:UpdateRestApi',
      patched(patch('replace', '/endpointConfiguration/types/EDGE', 'PRIVATE')),
      'apigateway:Request/EndpointType',
      '?',
    ],
    ['apigateway:ImportRestApi', { body: '{}' }, 'apigateway:Request/ApiName', '?'],
    ['apigateway:GetRestApi', { restApiId: 'a' }, 'apigateway:Request/ApiName', undefined],
    ['apigateway:GetRestApi', { restApiId: 'a' }, 'apigateway:Resource/ApiName', undefined],
    ['apigateway:DeleteRestApi', { restApiId: 'a' }, 'apigateway:Resource/ApiName', '?'],
    [
      'apigateway:UpdateStage',
      { ...patched(patch('add', '/accessLogSettings/destinationArn')), stageName: 's' },
      'apigateway:Request/AccessLoggingDestination',
      'v',
    ],
    [
      'apigateway:PutMethod',
      { restApiId: 'a', resourceId: 'r', httpMethod: 'GET', authorizationType: 'NONE' },
      'apigateway:Request/RouteAuthorizationType',
      'NONE',
    ],
  ],
  'Service Authorization Reference, Elastic Container Service': [
    [
      'ecs:DescribeServices',
      { services: ['w'], cluster: 'main' },
      'ecs:cluster',
      `${ecsArn}:cluster/main`,
    ],
    ['ecs:DescribeServices', { services: ['w'] }, 'ecs:cluster', `${ecsArn}:cluster/default`],
    [
      'ecs:DescribeServices',
      { services: [`${ecsArn}:service/other/w`] },
      'ecs:cluster',
      `${ecsArn}:cluster/other`,
    ],
    [
      'ecs:StopServiceDeployment',
      { serviceDeploymentArn: `${ecsArn}:service-deployment/main/web/1` },
      'ecs:service',
      `${ecsArn}:service/main/web`,
    ],
    [
      'ecs:CreateTaskSet',
      { cluster: 'main', service: 'web' },
      'ecs:service',
      `${ecsArn}:service/main/web`,
    ],
    [
      'ecs:DescribeDaemonRevisions',
      { daemonRevisionArns: [`${ecsArn}:daemon-revision/main/agent/1`] },
      'ecs:daemon',
      `${ecsArn}:daemon/main/agent`,
    ],
    ['ecs:ExecuteCommand', { task: 't', command: 'sh' }, 'ecs:task', `${ecsArn}:task/default/t`],
    ['ecs:ExecuteCommand', { task: 't', command: 'sh' }, 'ecs:container-name', '?'],
    ['ecs:ExecuteCommand', { task: 't', container: 'c' }, 'ecs:container-name', 'c'],
    [
      'ecs:CreateService',
      { serviceName: 's', taskDefinition: 'web:3' },
      'ecs:task-definition',
      `${ecsArn}:task-definition/web:3`,
    ],
    ['ecs:CreateService', { serviceName: 's', taskDefinition: 'web' }, 'ecs:task-definition', '?'],
    ['ecs:CreateService', { serviceName: 's' }, 'ecs:task-definition', undefined],
    ['ecs:CreateService', { serviceName: 's' }, 'ecs:capacity-provider', '?'],
    [
      'ecs:CreateService',
      { serviceName: 's', launchType: 'EC2' },
      'ecs:capacity-provider',
      undefined,
    ],
    [
      'ecs:CreateService',
      { serviceName: 's', capacityProviderStrategy: [{ capacityProvider: 'p' }] },
      'ecs:capacity-provider',
      [`${ecsArn}:capacity-provider/p`],
    ],
    [
      'ecs:CreateService',
      { serviceName: 's', capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'ecs:capacity-provider',
      '?',
    ],
    [
      'ecs:CreateService',
      { serviceName: 's', serviceConnectConfiguration: { enabled: true } },
      'ecs:namespace',
      '?',
    ],
    [
      'ecs:StartTask',
      { taskDefinition: 'web:3', containerInstances: ['i'] },
      'ecs:container-instances',
      `${ecsArn}:container-instance/default/i`,
    ],
    [
      'ecs:StartTask',
      { taskDefinition: 'web:3', containerInstances: [`${ecsArn}:container-instance/old`] },
      'ecs:container-instances',
      '?',
    ],
    [
      'ecs:RegisterTaskDefinition',
      {
        family: 'f',
        containerDefinitions: [{ privileged: true }],
        requiresCompatibilities: ['EC2'],
      },
      'ecs:privileged',
      'true',
    ],
    [
      'ecs:RegisterTaskDefinition',
      { family: 'f', requiresCompatibilities: ['EC2'] },
      'ecs:compute-compatibility',
      ['EC2'],
    ],
    [
      'ecs:TagResource',
      { resourceArn: `${ecsArn}:cluster/c`, tags: [] },
      'ecs:CreateAction',
      undefined,
    ],
  ],
  'Service Authorization Reference, Systems Manager, CloudWatch, EventBridge, S3': [
    [
      'ssm:PutInventory',
      { InstanceId: 'i-1', Items: [{ TypeName: 'Custom:A' }] },
      'ssm:InventoryTypeName',
      ['Custom:A'],
    ],
    [
      'ssm:StartAutomationExecution',
      { DocumentName: 'd', DocumentVersion: '3' },
      'ssm:DocumentVersion',
      ['3'],
    ],
    ['ssm:StartAutomationExecution', { DocumentName: 'd' }, 'ssm:DocumentVersion', '?'],
    [
      'ssm:StartChangeRequestExecution',
      { DocumentName: 'd', AutoApprove: true, Runbooks: [{ DocumentName: 'r' }] },
      'ssm:AutoApprove',
      'true',
    ],
    ['ssm:GetParameter', { Name: 'p' }, 'ssm:resourceTag/team', '?'],
    ['ecr:CreateRepository', { repositoryName: 'r' }, 'ecr:ResourceTag/team', undefined],
    [
      'cloudwatch:PutInsightRule',
      { RuleName: 'r', RuleDefinition: '{"LogGroupNames":["a","b"]}' },
      'cloudwatch:requestInsightRuleLogGroups',
      ['a', 'b'],
    ],
    [
      'cloudwatch:PutInsightRule',
      { RuleName: 'r', RuleDefinition: '{"LogGroupNames":["a"],"LogGroupARNs":["b"]}' },
      'cloudwatch:requestInsightRuleLogGroups',
      '?',
    ],
    [
      'cloudwatch:PutInsightRule',
      { RuleName: 'r', RuleDefinition: '-' },
      'cloudwatch:requestInsightRuleLogGroups',
      '?',
    ],
    [
      'cloudwatch:PutManagedInsightRules',
      { ManagedRules: [{ ResourceARN: 'arn:aws:a' }] },
      'cloudwatch:requestManagedResourceARNs',
      ['arn:aws:a'],
    ],
    [
      'events:CreateEndpoint',
      { Name: 'e', EventBuses: [{ EventBusArn: 'arn:aws:a' }, { EventBusArn: 'arn:aws:b' }] },
      'events:EventBusArn',
      ['arn:aws:a', 'arn:aws:b'],
    ],
    ['events:PutRule', rule(), 'events:ManagedBy', undefined],
    [
      'events:PutEvents',
      { Entries: [{ Source: 's' }] },
      'events:SystemMetadata/AwsSource',
      undefined,
    ],
    ['s3:PutObjectRetention', lock, 's3:object-lock-event-hold', 'ON'],
    [
      's3:PutObjectRetention',
      { ...lock, Retention: { EventHoldDuration: { Days: 3 } } },
      's3:object-lock-event-hold-duration-days',
      '3',
    ],
    [
      's3:PutObjectRetention',
      { ...lock, Retention: { EventHoldDuration: { Years: 1 } } },
      's3:object-lock-event-hold-duration-days',
      '?',
    ],
    ['secretsmanager:CreateSecret', { Name: 's' }, 'secretsmanager:resource/Type', undefined],
    ['secretsmanager:GetSecretValue', { SecretId: 's' }, 'secretsmanager:resource/Type', '?'],
  ],
}

testKeys(rows)
