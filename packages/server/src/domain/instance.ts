import type { EntityBase } from './entity-base.ts'

/** The states an instance rests in. Source: EC2 User Guide, "Amazon EC2 instance state changes". */
export type InstanceState = 'running' | 'stopped' | 'terminated'

/**
 * An EC2 instance as an identity: a record that a profile is tied to. No machine is behind it.
 * id and name: `i-…`.
 */
export interface Instance extends EntityBase {
  readonly kind: 'instance'
  readonly region: string
  readonly availabilityZone: string
  readonly state: InstanceState
  /** When it came into its state. */
  readonly stateChangedAt: Date
  readonly launchedAt: Date
  readonly imageId: string
  readonly instanceType: string
  readonly reservationId: string
  /** Its place within the reservation. */
  readonly launchIndex: number
  readonly privateIpAddress: string
  readonly keyName?: string
  readonly subnetId?: string
  readonly clientToken?: string
  readonly metadataOptions: InstanceMetadataOptions
  readonly profile?: InstanceProfileAssociation
  /** Present where `profile` is. */
  readonly profileAssociatedAt?: Date
}

/** How the instance metadata service answers this instance. */
export interface InstanceMetadataOptions {
  readonly httpEndpoint: 'enabled' | 'disabled'
  /** `required`: only with a session token (IMDSv2). */
  readonly httpTokens: 'optional' | 'required'
  readonly hopLimit: number
  readonly instanceMetadataTags: 'enabled' | 'disabled'
}

export interface InstanceProfileAssociation {
  /** `iip-assoc-…`. */
  readonly associationId: string
  /** Unique id of the profile: one made anew under its name is another one. */
  readonly profileId: string
  readonly profileArn: string
}

/** Source: EC2 User Guide, "EC2 instance hostname types": us-east-1 has a suffix of its own. */
export function privateDnsName({
  region,
  privateIpAddress,
}: Pick<Instance, 'region' | 'privateIpAddress'>): string {
  const suffix = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`
  return `ip-${privateIpAddress.replaceAll('.', '-')}.${suffix}`
}
