import type { ContextValue } from '@bailiwick/policy'
import type { StsOperations } from '@bailiwick/wire'
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'
import { accountOfRoleArn, assumptionChecks, findAssumableRole } from './assumable-role.ts'
import type { AssumableRole } from './assumable-role.ts'
import { hasCode, useCode, verifiedCode } from './multi-factor.ts'
import type { VerifiedCode } from './multi-factor.ts'
import { assumeRole } from './role-session.ts'
import { newSessionTags, sessionTagKeys } from './session-tags.ts'
import type { SessionTags } from './session-tags.ts'
import { sourceIdentityOf } from './source-identity.ts'

type AssumeRoleInput = StsOperations['AssumeRole']['input']

interface Resolved extends AssumableRole {
  readonly tags: SessionTags
  readonly sourceIdentity: string | undefined
  readonly code: VerifiedCode | undefined
}

function contextKeysOf(
  input: AssumeRoleInput,
  { sourceIdentity, code }: Resolved,
): Record<string, ContextValue | undefined> {
  const providers = input.ProvidedContexts?.map(({ ProviderArn = '' }) => ProviderArn)
  return {
    'sts:RoleSessionName': input.RoleSessionName,
    'sts:ExternalId': input.ExternalId,
    'sts:SourceIdentity': sourceIdentity,
    'sts:RequestContextProviders': providers,
    // For the trust policy alone: the session is none of multi-factor authentication.
    ...(code && { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' }),
    ...sessionTagKeys(input),
  }
}

/**
 * sts:AssumeRole. The trust policy is the role's resource policy; in another account the caller's
 * own policies must allow as well. A role that does not exist and one that does not trust the
 * caller are refused in the same words.
 *
 * Errors: AccessDenied, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge,
 * ValidationError. Source: STS API Reference, AssumeRole.
 */
export const AssumeRole = readOperation('sts', 'AssumeRole', {
  mutatesWith: hasCode,

  async resolve(input, scope): Promise<Resolved> {
    accountOfRoleArn(input.RoleArn)
    const tags = newSessionTags(input, scope.caller)
    const sourceIdentity = sourceIdentityOf(input.SourceIdentity, scope.caller)
    const code = await verifiedCode(scope, input)
    return { ...(await findAssumableRole(scope, input.RoleArn)), tags, sourceIdentity, code }
  },

  authorize: (input, scope, resolved) =>
    assumptionChecks(scope, input.RoleArn, resolved, contextKeysOf(input, resolved), {
      isTagged: resolved.tags.tags.length > 0,
      hasSourceIdentity: resolved.sourceIdentity !== undefined,
      hasContext: (input.ProvidedContexts?.length ?? 0) > 0,
    }),

  // Without a reason: recorded from AWS.
  refusal: (input, { caller }, { action = 'sts:AssumeRole' }) =>
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${input.RoleArn}`,

  async handle(input, scope, { role, tags, sourceIdentity, code }) {
    if (!role) throw new Error('AssumeRole of a role that does not exist was allowed')
    if (input.ProvidedContexts?.length) {
      // AWS's one provider is IAM Identity Center, which is not here; the wording is chosen by us.
      throw new ApiError('ValidationError', 'The context provider is not supported.')
    }
    const assumed = await assumeRole(scope, role, input, {
      sessionName: input.RoleSessionName,
      tags,
      sourceIdentity,
      isChained: scope.caller.session?.kind === 'assumedRole',
      inSession: scope.caller.session !== undefined,
      multiFactorAuthPresent: false,
    })
    await useCode(scope, code)
    return assumed
  },
})
