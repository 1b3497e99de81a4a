import type { Check } from '@bailiwick/gateway'
import { compilePolicy } from '@bailiwick/policy'
import type { CompiledPolicy, ContextValue } from '@bailiwick/policy'
import type { AssumeRoleInput } from './assume-role-input.ts'
import { assertRoleArn, checkedSourceIdentity } from './assume-role-input.ts'
import type { SessionClaims } from '../../credentials/port.ts'
import { assumedRoleArn, iamArn, parseArn, splitResource } from '../../domain/arn.ts'
import type { Account, Role } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { assertNoMultiFactorCode } from './multi-factor.ts'
import { newSessionPolicies, packedPolicySize } from './session-policies.ts'
import { newSessionTags, sessionTagKeys } from './session-tags.ts'
import type { SessionTags } from './session-tags.ts'
import { sessionTimes } from './session-times.ts'

/** Source: STS API Reference, AssumeRole, DurationSeconds. */
const durationSecondsDefault = 3600
const chainedDurationSecondsMax = 3600

interface Resolved {
  readonly role: Role | undefined
  readonly account: Account | undefined
  readonly tags: SessionTags
  readonly sourceIdentity: string | undefined
}

/** Of a role that does not exist, or whose own cannot be read: it trusts nobody. */
const trustsNobody: CompiledPolicy = compilePolicy({ version: '2012-10-17', statements: [] })

/** The role of that very ARN, in whatever account. */
async function findRole({ store, partition }: Scope, arn: string): Promise<Role | undefined> {
  const parsed = parseArn(arn)
  const { type, name } = splitResource(parsed?.resource ?? '')
  if (!parsed || type !== 'role') return undefined
  const { accountId } = parsed
  const role = await store.find('role', accountId, name)
  if (!role || iamArn({ partition, accountId }, 'role', role.path, role.name) !== arn)
    return undefined
  return role
}

function contextKeysOf(
  input: AssumeRoleInput,
  { role, sourceIdentity }: Resolved,
): Record<string, ContextValue | undefined> {
  const keys: Record<string, ContextValue | undefined> = {
    'sts:RoleSessionName': input.RoleSessionName,
    'sts:ExternalId': input.ExternalId,
    'sts:SourceIdentity': sourceIdentity,
    ...sessionTagKeys(input),
  }
  for (const { Key, Value } of role?.tags ?? []) {
    keys[`aws:ResourceTag/${Key}`] = Value
    keys[`iam:ResourceTag/${Key}`] = Value
  }
  return keys
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
 * sts:AssumeRole. The trust policy is the role's resource policy; in another account the caller's
 * own policies must allow as well. A role that does not exist and one that does not trust the
 * caller are refused in the same words.
 *
 * Errors: AccessDenied, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge,
 * ValidationError. Source: STS API Reference, AssumeRole.
 */
export const AssumeRole = readOperation('sts', 'AssumeRole', {
  async resolve(input, scope): Promise<Resolved> {
    assertRoleArn(input.RoleArn)
    const tags = newSessionTags(input, scope.caller)
    const sourceIdentity = checkedSourceIdentity(input.SourceIdentity, scope.caller)
    assertNoMultiFactorCode(input)
    const role = await findRole(scope, input.RoleArn)
    const account = role && (await scope.store.account(role.accountId))
    return { role, account, tags, sourceIdentity }
  },

  authorize(input, scope, resolved) {
    const { role, account, tags, sourceIdentity } = resolved
    const trust = role && scope.compiledPolicy(role.trustPolicySaved, 'trustPolicy')
    const source = { policyType: 'trustPolicy', id: role?.name ?? '' } as const
    const check: Check = {
      resourceArn: input.RoleArn,
      ...(role && { resourceAccountId: role.accountId }),
      resourceInManagementAccount:
        account !== undefined && account.managementAccountId === account.accountId,
      contextKeys: contextKeysOf(input, resolved),
      resourcePolicies: [{ source, policy: trust ?? trustsNobody }],
    }
    const checks = [check]
    if (tags.tags.length > 0) checks.push({ ...check, action: 'sts:TagSession' })
    if (sourceIdentity !== undefined) checks.push({ ...check, action: 'sts:SetSourceIdentity' })
    if (input.ProvidedContexts?.length) checks.push({ ...check, action: 'sts:SetContext' })
    return checks
  },

  // Without a reason: recorded from AWS.
  refusal: (input, { caller }, { action = 'sts:AssumeRole' }) =>
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${input.RoleArn}`,

  async handle(input, scope, { role, tags, sourceIdentity }) {
    if (!role) throw new Error('AssumeRole of a role that does not exist was allowed')
    if (input.ProvidedContexts?.length) {
      // No context provider is known here; the wording is chosen by us.
      throw new ApiError('ValidationError', 'The context provider is not supported.')
    }
    const isChained = scope.caller.session?.kind === 'assumedRole'
    const claims: SessionClaims = {
      kind: 'assumedRole',
      accountId: role.accountId,
      principalId: role.id,
      sessionName: input.RoleSessionName,
      ...sessionTimes(scope.now, durationSeconds(input.DurationSeconds, role, isChained)),
      ...(await newSessionPolicies(scope, input, role.accountId)),
      ...tags,
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      multiFactorAuthPresent: false,
    }
    const PackedPolicySize = packedPolicySize(scope, claims)
    const { partition } = scope
    const Arn = assumedRoleArn(
      { partition, accountId: role.accountId },
      role.name,
      input.RoleSessionName,
    )
    return {
      Credentials: scope.sessions.issue(claims),
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${input.RoleSessionName}`, Arn },
      ...(PackedPolicySize !== undefined && { PackedPolicySize }),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    }
  },
})
