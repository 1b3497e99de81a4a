/**
 * Deliveries that stand, on record: of the account in whose name they are delivered. They are records
 * of the registry like any other, in a service of our own.
 */
import { createHash } from 'node:crypto'
import { accountOf } from '../../resolve/forwarded-call.ts'
import type { NewResource, Resource, ResourceEvent, ResourcePort } from '../resource.ts'
import type { StandingDelivery } from './delivery.ts'

const kind = { service: 'bailiwick', type: 'delivery' } as const

/** A delivery on record, and how it stands. */
export interface DeliveryRecord {
  readonly record: Resource
  readonly delivery: StandingDelivery
  /** Why it may no longer be delivered; absent: it may. */
  readonly broken?: string
  /** We have switched it off in the backend. */
  readonly suspended: boolean
  /** Since when it stands as it does. */
  readonly since: Date
}

function deliveryRecordOf(record: Resource): DeliveryRecord {
  const { delivery, broken, suspended, since } = record.settings as {
    readonly delivery: StandingDelivery
    readonly broken?: string
    readonly suspended?: boolean
    readonly since?: string
  }
  return {
    record,
    delivery,
    ...(broken !== undefined && { broken }),
    suspended: Boolean(suspended),
    since: since === undefined ? record.createdAt : new Date(since),
  }
}

/** As one is told how a delivery stands; `PENDING`: the backend has not said yes yet. */
export function stateOf({ record, broken, suspended }: DeliveryRecord) {
  if (record.state === 'creating') return 'PENDING'
  if (suspended) return 'SUSPENDED'
  return broken === undefined ? 'ADMITTED' : 'BROKEN'
}

/** The settings of a record. */
export function deliverySettings(
  delivery: StandingDelivery,
  { broken, suspended, since }: Partial<Pick<DeliveryRecord, 'broken' | 'suspended' | 'since'>>,
): Resource['settings'] {
  return {
    delivery,
    ...(broken !== undefined && { broken }),
    ...(suspended && { suspended }),
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
  { deliveries, replaced, accountId }: Standing,
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
      const settings = deliverySettings(delivery, { since: event.now })
      await resources.change(record, event, (now) => ({ ...now, state: 'active', settings }))
    }
    const kept = new Set(records.map(({ arn }) => arn))
    for (const { record, delivery } of deliveriesOf(resources, accountId)) {
      if (!kept.has(record.arn) && replaced(delivery)) await resources.remove(record, event)
    }
  }
}
