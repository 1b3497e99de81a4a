import { Refusal } from '../../refusal.ts'
import { anyText, at, text } from '../../resolve/forwarded-call.ts'
import {
  jsonOf,
  obstacleSentence,
  sendingTo,
  sent,
  type Deliverer,
  type DeliveringOperations,
  type Delivery,
  type DeliveryCall,
  type Obstacle,
  type Setup,
} from './delivery.ts'

const logs = 'logs.amazonaws.com'

/** A group's ARN in the name of which it delivers. Source: CloudWatch Logs User Guide. */
function everyStreamOf({ source, partition, region, sourceAccount, input }: DeliveryCall): string {
  const name = text(input.logGroupName)
  const group = name && `arn:${partition}:logs:${region}:${sourceAccount}:log-group:${name}`
  return `${(group ?? source).replace(/:\*$/, '')}:*`
}

/**
 * A function by its policy, streams by a role. A destination of another account has a policy that
 * nobody keeps here: refused.
 */
function toSubscriber(
  from: Pick<Delivery, 'source' | 'sourceAccount' | 'part'>,
  target: string,
  role: string | undefined,
): Delivery {
  const isFunction = /^arn:[^:]+:lambda:/.test(target)
  const deliverer: Deliverer =
    role === undefined || isFunction
      ? { by: 'service', name: logs }
      : { by: 'role', arn: role, service: logs }
  return { ...from, deliverer, target, needs: sendingTo(target) }
}

function setByFilter(call: DeliveryCall): Setup {
  const { input, sourceAccount } = call
  const source = everyStreamOf(call)
  const part = text(input.filterName) ?? ''
  const target = text(input.destinationArn)
  const replaces = { sources: [source], parts: [part] }
  if (target === undefined) return { deliveries: [], replaces }
  const from = { source, sourceAccount, part }
  return { deliveries: [toSubscriber(from, target, text(input.roleArn))], replaces }
}

/** For all groups of the account. Source: CloudWatch Logs API Reference, PutAccountPolicy. */
function setByAccountPolicy(call: DeliveryCall): Setup {
  const { input, partition, region, sourceAccount } = call
  if (input.policyType !== 'SUBSCRIPTION_FILTER_POLICY') return { deliveries: [] }
  const source = `arn:${partition}:logs:${region}:${sourceAccount}:*`
  const part = text(input.policyName) ?? ''
  const document = jsonOf(input.policyDocument)
  const target = text(at(document, 'DestinationArn'))
  const replaces = { sources: [source], parts: [part] }
  if (target === undefined) return { deliveries: [], replaces }
  const from = { source, sourceAccount, part }
  return { deliveries: [toSubscriber(from, target, text(at(document, 'RoleArn')))], replaces }
}

function setByDestination({ input, source, sourceAccount }: DeliveryCall): Setup {
  const target = text(input.targetArn)
  const deliverer = { by: 'role', arn: text(input.roleArn) ?? '', service: logs } as const
  return {
    deliveries: target ? [sent({ source, sourceAccount, deliverer, target })] : [],
    replaces: { sources: [source], parts: 'all' },
  }
}

/** Source: messages of CloudWatch Logs as users report them. */
function refusedSubscriber(delivery: Delivery, obstacle: Obstacle): Refusal {
  const [, , service = ''] = delivery.target.split(':', 3)
  return new Refusal(
    'InvalidParameterException',
    messages[service] ?? `${obstacleSentence(delivery, obstacle)}.`,
    400,
  )
}

const messages: Readonly<Record<string, string>> = {
  firehose:
    'Could not deliver test message to specified Firehose stream. Check if the given Firehose stream is in ACTIVE state.',
  kinesis:
    'Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE state.',
  lambda:
    'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
}

/** Source: CloudWatch Logs User Guide, "Export log data to Amazon S3". */
function setByExport(call: DeliveryCall): Setup {
  const { input, partition, sourceAccount } = call
  const target = `arn:${partition}:s3:::${text(input.destination) ?? ''}`
  const prefix = text(input.destinationPrefix) ?? 'exportedlogs'
  const needs = [
    { action: 's3:GetBucketAcl', resourceArn: target },
    { action: 's3:PutObject', resourceArn: `${target}/${prefix}/${anyText}` },
  ]
  const deliverer = { by: 'service', name: logs } as const
  const from = { source: everyStreamOf(call), sourceAccount, target }
  const keys = { 's3:x-amz-acl': 'bucket-owner-full-control' }
  return { deliveries: [{ ...from, deliverer, needs, keys, once: true }] }
}

function refusedExport(_delivery: Delivery, obstacle: Obstacle): Refusal {
  const isAcl = obstacle.kind === 'denied' && obstacle.action === 's3:GetBucketAcl'
  const call = isAcl ? 'GetBucketAcl' : 'PutObject'
  const message =
    obstacle.kind === 'missing'
      ? 'The specified bucket does not exist.'
      : `${call} call on the given bucket failed. Please check if CloudWatch Logs has been granted permission to perform this operation.`
  return new Refusal('InvalidParameterException', message, 400)
}

const filter = { sets: setByFilter, refusal: refusedSubscriber, as: 'PutSubscriptionFilter' }
const policy = { sets: setByAccountPolicy, refusal: refusedSubscriber, as: 'PutAccountPolicy' }

export const logsDeliveries: DeliveringOperations = {
  PutSubscriptionFilter: filter,
  DeleteSubscriptionFilter: filter,
  PutAccountPolicy: policy,
  DeleteAccountPolicy: policy,
  PutDestination: { sets: setByDestination, refusal: refusedSubscriber },
  CreateExportTask: { sets: setByExport, refusal: refusedExport },
}
