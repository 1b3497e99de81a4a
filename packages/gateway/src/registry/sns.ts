import { text } from '../resolve/forwarded-call.ts'
import type { KeptCall, KeptService } from './kept.ts'
import { snsPolicyOperations } from './sns-policy.ts'
import { snsSubscriptionOperations, topicOf } from './sns-subscriptions.ts'
import { adoptableTopics, snsTopicOperations } from './sns-topics.ts'
import { notFound, notOwners } from './sns-words.ts'

const topic = /^arn:[^:]+:sns:[^:]+:\d{12}:[\w-]+(\.fifo)?$/

function accountIn(arn: string): string {
  return arn.split(':')[4] ?? ''
}

/** Applications and endpoints of devices have no policies, and no checks of their own: they are their account's. */
function refuses({ input, accountId }: KeptCall): void {
  for (const name of ['PlatformApplicationArn', 'EndpointArn', 'TargetArn']) {
    const arn = text(input[name])
    if (arn === undefined || topic.test(arn) || accountIn(arn) === accountId) continue
    throw notOwners(`${arn} is of another account`)
  }
}

/** Topics, and their subscriptions. Source: SNS Developer Guide, "Identity and access management". */
export const keptSns: KeptService = {
  service: 'sns',
  resourceOf: (arn) => (topic.test(arn) ? { arn, type: 'topic' } : undefined),
  missing: notFound,
  isGone: (operation, _status, code) =>
    /^NotFound/.test(code ?? '') && !operation.endsWith('DataProtectionPolicy'),
  // The topic's owner has a say in its subscriptions, their own do whatever it says.
  ownerFor: ({ arn, accountId }, caller) => {
    const isTopicOwners = topicOf(arn) !== undefined && caller.accountId === accountIn(arn)
    return isTopicOwners ? accountIn(arn) : accountId
  },
  backendAccountOf: ({ arn }) => accountIn(arn),
  policiesOf: ({ type, policy }) =>
    type === 'subscription' ? undefined : policy === undefined ? [] : [policy],
  refuses,
  adoptableType: 'topic',
  adoptable: adoptableTopics,
  operations: { ...snsTopicOperations, ...snsPolicyOperations, ...snsSubscriptionOperations },
}
