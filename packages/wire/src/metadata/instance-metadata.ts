import { rawPathOf } from '../http.ts'
import type { HttpAnswer, HttpRequest } from '../http.ts'
import { formatIsoSeconds } from '../protocol/timestamp.ts'
import { isToken, issueToken, tokenTtlSecondsMax } from './metadata-token.ts'
import type { WorkloadCredentials } from './workload-credentials.ts'

/** An instance as its metadata service tells it about itself. */
export interface InstanceDescription {
  readonly instanceId: string
  readonly accountId: string
  readonly region: string
  readonly availabilityZone: string
  readonly imageId: string
  readonly instanceType: string
  readonly reservationId: string
  readonly launchIndex: number
  readonly launchedAt: Date
  readonly privateIpAddress: string
  readonly privateDnsName: string
  readonly tags: Readonly<Record<string, string>>
  readonly httpEndpoint: 'enabled' | 'disabled'
  readonly httpTokens: 'required' | 'optional'
  readonly instanceMetadataTags: 'enabled' | 'disabled'
  /** The profile that is tied to it, and what its role has to say. */
  readonly profile?: {
    readonly arn: string
    readonly id: string
    readonly roleName?: string
  }
}

/** Credentials, or why there are none: `Code` of the answer. */
export type InstanceCredentials =
  | ({ readonly ok: true } & WorkloadCredentials)
  | {
      readonly ok: false
      readonly code: 'AssumeRoleUnauthorizedAccess' | 'InstanceProfileNotFound'
      readonly message: string
    }

export interface MetadataSource {
  /** Signs the session tokens; at least 32 bytes. */
  readonly key: Uint8Array
  readonly now: () => Date
  readonly description: InstanceDescription
  readonly credentials: () => Promise<InstanceCredentials>
}

const text = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain', server: 'EC2ws' },
  body,
})
const notFound = text(404, '')
const unauthorized = text(401, '')
const forbidden = text(403, '')

const tokenPath = '/latest/api/token'
const ttlHeader = 'x-aws-ec2-metadata-token-ttl-seconds'

/**
 * The instance metadata service. A token is needed unless the instance's options say otherwise, and
 * a request that came through a proxy gets none. The hop limit is the network's to keep: an answer
 * leaves here with the time to live that the system gives it.
 * Source: EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".
 */
export async function answerMetadata(
  request: HttpRequest,
  source: MetadataSource,
): Promise<HttpAnswer> {
  const { description } = source
  if (description.httpEndpoint === 'disabled') return forbidden
  const path = rawPathOf(request.target)
  if (path === tokenPath) return answerToken(request, source)
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, '')
  const token = request.headers.get('x-aws-ec2-metadata-token')
  const isGood =
    token === undefined
      ? description.httpTokens === 'optional'
      : isToken(source.key, description.instanceId, token, source.now())
  if (!isGood) return unauthorized
  return answerPath(path.replace(/^\/\d{4}-\d\d-\d\d\//, '/latest/'), source)
}

function answerToken(
  { method, headers }: HttpRequest,
  { key, now, description }: MetadataSource,
): HttpAnswer {
  if (method !== 'PUT') return text(405, '')
  if (headers.has('x-forwarded-for')) return forbidden
  const ttl = headers.get(ttlHeader) ?? ''
  const seconds = /^\d{1,5}$/.test(ttl) ? Number(ttl) : 0
  if (seconds < 1 || seconds > tokenTtlSecondsMax) return text(400, '')
  const expiresAt = new Date(now().getTime() + seconds * 1000)
  const answer = text(200, issueToken(key, description.instanceId, expiresAt))
  return { ...answer, headers: { ...answer.headers, [ttlHeader]: ttl } }
}

async function answerPath(path: string, source: MetadataSource): Promise<HttpAnswer> {
  if (path === '/latest/dynamic/instance-identity/document') {
    return json(identityDocument(source.description))
  }
  if (path.startsWith('/latest/meta-data/iam/')) return answerIam(path, source)
  const value = plainValues(source.description).get(path.replace(/\/$/, ''))
  if (value !== undefined) return text(200, value)
  return folder(path, source.description)
}

/** `…/security-credentials/` names the role; with the name, its credentials. */
async function answerIam(path: string, source: MetadataSource): Promise<HttpAnswer> {
  const { profile } = source.description
  if (profile === undefined) return notFound
  const now = formatIsoSeconds(source.now())
  if (path === '/latest/meta-data/iam/') return text(200, 'info\nsecurity-credentials/')
  if (path === '/latest/meta-data/iam/info') {
    const { arn: InstanceProfileArn, id: InstanceProfileId } = profile
    return json({ Code: 'Success', LastUpdated: now, InstanceProfileArn, InstanceProfileId })
  }
  const found = /^\/latest\/meta-data\/iam\/security-credentials(-extended)?\/(.*)$/.exec(path)
  if (found === null || profile.roleName === undefined) return notFound
  const [, extended, name] = found
  if (name === '') return text(200, profile.roleName)
  if (name !== profile.roleName) return notFound
  const held = await source.credentials()
  if (!held.ok) return json({ Code: held.code, Message: held.message, LastUpdated: now })
  return json({
    Code: 'Success',
    LastUpdated: formatIsoSeconds(held.issuedAt),
    Type: 'AWS-HMAC',
    AccessKeyId: held.accessKeyId,
    SecretAccessKey: held.secretAccessKey,
    Token: held.sessionToken,
    Expiration: formatIsoSeconds(held.expiresAt),
    ...(extended !== undefined && { AccountId: source.description.accountId }),
  })
}

function identityDocument(held: InstanceDescription) {
  return {
    accountId: held.accountId,
    architecture: 'x86_64',
    availabilityZone: held.availabilityZone,
    imageId: held.imageId,
    instanceId: held.instanceId,
    instanceType: held.instanceType,
    pendingTime: formatIsoSeconds(held.launchedAt),
    privateIp: held.privateIpAddress,
    region: held.region,
    version: '2017-09-30',
  }
}

function plainValues(held: InstanceDescription): ReadonlyMap<string, string> {
  const root = '/latest/meta-data/'
  const values: Record<string, string> = {
    'ami-id': held.imageId,
    'ami-launch-index': String(held.launchIndex),
    hostname: held.privateDnsName,
    'instance-id': held.instanceId,
    'instance-type': held.instanceType,
    'local-hostname': held.privateDnsName,
    'local-ipv4': held.privateIpAddress,
    'placement/availability-zone': held.availabilityZone,
    'placement/region': held.region,
    'reservation-id': held.reservationId,
    'services/domain': 'amazonaws.com',
    'services/partition': 'aws',
  }
  if (held.instanceMetadataTags === 'enabled') {
    for (const [key, value] of Object.entries(held.tags)) values[`tags/instance/${key}`] = value
  }
  return new Map(Object.entries(values).map(([name, value]) => [root + name, value]))
}

/** The names below a path, folders with a slash. */
function folder(path: string, held: InstanceDescription): HttpAnswer {
  const below = path.endsWith('/') ? path : `${path}/`
  if (below === '/latest/') return text(200, 'dynamic\nmeta-data')
  if (below === '/latest/dynamic/') return text(200, 'instance-identity/')
  if (below === '/latest/dynamic/instance-identity/') return text(200, 'document')
  const all = [...plainValues(held).keys()]
  if (held.profile) all.push('/latest/meta-data/iam/info')
  const names = all
    .filter((name) => name.startsWith(below))
    .map((name) => /^[^/]+\/?/.exec(name.slice(below.length))?.[0] ?? '')
  return names.length === 0 ? notFound : text(200, [...new Set(names)].toSorted().join('\n'))
}

function json(body: object): HttpAnswer {
  return text(200, JSON.stringify(body, null, 2))
}
