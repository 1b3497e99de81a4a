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

/** Every operation of the service, by name. */
export interface BailiwickOperations {
  AssumeRoleForService: {
    input: AssumeRoleForServiceRequest
    output: AssumeRoleForServiceResponse
  }
  ExplainRequest: { input: ExplainRequestRequest; output: ExplainRequestResponse }
  GetInstanceMetadata: { input: GetInstanceMetadataRequest; output: GetInstanceMetadataResponse }
  GetServiceAccountToken: {
    input: GetServiceAccountTokenRequest
    output: GetServiceAccountTokenResponse
  }
}

/** The codes of the model's errors, as the wire has them. */
export type BailiwickErrorCode = 'ResourceNotFoundException' | 'ValidationException'
