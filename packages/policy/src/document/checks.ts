/**
 * What is wrong with a well-formed draft, in the order in which AWS's checks report: every check
 * runs over all statements before the next one starts. Source of the order: recorded from AWS for
 * identity policies; the checks on principals come before those on actions (chosen by us).
 */
import type { PolicyType } from '../authorization.ts'
import { actionFormatMessage, isTrustAction } from './action-format.ts'
import { dateOperators } from './condition-operator.ts'
import { parseDate } from './date.ts'
import type { DocumentDraft, ListDraft, Located, StatementDraft } from './draft.ts'
import { elementRules } from './element-rules.ts'
import type { CheckContext, ParseOptions } from './parse-options.ts'
import { principalFindings } from './principal-checks.ts'
import type { Finding } from './problem.ts'
import {
  isLenientResource,
  passesLegacyResource,
  resourceFormatMessage,
} from './resource-format.ts'
import { sharedProviderFindings } from './shared-providers.ts'

type StatementCheck = (statement: StatementDraft, context: CheckContext) => Finding[]

const checks: readonly StatementCheck[] = [
  checkLegacyParsing,
  checkSid,
  checkEffect,
  principalFindings,
  checkActionsPresent,
  checkProhibitedResource,
  checkResourceFormat,
  checkActionFormat,
  checkResourcesPresent,
  checkSharedProviders,
]

/** Every finding of a draft, the one that AWS would name first. */
export function checkDocument(
  document: DocumentDraft,
  policyType: PolicyType,
  options: Required<ParseOptions>,
): Finding[] {
  const rules = elementRules[policyType]
  const context = { policyType, rules, options }
  const findings: Finding[] = []
  if (
    rules.version === 'current' &&
    !options.anyVersion &&
    document.version?.value !== '2012-10-17'
  ) {
    findings.push({ code: 'VersionRequired', offset: document.version?.offset ?? 0 })
  }
  for (const check of checks) {
    for (const statement of document.statements) findings.push(...check(statement, context))
    if (check === checkSid) findings.push(...duplicateSids(document))
  }
  return findings
}

/** The legacy parser: the exact case of Effect, dates, and resources that are ARNs but too short. */
function checkLegacyParsing(
  statement: StatementDraft,
  { rules, options }: CheckContext,
): Finding[] {
  const findings: Finding[] = []
  if (statement.effect.value !== 'Allow' && statement.effect.value !== 'Deny') {
    findings.push({ code: 'LegacyParsing', offset: statement.effect.offset })
  }
  for (const condition of statement.conditions) {
    if (!(dateOperators as readonly string[]).includes(condition.conditionOperator)) continue
    const bad = condition.values.find(({ value }) => parseDate(value) === undefined)
    if (bad !== undefined) findings.push({ code: 'InvalidDate', offset: bad.offset })
  }
  // Recorded from AWS: a malformed resource spares the statement's resources this check.
  if (rules.resourceFormat !== 'iam' || malformedResource(statement, options) !== undefined) {
    return findings
  }
  const short = resourcesOf(statement).find(({ value }) => !passesLegacyResource(value))
  if (short !== undefined) findings.push({ code: 'LegacyParsing', offset: short.offset })
  return findings
}

function checkSid({ sid }: StatementDraft, { rules }: CheckContext): Finding[] {
  if (sid === undefined || rules.sid.test(sid.value)) return []
  return [{ code: 'InvalidSid', offset: sid.offset, detail: sid.value }]
}

/** An empty Sid is no Sid. */
function duplicateSids(document: DocumentDraft): Finding[] {
  const seen = new Set<string>()
  const findings: Finding[] = []
  for (const { sid } of document.statements) {
    if (sid === undefined || sid.value === '') continue
    if (seen.has(sid.value)) {
      findings.push({ code: 'DuplicateSid', offset: sid.offset, detail: sid.value })
    }
    seen.add(sid.value)
  }
  return findings
}

function checkEffect({ effect }: StatementDraft, { rules, options }: CheckContext): Finding[] {
  if (rules.effect === 'both' || effect.value === 'Deny' || options.awsManaged) return []
  return [{ code: 'EffectNotAllowed', offset: effect.offset }]
}

function checkActionsPresent(statement: StatementDraft, { rules }: CheckContext): Finding[] {
  const list = statement.action ?? statement.notAction
  if (list === undefined || list.values.length === 0) {
    const offset = list?.offset ?? statement.offset
    return [{ code: 'ActionMissing', offset, detail: 'Action' }]
  }
  if (statement.notAction === undefined || rules.notAction === 'allowed') return []
  return [{ code: 'ProhibitedField', offset: statement.notAction.offset, detail: 'NotAction' }]
}

function checkProhibitedResource(statement: StatementDraft, { rules }: CheckContext): Finding[] {
  if (rules.resource !== 'forbidden') return []
  const { resource, notResource } = statement
  if (resource !== undefined) return [{ code: 'ProhibitedResource', offset: resource.offset }]
  if (notResource !== undefined) {
    return [{ code: 'ProhibitedNotResource', offset: notResource.offset }]
  }
  return []
}

function checkResourceFormat(statement: StatementDraft, context: CheckContext): Finding[] {
  if (context.rules.resource === 'forbidden') return []
  if (context.rules.resourceFormat === 'iam') {
    const malformed = malformedResource(statement, context.options)
    return malformed === undefined ? [] : [malformed]
  }
  const bad = resourcesOf(statement).find(({ value }) => !isLenientResource(value))
  return bad === undefined ? [] : [{ code: 'ResourceFormat', offset: bad.offset }]
}

/** The first one that CreatePolicy would complain about. AWS's own policies are not asked. */
function malformedResource(
  statement: StatementDraft,
  options: Required<ParseOptions>,
): Finding | undefined {
  for (const { value, offset } of resourcesOf(statement)) {
    const detail = resourceFormatMessage(value, options)
    if (detail !== undefined) return { code: 'ResourceFormat', offset, detail }
  }
  return undefined
}

function checkActionFormat(statement: StatementDraft, context: CheckContext): Finding[] {
  for (const { value, offset } of actionsOf(statement)) {
    if (context.rules.action === 'stsOnly') {
      if (!isTrustAction(value)) return [{ code: 'ActionNotAllowed', offset, detail: value }]
      continue
    }
    const detail = actionFormatMessage(value)
    if (detail !== undefined) return [{ code: 'ActionFormat', offset, detail }]
    if (context.rules.action === 'notBareStar' && /^\*/.test(value.trim())) {
      if (!context.options.awsManaged) return [{ code: 'ActionNotAllowed', offset, detail: value }]
    }
  }
  return []
}

function checkResourcesPresent(statement: StatementDraft, { rules }: CheckContext): Finding[] {
  if (rules.resource === 'forbidden' || resourcesOf(statement).length > 0) return []
  const list: ListDraft | undefined = statement.resource ?? statement.notResource
  return [{ code: 'ResourceMissing', offset: list?.offset ?? statement.offset, detail: 'Resource' }]
}

function checkSharedProviders(statement: StatementDraft, context: CheckContext): Finding[] {
  return context.policyType === 'trustPolicy' ? sharedProviderFindings(statement) : []
}

function actionsOf(statement: StatementDraft): readonly Located[] {
  return (statement.action ?? statement.notAction)?.values ?? []
}

function resourcesOf(statement: StatementDraft): readonly Located[] {
  return (statement.resource ?? statement.notResource)?.values ?? []
}
