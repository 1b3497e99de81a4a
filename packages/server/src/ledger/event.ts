/**
 * A request as CloudTrail would record it.
 * Source: CloudTrail User Guide, "CloudTrail record contents"; for IAM and STS, "Logging IAM and
 * AWS STS API calls". Chosen by us: session tokens are hidden too, AWS shows them.
 */
import { randomUUID } from 'node:crypto'
import type { GateEvent } from '@bailiwick/gateway'
import type { Shape } from '@bailiwick/wire'
import { parseArn } from '../domain/arn.ts'
import { isoSeconds } from '../domain/iso-seconds.ts'
import { tlsDetailsOf } from './tls-details.ts'
import { userIdentityOf } from './user-identity.ts'

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'
/** Not marked sensitive in the models, and worth as much as a password. */
const secretMembers = new Set([
  'AuthenticationCode1',
  'AuthenticationCode2',
  'ContextAssertion',
  'SAMLAssertion',
  'SessionToken',
  'TokenCode',
  'WebIdentityToken',
])
/** Left out, as AWS does, not even hidden. */
const omittedMembers = new Set(['SecretAccessKey'])
/** Characters of one value that are kept; policies are shorter. */
const valueCharsMax = 131_072

/**
 * Lines of JSON, each with its newline: one, and of a call that succeeded in another account one
 * more for that account, which knows the caller by its account alone. Undefined for what no service
 * of ours was asked, and for who is not known: AWS records neither, and strangers must not be able
 * to push older events out.
 */
export function eventLines(event: GateEvent): string | undefined {
  const { service, caller, error } = event
  if (service === undefined || caller === undefined) return undefined
  if (caller.principal.kind === 'anonymous' && error !== undefined) return undefined
  const accountId = caller.accountId ?? caller.proven?.accountId ?? ownerAccountId(event)
  const own: Recipient = { accountId, userIdentity: userIdentityOf(caller) }
  const owner = error === undefined ? ownerAccountId(event) : undefined
  if (owner === undefined || owner === accountId) return line(eventRecord(event, own))
  const sharedEventID = randomUUID()
  const stranger = { type: 'AWSAccount', principalId: caller.userId, accountId }
  const records = [
    eventRecord(event, { ...own, sharedEventID }),
    eventRecord(event, { accountId: owner, userIdentity: stranger, sharedEventID }),
  ]
  return records.map(line).join('')
}

function line(record: Record<string, unknown>): string {
  return `${JSON.stringify(record)}\n`
}

/** The account of what was asked for, where a check was about another's than the caller's. */
function ownerAccountId({ caller, checks }: GateEvent): string | undefined {
  return checks
    .map(({ check }) => check.resourceAccountId)
    .find((accountId) => accountId !== undefined && accountId !== caller?.accountId)
}

/** The account whose record it is, and how it sees the caller. */
interface Recipient {
  readonly accountId: string | undefined
  readonly userIdentity: Record<string, unknown>
  readonly sharedEventID?: string
}

/** Only of recognised requests. */
function eventRecord(
  event: GateEvent,
  { accountId, userIdentity, sharedEventID }: Recipient,
): Record<string, unknown> {
  const { service, requestId, error } = event
  const model = service?.operations.get(event.operation ?? '')
  const shown = event.mutates === true || service?.service === 'sts'
  return {
    eventVersion: '1.11',
    userIdentity,
    eventTime: isoSeconds(event.at),
    eventSource: `${service?.service ?? ''}.amazonaws.com`,
    eventName: event.operation,
    awsRegion: event.region ?? 'us-east-1',
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    ...(error && {
      // The name of the model's error, where it has one: NoSuchEntityException.
      errorCode: service?.errors.get(error.code)?.shape.name ?? error.code,
      errorMessage: error.message,
    }),
    requestParameters: requestParameters(service?.service, model?.input, event.input),
    ...(event.lost && { additionalEventData: { lostResources: event.lost } }),
    responseElements: shown ? elementsOf(model?.output, event.output) : null,
    requestID: requestId,
    eventID: randomUUID(),
    readOnly: event.mutates !== true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    ...rolesOf(event),
    recipientAccountId: accountId,
    ...(sharedEventID !== undefined && { sharedEventID }),
    eventCategory: 'Management',
    ...tlsDetailsOf(event),
  }
}

/** STS shows the tags of a session as a map. */
function requestParameters(service: string | undefined, shape: Shape | undefined, input: unknown) {
  const elements = elementsOf(shape, input)
  const { Tags } = (input ?? {}) as { readonly Tags?: readonly { Key: string; Value: string }[] }
  if (service !== 'sts' || Tags === undefined) return elements
  const { tags: _, ...rest } = elements as Record<string, unknown>
  return { ...rest, principalTags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) }
}

/** What an event of STS is about: the role that was to be assumed. */
function rolesOf({ service, input }: GateEvent): Record<string, unknown> {
  const { RoleArn: ARN } = (input ?? {}) as { readonly RoleArn?: string }
  const accountId = ARN === undefined ? undefined : parseArn(ARN)?.accountId
  if (service?.service !== 'sts' || accountId === undefined) return {}
  return { resources: [{ ARN, accountId, type: 'AWS::IAM::Role' }] }
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
          .filter(({ name }) => members[name] !== undefined && !omittedMembers.has(name))
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
      return elementDate(value as Date)
    case 'string':
      return (value as string).slice(0, valueCharsMax)
    default:
      return value
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Jan 2, 2021 12:46:08 AM`: a date within parameters and answers, in UTC. */
function elementDate(date: Date): string {
  const hours = date.getUTCHours()
  const minutesAndSeconds = date.toISOString().slice(14, 19)
  const day = `${months[date.getUTCMonth()] ?? ''} ${date.getUTCDate()}, ${date.getUTCFullYear()}`
  return `${day} ${hours % 12 || 12}:${minutesAndSeconds} ${hours < 12 ? 'AM' : 'PM'}`
}

/** `RoleArn` → `roleArn`, `MFADevices` → `mFADevices`, as CloudTrail writes them. */
function lowerCamel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
