/** All findings about a policy text: errors, security warnings, warnings, suggestions. */
import type { PackedActionData } from '../../action-data/index.ts'
import type { UnknownKeys } from '../../action-data/unknown-keys.ts'
import type { PolicyType } from '../authorization.ts'
import { parseJsonTree, positionAt } from '../document/json-tree.ts'
import { actionFindings } from './actions.ts'
import { indexActions, type ActionIndex } from './action-index.ts'
import { arnFindings } from './arn.ts'
import { conditionFindings } from './conditions.ts'
import { issueCodes, type Finding, type RuleFinding } from './finding.ts'
import { viewPolicy, type PolicyView } from './policy-view.ts'
import { principalFindings } from './principals.ts'
import { redundancyFindings } from './redundancy.ts'
import { securityFindings } from './security.ts'
import { structureFindings } from './structure.ts'
import { unknownKeyFindings } from './unknown-keys.ts'
import { variableFindings } from './variables.ts'

type Rule = (policy: PolicyView, index: ActionIndex) => Iterable<RuleFinding>

const rules: readonly Rule[] = [
  structureFindings,
  principalFindings,
  actionFindings,
  arnFindings,
  conditionFindings,
  variableFindings,
  securityFindings,
  redundancyFindings,
]

/** Without data no action, service or key of a service is unknown. */
const knowsNothing: ActionIndex = {
  hasService: () => true,
  matching: (pattern) => [
    { service: '', name: pattern, accessLevel: '', resourcePatterns: ['*'], conditionKeys: [] },
  ],
  arnPatterns: () => [],
  conditionKeyType: () => 'Unknown',
}

/**
 * What is wrong, risky or clumsy about a policy, in the order it stands in the text.
 *
 * @param actionData Facts about AWS's services, from `@bailiwick/policy/action-data`; without
 *   them nothing is said about unknown actions, resources and service condition keys.
 * @param unknownKeys What a gate cannot know, from `@bailiwick/policy/unknown-keys`; without it
 *   nothing is said about where policies are enforced.
 * - Errors: none; never throws, whatever the text.
 * - Source: IAM User Guide, "IAM policy validation check reference".
 *
 * @example
 * ```ts
 * import { validatePolicy } from '@bailiwick/policy'
 *
 * for (const { issueCode, line, column } of validatePolicy('{', 'identityPolicy')) {
 *   console.log(issueCode, line, column) // JSON_SYNTAX_ERROR 1 2
 * }
 * ```
 */
export function validatePolicy(
  text: string,
  policyType: PolicyType,
  actionData?: PackedActionData,
  unknownKeys?: UnknownKeys,
): readonly Finding[] {
  const tree = parseJsonTree(text)
  if (!tree.ok || tree.root.type !== 'object') {
    const offset = tree.ok ? 0 : tree.offset
    return [place(text, { ...jsonSyntaxError, offset })]
  }
  const policy = viewPolicy(text, policyType, tree.root)
  const index = actionData === undefined ? knowsNothing : indexActions(actionData)
  const ofGate = unknownKeys === undefined ? [] : unknownKeyFindings(policy, unknownKeys)
  return [...rules.flatMap((rule) => [...rule(policy, index)]), ...ofGate]
    .sort((a, b) => a.offset - b.offset)
    .map((finding) => place(text, finding))
}

const jsonSyntaxError: Omit<RuleFinding, 'offset'> = {
  issueCode: 'JSON_SYNTAX_ERROR',
  details: 'The text is not a JSON object.',
  advice: 'Mend the JSON at this place: commas, quotes and braces.',
}

function place(text: string, finding: RuleFinding): Finding {
  return {
    findingType: issueCodes[finding.issueCode],
    issueCode: finding.issueCode,
    findingDetails: finding.details,
    advice: finding.advice,
    ...positionAt(text, finding.offset),
  }
}
