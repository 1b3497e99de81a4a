/**
 * What backends have and nobody owns yet is recorded for an owner (decision 12). No backend is
 * changed by it.
 */
import { askingAbout, isNamedArn, keptService } from '@bailiwick/gateway'
import type { Adoptable, Backend, GateScope, Resource, Service } from '@bailiwick/gateway'
import type {
  Adoption,
  BackendPlace,
  BackendResource,
  KeptResource,
  KeptResourcesRequest,
  RegistryPort,
} from '../domain/registry.ts'
import { keptDeliveries } from './kept-deliveries.ts'
import type { Resources } from './resources.ts'

/** The service of a backend, as far as it is asked. */
export type BackedService = Pick<Service<GateScope>, 'model'> & { readonly backend: Backend }

export interface AdoptionOptions {
  readonly resources: Resources
  readonly operatorAccountId: string
  readonly partition: string
  readonly backed: readonly BackedService[]
}

export function createAdoption(options: AdoptionOptions): RegistryPort {
  const { resources, operatorAccountId } = options
  let last: Promise<unknown> = Promise.resolve()
  return {
    operatorAccountId,
    list: (request) => list(resources, request),
    deliveries: (request) => keptDeliveries(options, request),
    async backendResources(place) {
      const found = await adoptableAt(options, place)
      return found?.adoptables
        .filter((each) => !isAnothers(found, each.arn))
        .map((each) => withOwner(each, ownerOf(found, each.arn)))
        .sort((a, b) => (a.arn < b.arn ? -1 : 1))
    },
    adopt(place, arns, requestId) {
      // One after the other: two must not take the one queue of a name for two accounts.
      const adopted = last.then(() => adoptAll(options, place, arns, requestId))
      last = adopted.catch(() => undefined)
      return adopted
    },
    async release(arns, event) {
      const held = [...new Set(arns)].flatMap((arn) => resources.find(arn) ?? [])
      for (const resource of held) await resources.remove(resource, event)
      return held.map(({ arn }) => arn)
    },
  }
}

function list(
  resources: Resources,
  { service, accountId, after = '', limit }: KeptResourcesRequest,
): readonly KeptResource[] {
  return resources
    .beginningWith('')
    .filter((each) => each.arn > after)
    .filter((each) => service === undefined || each.service === service)
    .filter((each) => accountId === undefined || each.accountId === accountId)
    .sort((a, b) => (a.arn < b.arn ? -1 : 1))
    .slice(0, limit)
    .map(keptResource)
}

function keptResource(resource: Resource): KeptResource {
  const { arn, accountId, service, type, state, createdAt, policy } = resource
  return { arn, accountId, service, type, state, createdAt, hasPolicy: policy !== undefined }
}

async function adoptAll(
  options: AdoptionOptions,
  place: BackendPlace,
  arns: readonly string[],
  requestId: string,
): Promise<readonly Adoption[] | undefined> {
  const found = await adoptableAt(options, place)
  if (found === undefined) return undefined
  const byArn = new Map(found.adoptables.map((each) => [each.arn, each]))
  const outcomes: Adoption[] = []
  for (const arn of new Set(arns)) {
    outcomes.push(await adopt(found, { place, arn, requestId }, byArn.get(arn)))
  }
  return outcomes
}

/** What a backend has, and how to tell whose it is. */
interface Found {
  readonly adoptables: readonly Adoptable[]
  readonly accountId: string
  readonly backed: BackedService
  readonly resources: Resources
  /** Of a backend that knows no accounts, by what tells a resource from the others. */
  readonly ownersByName?: ReadonlyMap<string, string>
}

async function adoptableAt(
  { resources, partition, backed }: AdoptionOptions,
  place: BackendPlace,
): Promise<Found | undefined> {
  const { service, accountId, region, now } = place
  const adoptable = keptService(service)?.adoptable
  const at = backed.find(({ model }) => model.service === service)
  if (adoptable === undefined || at === undefined) return undefined
  const ask = askingAbout(at.model, at.backend, { accountId, partition, region, now })
  const adoptables = await adoptable(ask, { partition, region, accountId })
  const found = { adoptables, accountId, backed: at, resources }
  if (knowsAccounts(at)) return found
  const held = resources.beginningWith('').filter((each) => each.service === service)
  const owners = held.map((each) => [nameAt(at, each.arn), each.accountId] as const)
  return { ...found, ownersByName: new Map(owners) }
}

function knowsAccounts({ backend }: BackedService): boolean {
  return backend.accounts.hint !== undefined
}

/** Whose a backend's resource is: of several accounts' records of one, that of any of them. */
function ownerOf({ backed, resources, ownersByName }: Found, arn: string): string | undefined {
  return resources.find(arn)?.accountId ?? ownersByName?.get(nameAt(backed, arn))
}

/** Whether the backend has it under a name of another account's. */
function isAnothers({ backed, accountId }: Found, arn: string): boolean {
  return !knowsAccounts(backed) && isNamedArn(arn) && arn.split(':')[4] !== accountId
}

/**
 * What tells a resource from the others of its backend: one that knows no accounts keeps names of
 * accounts apart, but of what has no such name it has one, whichever account's id its ARN is given.
 */
export function nameAt(backed: BackedService, arn: string): string {
  if (!knowsAccounts(backed) && isNamedArn(arn)) return arn
  return arn.replace(/^((?:[^:]*:){4})\d{12}:/, '$1:')
}

function withOwner(
  { arn, type, backendCreatedAt: createdAt }: Adoptable,
  ownerId: string | undefined,
): BackendResource {
  return { arn, type, ...(createdAt && { createdAt }), ...(ownerId !== undefined && { ownerId }) }
}

async function adopt(
  found: Found,
  asked: { readonly place: BackendPlace; readonly arn: string; readonly requestId: string },
  adoptable: Adoptable | undefined,
): Promise<Adoption> {
  const { place, arn, requestId } = asked
  const { service, accountId, now } = place
  const { resources } = found
  const ownerId = ownerOf(found, arn)
  if (ownerId !== undefined) {
    const outcome = resources.find(arn) === undefined ? 'OTHER_ACCOUNT' : 'OWNED'
    return { arn, outcome, ownerId }
  }
  if (adoptable === undefined) return { arn, outcome: 'MISSING' }
  const named = /^(?:[^:]*:){4}(\d{12}):/.exec(arn)?.[1]
  if (named !== undefined && named !== accountId) {
    return { arn, outcome: 'OTHER_ACCOUNT', ownerId: named }
  }
  const record = { ...adoptable, service, accountId, state: 'active' } as const
  const made = await resources.create(record, { requestId, now })
  if (made !== undefined) return { arn, outcome: 'ADOPTED', ownerId: accountId }
  const taken = resources.find(arn)?.accountId
  return { arn, outcome: 'OWNED', ...(taken !== undefined && { ownerId: taken }) }
}
