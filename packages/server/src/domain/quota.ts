/**
 * The quotas of an account, by the name their error prints, with AWS's defaults.
 * Source: IAM User Guide, "IAM and AWS STS quotas"; names: see resources-and-limits in the docs.
 */
export const quotaDefaults = {
  UsersPerAccount: 5000,
  GroupsPerAccount: 300,
  RolesPerAccount: 1000,
  PoliciesPerAccount: 1500,
  InstanceProfilesPerAccount: 1000,
  /** Chosen by us: AWS publishes none. */
  DelegationRequestsPerAccount: 1000,
  ServerCertificatesPerAccount: 20,
  SAMLProvidersPerAccount: 100,
  OpenIdConnectProvidersPerAccount: 100,
  ClientIdsPerOpenIdConnectProvider: 100,
  PoliciesPerUser: 10,
  PoliciesPerRole: 10,
  PoliciesPerGroup: 10,
  GroupsPerUser: 10,
  AccessKeysPerUser: 2,
  CertificatesPerUser: 2,
  SSHPublicKeysPerUser: 5,
  ServiceSpecificCredentialsPerUser: 2,
  MfaDevicesPerUser: 8,
  VersionsPerPolicy: 5,
  PolicySize: 6144,
  ACLSizePerRole: 2048,
  UserPolicySize: 2048,
  GroupPolicySize: 5120,
  RolePolicySize: 10240,
  PolicyVersionsInUse: 10000,
  AccountsPerOrganization: 10,
  // EC2 counts virtual CPUs by family of types; a plain count is chosen by us.
  InstancesPerAccount: 1000,
} as const

export type QuotaName = keyof typeof quotaDefaults
