/**
 * Asks the engine itself which part of a statement fits a request: each part is put, alone, into
 * a Deny that is otherwise about everything, and decided. An explanation therefore cannot disagree
 * with enforcement, whatever engine enforces.
 */
import type { AuthorizationRequest, SourcedPolicy } from '../authorization.ts'
import { statementContextKeys } from '../document/context-keys.ts'
import type {
  Condition,
  PolicyDocument,
  PrincipalElement,
  Statement,
} from '../document/policy-document.ts'
import { isKnownOperator } from '../document/condition-operator.ts'
import { compilePolicy, decide, type CompiledPolicy } from '../engine.ts'
import type { Mismatch } from './explanation.ts'

/** Elements put in; `undefined` takes one out. */
type Part = { readonly [E in keyof Statement]?: Statement[E] | undefined }

/** What is the same for all statements of a request. */
export interface ProbeScope {
  readonly request: AuthorizationRequest
  /** A principal with a boundary is never exempted by NotPrincipal. */
  readonly hasPermissionsBoundary: boolean
}

const everyone: PrincipalElement = {
  any: true,
  aws: [],
  service: [],
  federated: [],
  canonicalUser: [],
}
const anything = { effect: 'Deny', actions: ['*'], conditions: [] } as const satisfies Statement
const nothing: SourcedPolicy<CompiledPolicy> = {
  source: { policyType: 'permissionsBoundary', id: 'boundary' },
  policy: compilePolicy({ version: '2012-10-17', statements: [] }),
}

/** The parts of a statement that do not fit; empty: the statement matches. */
export function mismatchesOf(
  statement: Statement,
  version: PolicyDocument['version'],
  scope: ProbeScope,
): readonly Mismatch[] {
  const fits = (part: Part) => probe({ ...anything, ...part }, version, scope)
  const mismatches: Mismatch[] = []
  const { principals, notPrincipals, actions, notActions, resources, notResources } = statement
  if (principals && !fits({ principals })) mismatches.push({ element: 'Principal' })
  if (notPrincipals && !fitsNotPrincipals(statement.effect, notPrincipals, version, scope)) {
    mismatches.push({ element: 'NotPrincipal' })
  }
  if (actions && !fits({ actions })) mismatches.push({ element: 'Action', written: actions })
  if (notActions && !fits({ actions: undefined, notActions })) {
    mismatches.push({ element: 'NotAction', written: notActions })
  }
  if (resources && !resourceFits({ resources }, statement.effect, version, scope)) {
    const mayFit = resourceFits({ resources }, 'Deny', version, scope)
    mismatches.push({ element: 'Resource', written: resources, ...(mayFit && { unknown: true }) })
  }
  if (notResources && !resourceFits({ notResources }, statement.effect, version, scope)) {
    const mayFit = resourceFits({ notResources }, 'Deny', version, scope)
    const written = notResources
    mismatches.push({ element: 'NotResource', written, ...(mayFit && { unknown: true }) })
  }
  for (const condition of statement.conditions) {
    const mismatch = conditionMismatch(condition, statement.effect, version, scope)
    if (mismatch) mismatches.push(mismatch)
  }
  return mismatches
}

function conditionMismatch(
  condition: Condition,
  effect: Statement['effect'],
  version: PolicyDocument['version'],
  scope: ProbeScope,
): Mismatch | undefined {
  const { context, unknown } = scope.request
  // The probe is a Deny, and that holds in doubt: an unknown operator, an unknown key.
  if (effect === 'Allow' && !isKnownOperator(condition)) return { element: 'Condition', condition }
  const mayHold = probe({ ...anything, conditions: [condition] }, version, scope)
  const isUnknown =
    unknown !== undefined &&
    statementContextKeys({ effect, conditions: [condition] }, version).some((key) =>
      unknown.contextKeys.has(key.toLowerCase()),
    )
  if (effect === 'Allow' && isUnknown) {
    return { element: 'Condition', condition, ...(mayHold && { unknown: true }) }
  }
  if (mayHold) return undefined
  const value = context.get(condition.conditionKey.toLowerCase())
  const requestValues = typeof value === 'string' ? [value] : value
  return { element: 'Condition', condition, ...(requestValues && { requestValues }) }
}

/**
 * Whether a statement of this effect is about the resource. The probe is a Deny, which counts one
 * in that is not quite known: for an Allow it asks whether the opposite does not hold.
 */
export function resourceFits(
  { resources, notResources }: Pick<Statement, 'resources' | 'notResources'>,
  effect: Statement['effect'],
  version: PolicyDocument['version'],
  scope: ProbeScope,
): boolean {
  const isDeny = effect === 'Deny'
  const [meant, spared] = isDeny ? [resources, notResources] : [notResources, resources]
  const part = meant ? { resources: meant } : spared ? { notResources: spared } : {}
  return probe({ ...anything, ...part }, version, scope) === isDeny
}

/**
 * NotPrincipal is read differently by effect: a Deny spares who is named layer by layer, an Allow
 * is for those not named at all, and then grants to them directly, which one account shows.
 */
function fitsNotPrincipals(
  effect: Statement['effect'],
  notPrincipals: PrincipalElement,
  version: PolicyDocument['version'],
  scope: ProbeScope,
): boolean {
  if (effect === 'Deny') return probe({ ...anything, notPrincipals }, version, scope)
  const { resourceAccountId: _elsewhere, ...request } = scope.request
  const policy = compilePolicy({ version, statements: [{ ...anything, effect, notPrincipals }] })
  const source = { policyType: 'resourcePolicy', id: 'probe' } as const
  return decide(request, { identity: [], resource: [{ source, policy }] }).decision === 'allowed'
}

/** Whether a Deny with this statement denies: in the resource's layer, where principals stand. */
function probe(part: Part, version: PolicyDocument['version'], scope: ProbeScope) {
  const hasPrincipal = part.principals ?? part.notPrincipals
  const statement = hasPrincipal === undefined ? { ...part, principals: everyone } : part
  const source = { policyType: 'resourcePolicy', id: 'probe' } as const
  const policy = compilePolicy({ version, statements: [defined(statement)] })
  const { decision } = decide(scope.request, {
    identity: [],
    resource: [{ source, policy }],
    ...(scope.hasPermissionsBoundary && { permissionsBoundary: nothing }),
  })
  return decision === 'explicitDeny'
}

function defined(statement: Part): Statement {
  const entries = Object.entries(statement).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as unknown as Statement
}
