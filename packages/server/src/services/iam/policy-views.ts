import { encodedDocument, tagsView } from './views.ts'
import type { AnyManagedPolicy, PolicyUsage } from './managed-policy.ts'

/** As CreatePolicy and ListPolicies show a policy: without description and tags. */
export function listedPolicyView(policy: AnyManagedPolicy, usage: PolicyUsage) {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    ...usage,
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
  }
}

/** As GetPolicy shows it: the list of tags is there even when it is empty. */
export function policyView(policy: AnyManagedPolicy, usage: PolicyUsage) {
  return {
    ...listedPolicyView(policy, usage),
    ...(policy.description !== undefined && { Description: policy.description }),
    Tags: tagsView(policy.tags),
  }
}

/** A version of a managed policy, whosever it is. */
export interface AnyPolicyVersion {
  readonly versionId: string
  readonly document: string
  readonly createdAt: Date
}

/** As CreatePolicyVersion and ListPolicyVersions show a version: without its document. */
export function listedVersionView(version: AnyPolicyVersion, defaultVersionId: string) {
  return {
    VersionId: version.versionId,
    IsDefaultVersion: version.versionId === defaultVersionId,
    CreateDate: version.createdAt,
  }
}

/** As GetPolicyVersion shows it. */
export function versionView(version: AnyPolicyVersion, defaultVersionId: string) {
  return {
    Document: encodedDocument(version.document),
    ...listedVersionView(version, defaultVersionId),
  }
}
