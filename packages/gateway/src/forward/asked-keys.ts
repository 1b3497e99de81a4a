import { firstRefused, type Checks, type Decide } from '../authorize/authorize.ts'
import { withKnownKeys } from '../authorize/unknown.ts'
import type { RefusedCheck } from '../operation.ts'
import type { DecidedCheck } from '../ports.ts'
import type { Ask, AskedKeys } from '../registry/kept.ts'
import { unreachable } from './answer.ts'

/**
 * Decides check after check, as `firstRefused` does. What is refused in doubt, since a policy depends
 * on keys that only the backend can tell, is decided anew with what the backend says.
 */
export async function firstRefusedAsking(
  checks: Checks,
  asked: AskedKeys | undefined,
  ask: Ask,
  decide: Decide,
  decided: DecidedCheck[],
): Promise<(DecidedCheck & RefusedCheck) | undefined> {
  if (asked === undefined) return firstRefused(checks, decide, decided)
  for (const check of checks.checks) {
    const first: DecidedCheck[] = []
    const doubt = { noticed: false }
    const noticing = noticingDoubt(decide, asked.prefix.toLowerCase(), doubt)
    const inDoubt = firstRefused({ ...checks, checks: [check] }, noticing, first)
    if (inDoubt === undefined || !doubt.noticed) {
      decided.push(...first)
      if (inDoubt !== undefined) return inDoubt
      continue
    }
    const keys = await asked.keysOf(check, ask).catch(unreachable)
    if (keys === undefined) {
      decided.push(...first)
      return inDoubt
    }
    const told = withKnownKeys(check, [asked.prefix], keys)
    const refused = firstRefused({ ...checks, checks: [told] }, decide, decided)
    if (refused !== undefined) return refused
  }
  return undefined
}

/** Notices whether a decision depends on a key that begins so, and is not known. */
function noticingDoubt(decide: Decide, prefix: string, doubt: { noticed: boolean }): Decide {
  return (request, policies) => {
    const { unknown } = request
    if (unknown === undefined) return decide(request, policies)
    const has = (key: string) => {
      const isUnknown = unknown.contextKeys.has(key)
      if (isUnknown && key.startsWith(prefix)) doubt.noticed = true
      return isUnknown
    }
    return decide({ ...request, unknown: { ...unknown, contextKeys: { has } } }, policies)
  }
}
