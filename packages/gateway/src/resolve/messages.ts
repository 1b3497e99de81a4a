import type { Check } from '../operation.ts'
import { checkOn, checksByFacts } from './by-facts.ts'
import { anyText, type ForwardedCall, text, Unresolvable } from './forwarded-call.ts'

/**
 * SQS: the batches need what their single forms need. A move of messages also receives and deletes
 * at the source, and sends to where it goes.
 * Source: SQS Developer Guide, "API permissions"; "Moving messages out of a dead-letter queue".
 */
export function resolveSqs(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  const checks = checksByFacts(call, `sqs:${operation.name.replace(/Batch$/, '')}`)
  if (operation.name !== 'StartMessageMoveTask') return checks
  const [source] = checks
  const target = text(input.DestinationArn)
  if (source === undefined) return []
  return [
    ...checks,
    checkOn(call, 'sqs:ReceiveMessage', source.resourceArn),
    checkOn(call, 'sqs:DeleteMessage', source.resourceArn),
    checkOn(call, 'sqs:SendMessage', target ?? source.resourceArn.replace(/[^:]*$/, anyText)),
  ]
}

/** SNS: a message goes to a topic, an endpoint of a device, or a phone number. */
export function resolveSns(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  if (operation.name === 'PublishBatch') return checksByFacts(call, 'sns:Publish')
  if (operation.name !== 'Publish') return checksByFacts(call, `sns:${operation.name}`)
  const places = [input.TopicArn, input.TargetArn, input.PhoneNumber].filter((place) => text(place))
  const [place] = places
  if (places.length !== 1 || typeof place !== 'string') {
    throw new Unresolvable('The message has not one place to go')
  }
  if (place === input.PhoneNumber) return [checkOn(call, 'sns:Publish', '*')]
  if (!/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[^:]+$/.test(place)) {
    throw new Unresolvable(`${place} is neither a topic nor an endpoint`)
  }
  return [checkOn(call, 'sns:Publish', place)]
}
