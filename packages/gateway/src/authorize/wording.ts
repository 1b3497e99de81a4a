import type { Decision, ExplainedStatement, PolicyType } from '@bailiwick/policy'
import type { Caller } from '../caller.ts'
import { doubtSentence } from './doubts.ts'
import type { Check } from '../operation.ts'

/** How a refusal speaks of a policy type: after "no", and after "an explicit deny in". */
const policyTypeWords: Readonly<Record<PolicyType, readonly [implicit: string, explicit: string]>> =
  {
    identityPolicy: ['identity-based policy', 'an identity-based policy'],
    resourcePolicy: ['resource-based policy', 'a resource-based policy'],
    trustPolicy: ['role trust policy', 'the role trust policy'],
    permissionsBoundary: ['permissions boundary', 'a permissions boundary'],
    sessionPolicy: ['session policy', 'a session policy'],
    serviceControlPolicy: ['service control policy', 'a service control policy'],
    resourceControlPolicy: ['resource control policy', 'a resource control policy'],
    endpointPolicy: ['VPC endpoint policy', 'a VPC endpoint policy'],
  }

/**
 * AWS's sentence for a request that was not allowed:
 * `User: <arn> is not authorized to perform: <action> on resource: <resource> <reason>`.
 *
 * Source: IAM User Guide, "Troubleshoot access denied error messages". The ARN of the policy that
 * denies (2026) is added for managed policies where caller and resource share an account; within
 * an organization AWS adds it too.
 */
export function refusalMessage(
  caller: Caller,
  action: string,
  check: Check,
  decision: Decision,
  doubts: readonly ExplainedStatement[] = [],
): string {
  const resource = check.resourceLabel ?? check.resourceArn
  const reason = refusalReason(caller, action, check, decision)
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}${doubtSentence(doubts)}`
}

function refusalReason(caller: Caller, action: string, check: Check, decision: Decision): string {
  const [implicit, explicit] = policyTypeWords[decision.blockedBy ?? 'identityPolicy']
  if (decision.decision !== 'explicitDeny')
    return `because no ${implicit} allows the ${action} action`
  const arn = denyingPolicyArn(decision)
  const isSameAccount =
    check.resourceAccountId === undefined || check.resourceAccountId === caller.accountId
  return `with an explicit deny in ${explicit}${arn !== undefined && isSameAccount ? `: ${arn}` : ''}`
}

/** The first statement that denies names the policy; an inline one has no ARN. */
function denyingPolicyArn(decision: Decision): string | undefined {
  const { blockedBy } = decision
  if (blockedBy === 'resourcePolicy' || blockedBy === 'trustPolicy') return undefined
  const deny = decision.decidingStatements.find((s) => s.source.policyType === blockedBy)
  return deny?.source.arn
}
