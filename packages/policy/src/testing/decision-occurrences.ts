/** What a decision over all policy types exercises: the cells of "Policy evaluation logic". */
import type { AuthorizationRequest, Decision, PolicyType } from '../authorization.ts'
import { evaluateLayer } from '../reference/layer.ts'
import type { DocumentSet } from '../reference/layer.ts'

const principalKinds = [
  'user',
  'roleSession',
  'federatedUser',
  'root',
  'service',
  'federated',
  'anonymous',
] as const

export function decisionOccurrences(
  request: AuthorizationRequest,
  policies: DocumentSet,
  decision: Decision,
  visit: (name: string) => void,
): void {
  const { principal } = request
  const { kind } = principal
  const outcome = decision.decision
  visit(`${kind}: ${outcome}`)
  visitExemptions(request, policies, decision, visit)
  if (decision.blockedBy !== undefined) {
    visit(`${outcome} by ${decision.blockedBy}`)
    visit(`${kind}: ${outcome} by ${decision.blockedBy}`)
    visitLevels(policies, decision, visit)
  }
  if (outcome === 'explicitDeny' || !('accountId' in principal)) return
  const { accountId } = principal
  const side = (request.resourceAccountId ?? accountId) === accountId ? 'same' : 'cross'
  const resource = policies.resource ?? []
  const hasBoundary = policies.permissionsBoundary !== undefined
  const { grant } = evaluateLayer('resourcePolicy', resource, request, hasBoundary)
  visit(`${side} account, ${kind}, grant ${grant}: ${decision.blockedBy ?? 'allowed'}`)
}

/** Which level of an organization was silent. */
function visitLevels(
  { serviceControl = [], resourceControl = [] }: DocumentSet,
  { decision, blockedBy }: Decision,
  visit: (name: string) => void,
): void {
  if (decision !== 'implicitDeny') return
  if (blockedBy === 'serviceControlPolicy')
    visit(`silent among ${serviceControl.length} SCP levels`)
  if (blockedBy === 'resourceControlPolicy') {
    visit(`silent among ${resourceControl.length} RCP levels`)
  }
}

/** Those whom control policies do not bind, and what none can deny. */
function visitExemptions(
  request: AuthorizationRequest,
  { serviceControl, resourceControl, resource }: DocumentSet,
  { decision }: Decision,
  visit: (name: string) => void,
): void {
  const { principal, principalInManagementAccount, resourceInManagementAccount } = request
  const action = request.action.toLowerCase()
  const serviceLinked = principal.kind === 'roleSession' && principal.serviceLinked
  if (serviceControl?.some((level) => level.length === 0) && decision === 'allowed') {
    if (serviceLinked) visit('a service-linked role in spite of SCPs')
    if (principalInManagementAccount) visit('the management account in spite of SCPs')
    if (!('accountId' in principal)) visit(`${principal.kind} in spite of SCPs`)
  }
  if (resourceControl?.some((level) => level.length === 0) && decision === 'allowed') {
    if (serviceLinked) visit('a service-linked role in spite of RCPs')
    if (resourceInManagementAccount) visit("the management account's resource in spite of RCPs")
    if (action === 'kms:retiregrant') visit('kms:RetireGrant in spite of RCPs')
  }
  if (action === 'sts:getcalleridentity' || action === 'sts:getsessiontoken') {
    visit(`${action} by ${principal.kind}: ${decision}`)
  }
  if (action.startsWith('kms:')) {
    visit(`kms with ${resource === undefined ? 'no key' : 'a key policy'}: ${decision}`)
  }
}

const boundByAccount: readonly PolicyType[] = ['identityPolicy', 'permissionsBoundary']

/** Who may be refused for want of an Allow, by which policy type. */
const silences: Readonly<Record<(typeof principalKinds)[number], readonly PolicyType[]>> = {
  user: [...boundByAccount, 'sessionPolicy', 'serviceControlPolicy'],
  roleSession: [...boundByAccount, 'sessionPolicy', 'serviceControlPolicy'],
  federatedUser: [...boundByAccount, 'sessionPolicy', 'serviceControlPolicy'],
  root: ['sessionPolicy', 'serviceControlPolicy'],
  service: [],
  federated: [],
  anonymous: [],
}

const ofGrants = [
  // Evaluation logic §2, "Kinds of same-account resource-policy grant".
  'same account, user, grant direct: allowed',
  'same account, user, grant account: identityPolicy',
  'same account, user, grant account: permissionsBoundary',
  'same account, user, grant account: allowed',
  'same account, user, grant none: identityPolicy',
  'same account, user, grant none: resourcePolicy',
  'same account, user, grant none: trustPolicy',
  'same account, user, grant none: allowed',
  'same account, roleSession, grant direct: allowed',
  'same account, roleSession, grant limited: allowed',
  'same account, roleSession, grant limited: permissionsBoundary',
  'same account, roleSession, grant limited: sessionPolicy',
  'same account, roleSession, grant account: identityPolicy',
  'same account, federatedUser, grant direct: allowed',
  'same account, federatedUser, grant limited: allowed',
  'same account, federatedUser, grant limited: permissionsBoundary',
  'same account, federatedUser, grant limited: sessionPolicy',
  'same account, federatedUser, grant account: identityPolicy',
  'same account, root, grant direct: allowed',
  'same account, root, grant none: allowed',
  // §3, "Cross-account decision": both sides.
  ...['user', 'roleSession', 'federatedUser'].flatMap((kind) => [
    `cross account, ${kind}, grant direct: allowed`,
    `cross account, ${kind}, grant direct: identityPolicy`,
    `cross account, ${kind}, grant direct: permissionsBoundary`,
    `cross account, ${kind}, grant none: resourcePolicy`,
    `cross account, ${kind}, grant none: trustPolicy`,
  ]),
  'cross account, roleSession, grant limited: allowed',
  'cross account, roleSession, grant limited: identityPolicy',
  'cross account, root, grant direct: allowed',
  'cross account, root, grant none: resourcePolicy',
]

export const expectedDecisions: readonly string[] = [
  ...principalKinds.flatMap((kind) => [
    `${kind}: allowed`,
    `${kind}: explicitDeny by resourcePolicy`,
    `${kind}: explicitDeny by resourceControlPolicy`,
    `${kind}: implicitDeny by resourcePolicy`,
    `${kind}: implicitDeny by resourceControlPolicy`,
    `${kind}: implicitDeny by endpointPolicy`,
    ...silences[kind].map((type) => `${kind}: implicitDeny by ${type}`),
    `sts:getcalleridentity by ${kind}: ${kind === 'anonymous' ? 'implicitDeny' : 'allowed'}`,
  ]),
  ...ofGrants,
  'silent among 1 SCP levels',
  'silent among 2 SCP levels',
  'silent among 1 RCP levels',
  'silent among 2 RCP levels',
  'a service-linked role in spite of SCPs',
  'the management account in spite of SCPs',
  'service in spite of SCPs',
  'federated in spite of SCPs',
  'anonymous in spite of SCPs',
  'a service-linked role in spite of RCPs',
  "the management account's resource in spite of RCPs",
  'kms:RetireGrant in spite of RCPs',
  'kms with no key: allowed',
  'kms with a key policy: allowed',
  'kms with a key policy: implicitDeny',
]
