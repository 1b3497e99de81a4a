/** Topics that deliver to queues of other accounts and regions, each in a fauxqs that knows its own alone. */
import type { Place } from './known-caller.ts'

/** The account that fauxqs takes for its own, whichever it is. */
export const ownAccountId = '000000000000'

export interface Subscription {
  readonly protocol: string
  /** Of a queue: its ARN. */
  readonly endpoint: string
}

interface Topics {
  readonly subscriptions: ReadonlyMap<string, Subscription>
  getSubscription(arn: string): Subscription | undefined
}

interface Queues<Queue> {
  getQueueByArn(arn: string): Queue | undefined
}

/** Where a queue is, as one fauxqs names it; undefined for what is none. */
function placeOfQueue(arn: string, { accountId }: Place): (Place & { name: string }) | undefined {
  const [, region = '', account = '', name = ''] =
    /^arn:[a-z-]+:sqs:([a-z0-9-]+):(\d{12}):([\w.-]+)$/.exec(arn) ?? []
  if (name === '') return undefined
  return { accountId: account === ownAccountId ? accountId : account, region, name }
}

/** The other places that the topics of one deliver to. */
export function otherPlaces(topics: Topics, own: Place): readonly Place[] {
  const found = new Map<string, Place>()
  for (const { protocol, endpoint } of topics.subscriptions.values()) {
    const place = protocol === 'sqs' ? placeOfQueue(endpoint, own) : undefined
    if (place === undefined || isSame(place, own)) continue
    found.set(`${place.accountId}/${place.region}`, place)
  }
  return [...found.values()]
}

function isSame(one: Place, other: Place): boolean {
  return one.accountId === other.accountId && one.region === other.region
}

/**
 * Lets topics find their queues elsewhere: what was asked for when one subscribed, and was admitted then.
 * A fan-out asks for a subscription and, in the same breath, for its queue. Whoever else asks for a queue
 * by its ARN, as for a queue of dead letters, finds those of its own place alone.
 */
export function deliverElsewhere<Queue>(
  topics: Topics,
  queues: Queues<Queue>,
  own: Place,
  storeOf: (place: Place) => Queues<Queue> | undefined,
): void {
  let endpoint: string | undefined
  const getSubscription = topics.getSubscription.bind(topics)
  topics.getSubscription = (arn) => {
    const subscription = getSubscription(arn)
    endpoint = subscription?.endpoint
    queueMicrotask(() => (endpoint = undefined))
    return subscription
  }
  const getQueueByArn = queues.getQueueByArn.bind(queues)
  queues.getQueueByArn = (arn) => {
    const isOfFanOut = arn === endpoint
    endpoint = undefined
    const place = isOfFanOut ? placeOfQueue(arn, own) : undefined
    if (place === undefined || isSame(place, own)) return getQueueByArn(arn)
    return storeOf(place)?.getQueueByArn(
      `arn:aws:sqs:${place.region}:${ownAccountId}:${place.name}`,
    )
  }
}
