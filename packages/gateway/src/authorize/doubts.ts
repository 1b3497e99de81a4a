import { doubtfulStatements } from '@bailiwick/policy'
import type { CompiledPolicy, ExplainedStatement, PolicySet, PolicyText } from '@bailiwick/policy'
import type { SourcedPolicy } from '@bailiwick/policy'
import type { Question } from '../ports.ts'

/** The statements on which a request was refused in doubt; none where all is known. */
export function doubtsOf({ request, policies }: Question): readonly ExplainedStatement[] {
  if (request.unknown === undefined) return []
  return doubtfulStatements(request, policyTexts(policies))
}

/** What a refusal adds to AWS's sentence: what of the request would have had to be known. */
export function doubtSentence(doubts: readonly ExplainedStatement[]): string {
  const parts = [...new Set(doubts.flatMap(({ unknown = [] }) => unknown))].sort()
  if (parts.length === 0) return ''
  return `. In doubt it is refused: policies ask for what cannot be known here (${parts.join(', ')})`
}

/**
 * Compiled policies as explanations take them.
 *
 * @param textOf The text of a policy, where lines and columns are wanted.
 */
export function policyTexts(
  policies: PolicySet<CompiledPolicy>,
  textOf: (sourced: SourcedPolicy<CompiledPolicy>) => string | undefined = () => undefined,
): PolicySet<PolicyText> {
  const one = (sourced: SourcedPolicy<CompiledPolicy>): SourcedPolicy<PolicyText> => {
    const text = textOf(sourced)
    const { document } = sourced.policy
    return { source: sourced.source, policy: { document, ...(text !== undefined && { text }) } }
  }
  const layer = (list: readonly SourcedPolicy<CompiledPolicy>[]) => list.map(one)
  const { identity, permissionsBoundary, session, resource, endpoint } = policies
  const { serviceControl, resourceControl } = policies
  return {
    identity: layer(identity),
    ...(permissionsBoundary && { permissionsBoundary: one(permissionsBoundary) }),
    ...(session && { session: layer(session) }),
    ...(resource && { resource: layer(resource) }),
    ...(serviceControl && { serviceControl: serviceControl.map(layer) }),
    ...(resourceControl && { resourceControl: resourceControl.map(layer) }),
    ...(endpoint && { endpoint: layer(endpoint) }),
  }
}
