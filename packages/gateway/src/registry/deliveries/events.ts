import { Refusal } from '../../refusal.ts'
import { anyText, at, list, text } from '../../resolve/forwarded-call.ts'
import {
  obstacleSentence,
  sendingTo,
  sent,
  type Deliverer,
  type DeliveringOperation,
  type DeliveringOperations,
  type Delivery,
  type DeliveryCall,
  type Need,
  type Obstacle,
  type Setup,
} from './delivery.ts'
import { standingAt } from './standing.ts'

const events = 'events.amazonaws.com'

/** Targets that EventBridge reaches as itself. Source: EventBridge User Guide, "Permissions". */
const reachedAsItself = new Set(['lambda', 'logs', 'sns', 'sqs'])

function setByTargets({ input, source, sourceAccount }: DeliveryCall): Setup {
  const targets = list(input.Targets)
  const deliveries = targets.flatMap((given) => {
    const part = text(at(given, 'Id')) ?? ''
    const from = { source, sourceAccount, part }
    const role = text(at(given, 'RoleArn'))
    const target = text(at(given, 'Arn')) ?? ''
    const letters = text(at(given, 'DeadLetterConfig', 'Arn'))
    const deliverer: Deliverer = role
      ? { by: 'role', arn: role, service: events }
      : { by: 'service', name: events }
    const byItself = { by: 'service', name: events } as const
    const sends = { ...from, deliverer, target, needs: needsOfTarget(given, target, role) }
    return [sends, ...(letters ? [sent({ ...from, deliverer: byItself, target: letters })] : [])]
  })
  return {
    deliveries,
    replaces: { sources: [source], parts: targets.flatMap((given) => text(at(given, 'Id')) ?? []) },
  }
}

function needsOfTarget(
  given: unknown,
  target: string,
  role: string | undefined,
): readonly Need[] | undefined {
  const [, , service = ''] = target.split(':', 3)
  if (role === undefined && !reachedAsItself.has(service)) return undefined
  const task = text(at(given, 'EcsParameters', 'TaskDefinitionArn'))
  if (service === 'ecs') {
    return task === undefined ? undefined : [{ action: 'ecs:RunTask', resourceArn: task }]
  }
  if (service === 'logs') return writingLogs(target)
  if (/:api-destination\//.test(target)) {
    return [{ action: 'events:InvokeApiDestination', resourceArn: target }]
  }
  return sendingTo(target)
}

function writingLogs(group: string): readonly Need[] {
  const resourceArn = `${group.replace(/:\*$/, '')}:log-stream:${anyText}`
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({ action, resourceArn }))
}

/** Source: messages of EventBridge as users report them; the second is chosen by us. */
function refusedTarget(delivery: Delivery, obstacle: Obstacle): Refusal {
  const { target, part = '', deliverer, needs } = delivery
  const message =
    needs === undefined && deliverer.by === 'service'
      ? `RoleArn is required for target ${target}.`
      : `The target ${part} is not possible: ${obstacleSentence(delivery, obstacle)}.`
  return new Refusal('ValidationException', message, 400)
}

function removedTargets({ input, source }: DeliveryCall): Setup {
  const parts = list(input.Ids).flatMap((id) => text(id) ?? [])
  return { deliveries: [], replaces: { sources: [source], parts } }
}

/** Whoever switches a rule on again answers for all that it delivers. */
function enabledAt({ source, resources }: DeliveryCall): Setup {
  return { deliveries: standingAt(resources, source), switches: true }
}

/** And who switches it off finds it off until somebody switches it on. */
function disabledAt({ source, resources }: DeliveryCall): Setup {
  const standing = standingAt(resources, source)
  return { deliveries: standing.map((each) => ({ ...each, unasked: true })), switches: true }
}

/** A rule that is put anew is on, unless it is said otherwise. */
function putRule(call: DeliveryCall): Setup {
  return call.input.State === 'DISABLED' ? disabledAt(call) : enabledAt(call)
}

function deletedRule({ source }: DeliveryCall): Setup {
  return { deliveries: [], replaces: { sources: [source], parts: 'all' } }
}

/** Events that a bus could not take. Source: EventBridge API Reference, CreateEventBus. */
function setByBus({ input, source, sourceAccount }: DeliveryCall): Setup {
  const target = text(at(input, 'DeadLetterConfig', 'Arn'))
  const deliverer = { by: 'service', name: events } as const
  return {
    deliveries: target ? [sent({ source, sourceAccount, deliverer, target })] : [],
    replaces: { sources: [source], parts: 'all' },
  }
}

const bus = { sets: setByBus, refusal: refusedTarget, as: 'CreateEventBus' }
const targets = { refusal: refusedTarget, as: 'PutTargets' }

export const eventsDeliveries: DeliveringOperations = {
  PutTargets: { ...targets, sets: setByTargets },
  RemoveTargets: { ...targets, sets: removedTargets },
  PutRule: { ...targets, sets: putRule },
  EnableRule: { ...targets, sets: enabledAt },
  DisableRule: { ...targets, sets: disabledAt },
  DeleteRule: { ...targets, sets: deletedRule },
  CreateEventBus: bus,
  UpdateEventBus: bus,
}

/**
 * A topic's first policy admits whom its owner's account is named for by the old key.
 * Source: SNS Developer Guide, "Example cases for access control", aws:SourceOwner.
 */
function setByAlarm({ input, source, sourceAccount }: DeliveryCall): Setup {
  const actions = ['AlarmActions', 'OKActions', 'InsufficientDataActions'] as const
  const targets = new Set(
    actions.flatMap((name) => list(input[name]).flatMap((a) => text(a) ?? [])),
  )
  const deliveries = [...targets].flatMap((target): readonly Delivery[] => {
    const [, , service = ''] = target.split(':', 3)
    const name = alarming[service]
    if (name === undefined) return []
    const keys = { 'aws:SourceOwner': sourceAccount }
    return [sent({ deliverer: { by: 'service', name }, source, sourceAccount, target, keys })]
  })
  return { deliveries, replaces: { sources: [source], parts: 'all' }, switches: true }
}

/** Several alarms of the caller's. */
function ofAlarms(call: DeliveryCall, setupOf: (call: DeliveryCall) => Setup): readonly Setup[] {
  const { input, partition, region, accountId } = call
  const prefix = `arn:${partition}:cloudwatch:${region}:${accountId}:alarm`
  const names = list(input.AlarmNames).flatMap((name) => text(name) ?? [])
  return names.map((name) => setupOf({ ...call, source: `${prefix}:${name}` }))
}

function switchedAlarms(setupOf: (call: DeliveryCall) => Setup) {
  return (call: DeliveryCall): Setup => {
    const deliveries = ofAlarms(call, setupOf).flatMap((setup) => setup.deliveries)
    return { deliveries, switches: true }
  }
}

function deletedAlarms(call: DeliveryCall): Setup {
  const sources = ofAlarms(call, deletedRule).flatMap(({ replaces }) => replaces?.sources ?? [])
  return { deliveries: [], replaces: { sources, parts: 'all' } }
}

/** As whom an alarm acts; on instances, groups and incidents nothing here is done. */
const alarming: Readonly<Record<string, string>> = {
  lambda: 'lambda.alarms.cloudwatch.amazonaws.com',
  sns: 'cloudwatch.amazonaws.com',
}

/** Chosen by us: AWS takes the alarm, and then its action fails. */
function refusedByCloudWatch(delivery: Delivery, obstacle: Obstacle): Refusal {
  const message = `Invalid action: ${obstacleSentence(delivery, obstacle)}.`
  return new Refusal('ValidationError', message, 400)
}

function setByMetricStream({ input, source, sourceAccount }: DeliveryCall): Setup {
  const [arn, target] = [text(input.RoleArn), text(input.FirehoseArn)]
  const service = 'streams.metrics.cloudwatch.amazonaws.com'
  const deliverer = { by: 'role', arn: arn ?? '', service } as const
  return {
    deliveries: target ? [sent({ source, sourceAccount, deliverer, target })] : [],
    replaces: { sources: [source], parts: 'all' },
  }
}

const alarm: DeliveringOperation = {
  sets: setByAlarm,
  refusal: refusedByCloudWatch,
  as: 'PutMetricAlarm',
}

export const cloudWatchDeliveries: DeliveringOperations = {
  PutMetricAlarm: alarm,
  PutCompositeAlarm: alarm,
  DeleteAlarms: { ...alarm, sets: deletedAlarms },
  EnableAlarmActions: { ...alarm, sets: switchedAlarms(enabledAt) },
  DisableAlarmActions: { ...alarm, sets: switchedAlarms(disabledAt) },
  PutMetricStream: { sets: setByMetricStream, refusal: refusedByCloudWatch },
}
