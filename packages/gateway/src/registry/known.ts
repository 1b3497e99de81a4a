import type { CompiledPolicy, ContextValue, SourcedPolicy } from '@bailiwick/policy'
import { withKnownKeys } from '../authorize/unknown.ts'
import type { Caller } from '../caller.ts'
import type { Check } from '../operation.ts'
import type { Refusal } from '../refusal.ts'
import type { KeptService } from './kept.ts'
import { keptServiceOf } from './kept-services.ts'
import type { NewResource, Resource, ResourcePort } from './resource.ts'

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
 * @param about The record that the service's checks are about, where their ARNs do not tell.
 * @param isMade Whether an ARN is that of what the call makes: then whoever has the name has no say.
 */
export function know(
  checks: readonly Check[],
  caller: Caller,
  resources: ResourcePort,
  isMade: (arn: string) => boolean,
  about?: string,
): Known {
  const found = new Map<string, Resource>()
  let missing: Refusal | undefined
  const known = checks.map((check) => {
    const arn = aboutOf(check, about)
    const kept = keptServiceOf(arn)
    const place = kept && (arn === about ? { arn } : kept.resourceOf(arn, resources))
    if (kept === undefined || place === undefined || isMade(check.resourceArn)) return check
    const resource = resources.find(place.arn) ?? standing(kept, place.arn)
    if (resource === undefined) {
      missing ??= kept.missing(place.arn)
      return check
    }
    found.set(resource.arn, resource)
    return knownCheck(check, resource, kept, caller, resources)
  })
  return { checks: known, resources: [...found.values()], ...(missing && { missing }) }
}

/** Checks of another service stay with what they are on: a role that is handed over. */
function aboutOf({ action = '', resourceArn }: Check, about: string | undefined): string {
  const service = about?.split(':', 3)[2]
  return about !== undefined && action.startsWith(`${service ?? ''}:`) ? about : resourceArn
}

/** One without a record has no incarnation yet. */
function standing(kept: KeptService, arn: string): Resource | undefined {
  const resource = kept.standing?.(arn)
  return resource && { ...resource, id: '', createdAt: new Date(0), revision: 0 }
}

/** A check about a resource as it is, or as it might be. */
export function knownCheck(
  check: Check,
  resource: NewResource,
  kept: KeptService,
  caller: Caller,
  resources: ResourcePort,
): Check {
  const { tagsOf = ({ tags }) => tags, keysOf = () => ({}) } = kept
  const tags: Record<string, ContextValue> = {}
  for (const { Key, Value } of tagsOf(resource, check.resourceArn))
    tags[`aws:ResourceTag/${Key}`] = Value
  const resourcePolicies = policiesOf(check, resource, kept, caller, resources)
  const keys = keysOf(resource, resources)
  return {
    ...withKnownKeys(check, ['aws:ResourceTag/', ...Object.keys(keys)], { ...tags, ...keys }),
    resourceAccountId: kept.ownerFor?.(resource, caller) ?? resource.accountId,
    ...(kept.backendAccountOf && { backendAccountId: kept.backendAccountOf(resource) }),
    ...(resourcePolicies && { resourcePolicies }),
  }
}

function policiesOf(
  { action = '', resourceArn }: Check,
  resource: NewResource,
  { ignoresPolicy, policiesOf: own }: KeptService,
  caller: Caller,
  resources: ResourcePort,
): readonly SourcedPolicy<CompiledPolicy>[] | undefined {
  if (ignoresPolicy?.(resource, caller, action) === true) return []
  const { arn: id, policy } = resource
  const saved = own ? own(resource, resourceArn, resources) : policy ? [policy] : []
  const source = { policyType: 'resourcePolicy', id } as const
  return saved?.map((each) => ({ source, policy: resources.compiled(each) }))
}
