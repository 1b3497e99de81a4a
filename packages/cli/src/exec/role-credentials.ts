/** Credentials of a role: as the caller may assume it, or as a service would run it. */
import type { WorkloadCredentials } from '@bailiwick/wire'
import { callBailiwick, callQuery, childOf, type Access } from '../api-client.ts'
import { CommandError } from '../command-error.ts'
import { podService, podSession, type SessionTag } from './session-tags.ts'

export interface RoleFlags {
  readonly role: string
  /** `lambda.amazonaws.com`: run it as this service does. */
  readonly service?: string
  readonly sessionName?: string
  readonly externalId?: string
  readonly duration?: string
  readonly tags?: readonly SessionTag[]
  /** Serial number of the device, or true: the caller's own. */
  readonly mfa?: string | boolean
}

/** Asks for a code on the terminal. */
export type AskCode = (serialNumber: string) => Promise<string>

export function roleCredentials(
  access: Access,
  flags: RoleFlags,
  askCode: AskCode,
): Promise<WorkloadCredentials> {
  return flags.service === undefined
    ? assumeRole(access, flags, askCode)
    : assumeRoleForService(access, flags)
}

async function assumeRole(
  access: Access,
  flags: RoleFlags,
  askCode: AskCode,
): Promise<WorkloadCredentials> {
  const SerialNumber = await serialNumberOf(access, flags.mfa)
  const issuedAt = new Date()
  const result = await callQuery(access, 'sts', 'AssumeRole', {
    RoleArn: flags.role,
    RoleSessionName: flags.sessionName ?? `bailiwick-${process.pid}`,
    ExternalId: flags.externalId,
    DurationSeconds: flags.duration,
    ...tagParameters(flags.tags ?? []),
    SerialNumber,
    TokenCode: SerialNumber === undefined ? undefined : await askCode(SerialNumber),
  })
  const credentials = childOf(result, 'Credentials')
  const text = (name: string) => (credentials && childOf(credentials, name)?.text) ?? ''
  return {
    accessKeyId: text('AccessKeyId'),
    secretAccessKey: text('SecretAccessKey'),
    sessionToken: text('SessionToken'),
    issuedAt,
    expiresAt: new Date(text('Expiration')),
    ...ofRole(flags.role),
  }
}

function tagParameters(tags: readonly SessionTag[]): Record<string, string> {
  const pairs = tags.flatMap(({ Key, Value }, index) => {
    const name = `Tags.member.${index + 1}`
    return [[`${name}.Key`, Key] as const, [`${name}.Value`, Value] as const]
  })
  return Object.fromEntries(pairs)
}

/** The device named, or the first of the caller's own. Errors: CommandError. */
async function serialNumberOf(
  access: Access,
  mfa: string | boolean | undefined,
): Promise<string | undefined> {
  if (mfa === undefined || mfa === false) return undefined
  if (typeof mfa === 'string') return mfa
  const result = await callQuery(access, 'iam', 'ListMFADevices', {})
  const device = childOf(result, 'MFADevices')?.children[0]
  const serial = device && childOf(device, 'SerialNumber')?.text
  if (serial !== undefined) return serial
  throw new CommandError('there is no MFA device to ask for a code: name one with --mfa SERIAL')
}

export interface ServiceAnswer {
  readonly Credentials: {
    readonly AccessKeyId: string
    readonly SecretAccessKey: string
    readonly SessionToken: string
    readonly IssuedAt: number
    readonly Expiration: number
  }
}

/** What `bailiwick` answers with, in the house's own words. */
export function credentialsIn(held: ServiceAnswer['Credentials']): WorkloadCredentials {
  return {
    accessKeyId: held.AccessKeyId,
    secretAccessKey: held.SecretAccessKey,
    sessionToken: held.SessionToken,
    issuedAt: new Date(held.IssuedAt * 1000),
    expiresAt: new Date(held.Expiration * 1000),
  }
}

async function assumeRoleForService(
  access: Access,
  { role, service, duration, tags = [], ...flags }: RoleFlags,
): Promise<WorkloadCredentials> {
  const pod = service === podService ? podSession(tags) : undefined
  const sessionName = flags.sessionName ?? pod?.sessionName
  const answer = (await callBailiwick(access, 'AssumeRoleForService', {
    RoleArn: role,
    ServicePrincipal: service,
    ...(sessionName !== undefined && { RoleSessionName: sessionName }),
    ...(duration !== undefined && { DurationSeconds: Number(duration) }),
    ...(tags.length > 0 && { Tags: tags }),
    ...(pod && tags.length > 0 && { TransitiveTagKeys: pod.transitiveTagKeys }),
    ...(pod?.sourceArn !== undefined && { SourceArn: pod.sourceArn }),
  })) as ServiceAnswer
  return { ...credentialsIn(answer.Credentials), ...ofRole(role) }
}

function ofRole(roleArn: string): Pick<WorkloadCredentials, 'roleArn' | 'accountId'> {
  const accountId = roleArn.split(':')[4]
  return { roleArn, ...(accountId !== undefined && { accountId }) }
}
