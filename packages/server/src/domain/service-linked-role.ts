/**
 * Service-linked roles: which services have one, what it is called and what it may do. Trust and
 * permissions are the service's, and nobody else's to change.
 *
 * Source: IAM User Guide, "Using service-linked roles"; the rows as below.
 */

/** What AWS has laid down for the service-linked role of a service. */
export interface ServiceLinkedRoleKind {
  /** Before the suffix, if there is one. */
  readonly roleName: string
  /** Of the one managed policy it has, under `/aws-service-role/`. */
  readonly policyName: string
  readonly allowsSuffix: boolean
}

/** The service without `.amazonaws.com`, the role's name after `AWSServiceRoleFor`, its policy. */
type Row = readonly [service: string, name: string, policyName: string]

/** Recorded from AWS, 2025-03. */
const recorded: readonly Row[] = [
  [
    'accountdiscovery.ssm',
    'AmazonSSM_AccountDiscovery',
    'AWSSystemsManagerAccountDiscoveryServicePolicy',
  ],
  ['acm', 'CertificateManager', 'CertificateManagerServiceRolePolicy'],
  ['appmesh', 'AppMesh', 'AWSAppMeshServiceRolePolicy'],
  [
    'autoscaling-plans',
    'AutoScalingPlans_EC2AutoScaling',
    'AWSAutoScalingPlansEC2AutoScalingPolicy',
  ],
  ['autoscaling', 'AutoScaling', 'AutoScalingServiceRolePolicy'],
  ['backup', 'Backup', 'AWSBackupServiceLinkedRolePolicyForBackup'],
  ['batch', 'Batch', 'BatchServiceRolePolicy'],
  [
    'cassandra.application-autoscaling',
    'ApplicationAutoScaling_CassandraTable',
    'AWSApplicationAutoscalingCassandraTablePolicy',
  ],
  [
    'cks.kms',
    'KeyManagementServiceCustomKeyStores',
    'AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy',
  ],
  ['cloudtrail', 'CloudTrail', 'CloudTrailServiceRolePolicy'],
  ['codestar-notifications', 'CodeStarNotifications', 'AWSCodeStarNotificationsServiceRolePolicy'],
  ['config', 'Config', 'AWSConfigServiceRolePolicy'],
  ['connect', 'AmazonConnect', 'AmazonConnectServiceLinkedRolePolicy'],
  ['dms-fleet-advisor', 'DMSFleetAdvisor', 'AWSDMSFleetAdvisorServiceRolePolicy'],
  ['dms', 'DMSServerless', 'AWSDMSServerlessServiceRolePolicy'],
  ['docdb-elastic', 'DocDB-Elastic', 'AmazonDocDB-ElasticServiceRolePolicy'],
  ['ec2-instance-connect', 'Ec2InstanceConnect', 'Ec2InstanceConnectEndpoint'],
  [
    'ec2.application-autoscaling',
    'ApplicationAutoScaling_EC2SpotFleetRequest',
    'AWSApplicationAutoscalingEC2SpotFleetRequestPolicy',
  ],
  ['ecr', 'ECRTemplate', 'ECRTemplateServiceRolePolicy'],
  ['ecs', 'ECS', 'AmazonECSServiceRolePolicy'],
  ['eks-connector', 'AmazonEKSConnector', 'AmazonEKSConnectorServiceRolePolicy'],
  ['eks-fargate', 'AmazonEKSForFargate', 'AmazonEKSForFargateServiceRolePolicy'],
  ['eks-nodegroup', 'AmazonEKSNodegroup', 'AWSServiceRoleForAmazonEKSNodegroup'],
  ['eks', 'AmazonEKS', 'AmazonEKSServiceRolePolicy'],
  ['elasticache', 'ElastiCache', 'ElastiCacheServiceRolePolicy'],
  ['elasticbeanstalk', 'ElasticBeanstalk', 'AWSElasticBeanstalkServiceRolePolicy'],
  ['elasticfilesystem', 'AmazonElasticFileSystem', 'AmazonElasticFileSystemServiceRolePolicy'],
  ['elasticloadbalancing', 'ElasticLoadBalancing', 'AWSElasticLoadBalancingServiceRolePolicy'],
  ['email.cognito-idp', 'AmazonCognitoIdpEmailService', 'AmazonCognitoIdpEmailServiceRolePolicy'],
  ['emr-containers', 'AmazonEMRContainers', 'AmazonEMRContainersServiceRolePolicy'],
  ['emrwal', 'EMRWAL', 'EMRDescribeClusterPolicyForEMRWAL'],
  ['fis', 'FIS', 'AmazonFISServiceRolePolicy'],
  ['grafana', 'AmazonGrafana', 'AmazonGrafanaServiceLinkedRolePolicy'],
  ['imagebuilder', 'ImageBuilder', 'AWSServiceRoleForImageBuilder'],
  ['iotmanagedintegrations', 'IoTManagedIntegrations', 'AWSIoTManagedIntegrationsRolePolicy'],
  ['kafka', 'Kafka', 'KafkaServiceRolePolicy'],
  ['kafkaconnect', 'KafkaConnect', 'KafkaConnectServiceRolePolicy'],
  ['lakeformation', 'LakeFormationDataAccess', 'LakeFormationDataAccessServiceRolePolicy'],
  // Recorded as AmazonLexBotPolicy, which the public data has under its older name alone.
  ['lex', 'LexBots', 'LexBotPolicy'],
  ['lexv2', 'LexV2Bots', 'AmazonLexV2BotPolicy'],
  ['lightsail', 'Lightsail', 'LightsailExportAccess'],
  ['m2', 'AWSM2', 'AWSM2ServicePolicy'],
  ['memorydb', 'MemoryDB', 'MemoryDBServiceRolePolicy'],
  ['mq', 'AmazonMQ', 'AmazonMQServiceRolePolicy'],
  [
    'mrk.kms',
    'KeyManagementServiceMultiRegionKeys',
    'AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy',
  ],
  ['notifications', 'AwsUserNotifications', 'AWSUserNotificationsServiceLinkedRolePolicy'],
  [
    'observability.aoss',
    'AmazonOpenSearchServerless',
    'AmazonOpenSearchServerlessServiceRolePolicy',
  ],
  ['opensearchservice', 'AmazonOpenSearchService', 'AmazonOpenSearchServiceRolePolicy'],
  ['ops.apigateway', 'APIGateway', 'APIGatewayServiceRolePolicy'],
  ['ops.emr-serverless', 'AmazonEMRServerless', 'AmazonEMRServerlessServiceRolePolicy'],
  ['opsdatasync.ssm', 'SystemsManagerOpsDataSync', 'AWSSystemsManagerOpsDataSyncServiceRolePolicy'],
  ['opsinsights.ssm', 'AmazonSSM_OpsInsights', 'AWSSSMOpsInsightsServiceRolePolicy'],
  ['pullthroughcache.ecr', 'ECRPullThroughCache', 'AWSECRPullThroughCache_ServiceRolePolicy'],
  ['ram', 'ResourceAccessManager', 'AWSResourceAccessManagerServiceRolePolicy'],
  ['rds', 'RDS', 'AmazonRDSServiceRolePolicy'],
  ['redshift', 'Redshift', 'AmazonRedshiftServiceLinkedRolePolicy'],
  ['replication.cassandra', 'KeyspacesReplication', 'KeyspacesReplicationServiceRolePolicy'],
  ['replication.ecr', 'ECRReplication', 'ECRReplicationServiceRolePolicy'],
  ['repository.sync.codeconnections', 'GitSync', 'AWSGitSyncServiceRolePolicy'],
  ['resource-explorer-2', 'ResourceExplorer', 'AWSResourceExplorerServiceRolePolicy'],
  ['rolesanywhere', 'RolesAnywhere', 'AWSRolesAnywhereServicePolicy'],
  ['s3-outposts', 'S3OnOutposts', 'AWSS3OnOutpostsServiceRolePolicy'],
  ['ses', 'AmazonSES', 'AmazonSESServiceRolePolicy'],
  ['shield', 'AWSShield', 'AWSShieldServiceRolePolicy'],
  ['ssm-incidents', 'IncidentManager', 'AWSIncidentManagerServiceRolePolicy'],
  ['ssm-quicksetup', 'SSMQuickSetup', 'SSMQuickSetupRolePolicy'],
  ['ssm', 'AmazonSSM', 'AmazonSSMServiceRolePolicy'],
  ['sso', 'SSO', 'AWSSSOServiceRolePolicy'],
  ['vpcorigin.cloudfront', 'CloudFrontVPCOrigin', 'AWSCloudFrontVPCOriginServiceRolePolicy'],
  ['waf', 'WAFLogging', 'WAFLoggingServiceRolePolicy'],
  ['wafv2', 'WAFV2Logging', 'WAFV2LoggingServiceRolePolicy'],
]

/** From the user guides of the services. That none of them takes a suffix is chosen by us. */
const documented: readonly Row[] = [
  ['access-analyzer', 'AccessAnalyzer', 'AccessAnalyzerServiceRolePolicy'],
  [
    'agentless.inspector2',
    'AmazonInspector2Agentless',
    'AmazonInspector2AgentlessServiceRolePolicy',
  ],
  ['airflow', 'AmazonMWAA', 'AmazonMWAAServiceRolePolicy'],
  [
    'apidestinations.events',
    'AmazonEventBridgeApiDestinations',
    'AmazonEventBridgeApiDestinationsServiceRolePolicy',
  ],
  [
    'application-insights',
    'ApplicationInsights',
    'CloudwatchApplicationInsightsServiceLinkedRolePolicy',
  ],
  ['apprunner', 'AppRunner', 'AppRunnerServiceRolePolicy'],
  [
    'appstream.application-autoscaling',
    'ApplicationAutoScaling_AppStreamFleet',
    'AWSApplicationAutoscalingAppStreamFleetPolicy',
  ],
  ['auditmanager', 'AuditManager', 'AWSAuditManagerServiceRolePolicy'],
  ['cloudhsm', 'CloudHSM', 'CloudHSMServiceRolePolicy'],
  [
    'comprehend.application-autoscaling',
    'ApplicationAutoScaling_ComprehendEndpoint',
    'AWSApplicationAutoscalingComprehendEndpointPolicy',
  ],
  ['compute-optimizer', 'ComputeOptimizer', 'ComputeOptimizerServiceRolePolicy'],
  [
    'contributorinsights.dynamodb',
    'DynamoDBCloudWatchContributorInsights',
    'DynamoDBCloudWatchContributorInsightsServiceRolePolicy',
  ],
  [
    'custom-resource.application-autoscaling',
    'ApplicationAutoScaling_CustomResource',
    'AWSApplicationAutoScalingCustomResourcePolicy',
  ],
  ['datasync', 'DataSync', 'AWSDataSyncServiceRolePolicy'],
  ['dax', 'DAX', 'DAXServiceRolePolicy'],
  ['detective', 'AmazonDetective', 'AmazonDetectiveServiceLinkedRolePolicy'],
  ['devops-guru', 'DevOpsGuru', 'AmazonDevOpsGuruServiceRolePolicy'],
  ['drs', 'ElasticDisasterRecovery', 'AWSElasticDisasterRecoveryServiceRolePolicy'],
  [
    'dynamodb.application-autoscaling',
    'ApplicationAutoScaling_DynamoDBTable',
    'AWSApplicationAutoscalingDynamoDBTablePolicy',
  ],
  ['ec2fleet', 'EC2Fleet', 'AWSEC2FleetServiceRolePolicy'],
  ['ec2scheduled', 'EC2ScheduledInstances', 'AWSServiceRoleForEC2ScheduledInstances'],
  [
    'ecs.application-autoscaling',
    'ApplicationAutoScaling_ECSService',
    'AWSApplicationAutoscalingECSServicePolicy',
  ],
  [
    'elasticache.application-autoscaling',
    'ApplicationAutoScaling_ElastiCacheRG',
    'AWSApplicationAutoscalingElastiCacheRGPolicy',
  ],
  ['elasticmapreduce', 'EMRCleanup', 'AmazonEMRCleanupPolicy'],
  ['es', 'AmazonElasticsearchService', 'AmazonElasticsearchServiceRolePolicy'],
  ['events', 'CloudWatchEvents', 'CloudWatchEventsServiceRolePolicy'],
  ['fms', 'FMS', 'FMSServiceRolePolicy'],
  ['fsx', 'AmazonFSx', 'AmazonFSxServiceRolePolicy'],
  ['globalaccelerator', 'GlobalAccelerator', 'AWSGlobalAcceleratorSLRPolicy'],
  ['guardduty', 'AmazonGuardDuty', 'AmazonGuardDutyServiceRolePolicy'],
  ['inspector2', 'AmazonInspector2', 'AmazonInspector2ServiceRolePolicy'],
  ['inspector', 'AmazonInspector', 'AmazonInspectorServiceRolePolicy'],
  ['ipam', 'IPAM', 'AWSIPAMServiceRolePolicy'],
  [
    'kafka.application-autoscaling',
    'ApplicationAutoScaling_KafkaCluster',
    'AWSApplicationAutoscalingKafkaClusterPolicy',
  ],
  [
    'lambda.application-autoscaling',
    'ApplicationAutoScaling_LambdaConcurrency',
    'AWSApplicationAutoscalingLambdaConcurrencyPolicy',
  ],
  ['logger.cloudfront', 'CloudFrontLogger', 'AWSCloudFrontLogger'],
  ['macie', 'AmazonMacie', 'AmazonMacieServiceRolePolicy'],
  ['maintenance.elasticbeanstalk', 'ElasticBeanstalkMaintenance', 'AWSElasticBeanstalkMaintenance'],
  [
    'malware-protection.guardduty',
    'AmazonGuardDutyMalwareProtection',
    'AmazonGuardDutyMalwareProtectionServiceRolePolicy',
  ],
  [
    'managedupdates.elasticbeanstalk',
    'ElasticBeanstalkManagedUpdates',
    'AWSElasticBeanstalkManagedUpdatesServiceRolePolicy',
  ],
  [
    'member.org.stacksets.cloudformation',
    'CloudFormationStackSetsOrgMember',
    'CloudFormationStackSetsOrgMemberServiceRolePolicy',
  ],
  ['mgn', 'ApplicationMigrationService', 'AWSApplicationMigrationServiceRolePolicy'],
  [
    'neptune.application-autoscaling',
    'ApplicationAutoScaling_NeptuneCluster',
    'AWSApplicationAutoscalingNeptuneClusterPolicy',
  ],
  ['network-firewall', 'NetworkFirewall', 'AWSNetworkFirewallServiceRolePolicy'],
  ['networkmanager', 'NetworkManager', 'AWSNetworkManagerServiceRolePolicy'],
  ['organizations', 'Organizations', 'AWSOrganizationsServiceTrustPolicy'],
  ['outposts', 'Outposts', 'AWSOutpostsServiceRolePolicy'],
  [
    'rds.application-autoscaling',
    'ApplicationAutoScaling_RDSCluster',
    'AWSApplicationAutoscalingRDSClusterPolicy',
  ],
  ['replication.dynamodb', 'DynamoDBReplication', 'DynamoDBReplicationServiceRolePolicy'],
  ['replicator.lambda', 'LambdaReplicator', 'AWSLambdaReplicator'],
  ['route53resolver', 'Route53Resolver', 'Route53ResolverServiceRolePolicy'],
  [
    'sagemaker.application-autoscaling',
    'ApplicationAutoScaling_SageMakerEndpoint',
    'AWSApplicationAutoscalingSageMakerEndpointPolicy',
  ],
  ['securityhub', 'SecurityHub', 'AWSSecurityHubServiceRolePolicy'],
  ['servicequotas', 'ServiceQuotas', 'ServiceQuotasServiceRolePolicy'],
  ['spot', 'EC2Spot', 'AWSEC2SpotServiceRolePolicy'],
  ['spotfleet', 'EC2SpotFleet', 'AWSEC2SpotFleetServiceRolePolicy'],
  [
    'stacksets.cloudformation',
    'CloudFormationStackSetsOrgAdmin',
    'CloudFormationStackSetsOrgAdminServiceRolePolicy',
  ],
  ['storage-lens.s3', 'S3StorageLens', 'S3StorageLensServiceRolePolicy'],
  ['storagegateway', 'StorageGateway', 'AWSStorageGatewayServiceRolePolicy'],
  ['support', 'Support', 'AWSSupportServiceRolePolicy'],
  ['transitgateway', 'VPCTransitGateway', 'AWSVPCTransitGatewayServiceRolePolicy'],
  ['trustedadvisor', 'TrustedAdvisor', 'AWSTrustedAdvisorServiceRolePolicy'],
  ['vpc-lattice', 'VpcLattice', 'AWSVpcLatticeServiceRolePolicy'],
  [
    'workspaces.application-autoscaling',
    'ApplicationAutoScaling_WorkSpacesPool',
    'AWSApplicationAutoscalingWorkSpacesPoolPolicy',
  ],
]

/** Recorded from AWS, 2025-03: only these take a suffix. */
const withSuffix: ReadonlySet<string> = new Set(['autoscaling', 'connect', 'lexv2'])

const kinds: ReadonlyMap<string, ServiceLinkedRoleKind> = new Map(
  [...recorded, ...documented].map(([service, name, policyName]) => [
    `${service}.amazonaws.com`,
    {
      roleName: `AWSServiceRoleFor${name}`,
      policyName,
      allowsSuffix: withSuffix.has(service),
    },
  ]),
)

/** Every service principal that has a service-linked role. */
export const serviceLinkedServices: readonly string[] = [...kinds.keys()]

/** @param servicePrincipal `elasticbeanstalk.amazonaws.com`; case counts. Undefined: it has none. */
export function serviceLinkedRoleKind(servicePrincipal: string): ServiceLinkedRoleKind | undefined {
  return kinds.get(servicePrincipal)
}

export const serviceLinkedPath = '/aws-service-role/'

/** As AWS writes it, byte for byte: Service and Action are plain strings. */
export function serviceLinkedTrustPolicy(servicePrincipal: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: servicePrincipal },
        Action: 'sts:AssumeRole',
      },
    ],
  })
}
