/** The policies of a simulation: those handed in, and those that a principal comes with. */
import { parsePolicy } from '@bailiwick/policy'
import type { PolicySource, PolicyText, PolicyType, SourcedPolicy } from '@bailiwick/policy'
import type { HeldPolicy } from '../../domain/held-policy.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'

export type TextPolicy = SourcedPolicy<PolicyText>

/** AWS's words; the reason after them is ours. */
const contentMessages: Partial<Record<PolicyType, string>> = {
  identityPolicy: 'Policy input list item',
  permissionsBoundary: 'Permissions boundary policy input list item',
  resourcePolicy: 'Resource policy',
  serviceControlPolicy: 'Service control policy input list item',
}

/**
 * One policy as it is handed in, of any version. Errors: InvalidInput for a text that IAM would
 * not take as a policy of that type: chosen by us, AWS lets some of them pass.
 * Source: recorded answers of SimulateCustomPolicy.
 */
function inputPolicy(
  { partition }: Pick<Scope, 'partition'>,
  text: string,
  source: PolicySource,
  number?: number,
): TextPolicy {
  const parsed = parsePolicy(text, source.policyType, { partition, anyVersion: true })
  if (parsed.ok) return { source, policy: { document: parsed.document, text } }
  const what = [contentMessages[source.policyType], number].filter((part) => part !== undefined)
  const message = `${what.join(' ')} has invalid content: ${parsed.problems[0].message}`
  throw new ApiError('InvalidInput', message)
}

/** PolicyInputList. Errors: InvalidInput. */
export function inputPolicies(
  scope: Pick<Scope, 'partition'>,
  texts: readonly string[] = [],
): readonly TextPolicy[] {
  return texts.map((text, index) => {
    const id = `PolicyInputList.${index + 1}`
    return inputPolicy(scope, text, { policyType: 'identityPolicy', id }, index + 1)
  })
}

/** PermissionsBoundaryPolicyInputList: one at most. Errors: InvalidInput. */
export function inputBoundary(
  scope: Pick<Scope, 'partition'>,
  texts: readonly string[] = [],
): TextPolicy | undefined {
  const [text, ...more] = texts
  if (more.length > 0) {
    const message = 'The list of Permissions Boundary policies cannot exceed 1 items.'
    throw new ApiError('InvalidInput', message)
  }
  const id = 'PermissionsBoundaryPolicyInputList.1'
  const source = { policyType: 'permissionsBoundary', id } as const
  return text === undefined ? undefined : inputPolicy(scope, text, source, 1)
}

/** ResourcePolicy. Errors: InvalidInput. */
export function inputResourcePolicy(scope: Pick<Scope, 'partition'>, text: string): TextPolicy {
  return inputPolicy(scope, text, { policyType: 'resourcePolicy', id: 'ResourcePolicy' })
}

/** OrderedOrganizationPolicyInputList, level by level. Errors: InvalidInput. */
export function inputServiceControl(
  scope: Pick<Scope, 'partition'>,
  levels: readonly { readonly ServiceControlPolicyInputList?: readonly string[] | undefined }[],
): readonly (readonly TextPolicy[])[] {
  return levels.map(({ ServiceControlPolicyInputList: texts = [] }, level) => {
    if (texts.length === 0) {
      const message = `Organization policy at index ${level + 1} must contain at least one service control policy`
      throw new ApiError('InvalidInput', message)
    }
    return texts.map((text, index) => {
      const id = `OrderedOrganizationPolicyInputList.${level + 1}.${index + 1}`
      return inputPolicy(scope, text, { policyType: 'serviceControlPolicy', id }, index + 1)
    })
  })
}

/**
 * A policy of a principal. Errors: PolicyEvaluation for one that cannot be read: decisions then
 * deny everything, and what it would say is not known.
 */
export function readable({ source, policy }: HeldPolicy): TextPolicy {
  if (policy) return { source, policy }
  const message = `The policy ${source.arn ?? source.id} could not be read; until it can, it denies everything.`
  throw new ApiError('PolicyEvaluation', message)
}
