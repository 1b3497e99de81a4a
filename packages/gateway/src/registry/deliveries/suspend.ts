import { at, list, text } from '../../resolve/forwarded-call.ts'
import type { Ask } from '../kept.ts'
import type { ResourcePort } from '../resource.ts'
import type { StandingDelivery } from './delivery.ts'
import { notificationEntries, subscriptionFilter } from './withhold.ts'

/** A switch at hand. */
export interface Switching {
  /** One of those that it switches. */
  readonly delivery: StandingDelivery
  readonly resources: ResourcePort
  readonly ask: Ask
  /** What we have taken out, or were about to; undefined: nothing. */
  readonly withheld: unknown
  /** Puts on record what is about to be taken out. */
  readonly withhold: (what: unknown) => Promise<void>
  /** Of this attempt, known to nobody outside. */
  readonly id: string
}

/**
 * How deliveries are switched off and on again in the backend, where an API does it without losing
 * what is set up. Dead letters, filters of logs, destinations and replication have none: they are
 * reported.
 */
export interface Suspension {
  /** What is switched: deliveries of one switch go off and on together. Undefined: it has none. */
  readonly switchOf: (delivery: StandingDelivery) => string | undefined
  /** At which source no call may be under way meanwhile: see `turnAt`. */
  readonly turn?: (delivery: StandingDelivery) => string
  /** Whether it is off now, by us. */
  readonly off: (switching: Switching) => Promise<boolean>
  /** Whether it is on again, or not ours to switch on. */
  readonly on: (switching: Switching) => Promise<boolean>
}

/** What an owner switches, too: whatever is off without us stays off. */
function ownersSwitch(
  switchOf: Suspension['switchOf'],
  isOn: (switching: Switching) => Promise<boolean>,
  turn: (switching: Switching, on: boolean) => Promise<boolean>,
): Suspension {
  return {
    switchOf,
    async off(switching) {
      const { withheld, withhold } = switching
      if (!(await isOn(switching))) return withheld !== undefined
      await withhold(true)
      return turn(switching, false)
    },
    on: (switching) => turn(switching, true),
  }
}

function ruleOf({ source }: StandingDelivery) {
  const [bus, name] = /:rule\/(?:(.*)\/)?([^/]+)$/.exec(source)?.slice(1) ?? []
  return { Name: name, ...(bus !== undefined && { EventBusName: bus }) }
}

const rule = ownersSwitch(
  ({ source }) => source,
  async ({ delivery, ask }) => {
    const asked = await ask('DescribeRule', ruleOf(delivery))
    return asked.ok && asked.output.State !== 'DISABLED'
  },
  async ({ delivery, ask }, on) =>
    (await ask(on ? 'EnableRule' : 'DisableRule', ruleOf(delivery))).ok,
)

const isOff = (mapping: unknown) => /^Disabl/.test(text(at(mapping, 'State')) ?? '')

/** Mappings of a function that read from there: AWS has at most one. */
async function mappingsIn({ delivery, ask }: Switching): Promise<readonly unknown[]> {
  const { source, part = '' } = delivery
  const input = { EventSourceArn: part.replace(/^reads /, '') }
  const found: unknown[] = []
  for (let Marker: string | undefined; ;) {
    const asked = await ask('ListEventSourceMappings', { ...input, ...(Marker && { Marker }) })
    if (!asked.ok) return []
    found.push(...list(asked.output.EventSourceMappings))
    Marker = text(asked.output.NextMarker)
    // Not every backend finds them by the function, whose ARN may have a qualifier.
    if (Marker === undefined) {
      return found.filter((each) =>
        `${text(at(each, 'FunctionArn')) ?? ''}:`.startsWith(`${source}:`),
      )
    }
  }
}

const mapping = ownersSwitch(
  ({ source, part = '' }) => `${source} ${part}`,
  async (switching) => (await mappingsIn(switching)).some((each) => !isOff(each)),
  async (switching, on) => {
    for (const each of await mappingsIn(switching)) {
      if (isOff(each) !== on) continue
      const said = await switching.ask('UpdateEventSourceMapping', {
        UUID: at(each, 'UUID'),
        Enabled: on,
      })
      if (!said.ok) return false
    }
    return true
  },
)

function alarmOf({ source }: StandingDelivery) {
  return { AlarmNames: [source.split(':').slice(6).join(':')] }
}

const alarm = ownersSwitch(
  ({ source }) => source,
  async ({ delivery, ask }) => {
    const AlarmTypes = ['MetricAlarm', 'CompositeAlarm']
    const asked = await ask('DescribeAlarms', { ...alarmOf(delivery), AlarmTypes })
    if (!asked.ok) return false
    const { MetricAlarms, CompositeAlarms } = asked.output
    const found = [...list(MetricAlarms), ...list(CompositeAlarms)]
    return found.some((each) => at(each, 'ActionsEnabled') !== false)
  },
  async ({ delivery, ask }, on) =>
    (await ask(on ? 'EnableAlarmActions' : 'DisableAlarmActions', alarmOf(delivery))).ok,
)

/** By the operation that sets it up. */
export const suspensions: ReadonlyMap<string, Suspension> = new Map([
  ['cloudwatch:PutMetricAlarm', alarm],
  ['events:PutTargets', rule],
  ['lambda:CreateEventSourceMapping', mapping],
  ['s3:PutBucketNotificationConfiguration', notificationEntries],
  ['sns:Subscribe', subscriptionFilter],
])
