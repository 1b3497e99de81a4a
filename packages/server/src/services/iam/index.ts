import type { AnyOperation } from '@bailiwick/gateway'
import type { Scope } from '../operation.ts'
import {
  CreateAccessKey,
  ListAccessKeys,
  UpdateAccessKey,
  DeleteAccessKey,
  GetAccessKeyLastUsed,
} from './access-keys.ts'
import { CreateAccountAlias, ListAccountAliases, DeleteAccountAlias } from './account-alias.ts'
import {
  UpdateAccountPasswordPolicy,
  GetAccountPasswordPolicy,
  DeleteAccountPasswordPolicy,
} from './account-password-policy.ts'
import { GetAccountSummary } from './account-summary.ts'
import {
  AttachUserPolicy,
  AttachGroupPolicy,
  AttachRolePolicy,
  DetachUserPolicy,
  DetachGroupPolicy,
  DetachRolePolicy,
  ListAttachedUserPolicies,
  ListAttachedGroupPolicies,
  ListAttachedRolePolicies,
} from './attachments.ts'
import { GetAccountAuthorizationDetails } from './authorization-details.ts'
import { AddUserToGroup, RemoveUserFromGroup, ListGroupsForUser } from './group-memberships.ts'
import { CreateGroup, GetGroup, ListGroups, UpdateGroup, DeleteGroup } from './groups.ts'
import {
  PutUserPolicy,
  PutGroupPolicy,
  PutRolePolicy,
  GetUserPolicy,
  GetGroupPolicy,
  GetRolePolicy,
  DeleteUserPolicy,
  DeleteGroupPolicy,
  DeleteRolePolicy,
  ListUserPolicies,
  ListGroupPolicies,
  ListRolePolicies,
} from './inline-policies.ts'
import { CreatePolicy, GetPolicy, DeletePolicy } from './policies.ts'
import { ListEntitiesForPolicy } from './policy-entities.ts'
import { ListPolicies } from './policy-list.ts'
import {
  CreatePolicyVersion,
  GetPolicyVersion,
  ListPolicyVersions,
  SetDefaultPolicyVersion,
  DeletePolicyVersion,
} from './policy-versions.ts'
import {
  TagUser,
  UntagUser,
  ListUserTags,
  TagPolicy,
  UntagPolicy,
  ListPolicyTags,
} from './tagging.ts'
import { PutUserPermissionsBoundary, DeleteUserPermissionsBoundary } from './user-boundary.ts'
import { CreateUser, GetUser, ListUsers, UpdateUser, DeleteUser } from './users.ts'
import { restricted } from '../session-restrictions.ts'
import { accountPropertyOperations } from './account-properties.ts'
import { accountSettingsOperations } from './account-settings.ts'
import { ChangePassword } from './change-password.ts'
import { instanceProfileOperations } from './instance-profiles.ts'
import { outboundFederationOperations } from './outbound-federation.ts'
import { mfaDeviceOperations } from './mfa-devices.ts'
import { oidcProviderOperations } from './oidc-providers.ts'
import {
  GetContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy,
} from './policy-context-keys.ts'
import { loginProfileOperations } from './login-profiles.ts'
import { reportOperations } from './reports.ts'
import { serverCertificateOperations } from './server-certificates.ts'
import { ListServiceSpecificCredentials } from './service-credential-lists.ts'
import { serviceSpecificCredentialOperations } from './service-specific-credentials.ts'
import { sshPublicKeyOperations } from './ssh-public-keys.ts'
import { signingCertificateOperations } from './signing-certificates.ts'
import { roleOperations } from './roles.ts'
import { ListPoliciesGrantingServiceAccess } from './service-access.ts'
import { delegationRequestOperations } from './delegation-requests.ts'
import { delegationStepOperations } from './delegation-steps.ts'
import { roleTemplateOperations } from './role-templates.ts'
import { rootAccessOperations } from './root-access.ts'
import { serviceLinkedRoleOperations } from './service-linked-roles.ts'
import { samlProviderOperations } from './saml-providers.ts'
import { virtualMfaDeviceOperations } from './virtual-mfa-devices.ts'
import { SimulateCustomPolicy, SimulatePrincipalPolicy } from './simulations.ts'

const operations: readonly AnyOperation<Scope>[] = [
  AddUserToGroup,
  AttachGroupPolicy,
  AttachRolePolicy,
  AttachUserPolicy,
  ChangePassword,
  CreateAccessKey,
  CreateAccountAlias,
  CreateGroup,
  CreatePolicy,
  CreatePolicyVersion,
  CreateUser,
  DeleteAccessKey,
  DeleteAccountAlias,
  DeleteAccountPasswordPolicy,
  DeleteGroup,
  DeleteGroupPolicy,
  DeletePolicy,
  DeletePolicyVersion,
  DeleteRolePolicy,
  DeleteUser,
  DeleteUserPermissionsBoundary,
  DeleteUserPolicy,
  DetachGroupPolicy,
  DetachRolePolicy,
  DetachUserPolicy,
  GetAccessKeyLastUsed,
  GetAccountAuthorizationDetails,
  GetAccountPasswordPolicy,
  GetAccountSummary,
  GetContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy,
  GetGroup,
  GetGroupPolicy,
  GetPolicy,
  GetPolicyVersion,
  GetRolePolicy,
  GetUser,
  GetUserPolicy,
  ListAccessKeys,
  ListAccountAliases,
  ListAttachedGroupPolicies,
  ListAttachedRolePolicies,
  ListAttachedUserPolicies,
  ListEntitiesForPolicy,
  ListGroupPolicies,
  ListGroups,
  ListGroupsForUser,
  ListPolicies,
  ListPoliciesGrantingServiceAccess,
  ListPolicyTags,
  ListPolicyVersions,
  ListRolePolicies,
  ListUserPolicies,
  ListUserTags,
  ListUsers,
  PutGroupPolicy,
  PutRolePolicy,
  PutUserPermissionsBoundary,
  PutUserPolicy,
  RemoveUserFromGroup,
  SetDefaultPolicyVersion,
  SimulateCustomPolicy,
  SimulatePrincipalPolicy,
  TagPolicy,
  TagUser,
  UntagPolicy,
  UntagUser,
  UpdateAccessKey,
  UpdateAccountPasswordPolicy,
  UpdateGroup,
  UpdateUser,
  ...accountPropertyOperations,
  ...accountSettingsOperations,
  ...instanceProfileOperations,
  ...loginProfileOperations,
  ...serverCertificateOperations,
  ...serviceSpecificCredentialOperations,
  ListServiceSpecificCredentials,
  ...sshPublicKeyOperations,
  ...signingCertificateOperations,
  ...outboundFederationOperations,
  ...mfaDeviceOperations,
  ...oidcProviderOperations,
  ...reportOperations,
  ...roleOperations,
  ...delegationRequestOperations,
  ...delegationStepOperations,
  ...roleTemplateOperations,
  ...rootAccessOperations,
  ...serviceLinkedRoleOperations,
  ...samlProviderOperations,
  ...virtualMfaDeviceOperations,
]

export { reportMakers } from './reports.ts'

/** What IAM answers, by name; the rest of its model answers NotImplemented. */
export const iamOperations: ReadonlyMap<string, AnyOperation<Scope>> = restricted(
  new Map(operations.map((operation) => [operation.name, operation])),
)
