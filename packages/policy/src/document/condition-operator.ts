/**
 * The names of condition operators.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators". Chosen by us, as AWS's
 * tolerance is not documented: names are exact, `stringlike` is unknown.
 */
import type { Condition } from './policy-document.ts'

export const stringOperators = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
] as const

export const numericOperators = [
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
] as const

export const dateOperators = [
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
] as const

export const arnOperators = ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'] as const

export const otherOperators = ['Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress', 'Null'] as const

export type ConditionOperator =
  | (typeof stringOperators)[number]
  | (typeof numericOperators)[number]
  | (typeof dateOperators)[number]
  | (typeof arnOperators)[number]
  | (typeof otherOperators)[number]

const known: ReadonlySet<string> = new Set<ConditionOperator>([
  ...stringOperators,
  ...numericOperators,
  ...dateOperators,
  ...arnOperators,
  ...otherOperators,
])

export type OperatorName = Pick<
  Condition,
  'operator' | 'setOperator' | 'conditionOperator' | 'ifExists'
>

/** `ForAnyValue:StringLikeIfExists` taken apart. Total: an unknown name keeps its unknown rest. */
export function parseOperatorName(operator: string): OperatorName {
  const colon = operator.indexOf(':')
  const prefix = operator.slice(0, Math.max(colon, 0))
  const setOperator = prefix === 'ForAllValues' || prefix === 'ForAnyValue' ? prefix : undefined
  const rest = setOperator === undefined ? operator : operator.slice(colon + 1)
  const ifExists = rest.endsWith('IfExists')
  const conditionOperator = ifExists ? rest.slice(0, -'IfExists'.length) : rest
  const name = { operator, conditionOperator, ifExists }
  return setOperator === undefined ? name : { ...name, setOperator }
}

/** `Null` takes neither a set operator nor `IfExists`. */
export function isKnownOperator(name: OperatorName): boolean {
  if (name.conditionOperator === 'Null') return name.operator === 'Null'
  return known.has(name.conditionOperator)
}
