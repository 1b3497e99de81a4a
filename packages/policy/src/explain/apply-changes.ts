/** What would be decided if some changes were made: the policies are not touched. */
import type {
  AuthorizationRequest,
  Decision,
  PolicySet,
  PolicyType,
  SourcedPolicy,
} from '../authorization.ts'
import type { PolicyDocument, PrincipalElement, Statement } from '../document/policy-document.ts'
import { compilePolicy, decide, type CompiledPolicy } from '../engine.ts'
import type { AddedStatement, Change, PolicyText } from './explanation.ts'
import { resourcePolicyType, type TextSet } from './layers.ts'

type Texts = readonly SourcedPolicy<PolicyText>[]
type Compiled = readonly SourcedPolicy<CompiledPolicy>[]

export function decideChanged(
  request: AuthorizationRequest,
  policies: TextSet,
  changes: readonly Change[],
): Decision {
  return decide(request, applyChanges(policies, changes))
}

/** The policies ready to be decided on, one by one as they come. */
export function compilePolicySet(policies: PolicySet<PolicyText>): PolicySet<CompiledPolicy> {
  return applyChanges(policies, [])
}

function applyChanges(policies: TextSet, changes: readonly Change[]): PolicySet<CompiledPolicy> {
  const change = (layer: Texts | undefined, policyType: PolicyType, level?: number) =>
    changeLayer(layer, policyType, changes, level)
  const levels = (policyType: PolicyType, all: readonly Texts[] | undefined) =>
    all?.map((layer, level) => change(layer, policyType, level) ?? [])
  const { permissionsBoundary } = policies
  const boundary = change(permissionsBoundary && [permissionsBoundary], 'permissionsBoundary')?.[0]
  const session = change(policies.session, 'sessionPolicy')
  const resource = change(policies.resource, resourcePolicyType(policies))
  const serviceControl = levels('serviceControlPolicy', policies.serviceControl)
  const resourceControl = levels('resourceControlPolicy', policies.resourceControl)
  const endpoint = change(policies.endpoint, 'endpointPolicy')
  return {
    identity: change(policies.identity, 'identityPolicy') ?? [],
    ...(boundary && { permissionsBoundary: boundary }),
    ...(session && { session }),
    ...(resource && { resource }),
    ...(serviceControl && { serviceControl }),
    ...(resourceControl && { resourceControl }),
    ...(endpoint && { endpoint }),
  }
}

/**
 * A layer with its statements taken away and added. What is added goes into the layer's first
 * policy, or a new one where there is none: a boundary is one policy.
 */
function changeLayer(
  layer: Texts | undefined,
  policyType: PolicyType,
  changes: readonly Change[],
  level?: number,
): Compiled | undefined {
  const added = changes
    .filter((change) => change.kind === 'addStatement')
    .filter((change) => change.policyType === policyType && change.level === level)
    .map((change) => statementOf(change.statement))
  const compiled = (layer ?? []).map(({ source, policy }, index) => {
    const kept = policy.document.statements.filter((_, at) => !isRemoved(source, at, changes))
    const statements = index === 0 ? [...kept, ...added] : kept
    const document: PolicyDocument = { ...policy.document, statements }
    return { source, policy: compilePolicy(document) }
  })
  if (compiled.length > 0 || added.length === 0) return layer === undefined ? undefined : compiled
  const policy = compilePolicy({ version: '2012-10-17', statements: added })
  return [{ source: { policyType, id: 'added' }, policy }]
}

function isRemoved(
  source: SourcedPolicy<PolicyText>['source'],
  statementIndex: number,
  changes: readonly Change[],
): boolean {
  return changes.some(
    (change) =>
      change.kind === 'removeStatement' &&
      change.statement.source === source &&
      change.statement.statementIndex === statementIndex,
  )
}

function statementOf(added: AddedStatement): Statement {
  const { Principal: principal } = added
  return {
    effect: 'Allow',
    ...(principal !== undefined && { principals: principalElement(principal) }),
    actions: [added.Action],
    ...(added.Resource !== undefined && { resources: [added.Resource] }),
    conditions: [],
  }
}

function principalElement(
  principal: Exclude<AddedStatement['Principal'], undefined>,
): PrincipalElement {
  const list = (kind: string) =>
    principal === '*' || principal[kind] === undefined ? [] : [principal[kind]]
  return {
    any: principal === '*',
    aws: list('AWS'),
    service: list('Service'),
    federated: list('Federated'),
    canonicalUser: [],
  }
}
