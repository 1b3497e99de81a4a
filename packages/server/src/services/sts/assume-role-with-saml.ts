import { readOperation } from '../operation.ts'
import { accountOfRoleArn, findAssumableRole } from './assumable-role.ts'
import { assumeProvenRole, provenChecks, provenOf, provenRefusal } from './proven-role.ts'

/**
 * sts:AssumeRoleWithSAML: whoever the assertion proves, as far as the role trusts its provider. The
 * session is named by the assertion, and ends where that says.
 * Errors: AccessDenied, ExpiredTokenException, InvalidIdentityToken, MalformedPolicyDocument,
 * PackedPolicyTooLarge, ValidationError. Source: STS API Reference, AssumeRoleWithSAML.
 */
export const AssumeRoleWithSAML = readOperation('sts', 'AssumeRoleWithSAML', {
  proof: ({ RoleArn, PrincipalArn, SAMLAssertion }) => ({
    kind: 'saml',
    accountId: accountOfRoleArn(RoleArn),
    roleArn: RoleArn,
    principalArn: PrincipalArn,
    assertion: SAMLAssertion,
  }),

  resolve: (input, scope) => findAssumableRole(scope, input.RoleArn),

  authorize: (input, scope, found) =>
    provenChecks(scope, input, found, provenOf(scope.caller).sessionName ?? ''),

  refusal: (_input, _scope, check) => provenRefusal('AssumeRoleWithSAML', check),

  async handle(input, scope, { role }) {
    const proven = provenOf(scope.caller)
    const { subject, subjectType, provider, audience, nameQualifier } = proven
    return {
      ...(await assumeProvenRole(scope, role, input, proven.sessionName ?? '')),
      Subject: subject,
      SubjectType: subjectType,
      Issuer: provider,
      Audience: audience,
      NameQualifier: nameQualifier,
    }
  },
})
