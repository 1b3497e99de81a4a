/**
 * What has no switch, and can be taken out of the backend and put back: the filter of a subscription,
 * where another takes its place that nothing passes, and entries of a bucket's notifications. Whoever
 * reads them sees them as they were set up.
 */
import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import { Refusal } from '../../refusal.ts'
import { at, list, text } from '../../resolve/forwarded-call.ts'
import type { KeptOperation } from '../kept.ts'
import type { Resource, ResourcePort } from '../resource.ts'
import type { StandingDelivery } from './delivery.ts'
import { withheldAt } from './standing.ts'
import type { Suspension } from './suspend.ts'

/** A filter in the place of the subscriber's own. */
interface WithheldFilter {
  readonly inPlace: string
  readonly filterPolicy?: string
}

/** The subscription of a delivery that goes to its endpoint; dead letters go on as they are. */
function protocolTo({ part, target }: StandingDelivery): string | undefined {
  const [protocol, endpoint] = part?.split(' ') ?? []
  return endpoint === target ? protocol : undefined
}

function subscriptionOf(
  { source, target, part }: StandingDelivery,
  resources: ResourcePort,
): Resource | undefined {
  return resources.beginningWith(`${source}:`).find(({ settings: { Protocol, Endpoint } }) => {
    return Endpoint === target && part === `${String(Protocol)} ${target}`
  })
}

/** Nothing passes it: nobody outside knows the value. */
function filterInPlace(id: string): string {
  return JSON.stringify({ 'bailiwick-suspended': [id] })
}

/** No filter. Source: SNS Developer Guide, "Removing a subscription filter policy". */
const noFilter = '{}'

export const subscriptionFilter: Suspension = {
  switchOf: (delivery) => protocolTo(delivery) && `${delivery.source} ${delivery.part ?? ''}`,
  turn: ({ source }) => source,

  async off({ delivery, resources, ask, withheld, withhold, id }) {
    const { arn: SubscriptionArn } = subscriptionOf(delivery, resources) ?? {}
    if (SubscriptionArn === undefined) return false
    const asked = await ask('GetSubscriptionAttributes', { SubscriptionArn })
    if (!asked.ok) return false
    const filterPolicy = text(at(asked.output, 'Attributes', 'FilterPolicy'))
    const held = withheld as WithheldFilter | undefined
    if (held !== undefined && filterPolicy === held.inPlace) return true
    const inPlace = filterInPlace(id)
    await withhold({ inPlace, ...(filterPolicy !== undefined && { filterPolicy }) })
    const set = { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: inPlace }
    return (await ask('SetSubscriptionAttributes', set)).ok
  },

  async on({ delivery, resources, ask, withheld }) {
    const { arn: SubscriptionArn } = subscriptionOf(delivery, resources) ?? {}
    if (SubscriptionArn === undefined) return true
    const asked = await ask('GetSubscriptionAttributes', { SubscriptionArn })
    if (!asked.ok) return false
    const { inPlace, filterPolicy = noFilter } = withheld as WithheldFilter
    if (text(at(asked.output, 'Attributes', 'FilterPolicy')) !== inPlace) return true
    const set = { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: filterPolicy }
    return (await ask('SetSubscriptionAttributes', set)).ok
  },
}

function withheldFilter(
  { arn, settings: { Protocol, Endpoint } }: Resource,
  resources: ResourcePort,
): WithheldFilter | undefined {
  const topic = arn.split(':', 6).join(':')
  const part = `${String(Protocol)} ${String(Endpoint)}`
  const held = withheldAt(resources, topic).find(({ delivery }) => delivery.part === part)
  return held?.withheld as WithheldFilter | undefined
}

/** Attributes of a subscription as its subscriber set them; a filter without rules is none. */
export function shownAttributes(
  attributes: Readonly<Record<string, string>>,
  subscription: Resource | undefined,
  resources: ResourcePort,
): Readonly<Record<string, string>> {
  const { FilterPolicy, FilterPolicyScope, ...others } = attributes
  const held = subscription && withheldFilter(subscription, resources)
  const own = FilterPolicy === held?.inPlace ? held?.filterPolicy : FilterPolicy
  if (own === undefined || own === noFilter) return others
  return { ...others, FilterPolicy: own, ...(FilterPolicyScope && { FilterPolicyScope }) }
}

/** @throws Refusal for a change of a filter that is not in the backend. */
export function refuseWithheldFilter(
  subscription: Resource | undefined,
  attribute: unknown,
  resources: ResourcePort,
): void {
  if (attribute !== 'FilterPolicy' && attribute !== 'FilterPolicyScope') return
  if (subscription === undefined || !withheldFilter(subscription, resources)) return
  const message = `Invalid parameter: ${attribute} Reason: the subscription is suspended, since its endpoint does not admit it`
  throw new Refusal('InvalidParameter', message)
}

const kinds = [
  ['QueueConfigurations', 'QueueArn'],
  ['TopicConfigurations', 'TopicArn'],
  ['LambdaFunctionConfigurations', 'LambdaFunctionArn'],
] as const

/** Where a bucket's notifications go. */
export function notifiedTargets(configuration: unknown): readonly string[] {
  return kinds.flatMap(([kind, member]) =>
    list(at(configuration, kind)).flatMap((each) => text(at(each, member)) ?? []),
  )
}

type Notifications = Readonly<Record<string, unknown>>

/** A configuration with those entries of it alone that go to certain targets. */
function entriesOf(configuration: unknown, isMeant: (target: string) => boolean): Notifications {
  const entries = kinds.flatMap(([kind, member]) => {
    const meant = list(at(configuration, kind)).filter((each) =>
      isMeant(text(at(each, member)) ?? ''),
    )
    return meant.length > 0 ? [[kind, meant] as const] : []
  })
  return Object.fromEntries(entries)
}

/** Two configurations in one; an entry that is in both is there once. */
function joined(configuration: unknown, others: unknown): Notifications {
  const entries = kinds.flatMap(([kind]) => {
    const here = list(at(configuration, kind))
    const nameOf = (each: unknown) => text(at(each, 'Id')) ?? JSON.stringify(each)
    const names = new Set(here.map(nameOf))
    const all = [...here, ...list(at(others, kind)).filter((each) => !names.has(nameOf(each)))]
    return all.length > 0 ? [[kind, all] as const] : []
  })
  const EventBridgeConfiguration = at(configuration, 'EventBridgeConfiguration')
  return { ...Object.fromEntries(entries), EventBridgeConfiguration }
}

const bucketOf = ({ source }: StandingDelivery) => source.split(':::')[1] ?? ''

function putting(Bucket: string, NotificationConfiguration: Notifications) {
  return { Bucket, NotificationConfiguration, SkipDestinationValidation: true }
}

export const notificationEntries: Suspension = {
  switchOf: ({ source, target }) => `${source} ${target}`,
  turn: ({ source }) => source,

  async off({ delivery, ask, withheld, withhold }) {
    const Bucket = bucketOf(delivery)
    const asked = await ask('GetBucketNotificationConfiguration', { Bucket })
    if (!asked.ok) return false
    const taken = entriesOf(asked.output, (target) => target === delivery.target)
    if (Object.keys(taken).length === 0) return withheld !== undefined
    await withhold(taken)
    const { EventBridgeConfiguration } = asked.output
    const others = entriesOf(asked.output, (target) => target !== delivery.target)
    const left = { ...others, EventBridgeConfiguration }
    return (await ask('PutBucketNotificationConfiguration', putting(Bucket, left))).ok
  },

  async on({ delivery, ask, withheld }) {
    const Bucket = bucketOf(delivery)
    const asked = await ask('GetBucketNotificationConfiguration', { Bucket })
    if (!asked.ok) return false
    const whole = joined(asked.output, withheld)
    return (await ask('PutBucketNotificationConfiguration', putting(Bucket, whole))).ok
  },
}

/** The notifications of a bucket as its owner set them. */
export const notificationOperations: Readonly<Record<string, KeptOperation>> = {
  GetBucketNotificationConfiguration: {
    isMerged: ({ input, partition, resources }) =>
      withheldAt(resources, bucketArnOf(partition, input)).length > 0,
    merges: (output, { input, partition, resources }) =>
      withheldAt(resources, bucketArnOf(partition, input)).reduce<OperationOutput>(
        (shown, { withheld }) => joined(shown, withheld),
        output,
      ),
  },
}

function bucketArnOf(partition: string, { Bucket }: OperationInput): string {
  return `arn:${partition}:s3:::${String(Bucket)}`
}
