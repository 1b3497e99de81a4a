import type { Instance } from './entity.ts'

/** Source: EC2 User Guide, "EC2 instance hostname types": us-east-1 has a suffix of its own. */
export function privateDnsName({
  region,
  privateIpAddress,
}: Pick<Instance, 'region' | 'privateIpAddress'>): string {
  const suffix = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`
  return `ip-${privateIpAddress.replaceAll('.', '-')}.${suffix}`
}
