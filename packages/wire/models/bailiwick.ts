// Written by hand, like bailiwick.json: what AWS has no API for. See docs/decisions/0013.

export interface AssumeRoleForServiceRequest {
  RoleArn: string
  ServicePrincipal: string
  RoleSessionName?: string | undefined
  DurationSeconds?: number | undefined
  SourceArn?: string | undefined
  SourceAccount?: string | undefined
  Tags?: readonly { Key: string; Value: string }[] | undefined
  TransitiveTagKeys?: readonly string[] | undefined
}

export interface AssumeRoleForServiceResponse {
  Credentials: ServiceCredentials
  AssumedRoleArn: string
}

export interface ServiceCredentials {
  AccessKeyId: string
  SecretAccessKey: string
  SessionToken: string
  IssuedAt: Date
  Expiration: Date
}

export interface ExplainRequestRequest {
  RequestId: string
}

export interface ExplainRequestResponse {
  RequestId: string
  /** JSON: see `ExplainRequest` in the server. */
  Document: string
}

export interface GetInstanceMetadataRequest {
  InstanceId: string
}

export interface GetInstanceMetadataResponse {
  Instance: InstanceMetadata
  /** Absent where the instance has no role, or `Problem` says why there are none. */
  Credentials?: ServiceCredentials | undefined
  Problem?:
    | {
        Code: 'AssumeRoleUnauthorizedAccess' | 'InstanceProfileNotFound'
        Message: string
      }
    | undefined
}

export interface InstanceMetadata {
  InstanceId: string
  AccountId: string
  Region: string
  AvailabilityZone: string
  ImageId: string
  InstanceType: string
  ReservationId: string
  LaunchIndex: number
  LaunchedAt: Date
  PrivateIpAddress: string
  PrivateDnsName: string
  Tags: Readonly<Partial<Record<string, string>>>
  HttpEndpoint: 'enabled' | 'disabled'
  HttpTokens: 'optional' | 'required'
  InstanceMetadataTags: 'enabled' | 'disabled'
  Profile?: { Arn: string; Id: string; RoleName?: string | undefined } | undefined
}

export interface GetServiceAccountTokenRequest {
  Namespace: string
  ServiceAccount: string
  DurationSeconds?: number | undefined
}

export interface GetServiceAccountTokenResponse {
  Token: string
  IssuedAt: Date
  Expiration: Date
}

export interface GetServiceCredentialsRequest {
  ServicePrincipal: string
  SourceArn: string
  SourceAccount: string
  DurationSeconds?: number | undefined
}

export interface GetServiceCredentialsResponse {
  Credentials: ServiceCredentials
}

export interface AdoptResourcesRequest {
  Service: string
  AccountId?: string | undefined
  ResourceArns: readonly string[]
}

export interface AdoptResourcesResponse {
  Results: readonly {
    ResourceArn: string
    Outcome: 'ADOPTED' | 'OWNED' | 'MISSING' | 'OTHER_ACCOUNT'
    OwnerAccountId?: string | undefined
  }[]
}

export interface ListAdoptableResourcesRequest {
  Service: string
  AccountId?: string | undefined
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

export interface ListAdoptableResourcesResponse {
  Resources: readonly {
    ResourceArn: string
    Type: string
    BackendCreatedAt?: Date | undefined
    OwnerAccountId?: string | undefined
  }[]
  NextToken?: string | undefined
}

export interface ListResourcesRequest {
  Service?: string | undefined
  AccountId?: string | undefined
  AllAccounts?: boolean | undefined
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

export interface ListResourcesResponse {
  Resources: readonly {
    ResourceArn: string
    AccountId: string
    Service: string
    Type: string
    State: 'creating' | 'active'
    CreatedAt: Date
    HasPolicy: boolean
  }[]
  NextToken?: string | undefined
}

export interface ListDeliveriesRequest {
  AccountId?: string | undefined
  AllAccounts?: boolean | undefined
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

export interface ListDeliveriesResponse {
  Deliveries: readonly {
    DeliveryArn: string
    AccountId: string
    SourceArn: string
    TargetArn: string
    SetBy: string
    Deliverer: string
    DelivererType: 'SERVICE' | 'ROLE' | 'FUNCTION' | 'OWNER'
    State: 'PENDING' | 'ADMITTED' | 'BROKEN' | 'SUSPENDED'
    Since: Date
    Reason?: string | undefined
  }[]
  NextToken?: string | undefined
}

export interface ReleaseResourcesRequest {
  ResourceArns: readonly string[]
}

export interface ReleaseResourcesResponse {
  ResourceArns: readonly string[]
}

/** Every operation of the service, by name. */
export interface BailiwickOperations {
  AdoptResources: { input: AdoptResourcesRequest; output: AdoptResourcesResponse }
  ListAdoptableResources: {
    input: ListAdoptableResourcesRequest
    output: ListAdoptableResourcesResponse
  }
  ListDeliveries: { input: ListDeliveriesRequest; output: ListDeliveriesResponse }
  ListResources: { input: ListResourcesRequest; output: ListResourcesResponse }
  ReleaseResources: { input: ReleaseResourcesRequest; output: ReleaseResourcesResponse }
  AssumeRoleForService: {
    input: AssumeRoleForServiceRequest
    output: AssumeRoleForServiceResponse
  }
  ExplainRequest: { input: ExplainRequestRequest; output: ExplainRequestResponse }
  GetInstanceMetadata: { input: GetInstanceMetadataRequest; output: GetInstanceMetadataResponse }
  GetServiceCredentials: {
    input: GetServiceCredentialsRequest
    output: GetServiceCredentialsResponse
  }
  GetServiceAccountToken: {
    input: GetServiceAccountTokenRequest
    output: GetServiceAccountTokenResponse
  }
}

/** The codes of the model's errors, as the wire has them. */
export type BailiwickErrorCode =
  'ResourceNotFoundException' | 'ServiceUnavailable' | 'ValidationException'
