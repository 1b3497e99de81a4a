import type { RequestContext } from '../authorization.ts'
import type {
  CompiledCondition,
  IpRange,
  Relation,
  TextPattern,
  TextTest,
  ValueTest,
} from '../compile/compiled-policy.ts'
import { isArn } from '../compile/condition.ts'
import { parseIpAddress } from '../compile/ip-address.ts'
import { splitAtColons } from '../compile/pattern.ts'
import { parseBase64, parseNumber } from '../compile/scalar.ts'
import { parseDate } from '../document/date.ts'
import { matchesPattern, resolveText, resolveVariables } from './pattern.ts'

/**
 * Whether one condition holds. A key without values counts as absent; for set operators, so do
 * values that are all empty.
 *
 * Source: IAM User Guide, "Conditions with multiple context keys or values", "Set operators for
 * multivalued context keys". Chosen by us, as AWS leaves it open: of several values without a set
 * operator one must match a positive operator, and all a negated one.
 */
export function conditionHolds(condition: CompiledCondition, context: RequestContext): boolean {
  const { test, setOperator, negated } = condition
  if (test.kind === 'unknown') return test.holds
  const value = context.get(condition.key)
  if (value === undefined || value.length === 0) {
    if (value !== '') return condition.holdsWhenAbsent
    // An empty text is a value, but not to a set operator.
    if (setOperator !== undefined) return setOperator === 'ForAllValues'
  }
  if (test.kind === 'null') return test.holdsWhenPresent
  if (typeof value === 'string') return isListed(test, value, context) !== negated
  return listHolds(condition, value, context)
}

function listHolds(
  { test, setOperator, negated }: CompiledCondition,
  values: readonly string[],
  context: RequestContext,
): boolean {
  const wantsAll = setOperator === undefined ? negated : setOperator === 'ForAllValues'
  let isEmpty = setOperator !== undefined
  let all = true
  let any = false
  for (const value of values) {
    if (value !== '') isEmpty = false
    if (isListed(test, value, context) === negated) all = false
    else any = true
  }
  if (isEmpty) return wantsAll
  return wantsAll ? all : any
}

/** Whether a value of the request is one of the policy's. Unreadable as the type: it is none. */
function isListed(test: ValueTest, value: string, context: RequestContext): boolean {
  switch (test.kind) {
    case 'numeric': {
      const number = parseNumber(value)
      return number !== undefined && someRelates(test.values, test.relation, number)
    }
    case 'date': {
      const date = dateOf(value)
      return date !== undefined && someRelates(test.values, test.relation, date)
    }
    case 'binary': {
      const bytes = parseBase64(value)
      return bytes !== undefined && test.values.has(bytes)
    }
    case 'ip': {
      const words = addressOf(value)
      return words !== undefined && someContains(test.ranges, words)
    }
    case 'unknown':
    case 'null':
      return false // Never asked.
    default:
      return textIsListed(test, value, context)
  }
}

let lastAddressText = ''
let lastAddress: readonly number[] | undefined

/** Many statements ask about the one address of a request. */
function addressOf(text: string): readonly number[] | undefined {
  if (text !== lastAddressText) {
    lastAddress = parseIpAddress(text)
    lastAddressText = text
  }
  return lastAddress
}

let lastDateText = ''
let lastDate: bigint | undefined

/** Many statements ask about the one time of a request. */
function dateOf(text: string): bigint | undefined {
  if (text !== lastDateText) {
    lastDate = parseDate(text)
    lastDateText = text
  }
  return lastDate
}

function someRelates<T extends number | bigint>(
  policyValues: readonly T[],
  relation: Relation,
  value: T,
): boolean {
  for (const policyValue of policyValues) if (relates(value, relation, policyValue)) return true
  return false
}

function relates<T extends number | bigint>(value: T, relation: Relation, policyValue: T): boolean {
  switch (relation) {
    case '=':
      return value === policyValue
    case '<':
      return value < policyValue
    case '<=':
      return value <= policyValue
    case '>':
      return value > policyValue
    case '>=':
      return value >= policyValue
  }
}

function someContains(ranges: readonly IpRange[], address: readonly number[]): boolean {
  for (const range of ranges) if (contains(range, address)) return true
  return false
}

function contains({ words, masks }: IpRange, address: readonly number[]): boolean {
  if (words.length !== address.length) return false
  for (let index = 0; index < words.length; index++) {
    if (((address[index] ?? 0) & (masks[index] ?? 0)) !== words[index]) return false
  }
  return true
}

function textIsListed(test: TextTest, value: string, context: RequestContext): boolean {
  const { kind, exact, patterns } = test
  const text = kind === 'fold' || kind === 'bool' ? value.toLowerCase() : value
  if (kind === 'bool' && text !== 'true' && text !== 'false') return false
  if (exact.has(text)) return true
  for (const pattern of patterns) if (matchesText(test.kind, pattern, text, context)) return true
  return false
}

function matchesText(
  kind: TextTest['kind'],
  pattern: TextPattern,
  text: string,
  context: RequestContext,
): boolean {
  if (kind !== 'like' && kind !== 'arn') {
    const resolved = resolveText(pattern.parts, context)
    return (kind === 'text' ? resolved : resolved?.toLowerCase()) === text
  }
  if (pattern.arnParts !== undefined) return matchesArn(pattern.arnParts, text)
  const parts = pattern.variables ? resolveVariables(pattern.parts, context) : pattern.parts
  if (parts === undefined) return false
  if (kind === 'like') return matchesPattern(parts, text)
  const arnParts = splitAtColons(parts, 6)
  return isArn(arnParts) && matchesArn(arnParts, text)
}

/** Six parts, each for itself: no wildcard but in the sixth matches a colon. */
function matchesArn(arnParts: readonly TextPattern['parts'][], text: string): boolean {
  let start = 0
  for (let index = 0; index < 5; index++) {
    const colon = text.indexOf(':', start)
    if (colon === -1 || !matchesPattern(arnParts[index] ?? [], text, start, colon)) return false
    start = colon + 1
  }
  return matchesPattern(arnParts[5] ?? [], text, start)
}
