import type { PackedActionData } from '../../action-data/index.ts'
import { compileActions } from '../compile/action.ts'
import type { CompiledActions } from '../compile/compiled-policy.ts'
import type { PolicyDocument, Statement } from '../document/policy-document.ts'
import { matchesAction, parseAction, type RequestedAction } from '../match/action.ts'

/**
 * The services of which these documents, together, allow at least one action: what the access
 * advisor lists, and ListPoliciesGrantingServiceAccess asks of one policy. Prefixes in lower case
 * (`s3`), in the order of `among`.
 *
 * - An Allow counts whatever its resources and conditions. A Deny takes an action away where it
 *   is about every resource and has no condition: chosen by us, AWS's documentation is silent.
 * - Actions are those of `actionData`; a service that is not in it is never listed.
 * - Errors: none; total. Cost: a look at each action of the services that are not allowed.
 * - Source: IAM User Guide, "Refine permissions using last accessed information".
 */
export function allowedServices(
  documents: readonly PolicyDocument[],
  actionData: PackedActionData,
  among: readonly string[] = Object.keys(actionData.services),
): readonly string[] {
  const isAllowed = allowedBy(documents)
  return among.filter((service) => actionsOf(actionData, service).some(isAllowed))
}

/** As `allowedServices`, the actions of one service: their names, in the order of the data. */
export function allowedActions(
  documents: readonly PolicyDocument[],
  actionData: PackedActionData,
  service: string,
): readonly string[] {
  const isAllowed = allowedBy(documents)
  const names = (actionData.services[service]?.actions ?? []).map(([name]) => name)
  const actions = actionsOf(actionData, service)
  return names.filter((_name, i) => actions.slice(i, i + 1).some(isAllowed))
}

function allowedBy(documents: readonly PolicyDocument[]): (action: RequestedAction) => boolean {
  const statements = documents.flatMap((document) => document.statements)
  const allowing = statements.filter(({ effect }) => effect === 'Allow').map(compileActions)
  const denying = statements.filter(deniesEverywhere).map(compileActions)
  return (action) => isMeant(allowing, action) && !isMeant(denying, action)
}

function deniesEverywhere({ effect, resources, conditions }: Statement): boolean {
  return effect === 'Deny' && conditions.length === 0 && resources?.includes('*') === true
}

function isMeant(statements: readonly CompiledActions[], action: RequestedAction): boolean {
  return statements.some((actions) => matchesAction(actions, action))
}

const parsed = new WeakMap<PackedActionData, Map<string, readonly RequestedAction[]>>()

function actionsOf(actionData: PackedActionData, service: string): readonly RequestedAction[] {
  const byService = parsed.get(actionData) ?? new Map<string, readonly RequestedAction[]>()
  parsed.set(actionData, byService)
  const known = byService.get(service)
  if (known) return known
  const packed = Object.hasOwn(actionData.services, service)
    ? actionData.services[service]
    : undefined
  const actions = (packed?.actions ?? []).map(([name]) => parseAction(`${service}:${name}`))
  if (packed) byService.set(service, actions)
  return actions
}
