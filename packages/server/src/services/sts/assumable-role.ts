import type { Check } from '@bailiwick/gateway'
import { compilePolicy } from '@bailiwick/policy'
import type { CompiledPolicy, ContextValue } from '@bailiwick/policy'
import { iamArn, parseArn, splitResource } from '../../domain/arn.ts'
import type { Account, Role } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { resourceTagKeys } from '../tag-context-keys.ts'

/** A role that somebody wants to assume, as far as there is one. */
export interface AssumableRole {
  readonly role: Role | undefined
  readonly account: Account | undefined
}

/** What asks for permissions of their own, each on the role. */
export interface AssumptionExtras {
  readonly isTagged: boolean
  readonly hasSourceIdentity: boolean
  readonly hasContext?: boolean
}

/** Of a role that does not exist, or whose own cannot be read: it trusts nobody. */
const trustsNobody: CompiledPolicy = compilePolicy({ version: '2012-10-17', statements: [] })

/**
 * The account of a role's ARN. Errors: ValidationError for what cannot be a role's ARN, as
 * recorded from AWS.
 */
export function accountOfRoleArn(text: string): string {
  const arn = parseArn(text)
  const isWellFormed =
    arn?.service === 'iam' && /^\d{12}$/.test(arn.accountId) && /^role\/./.test(arn.resource)
  if (!isWellFormed) throw new ApiError('ValidationError', `${text} is invalid`)
  return arn.accountId
}

/** The role of that very ARN, in whatever account. Errors: ValidationError. */
export async function findAssumableRole(
  { store, partition }: Scope,
  arn: string,
): Promise<AssumableRole> {
  const accountId = accountOfRoleArn(arn)
  const { name } = splitResource(parseArn(arn)?.resource ?? '')
  const role = await store.find('role', accountId, name)
  if (!role || iamArn({ partition, accountId }, 'role', role.path, role.name) !== arn) {
    return { role: undefined, account: undefined }
  }
  return { role, account: await store.account(accountId) }
}

/**
 * What assuming a role takes: the trust policy, its resource policy, must allow the operation and
 * what comes with it.
 */
export function assumptionChecks(
  scope: Scope,
  resourceArn: string,
  { role, account }: AssumableRole,
  contextKeys: Readonly<Record<string, ContextValue | undefined>>,
  { isTagged, hasSourceIdentity, hasContext }: AssumptionExtras,
): readonly Check[] {
  const trust = role && scope.compiledPolicy(role.trustPolicySaved, 'trustPolicy')
  const source = { policyType: 'trustPolicy', id: role?.name ?? '' } as const
  const check: Check = {
    resourceArn,
    ...(role && { resourceAccountId: role.accountId }),
    resourceInManagementAccount:
      account !== undefined && account.managementAccountId === account.accountId,
    contextKeys: { ...contextKeys, ...resourceTagKeys('iam', role?.tags) },
    resourcePolicies: [{ source, policy: trust ?? trustsNobody }],
  }
  const checks = [check]
  if (isTagged) checks.push({ ...check, action: 'sts:TagSession' })
  if (hasSourceIdentity) checks.push({ ...check, action: 'sts:SetSourceIdentity' })
  if (hasContext) checks.push({ ...check, action: 'sts:SetContext' })
  return checks
}
