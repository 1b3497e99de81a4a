import type { Caller } from '@bailiwick/gateway'
import type { StsOperations } from '@bailiwick/wire'
import { webIdentityAlgorithms } from '../../credentials/web-identity-keys.ts'
import type { OutboundWebIdentityFederation, Tag } from '../../domain/entity.ts'
import { outboundIssuer } from '../../domain/outbound-issuer.ts'
import { uuidV4 } from '../../domain/uuid.ts'
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { sessionTagKeys } from './session-tags.ts'

type Input = StsOperations['GetWebIdentityToken']['input']

/** Source: STS API Reference, GetWebIdentityToken, DurationSeconds. */
const durationSecondsDefault = 300
/** Bytes of the token's claims. Chosen by us: AWS's limit is not public. */
const payloadBytesMax = 8192

interface Resolved {
  readonly federation: OutboundWebIdentityFederation | undefined
  readonly principalTags: readonly Tag[]
}

/** Context keys of the session that a token repeats, and under which claim. */
const contextClaims = [
  ['org_id', 'aws:principalorgid'],
  ['ou_path', 'aws:principalorgpaths'],
  ['lambda_source_function_arn', 'lambda:sourcefunctionarn'],
  ['ec2_source_instance_arn', 'ec2:sourceinstancearn'],
  ['identity_store_user_id', 'identitystore:userid'],
] as const

/** The IAM ARN of who calls; of a session its role's. */
function subjectOf({ principal }: Caller): string {
  if (principal.kind === 'user') return principal.arn
  if (principal.kind === 'roleSession') return principal.roleArn
  throw new ApiError('AccessDenied', 'Only a user or a role can get a web identity token.')
}

/** Tags of the user or role, those of the session over them, ignoring case. */
async function principalTags({ store, caller }: Scope): Promise<readonly Tag[]> {
  const { principal, session } = caller
  const entity =
    principal.kind === 'user'
      ? await store.get('user', principal.userId)
      : principal.kind === 'roleSession'
        ? await store.get('role', principal.roleId)
        : undefined
  const own = session?.tags ?? []
  const keys = new Set(own.map(({ Key }) => Key.toLowerCase()))
  return [...(entity?.tags ?? []).filter(({ Key }) => !keys.has(Key.toLowerCase())), ...own]
}

const tagRecord = (tags: readonly Tag[]) =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))

function awsClaims(scope: Scope, input: Input, tags: readonly Tag[]): Record<string, unknown> {
  const claims: Record<string, unknown> = {
    aws_account: scope.accountId,
    source_region: scope.region,
  }
  for (const [claim, key] of contextClaims) {
    const value = [scope.caller.contextKeys.get(key) ?? []].flat()[0]
    if (value !== undefined) claims[claim] = value
  }
  if (tags.length > 0) claims['principal_tags'] = tagRecord(tags)
  if (input.Tags?.length) claims['request_tags'] = tagRecord(input.Tags)
  return claims
}

/** Errors: OutboundWebIdentityFederationDisabledException, SessionDurationEscalationException. */
function issuerAndExpiry(scope: Scope, input: Input, { federation }: Resolved) {
  if (!federation?.enabled) {
    const message = 'Outbound web identity federation is disabled for your AWS account.'
    throw new ApiError('OutboundWebIdentityFederationDisabledException', message)
  }
  const iat = Math.floor(scope.now.getTime() / 1000)
  const exp = iat + (input.DurationSeconds ?? durationSecondsDefault)
  const sessionEndsAt = scope.caller.session?.expiresAt
  if (sessionEndsAt && exp * 1000 > sessionEndsAt.getTime()) {
    const message = 'The requested DurationSeconds exceeds the remaining time of the session.'
    throw new ApiError('SessionDurationEscalationException', message)
  }
  return { iss: outboundIssuer(federation.id), iat, exp }
}

/**
 * sts:GetWebIdentityToken: a signed token that says who calls, for services elsewhere.
 * Errors: AccessDenied, JWTPayloadSizeExceededException,
 * OutboundWebIdentityFederationDisabledException, SessionDurationEscalationException,
 * ValidationError; the wordings are chosen by us.
 * Source: STS API Reference, GetWebIdentityToken; IAM User Guide, "Federating AWS identities to
 * external services".
 */
export const GetWebIdentityToken = readOperation('sts', 'GetWebIdentityToken', {
  async resolve(_input, scope): Promise<Resolved> {
    subjectOf(scope.caller)
    const { store, accountId } = scope
    const name = 'OutboundWebIdentityFederation'
    const federation = await store.find('outboundWebIdentityFederation', accountId, name)
    return { federation, principalTags: await principalTags(scope) }
  },

  authorize(input) {
    const contextKeys = {
      'sts:IdentityTokenAudience': input.Audience,
      'sts:DurationSeconds': String(input.DurationSeconds ?? durationSecondsDefault),
      'sts:SigningAlgorithm': input.SigningAlgorithm,
      ...sessionTagKeys(input),
    }
    const check = { resourceArn: '*', contextKeys }
    if (!input.Tags?.length) return check
    return [check, { ...check, action: 'sts:TagGetWebIdentityToken' }]
  },

  async handle(input, scope, resolved) {
    const alg = webIdentityAlgorithms.find((known) => known === input.SigningAlgorithm)
    if (!alg) {
      const message = `The SigningAlgorithm must be ${webIdentityAlgorithms.join(' or ')}.`
      throw new ApiError('ValidationError', message)
    }
    const { iss, iat, exp } = issuerAndExpiry(scope, input, resolved)
    const [audience, ...more] = input.Audience
    const payload = {
      iss,
      sub: subjectOf(scope.caller),
      aud: more.length === 0 ? (audience ?? '') : [...input.Audience],
      iat,
      exp,
      jti: uuidV4(scope.randomBytes(16)),
      'https://sts.amazonaws.com/': awsClaims(scope, input, resolved.principalTags),
    }
    if (Buffer.byteLength(JSON.stringify(payload)) > payloadBytesMax) {
      const message = `The token's claims must not exceed ${payloadBytesMax} bytes.`
      throw new ApiError('JWTPayloadSizeExceededException', message)
    }
    return {
      WebIdentityToken: await scope.webIdentityKeys.sign(alg, payload, scope.now),
      Expiration: new Date(exp * 1000),
    }
  },
})
