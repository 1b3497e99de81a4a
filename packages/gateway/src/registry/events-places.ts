import { text } from '../resolve/forwarded-call.ts'
import type { CallPlace } from './kept.ts'
import type { NewResource, Resource, ResourcePort } from './resource.ts'

const bus = /^arn:[^:]+:events:[^:]+:\d{12}:event-bus\/[^:*?]+$/
const rule = /^(arn:[^:]+:events:[^:]+:\d{12}):rule\/(?:([^:*?]+)\/)?([^/:*?]+)$/

export function isBus(arn: string): boolean {
  return bus.test(arn)
}

/** The bus that a call names, by its ARN or its name; the default one where it names none. */
export function busArnOf(
  { accountId, partition, region }: Omit<CallPlace, 'input'>,
  given: unknown,
): string {
  const name = text(given) ?? 'default'
  if (name.startsWith('arn:')) return name
  return `arn:${partition}:events:${region}:${accountId}:event-bus/${name}`
}

/** The bus of a rule, by the rule's ARN. */
export function busOfRule(arn: string): string | undefined {
  const [, head, name = 'default'] = rule.exec(arn) ?? []
  return head === undefined ? undefined : `${head}:event-bus/${name}`
}

/** What the rules of a bus begin with, those of the default one not among them. */
export function rulesOf(arn: string): string {
  return `${arn.replace(':event-bus/', ':rule/')}/`
}

/** Each account has a default bus, also before anything is set of it. */
export function defaultBus(arn: string): NewResource | undefined {
  if (!isBus(arn) || !arn.endsWith(':event-bus/default')) return undefined
  const accountId = arn.split(':')[4] ?? ''
  const made = { arn, service: 'events', type: 'event-bus', accountId, state: 'active' } as const
  return { ...made, tags: [], settings: {} }
}

/** The incarnation of a bus; of the default one there is no other. */
export function incarnationOf(arn: string, resources: ResourcePort): string | undefined {
  return defaultBus(arn) === undefined ? resources.find(arn)?.id : 'default'
}

/** The record of a rule, unless it was of a bus that is no more. */
export function ruleRecord(arn: string, resources: ResourcePort): Resource | undefined {
  const record = resources.find(arn)
  const busArn = busOfRule(arn)
  if (record === undefined || busArn === undefined) return undefined
  return record.settings.busId === incarnationOf(busArn, resources) ? record : undefined
}

/** A rule is part of its bus, and decided on with the bus's policy; tags are its own. */
export function placeOfEvents(arn: string, resources: ResourcePort) {
  if (isBus(arn)) return { arn, type: 'event-bus' }
  const busArn = busOfRule(arn)
  if (busArn === undefined) return undefined
  if (ruleRecord(arn, resources) !== undefined) return { arn, type: 'rule' }
  return { arn: busArn, type: 'event-bus' }
}
