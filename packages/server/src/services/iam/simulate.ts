/**
 * A simulation as its answer shows it. Every decision, and what each policy type says, is the
 * engine's own: the same that enforces.
 */
import { compilePolicy, compilePolicySet, decide, missingContextKeys } from '@bailiwick/policy'
import type {
  AuthorizationRequest,
  CompiledPolicy,
  DecisionKind,
  PolicySet,
  PolicyText,
  SourcedPolicy,
} from '@bailiwick/policy'
import { matchedStatements, uniqueStatements } from './simulation-statements.ts'
import type { MatchedStatement } from './simulation-statements.ts'

/** Policies and circumstances; what is left to ask is an action on a resource. */
export interface Simulation {
  readonly request: Omit<AuthorizationRequest, 'action' | 'resource' | 'resourceAccountId'>
  readonly policies: PolicySet<PolicyText>
  /** ARNs, or `*` alone. */
  readonly resources: readonly string[]
  /** The owner of a resource; undefined: the account of the principal. */
  readonly ownerOf: (resource: string) => string | undefined
  /** Whether the principal's account is in an organization. */
  readonly isInOrganization: boolean
  /** How the result of an action on several resources is named. */
  readonly resourceNameOf: (action: string) => string
}

/** What the policy types say of a request that crosses accounts, in AWS's names. */
type DecisionDetails = Readonly<Record<string, DecisionKind>>

interface Result {
  readonly resource: string
  readonly decision: DecisionKind
  readonly statements: readonly MatchedStatement[]
  readonly missing: readonly string[]
  readonly isAllowedByOrganizations: boolean
  readonly isAllowedByBoundary?: boolean
  readonly details: DecisionDetails
}

type Compiled = PolicySet<CompiledPolicy>

const everything: SourcedPolicy<CompiledPolicy> = {
  source: { policyType: 'identityPolicy', id: 'everything' },
  policy: compilePolicy({
    version: '2012-10-17',
    statements: [{ effect: 'Allow', actions: ['*'], resources: ['*'], conditions: [] }],
  }),
}
const allowed = { identity: [everything] }

/** Answers an action on all resources of the simulation; prepared once for many actions. */
export function createSimulator(simulation: Simulation) {
  const { request, policies, resources, ownerOf } = simulation
  const { serviceControl: _, ...shown } = policies
  const missingIn = missingContextKeys(shown)
  const compiled = compilePolicySet(policies)
  const statementsOf = matchedStatements(policies)

  function evaluate(action: string, resource: string): Result {
    const owner = ownerOf(resource)
    const own: AuthorizationRequest = { ...request, action, resource }
    const asked = owner === undefined ? own : { ...own, resourceAccountId: owner }
    const { decision, decidingStatements } = decide(asked, compiled)
    const isAllowedByOrganizations = allowsOrganization(own, compiled)
    const boundary = compiled.permissionsBoundary && boundaryDecision(own, compiled)
    return {
      resource,
      decision,
      // Where the organization refuses, nothing else is looked at.
      statements: isAllowedByOrganizations
        ? statementsOf(decidingStatements, decision === 'explicitDeny')
        : [],
      missing: decision === 'allowed' ? [] : missingIn(asked),
      isAllowedByOrganizations,
      ...(boundary && { isAllowedByBoundary: boundary === 'allowed' }),
      details: isAllowedByOrganizations ? decisionDetails(asked, own, compiled, boundary) : {},
    }
  }

  return (action: string) =>
    resultView(
      simulation,
      action,
      resources.map((resource) => evaluate(action, resource)),
    )
}

function allowsOrganization(request: AuthorizationRequest, { serviceControl }: Compiled): boolean {
  return !serviceControl || decide(request, { ...allowed, serviceControl }).decision === 'allowed'
}

function boundaryDecision(
  request: AuthorizationRequest,
  { permissionsBoundary }: Compiled,
): DecisionKind {
  return decide(request, { ...allowed, ...(permissionsBoundary && { permissionsBoundary }) })
    .decision
}

/** Nothing within an account: there the types do not decide apart. Recorded. */
function decisionDetails(
  asked: AuthorizationRequest,
  own: AuthorizationRequest,
  { identity, resource }: Compiled,
  boundary: DecisionKind | undefined,
): DecisionDetails {
  const { principal, resourceAccountId } = asked
  const accountId = 'accountId' in principal ? principal.accountId : undefined
  if (resourceAccountId === undefined || resourceAccountId === accountId) return {}
  // Whoever has a boundary is spared by no NotPrincipal: it must be there, and allow.
  const bound = boundary && { permissionsBoundary: everything }
  const resourceSide = { ...allowed, ...bound, resource: resource ?? [] }
  return {
    ...(boundary && { 'Permissions Boundary Policy': boundary }),
    'Resource Policy': decide(asked, resourceSide).decision,
    'IAM Policy': decide(own, { identity }).decision,
  }
}

const severity = { allowed: 0, implicitDeny: 1, explicitDeny: 2 } as const

function worst(decisions: readonly DecisionKind[]): DecisionKind {
  return decisions.reduce((a, b) => (severity[a] >= severity[b] ? a : b), 'allowed')
}

/**
 * One result of an action: on several resources it is the strictest of theirs. What is listed of
 * them above is every statement that contributed to it, and every key that is missing.
 * Source: IAM API Reference, EvaluationResult; recorded answers.
 */
function resultView(simulation: Simulation, action: string, results: readonly Result[]) {
  const [first] = results
  const isForAll = simulation.resources.length === 1 && first?.resource === '*'
  const decision = worst(results.map((result) => result.decision))
  const deciding =
    decision === 'explicitDeny' ? results.filter((result) => result.decision === decision) : results
  const isAllowedByBoundary =
    first?.isAllowedByBoundary === undefined
      ? undefined
      : results.every((result) => result.isAllowedByBoundary === true)
  const AllowedByOrganizations = results.every((result) => result.isAllowedByOrganizations)
  return {
    EvalActionName: action,
    EvalResourceName:
      first && results.length === 1 ? first.resource : simulation.resourceNameOf(action),
    EvalDecision: decision,
    MatchedStatements: uniqueStatements(deciding.flatMap((result) => result.statements)),
    MissingContextValues: [...new Set(results.flatMap((result) => result.missing))],
    ...(simulation.isInOrganization && { OrganizationsDecisionDetail: { AllowedByOrganizations } }),
    ...boundaryDetail(isAllowedByBoundary),
    ...(!isForAll && {
      EvalDecisionDetails: worstDetails(results.map((result) => result.details)),
      ResourceSpecificResults: results.map(resourceView),
    }),
  }
}

function resourceView(result: Result) {
  return {
    EvalResourceName: result.resource,
    EvalResourceDecision: result.decision,
    MatchedStatements: result.statements,
    MissingContextValues: result.missing,
    ...(Object.keys(result.details).length > 0 && { EvalDecisionDetails: result.details }),
    ...boundaryDetail(result.isAllowedByBoundary),
  }
}

function boundaryDetail(AllowedByPermissionsBoundary: boolean | undefined) {
  if (AllowedByPermissionsBoundary === undefined) return {}
  return { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary } }
}

function worstDetails(details: readonly DecisionDetails[]): DecisionDetails {
  const types = [...new Set(details.flatMap((detail) => Object.keys(detail)))]
  return Object.fromEntries(
    types.map((type) => [type, worst(details.flatMap((detail) => detail[type] ?? []))]),
  )
}
