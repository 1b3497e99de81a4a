import { iamArn } from '../../domain/arn.ts'
import type { ManagedPolicy } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import { creationChecks, policyCheck } from './entity-check.ts'
import { assertIdentityPolicy, assertPolicySize } from './identity-policy.ts'
import { changeablePolicy, existingPolicy, managedPolicyByArn } from './managed-policy.ts'
import { ownPolicy, policyUsage } from './managed-policy.ts'
import { newPolicyVersion, versionsOf } from './policy-version.ts'
import { listedPolicyView, policyView } from './policy-views.ts'
import { assertWithinQuota } from './quota.ts'
import { newTags } from './tags.ts'
import { tagsView } from './views.ts'

/**
 * iam:CreatePolicy. The answer has no description. Errors: EntityAlreadyExists, InvalidInput,
 * LimitExceeded, MalformedPolicyDocument. Source: IAM API Reference, CreatePolicy; recorded answers.
 */
export const CreatePolicy = writeOperation('iam', 'CreatePolicy', {
  authorize: (input, scope) =>
    creationChecks(
      iamArn(scope, 'policy', input.Path ?? '/', input.PolicyName),
      {},
      'iam:TagPolicy',
      input.Tags,
    ).map((check) => ({ ...check, resourceLabel: `policy ${input.PolicyName}` })),

  async handle(input, scope) {
    const { accountId, now, newId, store } = scope
    const tags = newTags(input.Tags, 'kept')
    assertIdentityPolicy(input.PolicyDocument)
    assertPolicySize(scope, input.PolicyDocument)
    assertWithinQuota(scope, 'PoliciesPerAccount', (await store.count('policy', accountId)) + 1)
    const policy: ManagedPolicy = {
      kind: 'policy',
      accountId,
      id: newId('ANPA'),
      name: input.PolicyName,
      path: input.Path ?? '/',
      createdAt: now,
      updatedAt: now,
      tags,
      defaultVersionId: 'v1',
      nextVersionNumber: 2,
      ...(input.Description !== undefined && { description: input.Description }),
    }
    if (!(await store.insert(policy))) {
      const message = `A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`
      throw new ApiError('EntityAlreadyExists', message)
    }
    await store.insert(newPolicyVersion(scope, policy.id, 'v1', input.PolicyDocument))
    const unused = { AttachmentCount: 0, PermissionsBoundaryUsageCount: 0 }
    const view = listedPolicyView(ownPolicy(scope, policy), unused)
    return { Policy: { ...view, ...(tags.length > 0 && { Tags: tagsView(tags) }) } }
  },
})

/** iam:GetPolicy, AWS's policies as well. Source: IAM API Reference, GetPolicy. */
export const GetPolicy = readOperation('iam', 'GetPolicy', {
  resolve: ({ PolicyArn }, scope) => managedPolicyByArn(scope, PolicyArn),
  authorize: ({ PolicyArn }, _scope, policy) => policyCheck(PolicyArn, policy?.tags),

  async handle({ PolicyArn }, scope, found) {
    const policy = existingPolicy(scope, found, PolicyArn)
    return { Policy: policyView(policy, await policyUsage(scope, policy.id)) }
  },
})

/**
 * iam:DeletePolicy: the default version goes with it. Errors: AccessDenied for a policy of AWS,
 * DeleteConflict, NoSuchEntity. Source: IAM API Reference, DeletePolicy; recorded wording.
 */
export const DeletePolicy = writeOperation('iam', 'DeletePolicy', {
  resolve: ({ PolicyArn }, scope) => managedPolicyByArn(scope, PolicyArn),
  authorize: ({ PolicyArn }, _scope, policy) => policyCheck(PolicyArn, policy?.tags),

  async handle({ PolicyArn }, scope, found) {
    const policy = changeablePolicy(scope, found, PolicyArn, 'delete policies')
    const usage = await policyUsage(scope, policy.id)
    if (usage.AttachmentCount + usage.PermissionsBoundaryUsageCount > 0) {
      throw new ApiError('DeleteConflict', 'Cannot delete a policy attached to entities.')
    }
    const versions = await versionsOf(scope, policy.id)
    if (versions.length > 1) {
      const message =
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy."
      throw new ApiError('DeleteConflict', message)
    }
    for (const version of versions) await scope.store.remove('policyVersion', version.id)
    await scope.store.remove('policy', policy.id)
  },
})
