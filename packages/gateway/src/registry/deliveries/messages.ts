import { Refusal } from '../../refusal.ts'
import { accountOf, at, text } from '../../resolve/forwarded-call.ts'
import {
  jsonOf,
  obstacleSentence,
  sent,
  type DeliveringOperation,
  type DeliveringOperations,
  type Delivery,
  type DeliveryCall,
  type Obstacle,
  type Setup,
} from './delivery.ts'
import { notTaken } from '../sqs-redrive.ts'
import { standingAt } from './standing.ts'
import { refuseWithheldFilter } from './withhold.ts'

const sns = 'sns.amazonaws.com'

/** A subscription as far as it tells where messages go. */
interface Subscription {
  readonly protocol: string
  readonly endpoint: string
  readonly role: string
  readonly redrivePolicy: unknown
}

/** Of the other protocols the endpoint is outside. Source: SNS API Reference, Subscribe. */
const inside = new Set(['firehose', 'lambda', 'sqs'])

/** The ARN of a subscription is its topic's with an id. */
const topicOf = (arn: string) => arn.split(':', 6).join(':')

/** Messages go to the endpoint, and to a queue where they cannot be delivered. */
function subscriptionSetup(call: DeliveryCall, subscription: Subscription): Setup {
  const { protocol, endpoint, role, redrivePolicy } = subscription
  const source = topicOf(call.source)
  const part = `${protocol} ${endpoint}`
  // Of a subscription the owner is its subscriber, and its topic delivers.
  const from = { source, sourceAccount: accountOf(source) ?? '', part }
  const service = { by: 'service', name: sns } as const
  const byRole = { by: 'role', arn: role, service: sns } as const
  const deliverer = protocol === 'firehose' ? byRole : service
  const deadLetters = text(at(jsonOf(redrivePolicy), 'deadLetterTargetArn'))
  return {
    deliveries: [
      ...(inside.has(protocol) ? [sent({ ...from, deliverer, target: endpoint })] : []),
      ...(deadLetters ? [sent({ ...from, deliverer: service, target: deadLetters })] : []),
    ],
    replaces: { sources: [source], parts: [part] },
  }
}

function setBySubscribe(call: DeliveryCall): Setup {
  const { input } = call
  return subscriptionSetup(call, {
    protocol: text(input.Protocol) ?? '',
    endpoint: text(input.Endpoint) ?? '',
    role: text(at(input, 'Attributes', 'SubscriptionRoleArn')) ?? '',
    redrivePolicy: at(input, 'Attributes', 'RedrivePolicy'),
  })
}

/** As the registry has it; one that is still to be confirmed is not there. */
function subscriptionOf({ input, resources }: DeliveryCall) {
  const { settings = {} } = resources.find(text(input.SubscriptionArn) ?? '') ?? {}
  return { protocol: text(settings.Protocol) ?? '', endpoint: text(settings.Endpoint) ?? '' }
}

function setByAttribute(call: DeliveryCall): Setup {
  const { input, resources } = call
  const { SubscriptionArn: arn, AttributeName: name, AttributeValue: value } = input
  refuseWithheldFilter(resources.find(text(arn) ?? ''), name, resources)
  const subscription = subscriptionOf(call)
  if (name === 'RedrivePolicy') {
    const setup = subscriptionSetup(call, { ...subscription, role: '', redrivePolicy: value })
    // To the endpoint it is delivered as before.
    const letters = setup.deliveries.filter(({ target }) => target !== subscription.endpoint)
    return { ...setup, deliveries: [...letters, ...standingOf(call, setup, isToEndpoint)] }
  }
  if (name !== 'SubscriptionRoleArn') return { deliveries: [] }
  const changed = { ...subscription, role: text(value) ?? '', redrivePolicy: undefined }
  const setup = subscriptionSetup(call, changed)
  const letters = standingOf(call, setup, (delivery) => !isToEndpoint(delivery))
  return { ...setup, deliveries: [...setup.deliveries, ...letters] }
}

/** What stands of a subscription, and is left as it is. */
function standingOf(
  { resources }: DeliveryCall,
  { replaces }: Setup,
  isKept: (delivery: Delivery) => boolean,
): readonly Delivery[] {
  const [source = ''] = replaces?.sources ?? []
  return standingAt(resources, source)
    .filter(({ part = '' }) => replaces?.parts.includes(part) === true)
    .filter(isKept)
    .map((delivery) => ({ ...delivery, unasked: true }))
}

function isToEndpoint({ part, target }: Delivery): boolean {
  return part?.endsWith(` ${target}`) === true
}

function endedByUnsubscribing(call: DeliveryCall): Setup {
  const subscription = { ...subscriptionOf(call), role: '', redrivePolicy: undefined }
  const { replaces } = subscriptionSetup(call, subscription)
  return { deliveries: [], ...(replaces && { replaces }) }
}

/** Chosen by us: AWS takes such a subscription, and then does not deliver. */
function refusedBySns(delivery: Delivery, obstacle: Obstacle): Refusal {
  const member = isToEndpoint(delivery) ? 'Endpoint' : 'RedrivePolicy'
  const message = `Invalid parameter: ${member} Reason: ${obstacleSentence(delivery, obstacle)}`
  return new Refusal('InvalidParameter', message)
}

const subscribing = {
  refusal: refusedBySns,
  as: 'Subscribe',
  turn: ({ source }: DeliveryCall) => topicOf(source),
}

export const snsDeliveries: DeliveringOperations = {
  Subscribe: { ...subscribing, sets: setBySubscribe },
  SetSubscriptionAttributes: { ...subscribing, sets: setByAttribute },
  Unsubscribe: { ...subscribing, sets: endedByUnsubscribing },
}

/** A queue's dead letters stay in its account. Source: SQS Developer Guide, "Dead-letter queues". */
function setByRedrivePolicy({ input, source, sourceAccount }: DeliveryCall): Setup {
  const policy = at(input, 'Attributes', 'RedrivePolicy')
  if (policy === undefined) return { deliveries: [] }
  const target = text(at(jsonOf(policy), 'deadLetterTargetArn'))
  const deliverer = { by: 'owner' } as const
  return {
    deliveries: target ? [sent({ source, sourceAccount, deliverer, target })] : [],
    replaces: { sources: [source], parts: 'all' },
  }
}

const redriveReasons: Partial<Record<Obstacle['kind'], string>> = {
  missing: 'Dead letter target does not exist.',
  otherAccount: 'Dead-letter target owner should be same as the source.',
  denied: notTaken,
}

function refusedBySqs(delivery: Delivery, obstacle: Obstacle, { input }: DeliveryCall): Refusal {
  const policy = text(at(input, 'Attributes', 'RedrivePolicy')) ?? ''
  const reason = redriveReasons[obstacle.kind] ?? `${obstacleSentence(delivery, obstacle)}.`
  const message = `Value ${policy} for parameter RedrivePolicy is invalid. Reason: ${reason}`
  return new Refusal('InvalidParameterValue', message, 400)
}

const redriving: DeliveringOperation = { sets: setByRedrivePolicy, refusal: refusedBySqs }

/** StartMessageMoveTask is not among them: the caller itself needs to receive, delete and send. */
export const sqsDeliveries: DeliveringOperations = {
  CreateQueue: { ...redriving, as: 'SetQueueAttributes' },
  SetQueueAttributes: redriving,
}
