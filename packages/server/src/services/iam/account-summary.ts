import type { EntityKind } from '../../domain/entity.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { globalEndpointTokenVersion } from './account-settings.ts'

/** 1 where the root user has a child of that kind, as the summary writes it. */
async function rootHas({ store, accountId }: Scope, kind: EntityKind): Promise<number> {
  return (await store.list(kind, accountId, { parentId: accountId, limit: 1 })).length
}

/** What the quotas allow, by the summary's names. */
function quotas({ quota }: Scope) {
  return {
    AccessKeysPerUserQuota: quota('AccessKeysPerUser'),
    AssumeRolePolicySizeQuota: quota('ACLSizePerRole'),
    AttachedPoliciesPerGroupQuota: quota('PoliciesPerGroup'),
    AttachedPoliciesPerRoleQuota: quota('PoliciesPerRole'),
    AttachedPoliciesPerUserQuota: quota('PoliciesPerUser'),
    GroupPolicySizeQuota: quota('GroupPolicySize'),
    GroupsPerUserQuota: quota('GroupsPerUser'),
    GroupsQuota: quota('GroupsPerAccount'),
    InstanceProfilesQuota: quota('InstanceProfilesPerAccount'),
    PoliciesQuota: quota('PoliciesPerAccount'),
    PolicySizeQuota: quota('PolicySize'),
    PolicyVersionsInUseQuota: quota('PolicyVersionsInUse'),
    RolePolicySizeQuota: quota('RolePolicySize'),
    RolesQuota: quota('RolesPerAccount'),
    ServerCertificatesQuota: quota('ServerCertificatesPerAccount'),
    SigningCertificatesPerUserQuota: quota('CertificatesPerUser'),
    UserPolicySizeQuota: quota('UserPolicySize'),
    UsersQuota: quota('UsersPerAccount'),
    VersionsPerPolicyQuota: quota('VersionsPerPolicy'),
  }
}

/**
 * iam:GetAccountSummary: the 34 keys AWS answers. What the house does not keep yet counts 0.
 * Source: IAM API Reference, GetAccountSummary; a recorded answer.
 */
export const GetAccountSummary = readOperation('iam', 'GetAccountSummary', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(_input, scope) {
    const { store, accountId } = scope
    return {
      SummaryMap: {
        ...quotas(scope),
        AccountAccessKeysPresent: await rootHas(scope, 'accessKey'),
        AccountMFAEnabled: 0,
        AccountPasswordPresent: await rootHas(scope, 'loginProfile'),
        AccountSigningCertificatesPresent: await rootHas(scope, 'signingCertificate'),
        GlobalEndpointTokenVersion: await globalEndpointTokenVersion(scope),
        Groups: await store.count('group', accountId),
        InstanceProfiles: await store.count('instanceProfile', accountId),
        MFADevices: 0,
        MFADevicesInUse: 0,
        Policies: await store.count('policy', accountId),
        PolicyVersionsInUse: await store.count('policyVersion', accountId),
        Providers:
          (await store.count('oidcProvider', accountId)) +
          (await store.count('samlProvider', accountId)),
        Roles: await store.count('role', accountId),
        ServerCertificates: await store.count('serverCertificate', accountId),
        Users: await store.count('user', accountId),
      },
    }
  },
})
