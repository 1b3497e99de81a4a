import type {
  AuthorizationRequest,
  Decision,
  PolicySet,
  PolicyType,
  Principal,
} from '../authorization.ts'
import { grantDirect, grantLimited, grantNone } from '../compile/compiled-policy.ts'
import type { CompiledPolicy, Grant } from '../compile/compiled-policy.ts'
import { parseAction } from '../match/action.ts'
import { Evaluation } from './layer.ts'
import type { SourcedPolicies } from './layer.ts'

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
 *
 * @example
 * ```ts
 * import { compilePolicy, decide } from '@bailiwick/policy'
 * import type { AuthorizationRequest } from '@bailiwick/policy'
 *
 * const request: AuthorizationRequest = {
 *   principal: { kind: 'service', serviceNames: ['sns.amazonaws.com'] },
 *   action: 'sqs:SendMessage',
 *   resource: 'arn:aws:sqs:eu-west-1:111122223333:jobs',
 *   context: new Map([['aws:sourceaccount', '111122223333']]),
 * }
 * const everybody = { any: true, aws: [], service: [], federated: [], canonicalUser: [] }
 * const policy = compilePolicy({
 *   version: '2012-10-17',
 *   statements: [
 *     {
 *       effect: 'Allow',
 *       principals: everybody,
 *       actions: ['sqs:SendMessage'],
 *       resources: ['arn:aws:sqs:*:*:jobs'],
 *       conditions: [],
 *     },
 *   ],
 * })
 * const source = { policyType: 'resourcePolicy', id: 'queue' } as const
 * const { decision } = decide(request, { identity: [], resource: [{ source, policy }] })
 * console.log(decision) // allowed
 * ```
 */
export function decide(
  request: AuthorizationRequest,
  policies: PolicySet<CompiledPolicy>,
): Decision {
  const { principal } = request
  const action = parseAction(request.action)
  if (action.service === 'sts' && undeniableActions.has(action.text)) {
    if (principal.kind !== 'anonymous') return { decision: 'allowed', decidingStatements: [] }
  }
  const hasBoundary = policies.permissionsBoundary !== undefined
  // A context that asks for another decision while this one runs finds no spare, and that is fine.
  const evaluation = spare ?? new Evaluation(request, action, hasBoundary)
  spare = undefined
  evaluation.restart(request, action, hasBoundary)
  const silent = evaluateLayers(evaluation, request, policies)
  const decision = conclude(evaluation, silent)
  spare = evaluation
  return decision
}

/** Kept from one decision to the next: a decision allocates little but its answer. */
let spare: Evaluation | undefined

function conclude(evaluation: Evaluation, silent: PolicyType | undefined): Decision {
  const { blockedBy } = evaluation
  if (blockedBy !== undefined) {
    const decidingStatements = evaluation.matchedDenies()
    return { decision: 'explicitDeny', decidingStatements, blockedBy }
  }
  if (silent !== undefined) {
    return { decision: 'implicitDeny', decidingStatements: [], blockedBy: silent }
  }
  return { decision: 'allowed', decidingStatements: evaluation.matchedAllows() }
}

/**
 * Shows the evaluation all layers that bind the request, in the order of blame. Returns the first
 * that must allow and does not.
 */
function evaluateLayers(
  evaluation: Evaluation,
  request: AuthorizationRequest,
  policies: PolicySet<CompiledPolicy>,
): PolicyType | undefined {
  const { endpoint, resource, identity, permissionsBoundary, session } = policies
  let silent: PolicyType | undefined
  if (policies.serviceControl !== undefined && obeysServiceControl(request)) {
    for (const level of policies.serviceControl) {
      if (evaluation.addLayer(level, 'serviceControlPolicy') === grantNone) {
        silent ??= 'serviceControlPolicy'
      }
    }
  }
  if (policies.resourceControl !== undefined && obeysResourceControl(request)) {
    for (const level of policies.resourceControl) {
      if (evaluation.addLayer(level, 'resourceControlPolicy') === grantNone) {
        silent ??= 'resourceControlPolicy'
      }
    }
  }
  if (endpoint !== undefined && evaluation.addLayer(endpoint, 'endpointPolicy') === grantNone) {
    silent ??= 'endpointPolicy'
  }
  const resourceType = resourcePolicyType(resource)
  const grants = {
    resource: resource && evaluation.addLayer(resource, resourceType),
    identity: evaluation.addLayer(identity, 'identityPolicy'),
    permissionsBoundary:
      permissionsBoundary && evaluation.addPolicy(permissionsBoundary, 'permissionsBoundary'),
    session: session && evaluation.addLayer(session, 'sessionPolicy'),
  }
  return silent ?? silentSide(request, grants, resourceType)
}

/** The grant of each layer; undefined where there is no such layer. */
interface Grants {
  readonly resource: Grant | undefined
  readonly identity: Grant
  readonly permissionsBoundary: Grant | undefined
  readonly session: Grant | undefined
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
  return parseAction(request.action).text !== 'kms:retiregrant'
}

/** Of the resource's and the principal's layers the first that must allow and does not. */
function silentSide(
  request: AuthorizationRequest,
  grants: Grants,
  resourceType: PolicyType,
): PolicyType | undefined {
  const { principal } = request
  const grant = grants.resource ?? grantNone
  const accountId = accountOf(principal)
  // Anonymous callers, services and identity providers' users: only the resource can allow them.
  if (accountId === undefined) return grant === grantNone ? resourceType : undefined

  const isCrossAccount = (request.resourceAccountId ?? accountId) !== accountId
  if (grant === grantNone) {
    if (isCrossAccount) return resourceType
    if (grants.resource !== undefined && isMandatory(request, resourceType)) return resourceType
  }
  // Within an account, a grant to the caller itself needs nobody else's consent.
  if (!isCrossAccount && grant === grantDirect) return undefined

  if (!hasRootPowers(principal)) {
    // A grant to the caller's role, or a federated session's user, replaces the identity policies.
    const needsIdentity = isCrossAccount || grant !== grantLimited
    if (needsIdentity && grants.identity === grantNone) return 'identityPolicy'
    if (grants.permissionsBoundary === grantNone) return 'permissionsBoundary'
  }
  // A federated user may do nothing without a session policy; others are free of one.
  const needsSession = principal.kind === 'federatedUser'
  const session = grants.session ?? (needsSession ? grantNone : grantDirect)
  return session === grantNone ? 'sessionPolicy' : undefined
}

/**
 * Whether identity policies alone can never allow: for a role's trust policy, and for a KMS key's
 * policy. A `kms` action on no key comes without resource policies, an absent layer.
 */
function isMandatory(request: AuthorizationRequest, resourceType: PolicyType): boolean {
  return resourceType === 'trustPolicy' || parseAction(request.action).text.startsWith('kms:')
}

function resourcePolicyType(resource: SourcedPolicies | undefined): PolicyType {
  if (resource === undefined) return 'resourcePolicy'
  for (const { source } of resource) if (source.policyType === 'trustPolicy') return 'trustPolicy'
  return 'resourcePolicy'
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
