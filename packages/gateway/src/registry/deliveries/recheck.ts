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
import { allDeliveries, deliveryRecordOf, deliverySettings } from './standing.ts'
import type { DeliveryRecord } from './standing.ts'
import { suspensions, type Suspension } from './suspend.ts'
import { turnAt } from './turns.ts'

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
    if (isOfNothing(held, resources)) await resources.remove(held.record, event)
    else found.push({ held, broken: await brokenBy(held.delivery, rechecking) })
  }
  const groups = new Map<string, Rechecked[]>()
  for (const each of found) {
    const name = switchOf(each.held.delivery) ?? each.held.record.arn
    groups.set(name, [...(groups.get(name) ?? []), each])
  }
  for (const group of groups.values()) await noteStates(group, rechecking)
}

interface Rechecked {
  readonly held: DeliveryRecord
  readonly broken: string | undefined
}

/** What goes off and on together with a delivery. */
function switchOf(delivery: StandingDelivery): string | undefined {
  const name = suspensions.get(delivery.setBy)?.switchOf(delivery)
  return name === undefined ? undefined : `${delivery.setBy} ${name}`
}

/**
 * What it comes from is gone, and the delivery with it, even if there is another one of that name by
 * now; of a rule nobody may have a record.
 */
function isOfNothing({ delivery, since }: DeliveryRecord, resources: ResourcePort): boolean {
  const { source, sourceAccount } = delivery
  if (/^arn:[^:]+:events:/.test(source)) return false
  const place = keptServiceOf(source)?.resourceOf(source, resources)
  if (place === undefined) return false
  const found = resources.find(place.arn)
  return found === undefined || found.accountId !== sourceAccount || found.createdAt > since
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

/** Switches what hangs together, and notes how each of it stands. */
async function noteStates<Scope extends GateScope>(
  group: readonly Rechecked[],
  rechecking: Rechecking<Scope>,
): Promise<void> {
  const { resources } = rechecking
  const [first] = group
  if (first === undefined || isNoted(group)) return
  const suspension = suspensions.get(first.held.delivery.setBy)
  const source = suspension?.turn?.(first.held.delivery)
  const end = source === undefined ? undefined : await turnAt(resources, source)
  try {
    const now = group.flatMap((each) => {
      const record = resources.find(each.held.record.arn)
      return record?.id === each.held.record.id ? [{ ...each, held: deliveryRecordOf(record) }] : []
    })
    const off = await switched(now, suspension, rechecking)
    for (const each of now) await noteState(each, off, rechecking)
  } finally {
    end?.()
  }
}

/** Nothing is to be switched or noted, nor any call to be waited for. */
function isNoted(group: readonly Rechecked[]): boolean {
  const isBroken = group.some(({ broken }) => broken !== undefined)
  return group.every(({ held, broken }) => {
    const isSame = broken === held.broken && held.suspended === isBroken
    return isSame && (isBroken || held.withheld === undefined)
  })
}

/** How a switch stands after it was looked at. */
interface Switched {
  /** It is off, by us. */
  readonly suspended: boolean
  /** Something of it is withheld, or may be. */
  readonly withholds: boolean
}

async function noteState<Scope extends GateScope>(
  { held, broken }: Rechecked,
  { suspended, withholds }: Switched,
  rechecking: Rechecking<Scope>,
): Promise<void> {
  const { delivery, record, withheld } = held
  const isSame = broken === held.broken && suspended === held.suspended
  if (isSame && (withholds || withheld === undefined)) return
  const { resources, event, report } = rechecking
  const state = { suspended, ...(broken !== undefined && { broken }) }
  const changed = await resources.change(record, event, (now) => {
    const kept = withholds && { withheld: deliveryRecordOf(now).withheld }
    const settings = deliverySettings(delivery, { ...state, since: event.now, ...kept })
    return { ...now, settings }
  })
  if (changed && !isSame) report({ delivery, arn: record.arn, ...state })
}

/** Switches off what is broken, and on what is mended and was switched off by us. */
async function switched<Scope extends GateScope>(
  group: readonly Rechecked[],
  suspension: Suspension | undefined,
  rechecking: Rechecking<Scope>,
): Promise<Switched> {
  const [first] = group
  const held = group.map((each) => each.held)
  const withheld = held.map((each) => each.withheld).find((each) => each !== undefined)
  const now = { suspended: held.some((each) => each.suspended), withholds: withheld !== undefined }
  const isBroken = group.some(({ broken }) => broken !== undefined)
  if (first === undefined || suspension === undefined) return now
  const { delivery } = first.held
  if (switchOf(delivery) === undefined || (isBroken ? now.suspended : !now.withholds)) return now
  const service = delivery.setBy.split(':')[0] ?? ''
  if (isBroken && serviceOf(rechecking, service)?.observe === true) return now
  const { resources, event } = rechecking
  const withhold = (what: unknown) => noteWithheld(held, what, rechecking)
  const said = await quietly(rechecking, delivery, service, (ask) => {
    const switching = { delivery, resources, ask, withheld, withhold, id: event.requestId }
    return isBroken ? suspension.off(switching) : suspension.on(switching)
  })
  if (isBroken) return { suspended: said === true, withholds: true }
  return said === true ? { suspended: false, withholds: false } : now
}

async function noteWithheld<Scope extends GateScope>(
  group: readonly DeliveryRecord[],
  withheld: unknown,
  { resources, event }: Rechecking<Scope>,
): Promise<void> {
  for (const { record, delivery } of group) {
    await resources.change(record, event, (now) => {
      const settings = deliverySettings(delivery, { ...deliveryRecordOf(now), withheld })
      return { ...now, settings }
    })
  }
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
  const { partition, event } = rechecking
  const about = { accountId, partition, region, now: event.now }
  return question(askingAbout(model, backend, about)).catch(() => undefined)
}
