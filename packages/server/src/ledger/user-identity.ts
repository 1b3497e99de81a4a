import type { Caller } from '@bailiwick/gateway'
import { isoSeconds } from '../domain/iso-seconds.ts'

/**
 * CloudTrail's `userIdentity`: who made the call.
 * Source: CloudTrail User Guide, "CloudTrail userIdentity element".
 */
export function userIdentityOf(caller: Caller): Record<string, unknown> {
  const { principal, accountId, arn, userId, userName, accessKeyId } = caller
  const named = { principalId: userId, arn, accountId, accessKeyId }
  switch (principal.kind) {
    case 'root':
      return { type: 'Root', ...named, userName: caller.accountAlias, ...sessionContext(caller) }
    case 'user':
      return { type: 'IAMUser', ...named, userName, ...sessionContext(caller) }
    case 'roleSession': {
      const { roleArn, roleId } = principal
      const issuer = {
        type: 'Role',
        principalId: roleId,
        arn: roleArn,
        accountId,
        userName: roleArn.slice(roleArn.lastIndexOf('/') + 1),
      }
      return { type: 'AssumedRole', ...named, ...sessionContext(caller, issuer) }
    }
    case 'federatedUser': {
      const { creator } = principal
      const issuer = {
        type: creator.kind === 'root' ? 'Root' : 'IAMUser',
        principalId: creator.kind === 'root' ? creator.accountId : creator.userId,
        arn: creator.arn,
        accountId: creator.accountId,
        ...(creator.kind === 'user' && {
          userName: creator.arn.slice(creator.arn.lastIndexOf('/') + 1),
        }),
      }
      return { type: 'FederatedUser', ...named, ...sessionContext(caller, issuer) }
    }
    case 'service':
      return { type: 'AWSService', invokedBy: principal.serviceNames[0] }
    case 'federated':
      return {
        type: caller.proven?.kind === 'saml' ? 'SAMLUser' : 'WebIdentityUser',
        principalId: userId,
        userName,
        identityProvider: caller.proven?.nameQualifier ?? principal.provider,
      }
    case 'anonymous':
      return { type: 'Unknown', principalId: 'anonymous' }
  }
}

function sessionContext(caller: Caller, sessionIssuer?: Record<string, unknown>) {
  const { session } = caller
  if (!session) return {}
  const attributes = {
    creationDate: isoSeconds(session.issuedAt),
    mfaAuthenticated: String(session.multiFactorAuthenticated),
  }
  const federatedProvider = caller.contextKeys.get('aws:federatedprovider')
  return {
    sessionContext: {
      ...(sessionIssuer && { sessionIssuer }),
      ...(federatedProvider !== undefined && {
        webIdFederationData: { federatedProvider, attributes: {} },
      }),
      attributes,
      ...(session.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
      ...(session.kind === 'assumedRoot' && { assumedRoot: 'true' }),
    },
  }
}
