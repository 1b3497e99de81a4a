/**
 * That a record of a resource was dropped, as an event of the service itself: no request did it.
 * Source: CloudTrail User Guide, "AWS service events". Chosen by us: their names.
 */
import { randomUUID } from 'node:crypto'
import { isoSeconds } from '../domain/iso-seconds.ts'

/** What was noticed of a backend's resource. */
export interface ResourceNotice {
  readonly resource: {
    readonly arn: string
    readonly accountId: string
    readonly service: string
    readonly type: string
  }
  readonly reason: 'lost' | 'madeAnew'
  readonly at: Date
  readonly eventId: string
}

const names = { lost: 'ResourceLost', madeAnew: 'ResourceMadeAnew' } as const

/** A line of JSON, with its newline. */
export function resourceLine({ resource, reason, at, eventId }: ResourceNotice): string {
  const { arn: ARN, accountId, service, type } = resource
  const record = {
    eventVersion: '1.11',
    userIdentity: { accountId, invokedBy: 'bailiwick.amazonaws.com' },
    eventTime: isoSeconds(at),
    eventSource: `${service}.amazonaws.com`,
    eventName: names[reason],
    awsRegion: ARN.split(':')[3] || 'us-east-1',
    sourceIPAddress: 'bailiwick.amazonaws.com',
    userAgent: 'bailiwick.amazonaws.com',
    requestParameters: null,
    responseElements: null,
    additionalEventData: { lostResources: [ARN] },
    requestID: eventId,
    eventID: randomUUID(),
    readOnly: false,
    resources: [{ ARN, accountId, type }],
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
  }
  return `${JSON.stringify(record)}\n`
}
