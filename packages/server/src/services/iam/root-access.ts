/**
 * Centralized root access: what the management account of an organization may do about the root
 * users of its members. Source: IAM API Reference, EnableOrganizationsRootSessions and its kin. The
 * wordings, and the order in which what is amiss is found, are chosen by us.
 */
import type { Organization, RootAccessFeature } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope, WriteScope } from '../operation.ts'

const servicePrincipal = 'iam.amazonaws.com'

/** In the order of answers. */
const features: readonly RootAccessFeature[] = ['RootCredentialsManagement', 'RootSessions']

type MemberRefusal =
  'CallerIsNotManagementAccountException' | 'AccountNotManagementOrDelegatedAdministratorException'

const memberRefusals: Record<MemberRefusal, string> = {
  CallerIsNotManagementAccountException:
    'The account making the request is not the management account of the organization.',
  AccountNotManagementOrDelegatedAdministratorException:
    'The account making the request is not the management account or delegated administrator account for centralized root access.',
}

/**
 * The organization that the caller's account manages. There are no delegated administrators yet.
 * Errors: OrganizationNotFoundException, `memberRefusal`, OrganizationNotInAllFeaturesModeException.
 */
async function managedOrganization(
  { store, accountId }: Scope,
  memberRefusal: MemberRefusal,
): Promise<Organization> {
  const account = await store.account(accountId)
  const { organizationId, managementAccountId } = account ?? {}
  const organization =
    organizationId === undefined ? undefined : await store.get('organization', organizationId)
  if (!organization) {
    const message = 'The account is not a member of an organization.'
    throw new ApiError('OrganizationNotFoundException', message)
  }
  if (managementAccountId !== accountId) {
    throw new ApiError(memberRefusal, memberRefusals[memberRefusal])
  }
  if (organization.featureSet !== 'ALL') {
    const message = 'The organization does not have all features enabled.'
    throw new ApiError('OrganizationNotInAllFeaturesModeException', message)
  }
  return organization
}

/**
 * Errors: as `managedOrganization`; ServiceAccessNotEnabledException until IAM has trusted access.
 */
async function trustingOrganization(scope: Scope): Promise<Organization> {
  const refusal = 'AccountNotManagementOrDelegatedAdministratorException'
  const organization = await managedOrganization(scope, refusal)
  if (organization.trustedServices?.includes(servicePrincipal)) return organization
  const message = `Trusted access is not enabled for ${servicePrincipal} in the organization.`
  throw new ApiError('ServiceAccessNotEnabledException', message)
}

function view({ id, rootAccessFeatures = [] }: Organization) {
  return {
    OrganizationId: id,
    EnabledFeatures: features.filter((feature) => rootAccessFeatures.includes(feature)),
  }
}

/**
 * Enabling gives IAM trusted access as well, as AWS's console does and its API does not: chosen by
 * us while Organizations has no EnableAWSServiceAccess here. Enabling twice is no error.
 */
async function enable(scope: WriteScope, feature: RootAccessFeature) {
  const found = await managedOrganization(scope, 'CallerIsNotManagementAccountException')
  const organization: Organization = {
    ...found,
    trustedServices: [...new Set([...(found.trustedServices ?? []), servicePrincipal])],
    rootAccessFeatures: [...new Set([...(found.rootAccessFeatures ?? []), feature])],
  }
  await scope.store.update(organization)
  return view(organization)
}

/** Disabling what is not enabled is no error: chosen by us. */
async function disable(scope: WriteScope, feature: RootAccessFeature) {
  const found = await trustingOrganization(scope)
  const rootAccessFeatures = found.rootAccessFeatures?.filter((enabled) => enabled !== feature)
  const organization: Organization = { ...found, rootAccessFeatures: rootAccessFeatures ?? [] }
  await scope.store.update(organization)
  return view(organization)
}

const authorize = () => ({ resourceArn: '*' })

/** iam:EnableOrganizationsRootCredentialsManagement. */
export const EnableOrganizationsRootCredentialsManagement = writeOperation(
  'iam',
  'EnableOrganizationsRootCredentialsManagement',
  { authorize, handle: (_input, scope) => enable(scope, 'RootCredentialsManagement') },
)

/** iam:DisableOrganizationsRootCredentialsManagement. */
export const DisableOrganizationsRootCredentialsManagement = writeOperation(
  'iam',
  'DisableOrganizationsRootCredentialsManagement',
  { authorize, handle: (_input, scope) => disable(scope, 'RootCredentialsManagement') },
)

/** iam:EnableOrganizationsRootSessions. */
export const EnableOrganizationsRootSessions = writeOperation(
  'iam',
  'EnableOrganizationsRootSessions',
  { authorize, handle: (_input, scope) => enable(scope, 'RootSessions') },
)

/** iam:DisableOrganizationsRootSessions. */
export const DisableOrganizationsRootSessions = writeOperation(
  'iam',
  'DisableOrganizationsRootSessions',
  { authorize, handle: (_input, scope) => disable(scope, 'RootSessions') },
)

/** iam:ListOrganizationsFeatures. */
export const ListOrganizationsFeatures = readOperation('iam', 'ListOrganizationsFeatures', {
  authorize,
  handle: async (_input, scope) => view(await trustingOrganization(scope)),
})

/** All of this file. */
export const rootAccessOperations = [
  DisableOrganizationsRootCredentialsManagement,
  DisableOrganizationsRootSessions,
  EnableOrganizationsRootCredentialsManagement,
  EnableOrganizationsRootSessions,
  ListOrganizationsFeatures,
]
