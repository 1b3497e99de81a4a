import { readOperation } from '../operation.ts'
import { accountOfRoleArn, findAssumableRole } from './assumable-role.ts'
import { assumeProvenRole, provenChecks, provenOf, provenRefusal } from './proven-role.ts'

/**
 * sts:AssumeRoleWithWebIdentity: whoever the token proves, as far as the role trusts its issuer.
 * Errors: AccessDenied, ExpiredTokenException, IDPCommunicationError, InvalidIdentityToken,
 * MalformedPolicyDocument, PackedPolicyTooLarge, ValidationError.
 * Source: STS API Reference, AssumeRoleWithWebIdentity.
 */
export const AssumeRoleWithWebIdentity = readOperation('sts', 'AssumeRoleWithWebIdentity', {
  proof: ({ RoleArn, WebIdentityToken, ProviderId }) => ({
    kind: 'webIdentity',
    accountId: accountOfRoleArn(RoleArn),
    token: WebIdentityToken,
    ...(ProviderId !== undefined && { providerId: ProviderId }),
  }),

  resolve: (input, scope) => findAssumableRole(scope, input.RoleArn),

  authorize: (input, scope, found) => provenChecks(scope, input, found, input.RoleSessionName),

  refusal: (_input, _scope, check) => provenRefusal('AssumeRoleWithWebIdentity', check),

  async handle(input, scope, { role }) {
    const { subject, provider, audience } = provenOf(scope.caller)
    return {
      ...(await assumeProvenRole(scope, role, input, input.RoleSessionName)),
      SubjectFromWebIdentityToken: subject,
      Provider: provider,
      Audience: audience,
    }
  },
})
