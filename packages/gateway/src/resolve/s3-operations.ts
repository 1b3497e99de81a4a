/**
 * Operations of S3 whose permission has another name. An object's action becomes its `Version`
 * form where the request names a version.
 *
 * Source: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations".
 */
export const s3Actions: Readonly<Record<string, string>> = {
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  CreateBucketMetadataConfiguration: 'CreateBucketMetadataTableConfiguration',
  CreateMultipartUpload: 'PutObject',
  DeleteBucketAnalyticsConfiguration: 'PutAnalyticsConfiguration',
  DeleteBucketCors: 'PutBucketCORS',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketIntelligentTieringConfiguration: 'PutIntelligentTieringConfiguration',
  DeleteBucketInventoryConfiguration: 'PutInventoryConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteBucketMetadataConfiguration: 'DeleteBucketMetadataTableConfiguration',
  DeleteBucketMetricsConfiguration: 'PutMetricsConfiguration',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  DeleteBucketReplication: 'PutReplicationConfiguration',
  DeleteBucketTagging: 'PutBucketTagging',
  DeleteObjects: 'DeleteObject',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  GetBucketAnalyticsConfiguration: 'GetAnalyticsConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketIntelligentTieringConfiguration: 'GetIntelligentTieringConfiguration',
  GetBucketInventoryConfiguration: 'GetInventoryConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetBucketMetadataConfiguration: 'GetBucketMetadataTableConfiguration',
  GetBucketMetricsConfiguration: 'GetMetricsConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  GetBucketReplication: 'GetReplicationConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  ListBucketAnalyticsConfigurations: 'GetAnalyticsConfiguration',
  ListBucketIntelligentTieringConfigurations: 'GetIntelligentTieringConfiguration',
  ListBucketInventoryConfigurations: 'GetInventoryConfiguration',
  ListBucketMetricsConfigurations: 'GetMetricsConfiguration',
  ListBuckets: 'ListAllMyBuckets',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListObjectVersions: 'ListBucketVersions',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListParts: 'ListMultipartUploadParts',
  PutBucketAccelerateConfiguration: 'PutAccelerateConfiguration',
  PutBucketAnalyticsConfiguration: 'PutAnalyticsConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketIntelligentTieringConfiguration: 'PutIntelligentTieringConfiguration',
  PutBucketInventoryConfiguration: 'PutInventoryConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutBucketMetricsConfiguration: 'PutMetricsConfiguration',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  PutBucketReplication: 'PutReplicationConfiguration',
  PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  SelectObjectContent: 'GetObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
}

/**
 * Of directory buckets, whose permissions are another service's (`s3express`), and of Object
 * Lambda: refused.
 */
export const s3Refused: ReadonlySet<string> = new Set([
  'CreateSession',
  'ListDirectoryBuckets',
  'RenameObject',
  'WriteGetObjectResponse',
])

const objectAcl = ['ACL', 'GrantFullControl', 'GrantRead', 'GrantReadACP', 'GrantWriteACP']
const bucketAcl = [...objectAcl, 'GrantWrite']
const lock = ['ObjectLockMode', 'ObjectLockRetainUntilDate', 'ObjectLockEventHold']

const ofNewObject: readonly Further[] = [
  { action: 'PutObjectAcl', asks: objectAcl },
  { action: 'PutObjectTagging', asks: ['Tagging'] },
  { action: 'PutObjectRetention', asks: lock },
  { action: 'PutObjectLegalHold', asks: ['ObjectLockLegalHoldStatus'] },
]

/** A further action on the same resource, asked for by any of the members. */
export interface Further {
  readonly action: string
  readonly asks: readonly string[]
}

const bypass: Further = {
  action: 'BypassGovernanceRetention',
  asks: ['BypassGovernanceRetention'],
}

/** Source: the API reference of each operation, "Permissions". */
export const s3Further: Readonly<Record<string, readonly Further[]>> = {
  PutObject: ofNewObject,
  CopyObject: ofNewObject,
  CreateMultipartUpload: ofNewObject,
  CreateBucket: [
    { action: 'PutBucketAcl', asks: bucketAcl },
    { action: 'PutBucketVersioning', asks: ['ObjectLockEnabledForBucket'] },
    { action: 'PutBucketObjectLockConfiguration', asks: ['ObjectLockEnabledForBucket'] },
    { action: 'PutBucketOwnershipControls', asks: ['ObjectOwnership'] },
  ],
  DeleteObject: [bypass],
  DeleteObjects: [bypass],
  PutObjectRetention: [bypass],
}
