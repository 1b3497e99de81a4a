/** `Principal` and `NotPrincipal`: who may have them, and whether their values are well formed. */
import type { CheckContext } from './parse-options.ts'
import type { Located, PrincipalDraft, StatementDraft } from './draft.ts'
import { isPrincipalType, isPrincipalValue } from './principal-format.ts'
import type { Finding } from './problem.ts'

/** In the order AWS's messages suggest: prohibited, missing, empty, malformed. */
export function principalFindings(statement: StatementDraft, context: CheckContext): Finding[] {
  const { principal, notPrincipal } = statement
  const { rules } = context
  if (rules.principal === 'forbidden' && principal !== undefined) {
    return [{ code: 'ProhibitedPrincipal', offset: principal.offset, detail: 'Principal' }]
  }
  if (notPrincipal !== undefined) {
    if (statement.effect.value === 'Allow' && rules.principal !== 'forbidden') {
      if (rules.notPrincipal !== 'allowed') {
        return [{ code: 'AllowWithNotPrincipal', offset: notPrincipal.offset }]
      }
    }
    if (rules.notPrincipal === 'forbidden') {
      return [{ code: 'ProhibitedNotPrincipal', offset: notPrincipal.offset }]
    }
    return elementFindings(notPrincipal, context)
  }
  if (rules.principal === 'forbidden') return []
  if (principal === undefined) {
    return [{ code: 'PrincipalMissing', offset: statement.offset, detail: 'Principal' }]
  }
  if (rules.principal === 'anyOnly' && principal.bareString !== '*') {
    return [{ code: 'InvalidPrincipal', offset: principal.offset }]
  }
  return elementFindings(principal, context)
}

function elementFindings(principal: PrincipalDraft, context: CheckContext): Finding[] {
  const { offset, bareString, entries } = principal
  if (bareString !== undefined) {
    const isTrust = context.policyType === 'trustPolicy'
    if (bareString === '*') return isTrust ? [{ code: 'PrincipalStar', offset }] : []
    return [{ code: 'PrincipalNotObject', offset }]
  }
  if (entries.length === 0) return [{ code: 'PrincipalEmpty', offset }]
  if (entries.every(({ values }) => values.length === 0)) return [{ code: 'NoPrincipals', offset }]
  const findings: Finding[] = []
  for (const { type, values } of entries) {
    for (const value of values) findings.push(...valueFindings(type.value, value, context))
  }
  return findings
}

function valueFindings(type: string, located: Located, context: CheckContext): Finding[] {
  const { value, offset } = located
  if (type === 'AWS' && value === '*') return []
  const isTrust = context.policyType === 'trustPolicy'
  const isKnown = isPrincipalType(type) && !(isTrust && type === 'CanonicalUser')
  if (isKnown && isPrincipalValue(type, value, context.options)) return []
  if (type === 'Federated') return [{ code: 'InvalidFederatedPrincipal', offset }]
  // AWS prints the type in capitals: "AWS", "SERVICE".
  const detail = `"${type.toUpperCase()}":"${value}"`
  return [{ code: 'InvalidPrincipal', offset, detail }]
}
