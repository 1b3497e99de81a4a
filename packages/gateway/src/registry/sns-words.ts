import { Refusal } from '../refusal.ts'
import type { TagWords } from './tags.ts'

/** SNS's refusals. Source: SNS API Reference; user reports of the words. */

/** A subscription's ARN has a piece more than its topic's. */
export function notFound(arn: string): Refusal {
  const what = arn.split(':').length > 6 ? 'Subscription' : 'Topic'
  return new Refusal('NotFound', `${what} does not exist`, 404)
}

export function invalidParameter(reason: string): Refusal {
  return new Refusal('InvalidParameter', `Invalid parameter: ${reason}`, 400)
}

export function notOwners(message: string): Refusal {
  return new Refusal('AuthorizationError', message, 403)
}

/** Whatever is wrong with a policy but its actions: SNS does not say what. */
export function invalidPolicy(): Refusal {
  return invalidParameter('Policy Error: null')
}

export const topicTagWords: TagWords = {
  tooMany: () =>
    new Refusal(
      'TagLimitExceeded',
      'Could not complete request: tag quota of per resource exceeded',
      400,
    ),
  invalid: invalidParameter,
}
