import { Refusal } from '../../refusal.ts'
import { anyText, at, list, text } from '../../resolve/forwarded-call.ts'
import {
  obstacleSentence,
  sent,
  type DeliveringOperation,
  type DeliveringOperations,
  type Delivery,
  type DeliveryCall,
  type Need,
  type Obstacle,
  type Setup,
} from './delivery.ts'
import { notifiedTargets } from './withhold.ts'

const s3 = 's3.amazonaws.com'

/**
 * Of EventBridge's there is nothing to ask: events stay in the bucket's account. Whoever has S3 skip
 * its validation has not skipped ours (chosen by us).
 */
function setByNotification({ input, source, sourceAccount }: DeliveryCall): Setup {
  const targets = notifiedTargets(input.NotificationConfiguration)
  const deliverer = { by: 'service', name: s3 } as const
  return {
    deliveries: [...new Set(targets)].map((target) =>
      sent({ source, sourceAccount, deliverer, target }),
    ),
    replaces: { sources: [source], parts: 'all' },
    switches: true,
  }
}

/** Source: S3 User Guide, "Granting permissions to publish event notification messages". */
function refusedNotification(): Refusal {
  const message = 'Unable to validate the following destination configurations'
  return new Refusal('InvalidArgument', message, 400)
}

function objectsOf(bucketArn: string, prefix: unknown): string {
  return `${bucketArn}/${text(prefix) ?? ''}${anyText}`
}

/** Source: S3 User Guide, "Setting up permissions for live replication". */
function setByReplication({ input, source, sourceAccount }: DeliveryCall): Setup {
  const given = input.ReplicationConfiguration
  const arn = text(at(given, 'Role')) ?? ''
  const deliverer = { by: 'role', arn, service: s3 } as const
  const deliveries = list(at(given, 'Rules')).map((rule): Delivery => {
    const target = text(at(rule, 'Destination', 'Bucket')) ?? ''
    const prefix = at(rule, 'Filter', 'Prefix') ?? at(rule, 'Filter', 'And', 'Prefix')
    const copied = prefix ?? at(rule, 'Prefix')
    const writes = ['s3:ReplicateObject', ...deletesOf(rule)]
    const needs: readonly Need[] = [
      ...['s3:GetReplicationConfiguration', 's3:ListBucket'].map((action) => ({
        action,
        resourceArn: source,
      })),
      { action: 's3:GetObjectVersionForReplication', resourceArn: objectsOf(source, copied) },
      ...writes.map((action) => ({ action, resourceArn: objectsOf(target, copied) })),
    ]
    return { deliverer, source, sourceAccount, target, needs }
  })
  return { deliveries, replaces: { sources: [source], parts: 'all' } }
}

function deletesOf(rule: unknown): readonly string[] {
  const isOld = at(rule, 'Filter') === undefined
  const status = at(rule, 'DeleteMarkerReplication', 'Status')
  return isOld || status === 'Enabled' ? ['s3:ReplicateDelete'] : []
}

/** Source: S3 API Reference, PutBucketReplication; the rest is chosen by us. */
function refusedReplication(delivery: Delivery, obstacle: Obstacle): Refusal {
  const isMissing = obstacle.kind === 'missing'
  const message = isMissing
    ? 'Destination bucket must exist.'
    : `The replication is not possible: ${obstacleSentence(delivery, obstacle)}`
  return new Refusal('InvalidRequest', message, 400)
}

/** Source: S3 User Guide, "Enabling Amazon S3 server access logging". */
function setByLogging({ input, source, sourceAccount, partition }: DeliveryCall): Setup {
  const enabled = at(input, 'BucketLoggingStatus', 'LoggingEnabled')
  const name = text(at(enabled, 'TargetBucket'))
  const target = `arn:${partition}:s3:::${name ?? ''}`
  const resourceArn = objectsOf(target, at(enabled, 'TargetPrefix'))
  const needs = [{ action: 's3:PutObject', resourceArn }]
  const from = { source, sourceAccount, target }
  // The two must have one owner, whatever the policy says.
  const owned: Delivery = { ...from, deliverer: { by: 'owner' }, needs: [] }
  const deliverer = { by: 'service', name: 'logging.s3.amazonaws.com' } as const
  const deliveries = name === undefined ? [] : [owned, { ...from, deliverer, needs }]
  return { deliveries, replaces: { sources: [source], parts: 'all' } }
}

function refusedLogging(_delivery: Delivery, { kind }: Obstacle): Refusal {
  const message =
    kind === 'otherAccount'
      ? 'The owner for the bucket to be logged and the target bucket must be the same.'
      : 'The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants for the log-delivery group.'
  return new Refusal('InvalidTargetBucketForLogging', message, 400)
}

/** Source: S3 User Guide, "Granting permissions for S3 Inventory and S3 analytics". */
function reporting(...path: readonly string[]): DeliveringOperation {
  return {
    sets({ input, source, sourceAccount }) {
      const destination = at(input, ...path)
      const target = text(at(destination, 'Bucket'))
      const part = text(input.Id) ?? ''
      const replaces = { sources: [source], parts: [part] }
      if (target === undefined) return { deliveries: [], replaces }
      const resourceArn = objectsOf(target, at(destination, 'Prefix'))
      const delivery: Delivery = {
        ...{ source, sourceAccount, target, part },
        deliverer: { by: 'service', name: s3 },
        needs: [{ action: 's3:PutObject', resourceArn }],
        keys: { 's3:x-amz-acl': 'bucket-owner-full-control' },
      }
      return { deliveries: [delivery], replaces }
    },
    // Chosen by us: AWS takes it, and then delivers nothing.
    refusal: (delivery, obstacle) =>
      new Refusal('InvalidRequest', `${obstacleSentence(delivery, obstacle)}.`, 400),
  }
}

const replication: DeliveringOperation = { sets: setByReplication, refusal: refusedReplication }
const inventory = reporting('InventoryConfiguration', 'Destination', 'S3BucketDestination')
const analytics = reporting(
  ...['AnalyticsConfiguration', 'StorageClassAnalysis', 'DataExport', 'Destination'],
  'S3BucketDestination',
)

export const s3Deliveries: DeliveringOperations = {
  PutBucketNotificationConfiguration: {
    sets: setByNotification,
    refusal: refusedNotification,
    turn: ({ source }) => source,
  },
  PutBucketReplication: replication,
  DeleteBucketReplication: { ...replication, as: 'PutBucketReplication' },
  PutBucketLogging: { sets: setByLogging, refusal: refusedLogging },
  PutBucketInventoryConfiguration: inventory,
  DeleteBucketInventoryConfiguration: { ...inventory, as: 'PutBucketInventoryConfiguration' },
  PutBucketAnalyticsConfiguration: analytics,
  DeleteBucketAnalyticsConfiguration: { ...analytics, as: 'PutBucketAnalyticsConfiguration' },
}
