import type { IssuedCredentials, SessionClaims } from '../../credentials/port.ts'
import { assumedRoleArn } from '../../domain/arn.ts'
import type { Role } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { issueSession } from './issue-session.ts'
import type { TokenSize } from './issue-session.ts'
import { newSessionPolicies, packedPolicySize } from './session-policies.ts'
import type { PolicyInput } from './session-policies.ts'
import type { SessionTags } from './session-tags.ts'
import { sessionTimes } from '../session-times.ts'

/** Source: STS API Reference, AssumeRole, DurationSeconds. */
const durationSecondsDefault = 3600
const chainedDurationSecondsMax = 3600

/** What the caller asks for of a session, besides its name. */
export interface RoleSessionInput extends PolicyInput {
  readonly DurationSeconds?: number | undefined
  readonly MinimumSessionTokenSize?: number | undefined
}

/** What the caller's own credential or proof makes of it. */
export interface RoleSession {
  readonly sessionName: string
  readonly tags: SessionTags
  readonly sourceIdentity: string | undefined
  readonly isChained: boolean
  /** Whether the caller's own credentials were temporary: a chain, or a user's session. */
  readonly inSession?: boolean
  /** Where they end before what was asked for. */
  readonly notAfter?: Date | undefined
  readonly durationSecondsMax?: number | undefined
  /** `false`: no code was given; absent: the session has no multi-factor context. */
  readonly multiFactorAuthPresent?: false
  readonly contextKeys?: SessionClaims['contextKeys']
}

interface AssumedRole extends Partial<TokenSize> {
  readonly Credentials: IssuedCredentials
  readonly AssumedRoleUser: { readonly AssumedRoleId: string; readonly Arn: string }
  readonly PackedPolicySize?: number
  readonly SourceIdentity?: string
}

/**
 * Duration, after authorization and in this order: the role's limit, then that of role chaining.
 * Errors: ValidationError, recorded from AWS.
 */
function durationSeconds(requested: number | undefined, role: Role, isChained: boolean): number {
  const duration = requested ?? durationSecondsDefault
  if (duration > role.maxSessionDurationSeconds) {
    throw new ApiError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
  if (isChained && duration > chainedDurationSecondsMax) {
    throw new ApiError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  return duration
}

/**
 * A session of a role that the caller was allowed to assume.
 * Errors: MalformedPolicyDocument, PackedPolicyTooLarge, ValidationError.
 */
export async function assumeRole(
  scope: Scope,
  role: Role,
  input: RoleSessionInput,
  session: RoleSession,
): Promise<AssumedRole> {
  const { sessionName, sourceIdentity, multiFactorAuthPresent, contextKeys } = session
  const { accountId } = role
  const asked = durationSeconds(input.DurationSeconds, role, session.isChained)
  const times = sessionTimes(scope.now, Math.min(asked, session.durationSecondsMax ?? asked))
  const { notAfter } = session
  const claims: SessionClaims = {
    kind: 'assumedRole',
    accountId,
    principalId: role.id,
    sessionName,
    ...times,
    ...(notAfter !== undefined && notAfter < times.expiresAt && { expiresAt: notAfter }),
    ...(await newSessionPolicies(scope, input, accountId)),
    ...session.tags,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(session.inSession && { assumedInSession: true }),
    ...(multiFactorAuthPresent !== undefined && { multiFactorAuthPresent }),
    ...(contextKeys && { contextKeys }),
  }
  const PackedPolicySize = packedPolicySize(scope, claims)
  const { partition } = scope
  return {
    ...issueSession(scope, claims, input.MinimumSessionTokenSize),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: assumedRoleArn({ partition, accountId }, role.name, sessionName),
    },
    ...(PackedPolicySize !== undefined && { PackedPolicySize }),
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
  }
}
