import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import { at, list, text } from '../resolve/forwarded-call.ts'
import { pageOf } from './arn-pages.ts'
import { shownAttributes } from './deliveries/withhold.ts'
import type { KeptCall, KeptOperation, Made } from './kept.ts'
import type { Resource } from './resource.ts'
import { snsPageSize } from './sns-topics.ts'

const subscriptionArn = /^(arn:[^:]+:sns:[^:]+:\d{12}:[\w-]+(?:\.fifo)?):[\w-]+$/

/** The topic of a subscription. */
export function topicOf(arn: string): string | undefined {
  return subscriptionArn.exec(arn)?.[1]
}

/**
 * A subscription is the subscriber's, in the topic's account. One that is still to be confirmed has
 * no ARN in the answer of some backends: whoever confirms it gets it.
 */
function subscribed(output: OperationOutput, { input, resources }: KeptCall): Made | undefined {
  const arn = text(output.SubscriptionArn)
  const topicArn = arn === undefined ? undefined : topicOf(arn)
  if (arn === undefined || topicArn === undefined) return undefined
  const topicId = resources.find(topicArn)?.id
  const { Protocol, Endpoint } = input
  return {
    arn,
    type: 'subscription',
    tags: [],
    settings: { topicArn, topicId, Protocol, Endpoint },
  }
}

/** The ARN is asked for, whether or not the caller did: the record needs it. */
function subscribeInput({ input }: KeptCall): OperationInput {
  return { ...input, ReturnSubscriptionArn: true }
}

function view({ arn, accountId, settings }: Resource) {
  const { topicArn, Protocol = '', Endpoint = '' } = settings
  return { SubscriptionArn: arn, Owner: accountId, Protocol, Endpoint, TopicArn: topicArn }
}

/** Whose topic is the one that was subscribed to: of its next incarnation it is none. */
function isOfTopic({ settings: { topicArn, topicId } }: Resource, { resources }: KeptCall) {
  return typeof topicArn === 'string' && resources.find(topicArn)?.id === topicId
}

/** The account's own, whoever has the topics. */
function listSubscriptions(call: KeptCall): OperationOutput {
  const { input, accountId, region, resources } = call
  const all = resources
    .list({ accountId, service: 'sns', type: 'subscription' })
    .filter((each) => each.arn.split(':')[3] === region && isOfTopic(each, call))
  const { page, token } = pageOf(all, text(input.NextToken), snsPageSize)
  return { Subscriptions: page.map(view), ...token }
}

/** Each with its owner; what nobody subscribed to through the gate is the topic owner's. */
function withOwners(
  output: OperationOutput,
  { resource, resources }: KeptCall & { readonly resource?: Resource },
): OperationOutput {
  const ownerOf = (arn: unknown) =>
    resources.find(text(arn) ?? '')?.accountId ?? resource?.accountId
  const Subscriptions = list(output.Subscriptions).map((each) => ({
    ...(each as object),
    Owner: ownerOf(at(each, 'SubscriptionArn')),
  }))
  return { ...output, Subscriptions }
}

/** As its subscriber set it, even while it is suspended. */
function asSubscribed(
  output: OperationOutput,
  { resource, resources }: KeptCall & { readonly resource?: Resource },
): OperationOutput {
  const attributes = Object(output.Attributes) as Record<string, string>
  const shown = shownAttributes(attributes, resource, resources)
  return { ...output, Attributes: { ...shown, Owner: resource?.accountId } }
}

const about: NonNullable<KeptOperation['about']> = ({ input }) => text(input.SubscriptionArn)

const creates: NonNullable<KeptOperation['creates']> = {
  isMade: () => false,
  madeFrom: subscribed,
  taken: () => undefined,
}

export const snsSubscriptionOperations: Readonly<Record<string, KeptOperation>> = {
  Subscribe: { creates, backendInput: subscribeInput },
  ConfirmSubscription: { creates },
  Unsubscribe: { about, deletes: true, absent: {} },
  GetSubscriptionAttributes: { about, merges: asSubscribed },
  SetSubscriptionAttributes: { about },
  ListSubscriptions: { lists: listSubscriptions },
  ListSubscriptionsByTopic: { merges: withOwners },
}
