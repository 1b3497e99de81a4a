import type { PolicyType } from '../authorization.ts'
import { awsManagedDocumentCharsMax, documentCharsMax } from './limits.ts'
import type { ParseOptions } from './parse-options.ts'
import { checkDocument } from './checks.ts'
import { readDocument } from './draft.ts'
import type {
  ConditionDraft,
  DocumentDraft,
  ListDraft,
  PrincipalDraft,
  Reading,
  StatementDraft,
} from './draft.ts'
import { parseJsonTree, positionAt } from './json-tree.ts'
import type {
  Condition,
  ParseResult,
  PolicyDocument,
  PrincipalElement,
  Problem,
  Statement,
} from './policy-document.ts'
import { problemMessage, wordingOf } from './problem.ts'
import type { Finding } from './problem.ts'

/**
 * Parses and validates a policy text as a policy of the given type.
 *
 * Never throws. The problems come in the order in which AWS's checks report, so the first one's
 * `message` is what AWS answers (code `MalformedPolicyDocument`); where the text is no
 * policy at all, only the problems of its grammar are listed. Whether principals exist, and quotas
 * of size, are the caller's to check.
 *
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language"; messages recorded from AWS.
 *
 * @example
 * ```ts
 * import { parsePolicy } from '@bailiwick/policy'
 *
 * const parsed = parsePolicy('{ "Statement": [] }', 'identityPolicy')
 * if (!parsed.ok) console.log(parsed.problems[0].message) // Syntax errors in policy.
 * ```
 */
export function parsePolicy(
  text: string,
  policyType: PolicyType,
  options: ParseOptions = {},
): ParseResult {
  const tree = parseJsonTree(
    text,
    options.awsManaged ? awsManagedDocumentCharsMax : documentCharsMax,
  )
  if (!tree.ok) return refused(text, policyType, [tree])
  const reading: Reading = { wording: wordingOf[policyType], findings: [] }
  const draft = readDocument(tree.root, reading)
  if (reading.findings.length > 0) return refused(text, policyType, reading.findings)
  const findings = checkDocument(draft, policyType, {
    savedForm: false,
    awsManaged: false,
    anyVersion: false,
    partition: 'aws',
    ...options,
  })
  if (findings.length > 0) return refused(text, policyType, findings)
  return { ok: true, document: documentOf(draft) }
}

function refused(text: string, policyType: PolicyType, findings: readonly Finding[]): ParseResult {
  const problems = findings.map((finding): Problem => ({
    code: finding.code,
    message: problemMessage(finding, policyType),
    ...positionAt(text, finding.offset),
  }))
  return { ok: false, problems: problems as [Problem, ...Problem[]] }
}

function documentOf(draft: DocumentDraft): PolicyDocument {
  return {
    version: draft.version?.value === '2012-10-17' ? '2012-10-17' : '2008-10-17',
    ...(draft.id === undefined ? {} : { id: draft.id }),
    statements: draft.statements.map(statementOf),
  }
}

function statementOf(draft: StatementDraft): Statement {
  const { sid, principal, notPrincipal, action, notAction, resource, notResource } = draft
  return {
    ...(sid === undefined || sid.value === '' ? {} : { sid: sid.value }),
    effect: draft.effect.value === 'Allow' ? 'Allow' : 'Deny',
    ...(principal === undefined ? {} : { principals: principalsOf(principal) }),
    ...(notPrincipal === undefined ? {} : { notPrincipals: principalsOf(notPrincipal) }),
    ...(action === undefined ? {} : { actions: valuesOf(action) }),
    ...(notAction === undefined ? {} : { notActions: valuesOf(notAction) }),
    ...(resource === undefined ? {} : { resources: valuesOf(resource) }),
    ...(notResource === undefined ? {} : { notResources: valuesOf(notResource) }),
    conditions: draft.conditions.map(conditionOf),
  }
}

function principalsOf(draft: PrincipalDraft): PrincipalElement {
  const of = (type: string): string[] =>
    draft.entries
      .filter((entry) => entry.type.value === type)
      .flatMap((entry) => entry.values.map(({ value }) => value))
  const aws = of('AWS')
  return {
    any: draft.bareString === '*' || aws.includes('*'),
    aws: aws.filter((value) => value !== '*'),
    service: of('Service'),
    federated: of('Federated'),
    canonicalUser: of('CanonicalUser'),
  }
}

function conditionOf(draft: ConditionDraft): Condition {
  const { operator, setOperator, conditionOperator, ifExists, conditionKey } = draft
  return {
    operator,
    ...(setOperator === undefined ? {} : { setOperator }),
    conditionOperator,
    ifExists,
    conditionKey,
    values: valuesOf(draft),
  }
}

function valuesOf(list: Pick<ListDraft, 'values'>): string[] {
  return list.values.map(({ value }) => value)
}
