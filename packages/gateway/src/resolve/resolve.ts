import { factsOf } from './facts.ts'
import { type ForwardedCall, type Resolution, Unresolvable } from './forwarded-call.ts'
import { resolveS3 } from './s3.ts'
import type { Check } from '../operation.ts'

const resolvers: Readonly<Record<string, (call: ForwardedCall) => readonly Check[]>> = {
  s3: resolveS3,
}

/**
 * What a forwarded call needs allowed: actions, resources, the owner's account where the request
 * tells, and the condition keys that can be known from it. Pure: no look at the backend.
 *
 * Errors: none; what cannot be resolved, and what AWS knows no action for, is not `ok`.
 */
export function resolveForwarded(call: ForwardedCall): Resolution {
  const resolver = Object.hasOwn(resolvers, call.service) ? resolvers[call.service] : undefined
  if (resolver === undefined) return { ok: false, why: `${call.service} is not resolved here` }
  try {
    const checks = resolver(call)
    if (checks.length === 0) return { ok: false, why: `${call.operation.name} names no resource` }
    const unknown = checks.find(({ action }) => action === undefined || !isKnown(action))
    if (unknown) return { ok: false, why: `AWS has no action ${unknown.action ?? ''}` }
    return { ok: true, checks }
  } catch (reason) {
    if (reason instanceof Unresolvable) return { ok: false, why: reason.message }
    throw reason
  }
}

/** The one action of another service that is asked for: a role is handed over. */
function isKnown(action: string): boolean {
  return action === 'iam:PassRole' || factsOf(action) !== undefined
}
