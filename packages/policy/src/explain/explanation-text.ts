/** An explanation in words a newcomer understands. */
import type { AuthorizationRequest, DecisionKind, PolicyType } from '../authorization.ts'
import type { Change, ExplainedStatement, Explanation, Mismatch } from './explanation.ts'

const policyTypeNames: Readonly<Record<PolicyType, string>> = {
  identityPolicy: 'identity-based policy',
  resourcePolicy: 'resource-based policy',
  trustPolicy: 'role trust policy',
  permissionsBoundary: 'permissions boundary',
  sessionPolicy: 'session policy',
  serviceControlPolicy: 'service control policy',
  resourceControlPolicy: 'resource control policy',
  endpointPolicy: 'VPC endpoint policy',
}

const results: Readonly<Record<DecisionKind, string>> = {
  allowed: 'allows it',
  explicitDeny: 'denies it',
  implicitDeny: 'says nothing that allows it',
}

type AskedFor = Pick<AuthorizationRequest, 'action' | 'resource'>

/** Lines without a line feed at the end. */
export function explanationText(request: AskedFor, explanation: Explanation): string {
  const { decision, matchedStatements, nearMisses, smallestChange } = explanation
  const lines = [headline(request, explanation), '', 'What each policy type says:']
  for (const { policyType, level, result } of explanation.layers) {
    const where = level === undefined ? '' : ` (level ${String(level + 1)})`
    lines.push(`  ${policyTypeNames[policyType]}${where}: ${results[result]}`)
  }
  if (matchedStatements.length > 0) lines.push('', 'Statements that matched:')
  for (const statement of matchedStatements) {
    lines.push(`  ${statement.effect} in ${placeOf(statement)}`)
    if (statement.unknown) lines.push(`    ${unknownText(statement.unknown)}, so the deny counts`)
  }
  if (decision.decision !== 'allowed' && nearMisses.length > 0) {
    lines.push('', 'Statements about this action that did not match:')
    for (const statement of nearMisses) {
      lines.push(`  ${statement.effect} in ${placeOf(statement)}`)
      for (const mismatch of statement.mismatches) lines.push(`    ${mismatchText(mismatch)}`)
    }
  }
  if (smallestChange.length > 0) lines.push('', 'The smallest change that would allow it:')
  for (const change of smallestChange) lines.push(`  ${changeText(change)}`)
  return lines.join('\n')
}

function headline(request: AskedFor, { decision }: Explanation): string {
  const asked = `${request.action} on ${request.resource}`
  if (decision.decision === 'allowed') return `Allowed: ${asked}.`
  const by = decision.blockedBy === undefined ? 'policy' : policyTypeNames[decision.blockedBy]
  return decision.decision === 'explicitDeny'
    ? `Denied: ${asked}. An explicit deny in the ${by} forbids it, and a deny always wins.`
    : `Denied: ${asked}. No ${by} allows it, and what nothing allows is denied.`
}

function placeOf({ source, sid, statementIndex, position }: ExplainedStatement): string {
  const name = sid === undefined || sid === '' ? `statement ${String(statementIndex + 1)}` : sid
  const start = position?.start
  const line = start ? `, line ${String(start.line)}, column ${String(start.column)}` : ''
  return `${policyTypeNames[source.policyType]} ${source.arn ?? source.id}, ${name}${line}`
}

const cannotBeKnown = 'cannot be known here, and what is in doubt is not allowed'

function unknownText(parts: readonly string[]): string {
  return `what it asks for cannot be known here: ${parts.join(', ')}`
}

function mismatchText(mismatch: Mismatch): string {
  switch (mismatch.element) {
    case 'Principal':
      return 'the Principal does not name the caller'
    case 'NotPrincipal':
      return 'NotPrincipal names the caller'
    case 'Action':
      return `Action is ${listed(mismatch.written)}, not this one`
    case 'Resource':
      if (mismatch.unknown) return `which Resource the request is about ${cannotBeKnown}`
      return `${mismatch.element} is ${listed(mismatch.written)}, not this one`
    case 'NotAction':
    case 'NotResource':
      if ('unknown' in mismatch) return `NotResource may leave this one out: it ${cannotBeKnown}`
      return `${mismatch.element} leaves this one out: ${listed(mismatch.written)}`
    case 'Condition': {
      const { operator, conditionKey, values } = mismatch.condition
      const wanted = `${conditionKey} must be ${operator} ${listed(values)}`
      if (mismatch.unknown) return `${wanted}, but what it is ${cannotBeKnown}`
      return mismatch.requestValues === undefined
        ? `${wanted}, but the request has no ${conditionKey}`
        : `${wanted}, but it is ${listed(mismatch.requestValues)}`
    }
  }
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, 5).join(' or ')
  return values.length > 5 ? `${shown} or ${String(values.length - 5)} more` : shown
}

function changeText(change: Change): string {
  if (change.kind === 'removeStatement') {
    return `remove or narrow the Deny in ${placeOf(change.statement)}`
  }
  const where = change.level === undefined ? '' : ` at level ${String(change.level + 1)}`
  return `add to the ${policyTypeNames[change.policyType]}${where}: ${JSON.stringify(change.statement)}`
}
