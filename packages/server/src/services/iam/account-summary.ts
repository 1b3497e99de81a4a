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

/** Keys that are 1 where root has a child of the kind. */
const ofRoot = {
  AccountAccessKeysPresent: 'accessKey',
  AccountMFAEnabled: 'mfaAssignment',
  AccountPasswordPresent: 'loginProfile',
  AccountSigningCertificatesPresent: 'signingCertificate',
} as const satisfies Record<string, EntityKind>

/** Keys that count the account's entities: a new kind is a row. */
const ofKinds = {
  Groups: ['group'],
  InstanceProfiles: ['instanceProfile'],
  MFADevices: ['mfaDevice'],
  MFADevicesInUse: ['mfaAssignment'],
  Policies: ['policy'],
  PolicyVersionsInUse: ['policyVersion'],
  Providers: ['oidcProvider', 'samlProvider'],
  Roles: ['role'],
  ServerCertificates: ['serverCertificate'],
  Users: ['user'],
} as const satisfies Record<string, readonly EntityKind[]>

async function countOf({ store, accountId }: Scope, kinds: readonly EntityKind[]): Promise<number> {
  let count = 0
  for (const kind of kinds) count += await store.count(kind, accountId)
  return count
}

/**
 * iam:GetAccountSummary: the 34 keys AWS answers.
 * Source: IAM API Reference, GetAccountSummary; a recorded answer.
 */
export const GetAccountSummary = readOperation('iam', 'GetAccountSummary', {
  authorize: () => ({ resourceArn: '*' }),

  async handle(_input, scope) {
    const SummaryMap: Record<string, number> = {
      ...quotas(scope),
      GlobalEndpointTokenVersion: await globalEndpointTokenVersion(scope),
    }
    for (const [key, kind] of Object.entries(ofRoot)) SummaryMap[key] = await rootHas(scope, kind)
    for (const [key, kinds] of Object.entries(ofKinds))
      SummaryMap[key] = await countOf(scope, kinds)
    return { SummaryMap }
  },
})
