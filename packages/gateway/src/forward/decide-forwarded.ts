import type { OperationInput } from '@bailiwick/wire'
import { firstRefused, type Checks, type Decide } from '../authorize/authorize.ts'
import { refusalMessage } from '../authorize/wording.ts'
import type { Check, GateScope } from '../operation.ts'
import type { DecidedCheck, Service } from '../ports.ts'
import { Refusal } from '../refusal.ts'
import type { CallPlace, KeptCall } from '../registry/kept.ts'
import { keptOperation, keptService, keptServiceOf } from '../registry/kept-services.ts'
import { know, knownCheck, type Known } from '../registry/known.ts'
import type { NewResource, Resource, ResourcePort } from '../registry/resource.ts'
import { firstRefusedAsking } from './asked-keys.ts'
import { askingFor } from './ask.ts'
import type { Forwarding } from './forwarding.ts'

/** A call that may be made. */
export interface Permitted {
  /** Policy had denied it, and it is let through to be observed. */
  readonly observed: boolean
  readonly checks: readonly Check[]
  /** The records it is about. */
  readonly resources: readonly Resource[]
  /**
   * Decides anew where a record has changed since.
   * @throws Refusal where it is allowed no longer.
   */
  readonly again: (current: Resource) => void
  /** Whether the caller might do that to a resource, were it so; nobody is told. */
  readonly allows: KeptCall['allows']
}

/**
 * Decides a call for a backend: resolved from the request, with what the registry knows.
 *
 * @throws Refusal for what is not allowed, cannot be worked out, or is allowed and not there.
 */
export async function decideForwarded<Scope extends GateScope>(
  forwarding: Forwarding<Scope>,
  input: OperationInput,
  decide: Decide,
  decided: DecidedCheck[],
): Promise<Permitted> {
  const { recognised, scope, resources } = forwarding
  const { service, model } = recognised
  const checks = resolvedChecks(forwarding, input)
  const kept = keptService(service.model.service)
  const declared = kept && keptOperation(kept.service, model.name)
  const creates = declared?.creates
  const isMade = (arn: string) => creates !== undefined && (creates.isMade?.(arn, input) ?? true)
  const about = declared?.about?.(placeOf(forwarding, input))
  const known = know(checks, scope.caller, resources, isMade, about)
  const ask = askingFor(forwarding, known.checks)
  const question = questionOf(forwarding, known)
  const refused = await firstRefusedAsking(question, kept?.askedKeys, ask, decide, decided)
  const observed = observedOrRefused(forwarding, refused)
  if (known.missing !== undefined && declared?.absent === undefined) throw known.missing
  return {
    observed,
    checks: known.checks,
    resources: known.resources,
    again(current) {
      const with_ = know(checks, scope.caller, withRecord(resources, current), isMade, about)
      const question = questionOf(forwarding, with_)
      observedOrRefused(forwarding, firstRefused(question, decide, decided))
    },
    allows(action, resource, arn = resource.arn) {
      return allows(forwarding, { action, resourceArn: arn }, resource, decide)
    },
  }
}

function placeOf<Scope extends GateScope>(
  { scope, partition }: Forwarding<Scope>,
  input: OperationInput,
): CallPlace {
  const { caller, region } = scope
  return { input, accountId: caller.accountId ?? '', partition, region }
}

function allows<Scope extends GateScope>(
  { request, scope, resources }: Forwarding<Scope>,
  check: Check,
  resource: NewResource,
  decide: Decide,
): boolean {
  const kept = keptServiceOf(resource.arn)
  if (kept === undefined) throw new Error(`${resource.arn} is of no kept service`)
  const checks = [knownCheck(check, resource, kept, scope.caller, resources)]
  return firstRefused({ request, scope, checks, own: '' }, decide, []) === undefined
}

function resolvedChecks<Scope extends GateScope>(
  { request, recognised, scope, partition, resolve, lookUps }: Forwarding<Scope>,
  input: OperationInput,
): readonly Check[] {
  const { service, model } = recognised
  const { caller, region, now } = scope
  const call = { service: service.model.service, operation: model, input, partition, region }
  const resolution = resolve({
    ...call,
    accountId: caller.accountId ?? '',
    request,
    now,
    ...(lookUps && { lookUps }),
  })
  if (!resolution.ok) {
    throw new Refusal('AccessDenied', `${model.name} cannot be decided on: ${resolution.why}`)
  }
  if (resolution.checks.length > 0) return resolution.checks
  throw new Error(`${service.model.service}:${model.name} declares no check`)
}

function questionOf<Scope extends GateScope>(
  { request, recognised, scope }: Forwarding<Scope>,
  { checks }: Known,
): Checks {
  const { service, model } = recognised
  return { request, scope, checks, own: `${service.model.service}:${model.name}` }
}

/** Whether policy denied it, and it is let through to be observed. @throws Refusal where not. */
function observedOrRefused<Scope extends GateScope>(
  { recognised, scope }: Forwarding<Scope>,
  refused: DecidedCheck | undefined,
): boolean {
  const { service } = recognised
  if (refused === undefined) return false
  // Who is not known has nothing to be observed; nor has a service, which has no account.
  if (service.observe === true && scope.caller.accountId !== undefined) return true
  const code = service.model.signingName === 'sns' ? 'AuthorizationError' : 'AccessDenied'
  throw new Refusal(code, deniedMessage(service, scope, refused))
}

function withRecord(resources: ResourcePort, current: Resource): ResourcePort {
  return { ...resources, find: (arn) => (arn === current.arn ? current : resources.find(arn)) }
}

/** S3 puts the resource in quotes, and tells strangers nothing. Source: evaluation-logic §7.2. */
function deniedMessage<Scope extends GateScope>(
  { model }: Service<Scope>,
  { caller }: GateScope,
  { check, action, decision, doubts }: DecidedCheck,
): string {
  if (model.signingName !== 's3') {
    // Recorded from SQS: it names actions in lower case.
    const named = model.signingName === 'sqs' ? action.toLowerCase() : action
    return refusalMessage(caller, named, check, decision, doubts)
  }
  const { resourceAccountId: owner, resourceArn } = check
  const isForeign = owner !== undefined && owner !== caller.accountId
  if (caller.accountId === undefined || isForeign) return 'Access Denied'
  const quoted = { ...check, resourceLabel: `"${resourceArn}"` }
  return refusalMessage(caller, action, quoted, decision, doubts)
}
