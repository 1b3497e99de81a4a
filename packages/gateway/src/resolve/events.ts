import type { Check } from '../operation.ts'
import { checkOn, checksByFacts } from './by-facts.ts'
import { at, type ForwardedCall, list, text, Unresolvable } from './forwarded-call.ts'

/** EventBridge: rules of the default bus and of others have their own ARNs; so do buses. */
export function resolveEvents(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  const action = `events:${operation.name}`
  if (operation.name === 'PutEvents') {
    const buses = list(input.Entries).map((entry) => busArn(call, at(entry, 'EventBusName')))
    return [...new Set(buses)].map((bus) => checkOn(call, action, bus))
  }
  if (/^DescribeEventBus$|^UpdateEventBus$/.test(operation.name)) {
    return [checkOn(call, action, busArn(call, input.Name))]
  }
  const isOfRule = /Rule$|Targets$/.test(operation.name)
  if (!isOfRule) return checksByFacts(call, action)
  const rule = text(input.Name) ?? text(input.Rule)
  if (rule === undefined || !/^[.A-Za-z0-9_-]+$/.test(rule)) {
    throw new Unresolvable('The request names no rule')
  }
  const bus = busArn(call, input.EventBusName)
  const [head = '', name = ''] = bus.split(':event-bus/')
  return [checkOn(call, action, `${head}:rule/${name === 'default' ? '' : `${name}/`}${rule}`)]
}

function busArn({ partition, region, accountId }: ForwardedCall, given: unknown): string {
  const name = text(given) ?? 'default'
  if (/^arn:[a-z-]+:events:[a-z0-9-]*:\d{12}:event-bus\/[^:]+$/.test(name)) return name
  if (!/^[/.A-Za-z0-9_-]+$/.test(name) || accountId === '') {
    throw new Unresolvable('The request names no event bus')
  }
  return `arn:${partition}:events:${region}:${accountId}:event-bus/${name}`
}
