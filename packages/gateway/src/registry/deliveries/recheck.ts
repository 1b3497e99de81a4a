import { decide as enforcedDecide } from '@bailiwick/policy'
import type { Decide } from '../../authorize/authorize.ts'
import { askingAbout } from '../../forward/ask.ts'
import type { GateScope } from '../../operation.ts'
import type { RunRole, Service } from '../../ports.ts'
import { accountOf } from '../../resolve/forwarded-call.ts'
import type { Ask } from '../kept.ts'
import { keptServiceOf } from '../kept-services.ts'
import type { ResourceEvent, ResourcePort } from '../resource.ts'
import { obstacleTo } from './admit.ts'
import { obstacleSentence, type StandingDelivery } from './delivery.ts'
import { roleOfFunction } from './set-up.ts'
import { allDeliveries, deliverySettings, type DeliveryRecord } from './standing.ts'
import { suspensions } from './suspend.ts'

/** What became of a delivery that stands. */
export interface DeliveryChange {
  readonly delivery: StandingDelivery
  readonly arn: string
  /** Why it may no longer be delivered; absent: it may again. */
  readonly broken?: string
  /** It is switched off in the backend, by us. */
  readonly suspended: boolean
}

export interface Rechecking<Scope extends GateScope> {
  readonly resources: ResourcePort
  readonly partition: string
  readonly runRole: RunRole
  /** By signing name: whom to ask, and where to switch deliveries off and on. */
  readonly services: ReadonlyMap<string, Service<Scope>>
  readonly report: (change: DeliveryChange) => void
  readonly event: ResourceEvent
  /** The policy engine; another one only in tests. */
  readonly decide?: Decide
}

/**
 * Decides anew on all deliveries that stand. Those that may no longer be are reported, and switched
 * off where the backend can; those that we switched off and that may be again are switched on.
 * Errors: none of a backend; what it does not do now is tried at the next time.
 */
export async function recheckDeliveries<Scope extends GateScope>(
  rechecking: Rechecking<Scope>,
): Promise<void> {
  const { resources, partition, event } = rechecking
  const found: Rechecked[] = []
  for (const held of allDeliveries(resources, partition)) {
    if (isOfNothing(held.delivery, resources)) await resources.remove(held.record, event)
    else found.push({ held, broken: await brokenBy(held.delivery, rechecking) })
  }
  for (const one of found) await noteState(one, found, rechecking)
}

interface Rechecked {
  readonly held: DeliveryRecord
  readonly broken: string | undefined
}

/** What it comes from is gone, and the delivery with it; of a rule nobody may have a record. */
function isOfNothing({ source }: StandingDelivery, resources: ResourcePort): boolean {
  if (/^arn:[^:]+:events:/.test(source)) return false
  const place = keptServiceOf(source)?.resourceOf(source, resources)
  return place !== undefined && resources.find(place.arn) === undefined
}

async function brokenBy<Scope extends GateScope>(
  delivery: StandingDelivery,
  rechecking: Rechecking<Scope>,
): Promise<string | undefined> {
  const { resources, runRole, event, decide = enforcedDecide } = rechecking
  const { region } = delivery
  const obstacle = await obstacleTo(delivery, {
    ...{ resources, runRole, decide, region, ...event, decided: [] },
    askRole: (arn) => quietly(rechecking, delivery, 'lambda', (ask) => roleOfFunction(ask, arn)),
  })
  return obstacle && obstacleSentence(delivery, obstacle)
}

async function noteState<Scope extends GateScope>(
  { held, broken }: Rechecked,
  all: readonly Rechecked[],
  rechecking: Rechecking<Scope>,
): Promise<void> {
  const { delivery, record } = held
  const suspended = await switched({ held, broken }, all, rechecking)
  if (broken === held.broken && suspended === held.suspended) return
  const { resources, event, report } = rechecking
  const state = { suspended, ...(broken !== undefined && { broken }) }
  const settings = deliverySettings(delivery, { ...state, since: event.now })
  const changed = await resources.change(record, event, (now) => ({ ...now, settings }))
  if (changed) report({ delivery, arn: record.arn, ...state })
}

/** Switches off and on what is to be; gives back whether it is off by us. */
async function switched<Scope extends GateScope>(
  { held, broken }: Rechecked,
  all: readonly Rechecked[],
  rechecking: Rechecking<Scope>,
): Promise<boolean> {
  const { delivery, suspended } = held
  const suspension = suspensions.get(delivery.setBy)
  if (suspension === undefined) return false
  const service = delivery.setBy.split(':')[0] ?? ''
  const isSame = (other: Rechecked) =>
    other.held.delivery.setBy === delivery.setBy &&
    suspension.switchOf(other.held.delivery) === suspension.switchOf(delivery)
  if (broken !== undefined && !suspended) {
    if (serviceOf(rechecking, service)?.observe === true) return false
    const off = (ask: Ask) => suspension.off(delivery, ask)
    return (await quietly(rechecking, delivery, service, off)) === true
  }
  // On again once all that it switches may be.
  const isMended = !all.some((other) => isSame(other) && other.broken !== undefined)
  if (!suspended || !isMended) return suspended
  const on = (ask: Ask) => suspension.on(delivery, ask)
  return (await quietly(rechecking, delivery, service, on)) !== true
}

function serviceOf<Scope extends GateScope>({ services }: Rechecking<Scope>, name: string) {
  return [...services.values()].find(({ model }) => model.service === name)
}

/** Asks a service's backend for the delivery's account; undefined where it does not answer. */
async function quietly<Scope extends GateScope, T>(
  rechecking: Rechecking<Scope>,
  { source, sourceAccount, region }: StandingDelivery,
  service: string,
  question: (ask: Ask) => Promise<T>,
): Promise<T | undefined> {
  const { model, backend } = serviceOf(rechecking, service) ?? {}
  if (model === undefined || backend === undefined) return undefined
  const accountId = accountOf(source) ?? sourceAccount
  const { now } = rechecking.event
  return question(askingAbout(model, backend, { accountId, region, now })).catch(() => undefined)
}
