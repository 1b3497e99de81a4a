/**
 * What became of a delivery that stands, as CloudTrail records what a service does by itself.
 * Source: CloudTrail User Guide, "CloudTrail record contents", AwsServiceEvent; the names are ours.
 */
import { randomUUID } from 'node:crypto'
import type { DeliveryChange } from '@bailiwick/gateway'
import { isoSeconds } from '../domain/iso-seconds.ts'

/** A line of JSON, with its newline. */
export function deliveryLine(change: DeliveryChange, at: Date): string {
  const { delivery, arn, broken, suspended } = change
  const record = {
    eventVersion: '1.11',
    userIdentity: { type: 'AWSService', invokedBy: 'bailiwick.amazonaws.com' },
    eventTime: isoSeconds(at),
    eventSource: 'bailiwick.amazonaws.com',
    eventName: nameOf(change),
    awsRegion: delivery.region,
    requestParameters: null,
    responseElements: null,
    serviceEventDetails: {
      deliveryArn: arn,
      sourceArn: delivery.source,
      targetArn: delivery.target,
      setBy: delivery.setBy,
      ...(broken !== undefined && { reason: broken }),
      suspended,
    },
    eventID: randomUUID(),
    readOnly: false,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: delivery.sourceAccount,
    eventCategory: 'Management',
  }
  return `${JSON.stringify(record)}\n`
}

/** One that may be and is off is off with others that are switched together with it. */
function nameOf({ broken, suspended }: DeliveryChange): string {
  if (broken !== undefined) return 'DeliveryDenied'
  return suspended ? 'DeliverySuspended' : 'DeliveryAllowed'
}
