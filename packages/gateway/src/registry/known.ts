import type { CompiledPolicy, ContextValue, SourcedPolicy } from '@bailiwick/policy'
import type { Caller } from '../caller.ts'
import type { Check } from '../operation.ts'
import type { Refusal } from '../refusal.ts'
import type { KeptService } from './kept.ts'
import { keptServiceOf } from './kept-services.ts'
import type { Resource, ResourcePort } from './resource.ts'

/** The checks of a call with what the registry knows of their resources. */
export interface Known {
  readonly checks: readonly Check[]
  /** The records they are about, without duplicates. */
  readonly resources: readonly Resource[]
  /** What is to be said, once all is allowed, of the first resource that is not there. */
  readonly missing?: Refusal
}

/**
 * Finds the resource of each check: its owner, policies and tags decide along. A resource that is
 * not known is decided as if it were the caller's own, or the account's in its ARN, without a policy.
 *
 * @param creates Whether the call makes its resource: then whoever has the name has no say.
 */
export function know(
  checks: readonly Check[],
  caller: Caller,
  resources: ResourcePort,
  creates: boolean,
): Known {
  if (creates) return { checks, resources: [] }
  const found = new Map<string, Resource>()
  let missing: Refusal | undefined
  const known = checks.map((check) => {
    const kept = keptServiceOf(check.resourceArn)
    const place = kept?.resourceOf(check.resourceArn, resources)
    if (kept === undefined || place === undefined) return check
    const resource = resources.find(place.arn)
    if (resource === undefined) {
      missing ??= kept.missing(place.arn)
      return check
    }
    found.set(resource.arn, resource)
    return knownCheck(check, resource, kept, caller, resources)
  })
  return { checks: known, resources: [...found.values()], ...(missing && { missing }) }
}

function knownCheck(
  check: Check,
  resource: Resource,
  kept: KeptService,
  caller: Caller,
  resources: ResourcePort,
): Check {
  const { tagsOf = ({ tags }) => tags, keysOf = () => ({}), ignoresPolicy } = kept
  const tags: Record<string, ContextValue> = {}
  for (const { Key, Value } of tagsOf(resource)) tags[`aws:ResourceTag/${Key}`] = Value
  const isIgnored = ignoresPolicy?.(resource, caller, check.action ?? '') === true
  return {
    ...check,
    resourceAccountId: resource.accountId,
    contextKeys: { ...check.contextKeys, ...tags, ...keysOf(resource) },
    resourcePolicies: isIgnored ? [] : policiesOf(resource, resources),
  }
}

function policiesOf(
  { arn, policy }: Resource,
  resources: ResourcePort,
): readonly SourcedPolicy<CompiledPolicy>[] {
  if (policy === undefined) return []
  const source = { policyType: 'resourcePolicy', id: arn } as const
  return [{ source, policy: resources.compiled(policy) }]
}
