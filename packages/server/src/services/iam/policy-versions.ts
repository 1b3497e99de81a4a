import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import { policyCheck } from './entity-check.ts'
import { assertIdentityPolicy, assertPolicySize } from './identity-policy.ts'
import {
  assertPolicyArn,
  changeablePolicy,
  existingPolicy,
  managedPolicyByArn,
} from './managed-policy.ts'
import { noSuchPolicyVersion } from './no-such-entity.ts'
import { pageOfList } from './paging.ts'
import {
  newPolicyVersion,
  policyVersion,
  policyVersions,
  versionNumber,
  versionsOf,
} from './policy-version.ts'
import { listedVersionView, versionView } from './policy-views.ts'

/**
 * iam:CreatePolicyVersion. Numbers are never reused. Errors: AccessDenied for a policy of AWS,
 * LimitExceeded, MalformedPolicyDocument, NoSuchEntity.
 * Source: IAM API Reference, CreatePolicyVersion; recorded wording.
 */
export const CreatePolicyVersion = writeOperation('iam', 'CreatePolicyVersion', {
  resolve: ({ PolicyArn }, scope) => managedPolicyByArn(scope, PolicyArn),
  authorize: ({ PolicyArn }, _scope, policy) => policyCheck(PolicyArn, policy?.tags),

  async handle(input, scope, found) {
    const policy = changeablePolicy(scope, found, input.PolicyArn, 'update policies')
    assertIdentityPolicy(input.PolicyDocument)
    assertPolicySize(scope, input.PolicyDocument)
    const quota = scope.quota('VersionsPerPolicy')
    if ((await versionsOf(scope, policy.id)).length >= quota) {
      const message = `A managed policy can have up to ${quota} versions. Before you create a new version, you must delete an existing version.`
      throw new ApiError('LimitExceeded', message)
    }
    const versionId = `v${policy.nextVersionNumber}`
    const version = newPolicyVersion(scope, policy.id, versionId, input.PolicyDocument)
    await scope.store.insert(version)
    const defaultVersionId = input.SetAsDefault === true ? versionId : policy.defaultVersionId
    await scope.store.update({
      ...policy,
      defaultVersionId,
      nextVersionNumber: policy.nextVersionNumber + 1,
      updatedAt: scope.now,
    })
    const { document, createdAt } = version
    const created = { versionId, document, createdAt }
    return { PolicyVersion: listedVersionView(created, defaultVersionId) }
  },
})

/** iam:GetPolicyVersion, with the document. Source: IAM API Reference, GetPolicyVersion. */
export const GetPolicyVersion = readOperation('iam', 'GetPolicyVersion', {
  resolve: ({ PolicyArn }, scope) => managedPolicyByArn(scope, PolicyArn),
  authorize: ({ PolicyArn }, _scope, policy) => policyCheck(PolicyArn, policy?.tags),

  async handle({ PolicyArn, VersionId }, scope, policy) {
    assertPolicyArn(scope, PolicyArn)
    const version = policy && (await policyVersion(scope, policy, VersionId))
    // Recorded: a missing policy is worded as a missing version.
    if (!version) throw noSuchPolicyVersion(PolicyArn, VersionId)
    return { PolicyVersion: versionView(version, policy.defaultVersionId) }
  },
})

/** iam:ListPolicyVersions, newest first. Source: IAM API Reference, ListPolicyVersions. */
export const ListPolicyVersions = readOperation('iam', 'ListPolicyVersions', {
  resolve: ({ PolicyArn }, scope) => managedPolicyByArn(scope, PolicyArn),
  authorize: ({ PolicyArn }, _scope, policy) => policyCheck(PolicyArn, policy?.tags),

  async handle(input, scope, found) {
    const policy = existingPolicy(scope, found, input.PolicyArn)
    const versions = await policyVersions(scope, policy)
    const { items, output } = pageOfList(
      input,
      versions,
      ({ versionId }) => versionId,
      (version, key) => versionNumber(version.versionId) < versionNumber(key),
    )
    const Versions = items.map((version) => listedVersionView(version, policy.defaultVersionId))
    return { Versions, ...output }
  },
})

/**
 * iam:SetDefaultPolicyVersion: takes effect at once. Errors: AccessDenied for a policy of AWS,
 * NoSuchEntity. Source: IAM API Reference, SetDefaultPolicyVersion.
 */
export const SetDefaultPolicyVersion = writeOperation('iam', 'SetDefaultPolicyVersion', {
  resolve: ({ PolicyArn }, scope) => managedPolicyByArn(scope, PolicyArn),
  authorize: ({ PolicyArn }, _scope, policy) => policyCheck(PolicyArn, policy?.tags),

  async handle({ PolicyArn, VersionId }, scope, found) {
    const policy = changeablePolicy(scope, found, PolicyArn, 'update policies')
    const { store, accountId, now } = scope
    const version = await store.find('policyVersion', accountId, VersionId, policy.id)
    if (!version) throw noSuchPolicyVersion(PolicyArn, VersionId)
    await store.update({ ...policy, defaultVersionId: version.name, updatedAt: now })
  },
})

/**
 * iam:DeletePolicyVersion. Errors: AccessDenied for a policy of AWS, DeleteConflict for the
 * default version, NoSuchEntity. Source: IAM API Reference, DeletePolicyVersion; recorded wording.
 */
export const DeletePolicyVersion = writeOperation('iam', 'DeletePolicyVersion', {
  resolve: ({ PolicyArn }, scope) => managedPolicyByArn(scope, PolicyArn),
  authorize: ({ PolicyArn }, _scope, policy) => policyCheck(PolicyArn, policy?.tags),

  async handle({ PolicyArn, VersionId }, scope, found) {
    const policy = changeablePolicy(scope, found, PolicyArn, 'delete policy versions for policies')
    const version = await scope.store.find('policyVersion', scope.accountId, VersionId, policy.id)
    if (!version) throw noSuchPolicyVersion(PolicyArn, VersionId)
    if (version.name === policy.defaultVersionId) {
      throw new ApiError('DeleteConflict', 'Cannot delete the default version of a policy.')
    }
    await scope.store.remove('policyVersion', version.id)
  },
})
