/**
 * An instance as its metadata service describes it, and the credentials of the role it was given.
 * Source: IAM User Guide, "Use an IAM role to grant permissions to applications running on EC2".
 */
import type { InstanceCredentials, InstanceDescription } from '@bailiwick/wire'
import type { Instance, InstanceProfile, Role } from '../domain/entity.ts'
import { privateDnsName } from '../domain/instance.ts'
import type { StoreReader } from '../store/port.ts'
import { serviceSession, type ServiceSessionScope } from './service-session.ts'

/** Source: EC2 User Guide: credentials of an instance last six hours. */
const durationSeconds = 21_600

export interface InstanceRole {
  readonly profile: InstanceProfile | undefined
  readonly role: Role | undefined
}

/** The profile an instance is tied to, if it is still that one, and the role in it now. */
export async function roleOfInstance(
  store: StoreReader,
  { profile: tie }: Instance,
): Promise<InstanceRole> {
  const profile = tie && (await store.get('instanceProfile', tie.profileId))
  const [link] = profile ? await store.linksFrom('profileRole', profile.id) : []
  return { profile, role: link && (await store.get('role', link.toId)) }
}

export function describeInstance(instance: Instance, { role }: InstanceRole): InstanceDescription {
  const { profile } = instance
  return {
    instanceId: instance.id,
    accountId: instance.accountId,
    region: instance.region,
    availabilityZone: instance.availabilityZone,
    imageId: instance.imageId,
    instanceType: instance.instanceType,
    reservationId: instance.reservationId,
    launchIndex: instance.launchIndex,
    launchedAt: instance.launchedAt,
    privateIpAddress: instance.privateIpAddress,
    privateDnsName: privateDnsName(instance),
    tags: Object.fromEntries(instance.tags.map(({ Key, Value }) => [Key, Value])),
    httpEndpoint: instance.metadataOptions.httpEndpoint,
    httpTokens: instance.metadataOptions.httpTokens,
    instanceMetadataTags: instance.metadataOptions.instanceMetadataTags,
    ...(profile && {
      profile: {
        arn: profile.profileArn,
        id: profile.profileId,
        ...(role && { roleName: role.name }),
      },
    }),
  }
}

/** Sessions are named by the instance's id, and carry where they were handed over. */
export function instanceCredentials(
  scope: ServiceSessionScope,
  instance: Instance,
  { profile, role }: InstanceRole,
): InstanceCredentials {
  if (profile === undefined || role === undefined) {
    const message = 'The instance profile, or the role in it, is no longer there.'
    return { ok: false, code: 'InstanceProfileNotFound', message }
  }
  const { partition } = scope
  const { region, accountId, id } = instance
  const sourceArn = `arn:${partition}:ec2:${region}:${accountId}:instance/${id}`
  const issued = serviceSession(scope, role, {
    servicePrincipal: 'ec2.amazonaws.com',
    sessionName: id,
    durationSeconds,
    contextKeys: {
      'ec2:sourceinstancearn': sourceArn,
      'ec2:roledelivery': '2.0',
      'aws:ec2instancesourceprivateipv4': instance.privateIpAddress,
    },
  })
  if (issued === undefined) {
    const message = `EC2 cannot assume the role ${role.name}. Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html.`
    return { ok: false, code: 'AssumeRoleUnauthorizedAccess', message }
  }
  return {
    ok: true,
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
    issuedAt: issued.IssuedAt,
    expiresAt: issued.Expiration,
    accountId,
  }
}
