/** Findings about the shape of a policy: elements, types, effects, versions, Sids. */
import { documentFields, statementFields } from '../document/draft.ts'
import type { JsonNode } from '../document/json-tree.ts'
import { documentNonSpaceChars } from '../document/limits.ts'
import { found, type RuleFinding } from './finding.ts'
import type { PolicyView, StatementView } from './policy-view.ts'

const conflicting = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
  ['Principal', 'NotPrincipal'],
] as const

/** Non-white-space characters. Source: IAM User Guide, IAM quotas: a managed policy. */
const identityPolicyCharsMax = 6144

export function* structureFindings(policy: PolicyView): Generator<RuleFinding> {
  yield* versionFindings(policy)
  for (const [name, field] of policy.fields) {
    if (documentFields.has(name)) continue
    const at = { offset: field.nameOffset }
    yield found('INVALID_POLICY_ELEMENT', at, `The element ${name} is not valid.`, 'Remove it.')
  }
  if (!policy.fields.has('Statement')) {
    const advice = 'Add a "Statement" list with at least one statement.'
    yield found('MISSING_STATEMENT', policy.root, 'The policy has no Statement.', advice)
  }
  for (const statement of policy.statements) yield* statementFindings(policy, statement)
  yield* sidFindings(policy)
  const chars = documentNonSpaceChars(policy.text)
  if (policy.policyType === 'identityPolicy' && chars > identityPolicyCharsMax) {
    const details = `The policy has ${String(chars)} characters without white space; a managed policy may have ${String(identityPolicyCharsMax)}, an inline policy less.`
    const advice = 'Split it into several managed policies, or use wildcards.'
    yield found('POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA', policy.root, details, advice)
  }
}

function* versionFindings(policy: PolicyView): Generator<RuleFinding> {
  const field = policy.fields.get('Version')
  const advice = 'Write "Version": "2012-10-17".'
  if (field === undefined) {
    const details = 'Without a Version the policy is read as 2008-10-17: no policy variables.'
    yield found('MISSING_VERSION', policy.root, details, advice)
  } else if (policy.version === undefined || !/^20(08|12)-10-17$/.test(policy.version.value)) {
    yield found('INVALID_VERSION', field.value, 'The Version is not one that exists.', advice)
  }
}

function* statementFindings(policy: PolicyView, statement: StatementView): Generator<RuleFinding> {
  const has = (name: string) => statement.fields.has(name)
  for (const [name, field] of statement.fields) {
    if (statementFields.has(name)) {
      yield* typeFindings(name, field.value)
      continue
    }
    const at = { offset: field.nameOffset }
    const near = [...statementFields].find((el) => el.toLowerCase() === name.toLowerCase())
    const advice = near === undefined ? 'Remove it.' : `Element names are case-sensitive: ${near}.`
    yield found('INVALID_POLICY_ELEMENT', at, `The element ${name} is not valid.`, advice)
  }
  for (const [one, other] of conflicting) {
    if (!has(one) || !has(other)) continue
    const details = `A statement cannot have both ${one} and ${other}.`
    const advice = 'Keep one of them; use a second statement for the other.'
    yield found('UNSUPPORTED_ELEMENT_COMBINATION', statement, details, advice)
  }
  yield* effectFindings(statement)
  if (!has('Action') && !has('NotAction')) {
    const details = 'The statement has neither Action nor NotAction.'
    yield found('MISSING_ACTION', statement, details, 'Add "Action" with what it is about.')
  }
  yield* requiredFindings(policy, statement, has)
}

function* effectFindings(statement: StatementView): Generator<RuleFinding> {
  const field = statement.fields.get('Effect')
  const advice = 'Write "Effect": "Allow" or "Effect": "Deny".'
  if (field === undefined) {
    yield found('MISSING_EFFECT', statement, 'The statement has no Effect.', advice)
  } else if (statement.effect !== undefined && !/^(Allow|Deny)$/.test(statement.effect.value)) {
    const details = `The effect ${statement.effect.value} does not exist.`
    yield found('INVALID_EFFECT', statement.effect, details, advice)
  }
}

/** Principal and Resource: required or forbidden by policy type (policy language, elements). */
function* requiredFindings(
  policy: PolicyView,
  statement: StatementView,
  has: (name: string) => boolean,
): Generator<RuleFinding> {
  const type = policy.policyType
  const takesPrincipal = [
    'resourcePolicy',
    'trustPolicy',
    'resourceControlPolicy',
    'endpointPolicy',
  ]
  const principal = statement.fields.get('Principal') ?? statement.fields.get('NotPrincipal')
  if (takesPrincipal.includes(type) && principal === undefined) {
    const advice = 'Add "Principal": who the statement is about.'
    yield found('MISSING_PRINCIPAL', statement, 'The statement names no Principal.', advice)
  } else if (type === 'serviceControlPolicy' && principal !== undefined) {
    const details = 'A service control policy has no Principal: it holds for whole accounts.'
    yield found('SCP_SYNTAX_ERROR_PRINCIPAL', principal.value, details, 'Remove it.')
  } else if (!takesPrincipal.includes(type) && principal !== undefined) {
    const details = 'A policy of an identity has no Principal: whoever it is attached to is meant.'
    yield found('UNSUPPORTED_PRINCIPAL', principal.value, details, 'Remove it.')
  }
  if (type !== 'trustPolicy' && !has('Resource') && !has('NotResource')) {
    const details = 'The statement has neither Resource nor NotResource.'
    yield found('MISSING_RESOURCE', statement, details, 'Add "Resource": "*", or better, ARNs.')
  }
}

const textLists = new Set(['Action', 'NotAction', 'Resource', 'NotResource'])

function* typeFindings(name: string, node: JsonNode): Generator<RuleFinding> {
  const wrong = (wanted: string) =>
    found('DATA_TYPE_MISMATCH', node, `${name} must be ${wanted}.`, `Write ${wanted}.`)
  if (name === 'Effect' || name === 'Sid') {
    if (node.type !== 'string') yield wrong('a string')
  } else if (textLists.has(name)) {
    const elements = node.type === 'array' ? (node.children ?? []) : [node]
    if (!elements.every((element) => element.type === 'string')) {
      yield wrong('a string or a list of strings')
    }
  } else if (name === 'Condition' && node.type !== 'object') {
    yield wrong('an object')
  } else if (/Principal$/.test(name) && node.type !== 'object' && node.type !== 'string') {
    yield wrong('"*" or an object')
  }
}

function* sidFindings(policy: PolicyView): Generator<RuleFinding> {
  const seen = new Set<string>()
  const services = policy.policyType === 'resourcePolicy' ? /^[A-Za-z0-9 _-]*$/ : /^[A-Za-z0-9]*$/
  for (const { sid } of policy.statements) {
    if (sid === undefined || sid.value === '') continue
    if (!services.test(sid.value)) {
      const details = `The Sid ${sid.value} has characters that are not allowed here.`
      yield found('UNSUPPORTED_SID', sid, details, 'Use letters and digits only.')
    }
    if (seen.has(sid.value)) {
      const required = policy.policyType !== 'resourcePolicy'
      const code = required ? 'UNIQUE_SIDS_REQUIRED' : 'UNIQUE_SIDS_RECOMMENDED'
      yield found(code, sid, `The Sid ${sid.value} is used twice.`, 'Give it another name.')
    }
    seen.add(sid.value)
  }
}
