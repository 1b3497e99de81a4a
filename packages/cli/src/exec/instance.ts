/** The metadata service of one instance, answered from what the server tells of it. */
import {
  answerMetadata,
  type HttpAnswer,
  type HttpRequest,
  type InstanceCredentials,
  type InstanceDescription,
} from '@bailiwick/wire'
import { callBailiwick, type Access } from '../api-client.ts'
import { credentialsIn } from './role-credentials.ts'
import { renewed } from './renewed.ts'

interface Answer {
  readonly Instance: {
    readonly InstanceId: string
    readonly AccountId: string
    readonly Region: string
    readonly AvailabilityZone: string
    readonly ImageId: string
    readonly InstanceType: string
    readonly ReservationId: string
    readonly LaunchIndex: number
    readonly LaunchedAt: number
    readonly PrivateIpAddress: string
    readonly PrivateDnsName: string
    readonly Tags: Readonly<Record<string, string>>
    readonly HttpEndpoint: 'enabled' | 'disabled'
    readonly HttpTokens: 'optional' | 'required'
    readonly InstanceMetadataTags: 'enabled' | 'disabled'
    readonly Profile?: { readonly Arn: string; readonly Id: string; readonly RoleName?: string }
  }
  readonly Credentials?: Parameters<typeof credentialsIn>[0]
  readonly Problem?: {
    readonly Code: 'AssumeRoleUnauthorizedAccess' | 'InstanceProfileNotFound'
    readonly Message: string
  }
}

/** How long what the server said of an instance without credentials is believed. */
const descriptionMs = 60_000

/**
 * Answers as the instance's own metadata service would. Errors: CommandError where the server tells
 * nothing of the instance.
 */
export async function instanceEndpoint(
  access: Access,
  instanceId: string,
  key: Uint8Array,
): Promise<(request: HttpRequest) => Promise<HttpAnswer>> {
  const now = () => new Date()
  const current = renewed(async () => {
    const answer = (await callBailiwick(access, 'GetInstanceMetadata', {
      InstanceId: instanceId,
    })) as Answer
    return { answer, ...lifeOf(answer, now()) }
  }, now)
  await current() // What is wrong is said before the program starts.
  return async (request) => {
    const { answer } = await current()
    const credentials = () => Promise.resolve(credentialsOf(answer))
    return answerMetadata(request, { key, now, description: descriptionOf(answer), credentials })
  }
}

function lifeOf({ Credentials }: Answer, now: Date) {
  if (Credentials !== undefined) return credentialsIn(Credentials)
  return { issuedAt: now, expiresAt: new Date(now.getTime() + descriptionMs) }
}

function credentialsOf({ Credentials, Problem }: Answer): InstanceCredentials {
  if (Credentials !== undefined) return { ok: true, ...credentialsIn(Credentials) }
  const { Code: code = 'InstanceProfileNotFound', Message: message = '' } = Problem ?? {}
  return { ok: false, code, message }
}

function descriptionOf({ Instance: held }: Answer): InstanceDescription {
  return {
    instanceId: held.InstanceId,
    accountId: held.AccountId,
    region: held.Region,
    availabilityZone: held.AvailabilityZone,
    imageId: held.ImageId,
    instanceType: held.InstanceType,
    reservationId: held.ReservationId,
    launchIndex: held.LaunchIndex,
    launchedAt: new Date(held.LaunchedAt * 1000),
    privateIpAddress: held.PrivateIpAddress,
    privateDnsName: held.PrivateDnsName,
    tags: held.Tags,
    httpEndpoint: held.HttpEndpoint,
    httpTokens: held.HttpTokens,
    instanceMetadataTags: held.InstanceMetadataTags,
    ...(held.Profile && {
      profile: {
        arn: held.Profile.Arn,
        id: held.Profile.Id,
        ...(held.Profile.RoleName !== undefined && { roleName: held.Profile.RoleName }),
      },
    }),
  }
}
