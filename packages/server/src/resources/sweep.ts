/**
 * What backends have lost or made anew behind the gate's back is noticed: their lists are held
 * against the records (decision 12). A backend that cannot be asked takes nothing away.
 */
import { askingAbout, keptService } from '@bailiwick/gateway'
import type { Adoptable, KeptService, Resource } from '@bailiwick/gateway'
import { nameAt, type BackedService } from './adoption.ts'
import type { Resources } from './resources.ts'

/** Between two sweeps. Chosen by us. */
export const sweepIntervalMs = 300_000
/** Lists that are asked for in one sweep; the next one goes on where it ended. Chosen by us. */
export const sweptListsMax = 500

/** What was made so shortly ago, a backend's list need not show yet. Chosen by us. */
export const settlingMs = 60_000

/** Why a record went: the backend no longer has its resource, or has another one of the name. */
export interface DroppedResource {
  readonly resource: Resource
  readonly reason: 'lost' | 'madeAnew'
  readonly at: Date
  /** Stands in the log of changes, too. */
  readonly eventId: string
}

export interface SweepOptions {
  readonly resources: Resources
  readonly partition: string
  readonly backed: readonly BackedService[]
  readonly clock: () => Date
  readonly newEventId: () => string
  readonly dropped: (dropped: DroppedResource) => void
  /** A list that could not be had. */
  readonly reportFailure: (service: string, cause: unknown) => void
}

/** One list of a backend, and the records that are held against it. */
interface Listed {
  readonly backed: BackedService
  readonly kept: KeptService
  readonly accountId: string
  readonly region: string
  readonly records: readonly Resource[]
}

/** Where there is none in the ARNs: of buckets, whose one list holds those of all regions. */
const anyRegion = 'us-east-1'

/**
 * @param after How many of the lists were seen to by the sweep before.
 * @returns The same for the next one.
 */
export async function sweep(
  options: SweepOptions,
  after = 0,
  signal?: AbortSignal,
): Promise<number> {
  const lists = options.backed.flatMap((backed) => listsOf(options.resources, backed))
  const first = after < lists.length ? after : 0
  for (const listed of lists.slice(first, first + sweptListsMax)) {
    if (signal?.aborted === true) return first
    try {
      await sweepList(options, listed)
    } catch (cause) {
      options.reportFailure(listed.kept.service, cause)
    }
  }
  return first + sweptListsMax
}

/** Records by the list that shows them: a region's, and an account's where the backend knows them. */
function listsOf(resources: Resources, backed: BackedService): readonly Listed[] {
  const { model, backend } = backed
  const kept = keptService(model.service)
  if (kept?.adoptable === undefined || kept.adoptableType === undefined) return []
  const isByAccount = backend.accounts.hint !== undefined
  const lists = new Map<string, Resource[]>()
  for (const resource of resources.beginningWith('')) {
    if (resource.service !== kept.service || resource.state !== 'active') continue
    const { arn, type } = resource
    if (type !== kept.adoptableType || kept.standing?.(arn) !== undefined) continue
    const region = arn.split(':')[3] ?? ''
    const key = `${isByAccount ? accountOf(kept, resource) : ''} ${region}`
    const before = lists.get(key)
    if (before === undefined) lists.set(key, [resource])
    else before.push(resource)
  }
  return [...lists.values()].flatMap((records) => {
    const [first] = records
    if (first === undefined) return []
    const region = first.arn.split(':')[3] || anyRegion
    return [{ backed, kept, accountId: accountOf(kept, first), region, records }]
  })
}

/** In whose account the backend has it. */
function accountOf({ backendAccountOf }: KeptService, resource: Resource): string {
  return backendAccountOf?.(resource) ?? resource.accountId
}

async function sweepList(options: SweepOptions, listed: Listed): Promise<void> {
  const { records, backed } = listed
  const found = await listOf(options, listed)
  const settledBefore = options.clock().getTime() - settlingMs
  const missing = records.filter(
    ({ arn, createdAt }) => !found.has(nameAt(backed, arn)) && createdAt.getTime() < settledBefore,
  )
  for (const resource of records) {
    const there = found.get(nameAt(backed, resource.arn))
    if (there && isMadeAnew(resource, there)) await drop(options, resource, 'madeAnew')
  }
  if (missing.length === 0) return
  // A list may be short for once: what is gone is not in the next one either.
  const again = await listOf(options, listed)
  for (const resource of missing) {
    if (!again.has(nameAt(backed, resource.arn))) await drop(options, resource, 'lost')
  }
}

/** By what tells it from the others of the backend. */
async function listOf(
  { clock, partition }: SweepOptions,
  { backed, kept, accountId, region }: Listed,
): Promise<ReadonlyMap<string, Adoptable>> {
  const about = { accountId, partition, region, now: clock() }
  const ask = askingAbout(backed.model, backed.backend, about)
  const found = (await kept.adoptable?.(ask, { partition, region, accountId })) ?? []
  return new Map(found.map((each) => [nameAt(backed, each.arn), each]))
}

function isMadeAnew(resource: Resource, { backendCreatedAt: now }: Adoptable): boolean {
  const { backendCreatedAt: then } = resource
  return now !== undefined && then !== undefined && now.getTime() !== then.getTime()
}

/** With its parts, as a topic's subscriptions. By incarnation: what was deleted and made again through the gate meanwhile has another record. */
async function drop(
  { resources, clock, newEventId, dropped }: SweepOptions,
  resource: Resource,
  reason: DroppedResource['reason'],
): Promise<void> {
  if (resources.find(resource.arn)?.id !== resource.id) return
  const eventId = newEventId()
  const at = clock()
  const parts = resources.beginningWith(`${resource.arn}:`)
  for (const each of [resource, ...parts.filter(({ service }) => service === resource.service)]) {
    await resources.remove(each, { requestId: eventId, now: at })
    dropped({ resource: each, reason, at, eventId })
  }
}

export interface Sweeping {
  stop(): Promise<void>
}

/** Sweeps now and every few minutes, one sweep at a time. */
export function keepSweeping(options: SweepOptions): Sweeping {
  const stopping = new AbortController()
  let after = 0
  let running: Promise<void> | undefined
  const next = () => {
    running ??= sweep(options, after, stopping.signal)
      .then((seen) => void (after = seen))
      .catch((cause: unknown) => {
        options.reportFailure('', cause)
      })
      .finally(() => (running = undefined))
  }
  next()
  const timer = setInterval(next, sweepIntervalMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }
}
