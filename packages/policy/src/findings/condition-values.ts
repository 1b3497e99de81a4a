/** Findings about the values of one condition: type, form and repetition. */
import { found, type RuleFinding } from './finding.ts'
import { globMatches } from './glob.ts'
import { parseCidr, privateRange } from './ip.ts'
import type { Located, LocatedCondition } from './policy-view.ts'

export function* conditionValueFindings(condition: LocatedCondition): Generator<RuleFinding> {
  const { name, node, values, operator, conditionKey } = condition
  const elements = node.type === 'array' ? (node.children ?? []) : [node]
  if (elements.some((element) => !['string', 'number', 'boolean'].includes(element.type))) {
    const details = `The values of ${conditionKey.value} are strings, numbers or booleans.`
    yield found('INVALID_CONDITION_DATA_TYPE', node, details, 'Write a value or a list of values.')
    return
  }
  const base = name.conditionOperator
  if (base === 'Bool' && values.length > 1) {
    const details = `${conditionKey.value} is compared with several booleans.`
    yield found('INVALID_CONDITION_MULTIPLE_BOOLEAN', node, details, 'Write "true" or "false".')
  }
  for (const value of values) yield* oneValue(condition, value)
  yield* redundantValues(condition)
  const exact = /^(String(Not)?Equals|String(Not)?EqualsIgnoreCase)$/.test(base)
  for (const value of values) {
    if (!exact || !/[*?]/.test(withoutVariables(value.value))) continue
    const details = `${operator.value} compares letter for letter: ${value.value} is no pattern.`
    const advice = `Write "${base.includes('Not') ? 'StringNotLike' : 'StringLike'}".`
    yield found('WILDCARD_WITHOUT_LIKE_OPERATOR', value, details, advice)
  }
}

function withoutVariables(text: string): string {
  return text.replace(/\$\{[^}]*\}/g, '')
}

function* oneValue(condition: LocatedCondition, value: Located): Generator<RuleFinding> {
  const base = condition.name.conditionOperator
  const text = value.value
  if (text.includes('${')) {
    if (/^(String|Arn|Bool)/.test(base)) return
    const details = `${base} does not substitute policy variables.`
    yield found('INVALID_VARIABLE_FOR_OPERATOR', value, details, 'Write the value itself.')
  } else if ((base === 'Bool' || base === 'Null') && !/^(true|false)$/i.test(text)) {
    const details = `${base} compares with true or false, not ${text}.`
    yield found('TYPE_MISMATCH_BOOLEAN', value, details, 'Write "true" or "false".')
  } else if (base.startsWith('Numeric') && !/^[+-]?\d+(\.\d+)?$/.test(text)) {
    const details = `${base} compares numbers; ${text} is none.`
    yield found('TYPE_MISMATCH_NUMBER', value, details, 'Write a number.')
  } else if (base.startsWith('Date')) {
    yield* dateFindings(base, value)
  } else if (base === 'IpAddress' || base === 'NotIpAddress') {
    yield* ipFindings(base, value, condition.conditionKey)
  }
}

const dateForm = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:\d\d)?)?)?)?)?$/i

function* dateFindings(base: string, value: Located): Generator<RuleFinding> {
  if (/^\d{5,19}$/.test(value.value)) return
  if (!dateForm.test(value.value)) {
    const details = `${base} compares dates; ${value.value} is none.`
    yield found('TYPE_MISMATCH_DATE', value, details, 'Write for example "2026-11-23T16:00:00Z".')
    return
  }
  const [year = 0, month = 1, day = 1] = value.value.slice(0, 10).split('-').map(Number)
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCMonth() === month - 1 && date.getUTCDate() === day) return
  const details = `${value.value} is not in the calendar.`
  yield found('INVALID_DATE_VALUE', value, details, 'Check month and day.')
}

function* ipFindings(base: string, value: Located, key: Located): Generator<RuleFinding> {
  const cidr = parseCidr(value.value)
  if (cidr === undefined) {
    const details = `${base} compares addresses; ${value.value} is neither address nor CIDR range.`
    yield found('TYPE_MISMATCH_IP_RANGE', value, details, 'Write for example "203.0.113.0/24".')
    return
  }
  if (cidr.hasHostBits) {
    const details = `${value.value} has bits set beyond its prefix; only the prefix counts.`
    yield found('IMPROVE_IP_RANGE', value, details, `Write "${cidr.network}".`)
  }
  if (key.value.toLowerCase() !== 'aws:sourceip') return
  const isPrivate = privateRange(cidr)
  if (isPrivate === 'inside') {
    const code = base === 'IpAddress' ? 'PRIVATE_IP_ADDRESS' : 'PRIVATE_NOT_IP_ADDRESS'
    const details = `aws:SourceIp is a public address; ${value.value} is private.`
    yield found(code, value, details, 'Use aws:VpcSourceIp, or the public range.')
  } else if (isPrivate === 'overlaps') {
    const details = `Part of ${value.value} is private; aws:SourceIp is a public address.`
    yield found('PRIVATE_IP_ADDRESS_SUBSET', value, details, 'Name the public ranges.')
  }
}

function* redundantValues({ values, name }: LocatedCondition): Generator<RuleFinding> {
  const like = /Like$/.test(name.conditionOperator)
  for (const [at, value] of values.entries()) {
    const cover = values.find((other, otherAt) =>
      other.value === value.value ? otherAt < at : like && globMatches(other.value, value.value),
    )
    if (cover === undefined) continue
    const details = `${value.value} is already covered by ${cover.value}.`
    yield found('REDUNDANT_CONDITION_VALUE_NUM', value, details, 'Remove it.')
  }
}
