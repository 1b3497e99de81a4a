import { Refusal } from '../refusal.ts'
import type { TagWords } from './tags.ts'

/** EventBridge's refusals. Source: EventBridge API Reference; user reports of the words. */

/** `jobs` of `…:event-bus/jobs`. */
export function busName(arn: string): string {
  return arn.slice(arn.indexOf(':event-bus/') + ':event-bus/'.length)
}

export function notFound(message: string): Refusal {
  return new Refusal('ResourceNotFoundException', message, 400)
}

export function noBus(arn: string): Refusal {
  return notFound(`Event bus ${busName(arn)} does not exist.`)
}

export function invalid(message: string): Refusal {
  return new Refusal('ValidationException', message, 400)
}

export const eventTagWords: TagWords = {
  tooMany: () => new Refusal('LimitExceededException', 'A resource has at most 50 tags.', 400),
  invalid,
}
