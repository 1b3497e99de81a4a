import type { AuthorizationRequest, CompiledPolicy, Decision, PolicySet } from '@bailiwick/policy'
import type { HttpRequest } from '@bailiwick/wire'
import type { AnyOperation, Check, GateScope, RefusedCheck } from '../operation.ts'
import type { Question, DecidedCheck } from '../ports.ts'
import { Refusal } from '../refusal.ts'
import { requestContextOf } from './request-context.ts'
import { doubtsOf } from './doubts.ts'
import { unknownOf } from './unknown.ts'
import { refusalMessage } from './wording.ts'

/** The policy engine's question; a port of this room, so that a test can make it fail. */
export type Decide = (
  request: AuthorizationRequest,
  policies: PolicySet<CompiledPolicy>,
) => Decision

/** One operation about to be run, with what it found out about its resources. */
export interface Attempt<Scope extends GateScope> {
  readonly request: HttpRequest
  readonly operation: AnyOperation<Scope>
  readonly input: unknown
  readonly scope: Scope
  readonly resolved: unknown
}

/**
 * Decides every check of an operation; returns only where all are allowed.
 *
 * @param decided Takes each check as it is decided, also the one that refuses: for the ledger.
 * @param accessDeniedCode The protocol's: `AccessDenied` or `AccessDeniedException`.
 * @throws Refusal at the first check that is not allowed.
 * @throws Error where an operation that needs permission asks for none: that is a bug, and refused.
 */
export function authorize<Scope extends GateScope>(
  attempt: Attempt<Scope>,
  decide: Decide,
  decided: DecidedCheck[],
  accessDeniedCode: string,
): void {
  const { operation, input, scope, resolved } = attempt
  const checks = operation.authorize(input, scope, resolved)
  if (checks.length === 0 && operation.access !== 'anyCaller') {
    throw new Error(`${operation.service}:${operation.name} declares no check`)
  }
  const own = `${operation.service}:${operation.name}`
  const refused = firstRefused({ ...attempt, checks, own }, decide, decided)
  if (refused === undefined) return
  const { check, action, decision } = refused
  const message =
    operation.refusal?.(input, scope, check, refused) ??
    refusalMessage(scope.caller, action, check, decision)
  throw new Refusal(accessDeniedCode, message)
}

/** Checks to be decided for one request. */
export interface Checks {
  readonly request: HttpRequest
  readonly scope: GateScope
  readonly checks: readonly Check[]
  /** The action of those that name none: `iam:GetUser`. */
  readonly own: string
}

/** Decides check after check; the first that is not allowed, with what it was decided on. */
export function firstRefused(
  { request, scope, checks, own }: Checks,
  decide: Decide,
  decided: DecidedCheck[],
): (DecidedCheck & RefusedCheck) | undefined {
  for (const check of checks) {
    const action = check.action ?? own
    const context = requestContextOf(request, scope, check)
    const asked = askedOf(scope, check, { action, context })
    const decision = decide(asked.request, asked.policies)
    if (decision.decision === 'allowed') {
      decided.push({ check, action, decision, asked })
      continue
    }
    const refused = { check, action, decision, asked, doubts: doubtsOf(asked) }
    decided.push(refused)
    return { ...refused, context }
  }
  return undefined
}

/** What the engine is asked of one check. */
function askedOf(
  scope: GateScope,
  check: Check,
  { action, context }: Pick<AuthorizationRequest, 'action' | 'context'>,
): Question {
  const { caller } = scope
  const policies: PolicySet<CompiledPolicy> = check.resourcePolicies
    ? { ...caller.policies, resource: check.resourcePolicies }
    : caller.policies
  const unknown = unknownOf(check)
  const request: AuthorizationRequest = {
    principal: caller.principal,
    action,
    resource: check.resourceArn,
    ...(check.resourceAccountId !== undefined && { resourceAccountId: check.resourceAccountId }),
    principalInManagementAccount: caller.inManagementAccount,
    resourceInManagementAccount: check.resourceInManagementAccount ?? false,
    context,
    ...(unknown && { unknown }),
  }
  return { request, policies }
}
