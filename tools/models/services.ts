/** The services whose models are generated. */
export interface ModelledService {
  /** Name of the model file, and the prefix of its actions in policies: `states`. */
  readonly service: string
  /** `@aws-sdk/client-…` and the name of its client. */
  readonly sdk: string
  readonly client: string
  /** The folder of the service in botocore. */
  readonly botocore: string
  /**
   * Whether its operations are handled here: then the model carries lengths, patterns, ranges and
   * enums, and TypeScript types are written. What is forwarded is the backend's to validate.
   */
  readonly handled?: true
  /** The operations to take; absent: all. */
  readonly operations?: readonly string[]
  /** Operations of endpoints of their own, whose paths are those of others. */
  readonly omitted?: readonly string[]
}

/** Of the 800 operations of EC2 those that make an instance an identity. */
const instanceOperations = [
  'AssociateIamInstanceProfile',
  'CreateTags',
  'DeleteTags',
  'DescribeIamInstanceProfileAssociations',
  'DescribeInstanceStatus',
  'DescribeInstances',
  'DescribeTags',
  'DisassociateIamInstanceProfile',
  'ModifyInstanceMetadataOptions',
  'RebootInstances',
  'ReplaceIamInstanceProfileAssociation',
  'RunInstances',
  'StartInstances',
  'StopInstances',
  'TerminateInstances',
]

const same = (service: string, client: string): ModelledService => ({
  service,
  sdk: service,
  client,
  botocore: service,
})

export const modelledServices: readonly ModelledService[] = [
  { ...same('iam', 'IAMClient'), handled: true },
  { ...same('sts', 'STSClient'), handled: true },
  { ...same('organizations', 'OrganizationsClient'), handled: true },
  { ...same('ec2', 'EC2Client'), handled: true, operations: instanceOperations },
  { ...same('s3', 'S3Client'), omitted: ['ListDirectoryBuckets', 'WriteGetObjectResponse'] },
  same('sqs', 'SQSClient'),
  same('sns', 'SNSClient'),
  same('dynamodb', 'DynamoDBClient'),
  same('lambda', 'LambdaClient'),
  same('kms', 'KMSClient'),
  { ...same('secretsmanager', 'SecretsManagerClient'), sdk: 'secrets-manager' },
  same('ssm', 'SSMClient'),
  { ...same('events', 'EventBridgeClient'), sdk: 'eventbridge' },
  same('kinesis', 'KinesisClient'),
  { ...same('logs', 'CloudWatchLogsClient'), sdk: 'cloudwatch-logs' },
  same('ecr', 'ECRClient'),
  same('ecs', 'ECSClient'),
  { ...same('states', 'SFNClient'), sdk: 'sfn', botocore: 'stepfunctions' },
  same('cloudwatch', 'CloudWatchClient'),
  { ...same('apigateway', 'APIGatewayClient'), sdk: 'api-gateway' },
  { ...same('cognito-idp', 'CognitoIdentityProviderClient'), sdk: 'cognito-identity-provider' },
  { ...same('ds', 'DirectoryServiceClient'), sdk: 'directory-service' },
  same('guardduty', 'GuardDutyClient'),
  same('cloudtrail', 'CloudTrailClient'),
  same('lakeformation', 'LakeFormationClient'),
  same('firehose', 'FirehoseClient'),
  same('scheduler', 'SchedulerClient'),
]
