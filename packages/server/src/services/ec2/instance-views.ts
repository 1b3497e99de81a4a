import type { Instance, InstanceMetadataOptions, InstanceState } from '../../domain/entity.ts'
import { privateDnsName } from '../../domain/instance.ts'

type ShownState = InstanceState | 'pending' | 'shutting-down' | 'stopping'

/** Source: EC2 API Reference, InstanceState. */
const stateCodes: Readonly<Record<ShownState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

export function stateView(Name: ShownState) {
  return { Code: stateCodes[Name], Name }
}

export function metadataOptionsView(options: InstanceMetadataOptions) {
  return {
    State: 'applied',
    HttpTokens: options.httpTokens,
    HttpPutResponseHopLimit: options.hopLimit,
    HttpEndpoint: options.httpEndpoint,
    HttpProtocolIpv6: 'disabled',
    InstanceMetadataTags: options.instanceMetadataTags,
  } as const
}

/** @param state What is shown of its state, where that is not the one it rests in. */
export function instanceView(instance: Instance, state: ShownState = instance.state) {
  const { profile } = instance
  const isGone = instance.state === 'terminated'
  return {
    AmiLaunchIndex: instance.launchIndex,
    ImageId: instance.imageId,
    InstanceId: instance.id,
    InstanceType: instance.instanceType as 't3.micro',
    ...(instance.keyName !== undefined && { KeyName: instance.keyName }),
    LaunchTime: instance.launchedAt,
    Monitoring: { State: 'disabled' as const },
    Placement: {
      AvailabilityZone: instance.availabilityZone,
      GroupName: '',
      Tenancy: 'default' as const,
    },
    ...(!isGone && {
      PrivateDnsName: privateDnsName(instance),
      PrivateIpAddress: instance.privateIpAddress,
    }),
    ...(instance.subnetId !== undefined && { SubnetId: instance.subnetId }),
    ...(instance.clientToken !== undefined && { ClientToken: instance.clientToken }),
    State: stateView(state),
    StateTransitionReason: reasonOf(instance),
    Architecture: 'x86_64' as const,
    EbsOptimized: false,
    RootDeviceType: 'ebs' as const,
    ...(profile && { IamInstanceProfile: { Arn: profile.profileArn, Id: profile.profileId } }),
    ...(instance.tags.length > 0 && { Tags: instance.tags }),
    MetadataOptions: metadataOptionsView(instance.metadataOptions),
  }
}

function reasonOf({ state, stateChangedAt }: Instance): string {
  if (state === 'running') return ''
  const at = stateChangedAt.toISOString().slice(0, 19).replace('T', ' ')
  return `User initiated (${at} GMT)`
}

/** Instances of one reservation, as they were asked for together. */
export function reservationView(instances: readonly Instance[], state?: 'pending') {
  const [first] = instances
  return {
    ReservationId: first?.reservationId ?? '',
    OwnerId: first?.accountId ?? '',
    Groups: [],
    Instances: instances.map((instance) => instanceView(instance, state)),
  }
}
