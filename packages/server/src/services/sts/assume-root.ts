import type { Account } from '../../domain/entity.ts'
import type { SessionClaims } from '../../credentials/port.ts'
import { parseArn, rootArn } from '../../domain/arn.ts'
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { issueSession } from './issue-session.ts'
import { sessionTimes } from '../session-times.ts'

/** Source: STS API Reference, AssumeRoot, DurationSeconds. */
const durationSecondsDefault = 900

/** Source: STS API Reference, AssumeRoot, TaskPolicyArn. */
const taskPolicyNames = [
  'IAMAuditRootUserCredentials',
  'IAMCreateRootUserPassword',
  'IAMDeleteRootUserCredentials',
  'S3UnlockBucketPolicy',
  'SQSUnlockQueuePolicy',
]

/** Task policies deny all but their task; something has to allow that. */
const allowAll =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'

/** The account of `TargetPrincipal`: its id, or its root user's ARN. Errors: ValidationError. */
function targetAccountId(target: string, partition: string): string {
  if (/^\d{12}$/.test(target)) return target
  const accountId = parseArn(target)?.accountId ?? ''
  if (rootArn({ partition, accountId }) === target && /^\d{12}$/.test(accountId)) return accountId
  throw new ApiError('ValidationError', `${target} is invalid`)
}

/** Whether the caller's account may open root sessions in the target: as members know it. */
async function mayOpenRootSession(scope: Scope, target: Account | undefined): Promise<boolean> {
  const own = await scope.store.account(scope.accountId)
  if (own?.organizationId === undefined || target?.organizationId !== own.organizationId) {
    return false
  }
  const manages = own.managementAccountId === own.accountId
  if (!manages || target.accountId === own.accountId) return false
  const organization = await scope.store.get('organization', own.organizationId)
  return organization?.rootAccessFeatures?.includes('RootSessions') ?? false
}

/**
 * sts:AssumeRoot: the root user of a member account, for one task. Allowed by the caller's own
 * policies; whether the organization allows it is said afterwards, in the same words.
 * Errors: AccessDenied, ValidationError. Source: STS API Reference, AssumeRoot.
 */
export const AssumeRoot = readOperation('sts', 'AssumeRoot', {
  async resolve({ TargetPrincipal }, scope) {
    const accountId = targetAccountId(TargetPrincipal, scope.partition)
    return { accountId, account: await scope.store.account(accountId) }
  },

  authorize: ({ TaskPolicyArn }, { partition }, { accountId }) => ({
    resourceArn: rootArn({ partition, accountId }),
    contextKeys: { 'sts:TaskPolicyArn': TaskPolicyArn.arn, 'aws:ResourceAccount': accountId },
  }),

  async handle(input, scope, { accountId, account }) {
    const { partition, caller } = scope
    const prefix = `arn:${partition}:iam::aws:policy/root-task/`
    const { arn: taskPolicyArn = '' } = input.TaskPolicyArn
    if (!taskPolicyNames.some((name) => taskPolicyArn === `${prefix}${name}`)) {
      const message = `${taskPolicyArn} is not a task policy.`
      throw new ApiError('ValidationError', message)
    }
    if (!(await mayOpenRootSession(scope, account))) {
      const target = rootArn({ partition, accountId })
      const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRoot on resource: ${target}`
      throw new ApiError('AccessDenied', message)
    }
    const sourceIdentity = caller.session?.sourceIdentity
    const claims: SessionClaims = {
      kind: 'assumedRoot',
      accountId,
      principalId: accountId,
      ...sessionTimes(scope.now, input.DurationSeconds ?? durationSecondsDefault),
      sessionPolicy: allowAll,
      sessionPolicyArns: [taskPolicyArn],
      tags: [],
      transitiveTagKeys: [],
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      contextKeys: { 'aws:assumedroot': 'true' },
    }
    return {
      ...issueSession(scope, claims, input.MinimumSessionTokenSize),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    }
  },
})
