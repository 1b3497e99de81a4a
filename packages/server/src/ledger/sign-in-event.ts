/**
 * A use of the console's federation endpoint as CloudTrail would record it.
 * Source: CloudTrail User Guide, "AWS Management Console sign-in events". Only of who is known:
 * strangers must not be able to push older events out.
 */
import { randomUUID } from 'node:crypto'
import { isoSeconds } from '../domain/iso-seconds.ts'
import type { SignInEvent } from '../signin/port.ts'
import { tlsDetailsOf } from './tls-details.ts'
import { userIdentityOf } from './user-identity.ts'

/** A line of JSON, with its newline. */
export function signInLine(event: SignInEvent): string | undefined {
  const { name, at, caller, error } = event
  if (caller === undefined || name === undefined) return undefined
  const record = {
    eventVersion: '1.11',
    userIdentity: userIdentityOf(caller),
    eventTime: isoSeconds(at),
    eventSource: 'signin.amazonaws.com',
    eventName: name,
    awsRegion: 'us-east-1',
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    ...(error !== undefined && { errorMessage: error }),
    requestParameters: null,
    responseElements: { [name]: error === undefined ? 'Success' : 'Failure' },
    additionalEventData: {
      MobileVersion: 'No',
      MFAUsed: caller.session?.multiFactorAuthenticated ? 'Yes' : 'No',
    },
    requestID: event.requestId,
    eventID: randomUUID(),
    readOnly: false,
    eventType: 'AwsConsoleSignIn',
    managementEvent: true,
    recipientAccountId: caller.accountId,
    eventCategory: 'Management',
    ...tlsDetailsOf(event),
  }
  return `${JSON.stringify(record)}\n`
}
