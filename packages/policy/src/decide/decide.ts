import type {
  AuthorizationRequest,
  Decision,
  PolicySet,
  PolicyType,
  Principal,
  StatementReference,
} from '../authorization.ts'
import { grantDirect, grantLimited, grantNone } from '../compile/compiled-policy.ts'
import type { CompiledPolicy } from '../compile/compiled-policy.ts'
import { evaluateLayer } from './layer.ts'
import type { Layer, SourcedPolicies } from './layer.ts'

type Policies = PolicySet<CompiledPolicy>

/** Operations that prove who one is, or only authenticate: no policy controls them. */
const undeniableActions: ReadonlySet<string> = new Set([
  'sts:getcalleridentity',
  'sts:getsessiontoken',
])

/**
 * Decides one (action, resource) pair: all policy types together. Total, and a function of its
 * arguments; the lists of a policy set must not change once they were decided on.
 *
 * The statements that decided are listed by layer: service control, resource control, endpoint,
 * resource, identity, boundary, session; within a layer as the policies come. A refusal is blamed
 * on the first layer of that order that denies explicitly, or else on the first that fails to allow
 * (chosen by us).
 *
 * Source: IAM User Guide, "Policy evaluation logic".
 */
export function decide(request: AuthorizationRequest, policies: Policies): Decision {
  const { principal } = request
  if (principal.kind !== 'anonymous' && isUndeniable(request.action)) {
    return { decision: 'allowed', decidingStatements: [] }
  }
  const layers = evaluateLayers(request, policies)
  const { serviceControl, resourceControl, endpoint, resource } = layers
  const { identity, permissionsBoundary, session } = layers

  // In the order of blame. Most requests are decided by one or two of them.
  let denies: readonly StatementReference[] = none
  let blockedBy: PolicyType | undefined
  const collect = (layer: Layer | undefined, policyType: PolicyType) => {
    if (layer === undefined || layer.denies.length === 0) return
    blockedBy ??= policyType
    denies = joined(denies, layer.denies)
  }
  for (const level of serviceControl) collect(level, 'serviceControlPolicy')
  for (const level of resourceControl) collect(level, 'resourceControlPolicy')
  collect(endpoint, 'endpointPolicy')
  collect(resource, resourcePolicyType(policies))
  collect(identity, 'identityPolicy')
  collect(permissionsBoundary, 'permissionsBoundary')
  collect(session, 'sessionPolicy')
  if (blockedBy !== undefined) {
    return { decision: 'explicitDeny', decidingStatements: denies, blockedBy }
  }
  const silent = silentLayer(request, policies, layers)
  if (silent !== undefined) {
    return { decision: 'implicitDeny', decidingStatements: none, blockedBy: silent }
  }
  let allows: readonly StatementReference[] = none
  for (const level of serviceControl) allows = joined(allows, level.allows)
  for (const level of resourceControl) allows = joined(allows, level.allows)
  if (endpoint !== undefined) allows = joined(allows, endpoint.allows)
  if (resource !== undefined) allows = joined(allows, resource.allows)
  allows = joined(allows, identity.allows)
  if (permissionsBoundary !== undefined) allows = joined(allows, permissionsBoundary.allows)
  if (session !== undefined) allows = joined(allows, session.allows)
  return { decision: 'allowed', decidingStatements: allows }
}

const none: readonly StatementReference[] = []
const noLevels: readonly Layer[] = []

/** Never changes its arguments: a list of one layer is handed on as it is. */
function joined(
  left: readonly StatementReference[],
  right: readonly StatementReference[],
): readonly StatementReference[] {
  if (left.length === 0) return right
  return right.length === 0 ? left : left.concat(right)
}

/** Actions come in any case; two characters tell almost all of them apart from these. */
function isUndeniable(action: string): boolean {
  const first = action.charCodeAt(0) | 0x20
  return first === 0x73 && action.charCodeAt(3) === 0x3a && undeniableActions.has(lower(action))
}

function lower(action: string): string {
  return action.toLowerCase()
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

function evaluateLayers(request: AuthorizationRequest, policies: Policies): Layers {
  const { endpoint, resource, identity, permissionsBoundary: boundary, session } = policies
  const { serviceControl, resourceControl } = policies
  const hasBoundary = boundary !== undefined
  const list = (layer: SourcedPolicies) => evaluateLayer(layer, request, hasBoundary)
  return {
    serviceControl:
      serviceControl !== undefined && obeysServiceControl(request)
        ? serviceControl.map(list)
        : noLevels,
    resourceControl:
      resourceControl !== undefined && obeysResourceControl(request)
        ? resourceControl.map(list)
        : noLevels,
    endpoint: endpoint && list(endpoint),
    resource: resource && list(resource),
    identity: list(identity),
    permissionsBoundary: boundary && list([boundary]),
    session: session && list(session),
  }
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

/** Everybody who comes to a member account's resource is bound, except service-linked roles. */
function obeysResourceControl(request: AuthorizationRequest): boolean {
  if (request.resourceInManagementAccount || isServiceLinkedRole(request.principal)) return false
  return request.action.toLowerCase() !== 'kms:retiregrant'
}

/** Of the layers that must allow, the first that does not. */
function silentLayer(
  request: AuthorizationRequest,
  policies: Policies,
  layers: Layers,
): PolicyType | undefined {
  if (someSilent(layers.serviceControl)) return 'serviceControlPolicy'
  if (someSilent(layers.resourceControl)) return 'resourceControlPolicy'
  if (isSilent(layers.endpoint)) return 'endpointPolicy'

  const { principal } = request
  const grant = layers.resource?.grant ?? grantNone
  const accountId = accountOf(principal)
  // Anonymous callers, services and identity providers' users: only the resource can allow them.
  if (accountId === undefined) {
    return grant === grantNone ? resourcePolicyType(policies) : undefined
  }
  const isCrossAccount = (request.resourceAccountId ?? accountId) !== accountId
  if (grant === grantNone && (isCrossAccount || needsResourcePolicy(request, policies))) {
    return resourcePolicyType(policies)
  }
  // Within an account, a grant to the caller itself needs nobody else's consent.
  if (!isCrossAccount && grant === grantDirect) return undefined

  const hasRootPowers = isRoot(principal)
  // A grant to the caller's role, or a federated session's user, replaces the identity policies.
  const needsIdentity = !hasRootPowers && (isCrossAccount || grant !== grantLimited)
  if (needsIdentity && isSilent(layers.identity)) return 'identityPolicy'
  if (!hasRootPowers && isSilent(layers.permissionsBoundary)) return 'permissionsBoundary'
  // A federated user may do nothing without a session policy; others are free of one.
  if (layers.session === undefined) {
    return principal.kind === 'federatedUser' ? 'sessionPolicy' : undefined
  }
  return isSilent(layers.session) ? 'sessionPolicy' : undefined
}

function isSilent(layer: Layer | undefined): boolean {
  return layer !== undefined && layer.allows.length === 0
}

function someSilent(levels: readonly Layer[]): boolean {
  for (const level of levels) if (isSilent(level)) return true
  return false
}

/**
 * Whether identity policies alone can never allow: for a role's trust policy, and for a KMS key's
 * policy. A `kms` action on no key comes without resource policies, an absent layer.
 */
function needsResourcePolicy(request: AuthorizationRequest, policies: Policies): boolean {
  if (policies.resource === undefined) return false
  return isTrust(policies.resource) || request.action.toLowerCase().startsWith('kms:')
}

function resourcePolicyType({ resource }: Policies): PolicyType {
  return resource !== undefined && isTrust(resource) ? 'trustPolicy' : 'resourcePolicy'
}

function isTrust(resource: SourcedPolicies): boolean {
  for (const { source } of resource) if (source.policyType === 'trustPolicy') return true
  return false
}

/** The root user, and federated sessions that it made, may do everything in their account. */
function isRoot(principal: Principal): boolean {
  if (principal.kind === 'federatedUser') return principal.creator.kind === 'root'
  return principal.kind === 'root'
}

function isServiceLinkedRole(principal: Principal): boolean {
  return principal.kind === 'roleSession' && principal.serviceLinked
}

function accountOf(principal: Principal): string | undefined {
  return 'accountId' in principal ? principal.accountId : undefined
}
