/**
 * The reference interpreter: all policy types together, straight from the tables of the IAM User
 * Guide's "Policy evaluation logic". Slow and obvious; the fast engine is checked against it.
 */
import type {
  AuthorizationRequest,
  Decision,
  PolicySet,
  PolicyType,
  Principal,
  SourcedPolicy,
} from '../authorization.ts'
import type { PolicyDocument } from '../document/policy-document.ts'
import { evaluateLayer } from './layer.ts'
import type { DocumentSet, Layer } from './layer.ts'

/** Operations that prove who one is, or only authenticate: no policy controls them. */
const undeniableActions = ['sts:getcalleridentity', 'sts:getsessiontoken']

/**
 * Decides one (action, resource) pair. Total, and a function of its arguments.
 *
 * The statements that decided are listed by layer: service control, resource control, endpoint,
 * resource, identity, boundary, session; within a layer as the policies come. A refusal is blamed
 * on the first layer of that order that denies explicitly, or else on the first that fails to allow
 * (chosen by us; observed of AWS: explicit before implicit, service control before identity).
 */
export function decideReference(
  request: AuthorizationRequest,
  policies: PolicySet<PolicyDocument>,
): Decision {
  const { kind } = request.principal
  if (kind !== 'anonymous' && undeniableActions.includes(request.action.toLowerCase())) {
    return { decision: 'allowed', decidingStatements: [] }
  }
  const layers = evaluateLayers(request, policies)
  const all = inOrder(layers)

  // Step 1: an explicit deny anywhere.
  const denying = all.find((layer) => layer.denies.length > 0)
  if (denying !== undefined) {
    const decidingStatements = all.flatMap((layer) => layer.denies)
    return { decision: 'explicitDeny', decidingStatements, blockedBy: denying.policyType }
  }

  // Steps 2 to 8: every layer that must allow does.
  const silent = findSilentLayer(request, policies, layers)
  if (silent !== undefined) {
    return { decision: 'implicitDeny', decidingStatements: [], blockedBy: silent }
  }
  return { decision: 'allowed', decidingStatements: all.flatMap((layer) => layer.allows) }
}

interface Layers {
  /** A layer per level of the organization. */
  readonly serviceControl: readonly Layer[]
  readonly resourceControl: readonly Layer[]
  readonly endpoint: Layer | undefined
  readonly resource: Layer | undefined
  readonly identity: Layer
  readonly permissionsBoundary: Layer | undefined
  readonly session: Layer | undefined
}

function evaluateLayers(request: AuthorizationRequest, policies: DocumentSet): Layers {
  const boundary = policies.permissionsBoundary
  type Sourced = readonly SourcedPolicy<PolicyDocument>[]
  const evaluate = (policyType: PolicyType, layer: Sourced) =>
    evaluateLayer(policyType, layer, request, boundary !== undefined)
  const ifPresent = (policyType: PolicyType, layer: Sourced | undefined) =>
    layer === undefined ? undefined : evaluate(policyType, layer)
  const serviceControl = obeysServiceControl(request) ? (policies.serviceControl ?? []) : []
  const resourceControl = obeysResourceControl(request) ? (policies.resourceControl ?? []) : []
  return {
    serviceControl: serviceControl.map((level) => evaluate('serviceControlPolicy', level)),
    resourceControl: resourceControl.map((level) => evaluate('resourceControlPolicy', level)),
    endpoint: ifPresent('endpointPolicy', policies.endpoint),
    resource: ifPresent(resourcePolicyType(policies), policies.resource),
    identity: evaluate('identityPolicy', policies.identity),
    permissionsBoundary: ifPresent('permissionsBoundary', boundary && [boundary]),
    session: ifPresent('sessionPolicy', policies.session),
  }
}

function inOrder(layers: Layers): readonly Layer[] {
  const { serviceControl, resourceControl, endpoint, resource } = layers
  const { identity, permissionsBoundary, session } = layers
  const rest = [endpoint, resource, identity, permissionsBoundary, session]
  return [...serviceControl, ...resourceControl, ...rest].filter((layer) => layer !== undefined)
}

/**
 * Service control policies bind the principals of member accounts, but not service-linked roles,
 * and nobody who belongs to no account.
 */
function obeysServiceControl(request: AuthorizationRequest): boolean {
  const { principal } = request
  if (accountOf(principal) === undefined || request.principalInManagementAccount) return false
  return !isServiceLinkedRole(principal)
}

/**
 * Resource control policies bind everybody who comes to a member account's resource, except
 * service-linked roles. Whether the service takes part at all, and whether a KMS key is AWS's own,
 * is for whoever gathers the policies to know: then there is no such layer.
 */
function obeysResourceControl(request: AuthorizationRequest): boolean {
  if (request.resourceInManagementAccount || isServiceLinkedRole(request.principal)) return false
  return request.action.toLowerCase() !== 'kms:retiregrant'
}

/** Steps 2 to 8: the first layer that must allow and does not. */
function findSilentLayer(
  request: AuthorizationRequest,
  policies: DocumentSet,
  layers: Layers,
): PolicyType | undefined {
  const isSilent = (layer: Layer | undefined) => layer !== undefined && layer.allows.length === 0
  if (layers.serviceControl.some(isSilent)) return 'serviceControlPolicy'
  if (layers.resourceControl.some(isSilent)) return 'resourceControlPolicy'
  if (isSilent(layers.endpoint)) return 'endpointPolicy'

  const { principal } = request
  const resourceType = resourcePolicyType(policies)
  const grant = layers.resource?.grant ?? 'none'
  const accountId = accountOf(principal)
  // Anonymous callers, services and identity providers' users: only the resource can allow them.
  if (accountId === undefined) return grant === 'none' ? resourceType : undefined

  const isCrossAccount = (request.resourceAccountId ?? accountId) !== accountId
  if (grant === 'none' && (isCrossAccount || isResourcePolicyMandatory(request, policies))) {
    return resourceType
  }
  // Within an account, a grant to the caller itself needs nobody else's consent.
  if (!isCrossAccount && grant === 'direct') return undefined

  // A grant to the caller's role, or a federated session's user, replaces the identity policies.
  const needsIdentity = (isCrossAccount || grant !== 'limited') && !hasRootPowers(principal)
  if (needsIdentity && isSilent(layers.identity)) return 'identityPolicy'
  if (!hasRootPowers(principal) && isSilent(layers.permissionsBoundary)) {
    return 'permissionsBoundary'
  }
  // A federated user may do nothing without a session policy; others are free of one.
  if (principal.kind === 'federatedUser' && layers.session === undefined) return 'sessionPolicy'
  return isSilent(layers.session) ? 'sessionPolicy' : undefined
}

/**
 * Whether identity policies alone can never allow: for a role's trust policy, and for a KMS key's
 * policy. A `kms` action on no key comes without resource policies, an absent layer.
 */
function isResourcePolicyMandatory(
  request: AuthorizationRequest,
  { resource }: DocumentSet,
): boolean {
  if (resource === undefined) return false
  const hasTrustPolicy = resource.some(({ source }) => source.policyType === 'trustPolicy')
  return hasTrustPolicy || request.action.toLowerCase().startsWith('kms:')
}

function resourcePolicyType({ resource = [] }: DocumentSet): PolicyType {
  const hasTrustPolicy = resource.some(({ source }) => source.policyType === 'trustPolicy')
  return hasTrustPolicy ? 'trustPolicy' : 'resourcePolicy'
}

/** The root user, and federated sessions that it made, may do everything in their account. */
function hasRootPowers(principal: Principal): boolean {
  if (principal.kind === 'federatedUser') return principal.creator.kind === 'root'
  return principal.kind === 'root'
}

function isServiceLinkedRole(principal: Principal): boolean {
  return principal.kind === 'roleSession' && principal.serviceLinked
}

function accountOf(principal: Principal): string | undefined {
  return 'accountId' in principal ? principal.accountId : undefined
}
