/**
 * What a backend delivers inside itself, the gate does not see: so a call that sets up a delivery is
 * allowed only if whoever delivers may do it at that moment. Which calls those are, and what each of
 * them sets up, is data: a file per group of services, beside this one.
 */
import type { OperationInput } from '@bailiwick/wire'
import type { Refusal } from '../../refusal.ts'
import type { Ask } from '../kept.ts'
import type { ResourcePort } from '../resource.ts'

/** As whom it is delivered. */
export type Deliverer =
  /** The service itself: the destination's policy must admit it. */
  | { readonly by: 'service'; readonly name: string }
  /** A role that was handed to the service, and trusts it. */
  | { readonly by: 'role'; readonly arn: string; readonly service: string }
  /** The execution role of a function; `role` is the one that this very call gives it. */
  | { readonly by: 'function'; readonly arn: string; readonly role?: string }
  /** The service, within one account alone. */
  | { readonly by: 'owner' }
  /** The service with the caller's own permissions, at once: a forward access session. */
  | { readonly by: 'caller'; readonly service: string }

/** An action that must be allowed; the ARN may hold `anyText`. */
export interface Need {
  readonly action: string
  readonly resourceArn: string
}

export interface Delivery {
  readonly deliverer: Deliverer
  /** In whose name it is delivered, the value of aws:SourceArn: a topic, bucket, rule, function. */
  readonly source: string
  /** Whose that is: the value of aws:SourceAccount. */
  readonly sourceAccount: string
  /** Where it goes, or is read from. */
  readonly target: string
  /** Which of several of its source, where they go one by one: a target's id, a filter's name. */
  readonly part?: string
  /** Undefined where nobody here knows what it takes: then it is refused. */
  readonly needs: readonly Need[] | undefined
  /** Condition keys of that call which are known besides. */
  readonly keys?: Readonly<Record<string, string>>
  /** It is done with the call: nothing stands afterwards. */
  readonly once?: true
  /** It is switched off: nothing is asked. */
  readonly unasked?: true
}

/** Why it may not be delivered. */
export type Obstacle =
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly action: string }
  /** The role is not there, or does not trust the service. */
  | { readonly kind: 'role' }
  | { readonly kind: 'otherAccount' }
  | { readonly kind: 'unknown' }

/** A call as its declaration sees it. */
export interface DeliveryCall {
  readonly input: OperationInput
  /** The ARN of what the call is about, from its first check, and whose it is. */
  readonly source: string
  readonly sourceAccount: string
  /** The caller's. */
  readonly accountId: string
  readonly partition: string
  readonly region: string
  readonly resources: ResourcePort
  readonly ask: Ask
}

/** A delivery that is on record. */
export interface StandingDelivery extends Delivery {
  /** `sns:Subscribe` */
  readonly setBy: string
  readonly region: string
}

/** What a call sets up. */
export interface Setup {
  readonly deliveries: readonly Delivery[]
  /** Which of those that stand are gone once it has succeeded, unless they are set up anew. */
  readonly replaces?: {
    readonly sources: readonly string[]
    readonly parts: readonly string[] | 'all'
  }
  /** The call itself says whether it is on: what we had switched off is no longer ours to switch on. */
  readonly switches?: true
}

export interface DeliveringOperation {
  readonly sets: (call: DeliveryCall) => Setup | Promise<Setup>
  /** In the service's own words. */
  readonly refusal: (delivery: Delivery, obstacle: Obstacle, call: DeliveryCall) => Refusal
  /** The operation that its deliveries stand under, where it is another: `Subscribe`. */
  readonly as?: string
  /** The source at which no other such call, and no switching of ours, may be under way: see `turnAt`. */
  readonly turn?: (call: DeliveryCall) => string
}

/** By the name of the operation. */
export type DeliveringOperations = Readonly<Record<string, DeliveringOperation>>

/** A delivery whose target is sent to. */
export function sent(delivery: Omit<Delivery, 'needs'>): Delivery {
  return { ...delivery, needs: sendingTo(delivery.target) }
}

/** An object of JSON in a member; nothing where it is none. */
export function jsonOf(given: unknown): unknown {
  try {
    return typeof given === 'string' ? (JSON.parse(given) as unknown) : undefined
  } catch {
    return undefined
  }
}

/** What it takes to send something there. */
export function sendingTo(target: string): readonly Need[] | undefined {
  const [, , service = ''] = target.split(':', 3)
  const actions = Object.hasOwn(sending, service) ? sending[service] : undefined
  return actions?.map((action) => ({ action, resourceArn: target }))
}

/** Source: Service Authorization Reference; EventBridge User Guide, "Resource-based policies". */
const sending: Readonly<Record<string, readonly string[]>> = {
  events: ['events:PutEvents'],
  firehose: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
  kinesis: ['kinesis:PutRecord', 'kinesis:PutRecords'],
  lambda: ['lambda:InvokeFunction'],
  sns: ['sns:Publish'],
  sqs: ['sqs:SendMessage'],
  states: ['states:StartExecution'],
}

/**
 * The sentence of an obstacle, where the service has none of its own (chosen by us). It does not tell
 * what is not there from what does not let in: the caller may be a stranger to both.
 */
export function obstacleSentence(delivery: Delivery, obstacle: Obstacle): string {
  const { deliverer, target, needs } = delivery
  switch (obstacle.kind) {
    case 'missing':
    case 'denied': {
      const action = obstacle.kind === 'denied' ? obstacle.action : (needs?.[0]?.action ?? '')
      return `${delivererName(deliverer)} is not authorized to perform: ${action} on resource: ${target}`
    }
    case 'role':
      return `${delivererName(deliverer)} cannot be assumed by ${serviceOf(deliverer)}`
    case 'otherAccount':
      return `${target} is of another account than ${delivery.source}`
    case 'unknown':
      return `what it takes to deliver to ${target} is not known here`
  }
}

export function delivererName(deliverer: Deliverer): string {
  switch (deliverer.by) {
    case 'service':
      return deliverer.name
    case 'role':
      return `the role ${deliverer.arn}`
    case 'function':
      return `the execution role of ${deliverer.arn}`
    case 'owner':
      return 'the owner'
    case 'caller':
      return 'the caller'
  }
}

function serviceOf(deliverer: Deliverer): string {
  if (deliverer.by === 'role') return deliverer.service
  return deliverer.by === 'function' ? 'lambda.amazonaws.com' : delivererName(deliverer)
}
