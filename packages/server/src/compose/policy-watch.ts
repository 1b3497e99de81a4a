/** Policies that depend on what the gate cannot know are named in the log, each once. */
import type { GateEvent } from '@bailiwick/gateway'
import {
  type CompiledPolicy,
  type PolicySource,
  type SourcedPolicy,
  unknownKeyUses,
  type UnknownKeyUse,
} from '@bailiwick/policy'
import { unknownKeys } from '@bailiwick/policy/unknown-keys'
import type { Logger } from '../http/log.ts'

/** Policies and keys that are remembered as named; beyond, nothing more is said. */
export const namedMax = 10_000

/**
 * Looks at the policies that a request was decided on: the first time that one of them, in a call for
 * a backend, has a statement about the call's service that asks for a key which is never known there,
 * a line names policy, key and statement. Later decisions say it in their refusals alone.
 *
 * @param max Of policies and keys together.
 */
export function watchPolicies(
  log: Pick<Logger, 'warn'>,
  max: number = namedMax,
): (event: Pick<GateEvent, 'checks' | 'caller'>) => void {
  const uses = new WeakMap<CompiledPolicy, readonly UnknownKeyUse[]>()
  const named = new Set<string>()

  function usesOf(policy: CompiledPolicy): readonly UnknownKeyUse[] {
    const known = uses.get(policy)
    if (known !== undefined) return known
    const found = unknownKeyUses(policy.document, unknownKeys.never)
    uses.set(policy, found)
    return found
  }

  function name(policy: string, { key, statement }: UnknownKeyUse, service: string): void {
    const id = `${policy}\n${key.toLowerCase()}`
    if (named.has(id) || named.size > max) return
    named.add(id)
    if (named.size > max) {
      log.warn(
        { max },
        'more policies depend on condition keys that are not known here: see `bailiwick policy validate`',
      )
      return
    }
    log.warn(
      { policy, statement, key, service },
      'a policy depends on a condition key that is never known here: its statement is refused in doubt',
    )
  }

  return ({ checks, caller }) => {
    for (const { action, asked } of checks) {
      if (asked.request.unknown === undefined) continue
      const [service = ''] = action.split(':')
      for (const { policy, source } of policiesOf(asked.policies)) {
        for (const use of usesOf(policy)) {
          if (use.services.includes(service)) name(nameOf(source, caller?.accountId), use, service)
        }
      }
    }
  }
}

type Policies = GateEvent['checks'][number]['asked']['policies']
type Sourced = SourcedPolicy<CompiledPolicy>

function policiesOf(policies: Policies): readonly Sourced[] {
  const layers = Object.values(policies) as readonly (Sourced | readonly (Sourced | Sourced[])[])[]
  return layers.flat(2)
}

/** Policies that have no ARN are named in their account. */
function nameOf({ arn, id }: PolicySource, accountId = ''): string {
  return arn ?? (id.startsWith('arn:') ? id : `${accountId} ${id}`)
}
