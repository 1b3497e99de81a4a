import type { SessionClaims } from '../../credentials/port.ts'
import { federatedUserArn } from '../../domain/arn.ts'
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { issueSession } from './issue-session.ts'
import { hasCode, useCode, verifiedCode } from './multi-factor.ts'
import { newSessionPolicies, packedPolicySize } from './session-policies.ts'
import { newSessionTags, sessionTagKeys } from './session-tags.ts'
import { sessionTimes } from '../session-times.ts'

/** Source: STS API Reference, GetSessionToken and GetFederationToken, DurationSeconds. */
const durationSecondsDefault = 43_200
const rootDurationSecondsMax = 3600

/** The model bounds what users ask for; root gets an hour at most, whatever it asks. */
function durationSeconds({ caller }: Scope, requested: number | undefined): number {
  const duration = requested ?? durationSecondsDefault
  return caller.principal.kind === 'root' ? Math.min(duration, rootDurationSecondsMax) : duration
}

/** Unique id of the user; the account id for root. Restrictions have kept out everybody else. */
function principalIdOf({ caller, accountId }: Scope): string {
  if (caller.principal.kind === 'user') return caller.principal.userId
  if (caller.principal.kind === 'root') return accountId
  throw new ApiError('AccessDenied', 'Only a user or root can get such a session.')
}

/**
 * sts:GetSessionToken: the same user, with keys that expire. No policy controls it.
 * Errors: AccessDenied (session credentials, multi-factor codes).
 * Source: STS API Reference, GetSessionToken.
 */
export const GetSessionToken = readOperation('sts', 'GetSessionToken', {
  access: 'anyCaller',
  mutatesWith: hasCode,
  resolve: (input, scope) => verifiedCode(scope, input),
  authorize: () => [],

  async handle(input, scope, code) {
    const times = sessionTimes(scope.now, durationSeconds(scope, input.DurationSeconds))
    const claims: SessionClaims = {
      kind: 'sessionToken',
      accountId: scope.accountId,
      principalId: principalIdOf(scope),
      ...times,
      sessionPolicyArns: [],
      tags: [],
      transitiveTagKeys: [],
      multiFactorAuthPresent: code !== undefined,
      ...(code && { multiFactorAuthenticatedAt: times.issuedAt }),
    }
    const issued = issueSession(scope, claims, input.MinimumSessionTokenSize)
    await useCode(scope, code)
    return issued
  },
})

/**
 * sts:GetFederationToken: a session of the user under a name of its own, capped by its session
 * policies. Errors: AccessDenied, InvalidParameterValue, MalformedPolicyDocument,
 * PackedPolicyTooLarge. Source: STS API Reference, GetFederationToken.
 */
export const GetFederationToken = readOperation('sts', 'GetFederationToken', {
  authorize(input, scope) {
    const resourceArn = federatedUserArn(scope, input.Name)
    const contextKeys = sessionTagKeys(input)
    const check = { resourceArn, contextKeys }
    if ((input.Tags ?? []).length === 0) return check
    return [check, { ...check, action: 'sts:TagSession' }]
  },

  async handle(input, scope) {
    const { tags } = newSessionTags(input, scope.caller)
    const claims: SessionClaims = {
      kind: 'federatedUser',
      accountId: scope.accountId,
      principalId: principalIdOf(scope),
      sessionName: input.Name,
      ...sessionTimes(scope.now, durationSeconds(scope, input.DurationSeconds)),
      ...(await newSessionPolicies(scope, input, scope.accountId)),
      tags,
      transitiveTagKeys: [],
    }
    // Without a policy AWS answers 0 here, and nothing from AssumeRole: recorded.
    const PackedPolicySize = packedPolicySize(scope, claims) ?? 0
    return {
      ...issueSession(scope, claims, input.MinimumSessionTokenSize),
      FederatedUser: {
        FederatedUserId: `${scope.accountId}:${input.Name}`,
        Arn: federatedUserArn(scope, input.Name),
      },
      PackedPolicySize,
    }
  },
})
