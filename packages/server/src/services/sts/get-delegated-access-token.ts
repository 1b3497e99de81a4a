import type { SessionClaims } from '../../credentials/port.ts'
import { delegatedSessionEndsAt, delegationAssignmentId } from '../../domain/delegation.ts'
import type {
  DelegationApprover,
  DelegationAssignment,
  DelegationRequest,
} from '../../domain/delegation-entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { issueSession } from './issue-session.ts'
import { packedPolicySize } from './session-policies.ts'
import { sessionTimes } from '../session-times.ts'

interface Delegation {
  readonly request: DelegationRequest
  readonly assignment: DelegationAssignment
  readonly approver: DelegationApprover
}

/** Of the caller's own account; undefined for one that is not, or that has ended. */
async function delegationOf(scope: Scope, id: string): Promise<Delegation | undefined> {
  const { store, accountId } = scope
  const request = await store.get('delegationRequest', id)
  const assignment = await store.get('delegationAssignment', delegationAssignmentId(id))
  const approver = assignment?.approver
  if (!approver || request?.accountId !== accountId) return undefined
  return { request, assignment, approver }
}

/**
 * Whom the session is: the role's session as it was approved, or a federated user of the user, who
 * may do what the user may, as far as the request asked for it. A user's own session would not be
 * bound by that where a resource's policy names the user: chosen by us.
 */
function claimsOf({
  request,
  assignment,
  approver,
}: Delegation): Omit<SessionClaims, 'issuedAt' | 'expiresAt'> {
  const { principalId, tags, transitiveTagKeys, sessionName, sourceIdentity } = approver
  const isRole = approver.kind === 'roleSession'
  return {
    kind: isRole ? 'assumedRole' : 'delegated',
    accountId: assignment.accountId,
    principalId,
    sessionName: (isRole ? sessionName : undefined) ?? request.id.slice(0, 32),
    sessionPolicy: request.permissionPolicy,
    sessionPolicyArns: [],
    tags,
    transitiveTagKeys,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  }
}

/**
 * sts:GetDelegatedAccessToken: whoever made a delegation request trades the token that the owner
 * sent for the session that was approved, which ends when it ends, however often it is traded.
 * Errors: ExpiredTradeInTokenException, PackedPolicyTooLarge; ValidationError for a token that is
 * none of the caller's, in words of our own.
 * Source: STS API Reference, GetDelegatedAccessToken.
 */
export const GetDelegatedAccessToken = readOperation('sts', 'GetDelegatedAccessToken', {
  authorize: () => ({ resourceArn: '*' }),

  async handle({ TradeInToken }, scope) {
    const opening = scope.tradeIns.open(TradeInToken, scope.now)
    if (!opening.ok && opening.problem === 'expired') throw expired()
    const id = opening.ok ? opening.claims.delegationRequestId : undefined
    const delegation = id === undefined ? undefined : await delegationOf(scope, id)
    if (!delegation) throw new ApiError('ValidationError', 'The trade-in token is not valid.')
    const endsAt = delegatedSessionEndsAt(delegation.request, delegation.assignment)
    if (!endsAt || scope.now >= endsAt) throw expired()
    const claims: SessionClaims = {
      ...claimsOf(delegation),
      ...sessionTimes(scope.now, 0),
      expiresAt: endsAt,
    }
    const PackedPolicySize = packedPolicySize(scope, claims)
    return {
      Credentials: issueSession(scope, claims).Credentials,
      ...(PackedPolicySize !== undefined && { PackedPolicySize }),
      AssumedPrincipal: delegation.approver.arn,
    }
  },
})

function expired(): ApiError {
  const message = 'The trade-in token has expired.'
  return new ApiError('ExpiredTradeInTokenException', message)
}
