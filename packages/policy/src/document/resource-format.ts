/** The form of `Resource` and `NotResource` entries, as IAM checks it when a policy is written. */

export const partitions: ReadonlySet<string> = new Set([
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  'aws-eusc',
])

/** Source: recorded from AWS, 2026, which says the list in its message. */
const iamResourceTypes = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
]

/**
 * Newer than that recording: the Service Authorization Reference has them, so a policy must be able
 * to name them. That the message does not is chosen by us.
 */
const newerIamResourceTypes = ['delegation-request/', 'role-template/']

const vendorMessage = 'Resource vendor must be fully qualified and cannot contain regexes.'

/** What AWS's services accept on behalf of others, and what this deployment is. */
export interface ResourceFormatOptions {
  /** The deployment's own: an ARN of another real one is refused. */
  readonly partition: string
}

/**
 * AWS's message for a malformed entry of an identity policy; undefined for a well-formed one.
 * Chosen by us: `*` as region of an S3 or IAM ARN is no region information (AWS's managed policies
 * have it), nor is the region of an S3 access point or access grant.
 */
export function resourceFormatMessage(
  resource: string,
  options: ResourceFormatOptions,
): string | undefined {
  if (resource === '*') return undefined
  const parts = resource.split(':')
  const notAnArn = `Resource ${resource} must be in ARN format or "*".`
  if (parts.length < 2) return notAnArn
  const [prefix, partition = '', vendor, region = '', , ...rest] = parts
  if (!isPartition(partition, options.partition)) {
    const shown = ['arn', ...parts.slice(1)]
    while (shown.length < 6) shown.push('*')
    return `Partition "${partition}" is not valid for resource "${shown.join(':')}".`
  }
  if (prefix !== 'arn') return notAnArn
  if (vendor === undefined) return vendorMessage
  if (parts.length < 6) return undefined // The legacy parser's business.
  if (/[^A-Za-z0-9-]/.test(vendor)) return vendorMessage
  const relativeId = rest.join(':')
  const hasRegion = region !== '' && region !== '*'
  if (vendor === 's3' && hasRegion && !/^access(point|-grants)\b/.test(relativeId)) {
    return `Resource ${resource} can not contain region information.`
  }
  if (vendor !== 'iam') return undefined
  if (hasRegion) return `IAM resource ${resource} cannot contain region information.`
  if (relativeId === '*' || relativeId === 'root') return undefined
  const types = [...iamResourceTypes, ...newerIamResourceTypes]
  if (types.some((type) => relativeId.startsWith(type))) return undefined
  return `IAM resource path must either be "*", root, or start with ${iamResourceTypes.join(', ')}.`
}

/**
 * Whether the legacy parser takes an entry that is otherwise well formed: six parts and a service.
 * A shorter one may end in a segment `*` that stands for the rest, as in AWS's managed policies
 * (`arn:aws:rds:*`).
 */
export function passesLegacyResource(resource: string): boolean {
  if (resource === '*') return true
  const parts = resource.split(':')
  if (parts[2] === undefined || parts[2] === '') return false
  return parts.length >= 6 || (parts.length >= 4 && parts.at(-1) === '*')
}

/** Policies of other services: `*`, an ARN, or API Gateway's short form. Chosen by us. */
export function isLenientResource(resource: string): boolean {
  if (resource === '*' || resource.startsWith('execute-api:/')) return true
  return resource.startsWith('arn:') && passesLegacyResource(resource)
}

function isPartition(partition: string, own: string): boolean {
  if (partition === own) return true
  // A wildcard reaches other partitions only where it stands for this one, too.
  return /[*?]/.test(partition) && !partitions.has(partition)
}
