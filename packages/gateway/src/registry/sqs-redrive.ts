/**
 * Which queues may have which for their dead letters. The backend moves them without asking anybody.
 * Source: SQS Developer Guide, "Dead-letter queues"; SQS API Reference, SetQueueAttributes.
 */
import type { OperationInput } from '@bailiwick/wire'
import { at, list, text } from '../resolve/forwarded-call.ts'
import type { KeptCall } from './kept.ts'
import type { NewResource } from './resource.ts'
import { invalidRedriveAllowPolicy, invalidValue } from './sqs-words.ts'

/** Source: SQS API Reference, SetQueueAttributes, sourceQueueArns. */
export const sourceQueuesMax = 10

type Settings = NewResource['settings']

/** The queue is there, of the same owner, and lets that one in. Errors: InvalidParameterValue. */
export function checkRedrive({ input, resources }: KeptCall, source: string): void {
  const given = text(at(input, 'Attributes', 'RedrivePolicy'))
  // An empty one takes it away.
  if (!given) return
  const refuse = (reason: string) => invalidValue(given, 'RedrivePolicy', reason)
  let target: unknown
  try {
    target = at(JSON.parse(given), 'deadLetterTargetArn')
  } catch {
    throw refuse('Redrive policy is not a valid JSON map.')
  }
  const arn = text(target)
  if (arn === undefined) {
    throw refuse('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.')
  }
  if (arn.split(':')[4] !== source.split(':')[4]) {
    throw refuse('Dead-letter target owner should be same as the source.')
  }
  const queue = resources.find(arn)
  if (queue === undefined) throw refuse('Dead letter target does not exist.')
  if (!takesDeadLettersOf(queue, source)) throw refuse(notTaken)
}

/** Chosen by us: how AWS says it is not published. */
export const notTaken =
  'Dead letter target does not allow the source queue in its RedriveAllowPolicy.'

/** Whether a queue's RedriveAllowPolicy lets that one have it for its dead letters. */
export function takesDeadLettersOf({ settings }: Pick<NewResource, 'settings'>, source: string) {
  const { redriveAllowPolicy: given } = settings
  if (given === undefined) return true
  switch (at(given, 'redrivePermission')) {
    case 'allowAll':
      return true
    case 'byQueue':
      return list(at(given, 'sourceQueueArns')).includes(source)
    default:
      return false
  }
}

/** The settings of a queue as its owner's RedriveAllowPolicy changes them. */
export function redriveAllowed(input: OperationInput): (settings: Settings) => Settings {
  const given = text(at(input, 'Attributes', 'RedriveAllowPolicy'))
  if (given === undefined) return (settings) => settings
  const allowed = given === '' ? {} : readRedriveAllowPolicy(given)
  return ({ redriveAllowPolicy: _, ...settings }) => ({ ...settings, ...allowed })
}

/** As a backend tells it; what cannot be read lets nobody in. */
export function redriveAllowPolicyOf(told: string | undefined): Settings {
  if (told === undefined || told === '') return {}
  try {
    return readRedriveAllowPolicy(told)
  } catch {
    return { redriveAllowPolicy: { redrivePermission: 'denyAll' } }
  }
}

/** Errors: InvalidAttributeValue. */
function readRedriveAllowPolicy(given: string): Settings {
  let policy: unknown
  try {
    policy = JSON.parse(given)
  } catch {
    throw invalidRedriveAllowPolicy()
  }
  const redrivePermission = at(policy, 'redrivePermission')
  const sources = at(policy, 'sourceQueueArns')
  if (redrivePermission === 'byQueue') {
    const isList = Array.isArray(sources) && sources.every((each) => typeof each === 'string')
    if (!isList || sources.length === 0 || sources.length > sourceQueuesMax) {
      throw invalidRedriveAllowPolicy()
    }
    return { redriveAllowPolicy: { redrivePermission, sourceQueueArns: sources } }
  }
  const isAll = redrivePermission === 'allowAll' || redrivePermission === 'denyAll'
  if (!isAll || sources !== undefined) throw invalidRedriveAllowPolicy()
  return { redriveAllowPolicy: { redrivePermission } }
}
