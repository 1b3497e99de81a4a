/**
 * A delegation request in words. AWS has a language model write them; chosen by us: sentences made
 * of the request and its policy, the same for the same request, in English alone.
 */
import { parsePolicy } from '@bailiwick/policy'
import type { Condition, Statement } from '@bailiwick/policy'
import type { DelegationRequest } from '../../domain/delegation-entity.ts'

/** Source: IAM API Reference, GetHumanReadableSummary, SummaryContent. */
const summaryCharsMax = 10_000

/** Whether a summary is made in it: `en`, `en_US`, `en-GB`. */
export function isSummaryLocale(locale: string): boolean {
  return /^en([-_]|$)/i.test(locale)
}

export function delegationSummary(request: DelegationRequest, partition: string): string {
  const { accountId, description, permissionPolicy, sessionDurationSeconds } = request
  const parsed = parsePolicy(permissionPolicy, 'sessionPolicy', { partition })
  const statements = parsed.ok ? parsed.document.statements.map(statementText) : []
  const lines = [
    `Account ${accountId} asks for temporary permissions: ${description}`,
    `They last ${durationText(sessionDurationSeconds)} from when the token is sent.`,
    ...statements,
  ]
  const text = lines.join('\n')
  const ending = '\n…'
  if (text.length <= summaryCharsMax) return text
  return text.slice(0, summaryCharsMax - ending.length) + ending
}

function durationText(seconds: number): string {
  const units = [
    [Math.floor(seconds / 3600), 'hour'],
    [Math.floor((seconds % 3600) / 60), 'minute'],
    [seconds % 60, 'second'],
  ] as const
  return units
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ')
}

function statementText(statement: Statement): string {
  const { effect, actions, notActions, resources, notResources, conditions } = statement
  const parts = [
    effect === 'Allow' ? 'They allow' : 'They never allow',
    actions ? listText(actions) : `everything but ${listText(notActions ?? [])}`,
    'on',
    resources ? listText(resources) : `everything but ${listText(notResources ?? [])}`,
  ]
  if (conditions.length > 0) parts.push(`where ${conditions.map(conditionText).join(' and ')}`)
  return `${parts.join(' ')}.`
}

function listText(items: readonly string[]): string {
  return items.join(', ')
}

function conditionText({ conditionKey, operator, values }: Condition): string {
  return `${conditionKey} ${operator} ${listText(values)}`
}
