import { Refusal } from '../../refusal.ts'
import { anyText, at, text } from '../../resolve/forwarded-call.ts'
import {
  obstacleSentence,
  sendingTo,
  type DeliveringOperations,
  type Delivery,
  type DeliveryCall,
  type Obstacle,
  type Setup,
} from './delivery.ts'

/** Source: Secrets Manager User Guide, "Permissions for rotation". */
function setByRotation({ input, source, sourceAccount }: DeliveryCall): Setup {
  const target = text(input.RotationLambdaARN)
  // Without one it stays with what it has.
  if (target === undefined) return { deliveries: [] }
  const deliverer = { by: 'service', name: 'secretsmanager.amazonaws.com' } as const
  const delivery = { source, sourceAccount, deliverer, target, needs: sendingTo(target) }
  return { deliveries: [delivery], replaces: { sources: [source], parts: 'all' } }
}

function endedRotation({ source }: DeliveryCall): Setup {
  return { deliveries: [], replaces: { sources: [source], parts: 'all' } }
}

/** Source: Secrets Manager User Guide, "Troubleshoot rotation". */
function refusedRotation(): Refusal {
  const message =
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.'
  return new Refusal('AccessDeniedException', message, 400)
}

const rotation = { refusal: refusedRotation, as: 'RotateSecret' }

export const secretsManagerDeliveries: DeliveringOperations = {
  RotateSecret: { ...rotation, sets: setByRotation },
  CancelRotateSecret: { ...rotation, sets: endedRotation },
}

/** With the caller's permissions. Source: DynamoDB Developer Guide, "Exporting", "Importing". */
function byCaller(
  { source, sourceAccount }: DeliveryCall,
  target: string,
  needs: Delivery['needs'],
): Delivery {
  const deliverer = { by: 'caller', service: 'dynamodb.amazonaws.com' } as const
  return { source, sourceAccount, deliverer, target, needs, once: true }
}

function setByTableExport(call: DeliveryCall): Setup {
  const { input, partition } = call
  const target = `arn:${partition}:s3:::${text(input.S3Bucket) ?? ''}`
  const prefix = text(input.S3Prefix)
  const resourceArn = `${target}/${prefix === undefined ? '' : `${prefix}/`}${anyText}`
  const actions = ['s3:AbortMultipartUpload', 's3:PutObject']
  const needs = actions.map((action) => ({ action, resourceArn }))
  return { deliveries: [byCaller(call, target, needs)] }
}

function setByTableImport(call: DeliveryCall): Setup {
  const { input, partition } = call
  const bucket = text(at(input, 'S3BucketSource', 'S3Bucket')) ?? ''
  const prefix = text(at(input, 'S3BucketSource', 'S3KeyPrefix')) ?? ''
  const target = `arn:${partition}:s3:::${bucket}`
  const needs = [
    { action: 's3:ListBucket', resourceArn: target },
    { action: 's3:GetObject', resourceArn: `${target}/${prefix}${anyText}` },
  ]
  return { deliveries: [byCaller(call, target, needs)] }
}

/** Of one account. Source: DynamoDB Developer Guide, "Change data capture for Kinesis Data Streams". */
function setByStreaming({ input, source, sourceAccount }: DeliveryCall): Setup {
  const target = text(input.StreamArn)
  const deliverer = { by: 'owner' } as const
  const part = target ?? ''
  return {
    deliveries: target ? [{ source, sourceAccount, deliverer, target, part, needs: [] }] : [],
    replaces: { sources: [source], parts: [part] },
  }
}

function endedStreaming({ input, source }: DeliveryCall): Setup {
  return { deliveries: [], replaces: { sources: [source], parts: [text(input.StreamArn) ?? ''] } }
}

/** Chosen by us. */
function refusedByDynamoDb(delivery: Delivery, obstacle: Obstacle): Refusal {
  return new Refusal('ValidationException', `${obstacleSentence(delivery, obstacle)}.`, 400)
}

const streaming = { refusal: refusedByDynamoDb, as: 'EnableKinesisStreamingDestination' }

export const dynamoDbDeliveries: DeliveringOperations = {
  ExportTableToPointInTime: { sets: setByTableExport, refusal: refusedByDynamoDb },
  ImportTable: { sets: setByTableImport, refusal: refusedByDynamoDb },
  EnableKinesisStreamingDestination: { ...streaming, sets: setByStreaming },
  DisableKinesisStreamingDestination: { ...streaming, sets: endedStreaming },
}
