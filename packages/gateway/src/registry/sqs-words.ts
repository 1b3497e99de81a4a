import { Refusal } from '../refusal.ts'
import type { TagWords } from './tags.ts'

/** SQS's refusals. Source: SQS API Reference; user reports of the words. */

export function nonExistentQueue(): Refusal {
  const code = 'AWS.SimpleQueueService.NonExistentQueue'
  return new Refusal(code, 'The specified queue does not exist.', 400)
}

export function queueAlreadyExists(message: string): Refusal {
  return new Refusal('QueueAlreadyExists', message, 400)
}

/** Of a value that is not this or that: SQS always gives its reason. */
export function invalidValue(value: string, parameter: string, reason: string): Refusal {
  const message = `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`
  return new Refusal('InvalidParameterValue', message, 400)
}

/** Whatever is wrong with a policy: SQS does not say what. */
export function invalidPolicy(): Refusal {
  const message = 'Invalid value for the parameter Policy.'
  return new Refusal('InvalidAttributeValue', message, 400)
}

/** Source: messages of SQS as users report them. */
export function invalidRedriveAllowPolicy(): Refusal {
  const message =
    "Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon SQS can't create the redrive allow policy, as it's in an unsupported format."
  return new Refusal('InvalidAttributeValue', message, 400)
}

export function overLimit(message: string): Refusal {
  return new Refusal('OverLimit', message, 403)
}

export const queueTagWords: TagWords = {
  tooMany: () => new Refusal('InvalidParameterValue', 'Too many tags added for queue.', 400),
  invalid: (message) => new Refusal('InvalidParameterValue', message, 400),
}
