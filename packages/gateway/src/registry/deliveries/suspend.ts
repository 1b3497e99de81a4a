import { at, list, text } from '../../resolve/forwarded-call.ts'
import type { Ask } from '../kept.ts'
import type { StandingDelivery } from './delivery.ts'

/**
 * How a delivery is switched off and on again in the backend, where an API does it without losing
 * what is set up. Subscriptions, notifications, dead letters and filters have none: they are reported.
 */
export interface Suspension {
  /** What is switched: deliveries of one switch go off and on together. */
  readonly switchOf: (delivery: StandingDelivery) => string
  /** Whether it was on, and is off now. */
  readonly off: (delivery: StandingDelivery, ask: Ask) => Promise<boolean>
  readonly on: (delivery: StandingDelivery, ask: Ask) => Promise<boolean>
}

function ruleOf({ source }: StandingDelivery) {
  const [bus, name] = /:rule\/(?:(.*)\/)?([^/]+)$/.exec(source)?.slice(1) ?? []
  return { Name: name, ...(bus !== undefined && { EventBusName: bus }) }
}

const rule: Suspension = {
  switchOf: ({ source }) => source,
  async off(delivery, ask) {
    const asked = await ask('DescribeRule', ruleOf(delivery))
    if (!asked.ok || asked.output.State === 'DISABLED') return false
    return (await ask('DisableRule', ruleOf(delivery))).ok
  },
  on: async (delivery, ask) => (await ask('EnableRule', ruleOf(delivery))).ok,
}

/** Mappings of a function that read from there: AWS has at most one. */
async function switchMappings(
  { source, part = '' }: StandingDelivery,
  ask: Ask,
  isOn: boolean,
): Promise<boolean> {
  const from = { FunctionName: source, EventSourceArn: part.replace(/^reads /, '') }
  const asked = await ask('ListEventSourceMappings', from)
  const mappings = asked.ok ? list(asked.output.EventSourceMappings) : []
  let switched = false
  for (const mapping of mappings) {
    const isOff = /^Disabl/.test(text(at(mapping, 'State')) ?? '')
    if (isOff !== isOn) continue
    const said = await ask('UpdateEventSourceMapping', { UUID: at(mapping, 'UUID'), Enabled: isOn })
    switched ||= said.ok
  }
  return switched
}

const mapping: Suspension = {
  switchOf: ({ source, part = '' }) => `${source} ${part}`,
  off: (delivery, ask) => switchMappings(delivery, ask, false),
  on: (delivery, ask) => switchMappings(delivery, ask, true),
}

/** By the operation that sets it up. */
export const suspensions: ReadonlyMap<string, Suspension> = new Map([
  ['events:PutTargets', rule],
  ['lambda:CreateEventSourceMapping', mapping],
])
