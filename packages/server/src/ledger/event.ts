/**
 * A request as CloudTrail would record it.
 * Source: CloudTrail User Guide, "CloudTrail record contents"; for IAM and STS, "Logging IAM and
 * AWS STS API calls". Chosen by us: session tokens are hidden too, AWS shows them.
 */
import { randomUUID } from 'node:crypto'
import type { GateEvent } from '@bailiwick/gateway'
import type { Shape } from '@bailiwick/wire'
import { isoSeconds } from '../domain/iso-seconds.ts'
import { userIdentityOf } from './user-identity.ts'

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'
/** Not marked sensitive in the models, and worth as much as a password. */
const secretMembers = new Set([
  'SessionToken',
  'SecretAccessKey',
  'TokenCode',
  'SAMLAssertion',
  'WebIdentityToken',
])
/** Characters of one value that are kept; policies are shorter. */
const valueCharsMax = 131_072

/**
 * One line of JSON with its newline. Undefined for what no service of ours was asked, and for who
 * is not known: AWS records neither, and strangers must not be able to push older events out.
 */
export function eventLine(event: GateEvent): string | undefined {
  const { service, caller, error } = event
  if (service === undefined || caller === undefined) return undefined
  if (caller.principal.kind === 'anonymous' && error !== undefined) return undefined
  return `${JSON.stringify(eventRecord(event))}\n`
}

/** Only of recognised requests. */
function eventRecord(event: GateEvent): Record<string, unknown> {
  const { caller, service, requestId } = event
  const model = service?.operations.get(event.operation ?? '')
  const shown = event.mutates === true || service?.service === 'sts'
  return {
    eventVersion: '1.11',
    userIdentity: caller ? userIdentityOf(caller) : { type: 'Unknown' },
    eventTime: isoSeconds(event.at),
    eventSource: `${service?.service ?? ''}.amazonaws.com`,
    eventName: event.operation,
    awsRegion: event.region ?? 'us-east-1',
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    ...(event.error && {
      errorCode: event.error.code,
      errorMessage: event.error.message,
    }),
    requestParameters: elementsOf(model?.input, event.input),
    responseElements: shown ? elementsOf(model?.output, event.output) : null,
    requestID: requestId,
    eventID: randomUUID(),
    readOnly: event.mutates !== true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: caller?.accountId ?? caller?.proven?.accountId,
    eventCategory: 'Management',
    ...(event.secure && { tlsDetails: { clientProvidedHostHeader: event.host } }),
  }
}

function elementsOf(shape: Shape | undefined, value: unknown): unknown {
  if (shape === undefined || value === undefined) return null
  const shown = shownValue(shape, value)
  return typeof shown === 'object' && shown !== null && Object.keys(shown).length === 0
    ? null
    : shown
}

function shownValue(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  if (shape.sensitive) return hidden
  switch (shape.kind) {
    case 'structure': {
      const members = value as Readonly<Record<string, unknown>>
      return Object.fromEntries(
        shape.members
          .filter(({ name }) => members[name] !== undefined)
          .map(({ name, shape: member }) => [
            lowerCamel(name),
            secretMembers.has(name) ? hidden : shownValue(member, members[name]),
          ]),
      )
    }
    case 'list':
      return (value as readonly unknown[]).map((element) => shownValue(shape.member, element))
    case 'blob':
      return undefined
    case 'timestamp':
      return isoSeconds(value as Date)
    case 'string':
      return (value as string).slice(0, valueCharsMax)
    default:
      return value
  }
}

/** `RoleArn` → `roleArn`, `MFADevices` → `mFADevices`, as CloudTrail writes them. */
function lowerCamel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
