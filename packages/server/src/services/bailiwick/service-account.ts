/**
 * The token of a service account, as a cluster gives it to a pod, of the account's own issuer of
 * outbound web identity tokens. It is for STS alone: whoever else trusts the issuer is not told by
 * it who somebody is.
 */
import { outboundIssuer } from '../../domain/outbound-issuer.ts'
import { uuidV4 } from '../../domain/uuid.ts'
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'

/** Source: Kubernetes, TokenRequest: an hour, unless it is said otherwise. */
const durationSecondsDefault = 3600

/**
 * bailiwick:GetServiceAccountToken. Errors: ValidationException where the account's outbound web
 * identity federation is not enabled.
 * Source: EKS User Guide, "IAM roles for service accounts"; Kubernetes, "Managing service accounts".
 */
export const GetServiceAccountToken = readOperation('bailiwick', 'GetServiceAccountToken', {
  resolve: (_input, { store, accountId }) =>
    store.find('outboundWebIdentityFederation', accountId, 'OutboundWebIdentityFederation'),

  authorize({ Namespace, ServiceAccount }, { partition, region, accountId }) {
    const resource = `service-account/${Namespace}/${ServiceAccount}`
    return { resourceArn: `arn:${partition}:bailiwick:${region}:${accountId}:${resource}` }
  },

  async handle({ Namespace, ServiceAccount, DurationSeconds }, scope, federation) {
    if (!federation?.enabled) {
      const message =
        'The account has no issuer yet: call iam:EnableOutboundWebIdentityFederation first.'
      throw new ApiError('ValidationException', message)
    }
    const iat = Math.floor(scope.now.getTime() / 1000)
    const exp = iat + (DurationSeconds ?? durationSecondsDefault)
    const claims = {
      iss: outboundIssuer(federation.id),
      sub: `system:serviceaccount:${Namespace}:${ServiceAccount}`,
      aud: ['sts.amazonaws.com'],
      ...{ iat, nbf: iat, exp },
      jti: uuidV4(scope.randomBytes(16)),
      'kubernetes.io': { namespace: Namespace, serviceaccount: { name: ServiceAccount } },
    }
    return {
      Token: await scope.webIdentityKeys.sign('RS256', claims, scope.now),
      IssuedAt: new Date(iat * 1000),
      Expiration: new Date(exp * 1000),
    }
  },
})
