/**
 * Deliveries that stand, on record: of the account in whose name they are delivered. They are records
 * of the registry like any other, in a service of our own.
 */
import { createHash } from 'node:crypto'
import { accountOf } from '../../resolve/forwarded-call.ts'
import type { NewResource, Resource, ResourceEvent, ResourcePort } from '../resource.ts'
import type { Setup, StandingDelivery } from './delivery.ts'

const kind = { service: 'bailiwick', type: 'delivery' } as const

/** A delivery on record, and how it stands. */
export interface DeliveryRecord {
  readonly record: Resource
  readonly delivery: StandingDelivery
  /** Why it may no longer be delivered; absent: it may. */
  readonly broken?: string
  /** We have switched it off in the backend. */
  readonly suspended: boolean
  /**
   * What is to be put back into the backend to switch it on again: on record before it is taken out,
   * so that it is there while nobody knows whether the backend has done it.
   */
  readonly withheld?: unknown
  /** Since when it stands as it does. */
  readonly since: Date
}

export function deliveryRecordOf(record: Resource): DeliveryRecord {
  const { delivery, broken, suspended, withheld, since } = record.settings as {
    readonly delivery: StandingDelivery
    readonly broken?: string
    readonly suspended?: boolean
    readonly withheld?: unknown
    readonly since?: string
  }
  return {
    record,
    delivery,
    ...(broken !== undefined && { broken }),
    suspended: Boolean(suspended),
    ...(withheld !== undefined && { withheld }),
    since: since === undefined ? record.createdAt : new Date(since),
  }
}

/** As one is told how a delivery stands; `PENDING`: the backend has not said yes yet. */
export function stateOf({ record, broken, suspended }: DeliveryRecord) {
  if (record.state === 'creating') return 'PENDING'
  if (suspended) return 'SUSPENDED'
  return broken === undefined ? 'ADMITTED' : 'BROKEN'
}

/** How a delivery stands. */
export type DeliveryState = Partial<Omit<DeliveryRecord, 'record' | 'delivery'>>

/** The settings of a record. */
export function deliverySettings(
  { unasked: _, ...delivery }: StandingDelivery,
  { broken, suspended, withheld, since }: DeliveryState,
): Resource['settings'] {
  return {
    delivery,
    ...(broken !== undefined && { broken }),
    ...(suspended && { suspended }),
    ...(withheld !== undefined && { withheld }),
    ...(since && { since: since.toISOString() }),
  }
}

/** All of an account. */
export function deliveriesOf(
  resources: ResourcePort,
  accountId: string,
): readonly DeliveryRecord[] {
  return resources.list({ accountId, ...kind }).map(deliveryRecordOf)
}

/** All there are. */
export function allDeliveries(
  resources: ResourcePort,
  partition: string,
): readonly DeliveryRecord[] {
  return resources.beginningWith(`arn:${partition}:bailiwick:`).map(deliveryRecordOf)
}

/** What stands at a source that names its account. */
export function standingAt(resources: ResourcePort, source: string): readonly StandingDelivery[] {
  const records = deliveriesOf(resources, accountOf(source) ?? '')
  return records.map(({ delivery }) => delivery).filter((each) => each.source === source)
}

/** How the records of a source stand whose parts a backend does not have as they were set up. */
export function withheldAt(resources: ResourcePort, source: string): readonly DeliveryRecord[] {
  const accountId = resources.find(source)?.accountId ?? accountOf(source) ?? ''
  return deliveriesOf(resources, accountId).filter(
    ({ delivery, withheld }) => delivery.source === source && withheld !== undefined,
  )
}

/** The record that a delivery has: the same delivery has the same. */
function newRecord(delivery: StandingDelivery, partition: string): NewResource {
  const { deliverer, source, sourceAccount, target, part = '', setBy, region } = delivery
  const by = deliverer.by === 'service' ? deliverer.name : deliverer.by
  const name = JSON.stringify([setBy, source, part, target, by])
  const id = createHash('sha256').update(name).digest('hex').slice(0, 32)
  return {
    ...kind,
    arn: `arn:${partition}:bailiwick:${region}:${sourceAccount}:delivery/${id}`,
    accountId: sourceAccount,
    state: 'creating',
    tags: [],
    settings: deliverySettings(delivery, {}),
  }
}

/** What is to stand after a call, and what no longer. */
export interface Standing {
  readonly deliveries: readonly StandingDelivery[]
  readonly replaced: (standing: StandingDelivery) => boolean
  readonly switches?: Setup['switches']
  /** Whose the deliveries are that it may replace. */
  readonly accountId: string
}

/**
 * Puts on record what a call is to set up before it is handed on: a crash in between leaves a record
 * of what may not be there, never a delivery that nobody knows of. Gives back what is to be done
 * once the call has succeeded, or has not.
 */
export async function recordDeliveries(
  resources: ResourcePort,
  { deliveries, replaced, accountId, switches }: Standing,
  partition: string,
  event: ResourceEvent,
): Promise<(succeeded: boolean) => Promise<void>> {
  const records: Resource[] = []
  for (const delivery of deliveries) {
    const wanted = newRecord(delivery, partition)
    const record = (await resources.create(wanted, event)) ?? resources.find(wanted.arn)
    if (record === undefined) throw new Error(`${wanted.arn} is neither made nor there`)
    records.push(record)
  }
  return async (succeeded) => {
    if (!succeeded) {
      for (const record of records) await resources.remove(record, event, 'creating')
      return
    }
    for (const [index, record] of records.entries()) {
      const delivery = deliveries[index]
      if (delivery === undefined) continue
      const changed = await resources.change(record, event, (now) => {
        const state = stateAfter(delivery, deliveryRecordOf(now), switches === true, event.now)
        return { ...now, state: 'active', settings: deliverySettings(delivery, state) }
      })
      // What stood under its name before may have been taken out meanwhile.
      const anew = { ...newRecord(delivery, partition), state: 'active' } as const
      if (changed === undefined) await resources.create(anew, event)
    }
    const kept = new Set(records.map(({ arn }) => arn))
    for (const { record, delivery } of deliveriesOf(resources, accountId)) {
      if (!kept.has(record.arn) && replaced(delivery)) await resources.remove(record, event)
    }
  }
}

/** What nobody was asked about stands as before; what we switched off is off until it is switched. */
function stateAfter(
  { unasked }: StandingDelivery,
  { broken, suspended, withheld, since }: DeliveryRecord,
  switches: boolean,
  now: Date,
): DeliveryState {
  const off = switches ? {} : { suspended, withheld }
  if (!unasked) return { ...off, since: now }
  return { ...off, since, ...(broken !== undefined && { broken }) }
}
