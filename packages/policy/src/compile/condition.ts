import { isKnownOperator } from '../document/condition-operator.ts'
import type { ConditionOperator } from '../document/condition-operator.ts'
import { parseDate } from '../document/date.ts'
import type { Condition } from '../document/policy-document.ts'
import { parseIpRange } from './ip-address.ts'
import { parseBase64, parseNumber } from './scalar.ts'
import type { CompiledCondition, Relation, TextPattern, ValueTest } from './compiled-policy.ts'
import { compilePattern, hasVariable, literalText, splitAtColons } from './pattern.ts'

type TextKind = 'text' | 'fold' | 'bool' | 'like' | 'arn'

/** Comparison × negation: what each operator is. */
type Meaning = { readonly negated: boolean } & (
  | { readonly kind: TextKind | 'binary' | 'ip' }
  | { readonly kind: 'numeric' | 'date'; readonly relation: Relation }
)

const is = <K extends TextKind | 'binary' | 'ip'>(kind: K) => ({ kind, negated: false })
const isNot = <K extends TextKind | 'binary' | 'ip'>(kind: K) => ({ kind, negated: true })
const number = (relation: Relation) => ({ kind: 'numeric', relation, negated: false }) as const
const date = (relation: Relation) => ({ kind: 'date', relation, negated: false }) as const

const meanings: Readonly<Record<Exclude<ConditionOperator, 'Null'>, Meaning>> = {
  StringEquals: is('text'),
  StringNotEquals: isNot('text'),
  StringEqualsIgnoreCase: is('fold'),
  StringNotEqualsIgnoreCase: isNot('fold'),
  StringLike: is('like'),
  StringNotLike: isNot('like'),
  NumericEquals: number('='),
  NumericNotEquals: { ...number('='), negated: true },
  NumericLessThan: number('<'),
  NumericLessThanEquals: number('<='),
  NumericGreaterThan: number('>'),
  NumericGreaterThanEquals: number('>='),
  DateEquals: date('='),
  DateNotEquals: { ...date('='), negated: true },
  DateLessThan: date('<'),
  DateLessThanEquals: date('<='),
  DateGreaterThan: date('>'),
  DateGreaterThanEquals: date('>='),
  Bool: is('bool'),
  BinaryEquals: is('binary'),
  IpAddress: is('ip'),
  NotIpAddress: isNot('ip'),
  ArnEquals: is('arn'),
  ArnLike: is('arn'),
  ArnNotEquals: isNot('arn'),
  ArnNotLike: isNot('arn'),
}

/**
 * One key under one operator. Policy values that cannot be read as the operator's type equal
 * nothing, and are dropped.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
 */
export function compileCondition(
  condition: Condition,
  isDeny: boolean,
  variables: boolean,
): CompiledCondition {
  const key = condition.conditionKey.toLowerCase()
  const { setOperator, values } = condition
  const base = { key, setOperator: undefined, negated: false }
  if (!isKnownOperator(condition)) {
    return { ...base, holdsWhenAbsent: isDeny, test: { kind: 'unknown', holds: isDeny } }
  }
  if (condition.conditionOperator === 'Null') {
    const asks = (text: string) => values.some((value) => value.toLowerCase() === text)
    const test = { kind: 'null', holdsWhenPresent: asks('false') } as const
    return { ...base, holdsWhenAbsent: asks('true'), test }
  }
  const meaning = meanings[condition.conditionOperator as keyof typeof meanings]
  const { negated } = meaning
  const holdsBySetOperator = setOperator === undefined ? negated : setOperator === 'ForAllValues'
  return {
    key,
    setOperator,
    negated,
    holdsWhenAbsent: condition.ifExists || holdsBySetOperator,
    test: compileTest(meaning, values, variables),
  }
}

function compileTest(meaning: Meaning, values: readonly string[], variables: boolean): ValueTest {
  switch (meaning.kind) {
    case 'numeric':
      return { kind: 'numeric', relation: meaning.relation, values: known(values, parseNumber) }
    case 'date':
      return { kind: 'date', relation: meaning.relation, values: known(values, parseDate) }
    case 'binary':
      return { kind: 'binary', values: new Set(known(values, parseBase64)) }
    case 'ip':
      return { kind: 'ip', ranges: known(values, parseIpRange) }
    default:
      return compileText(meaning.kind, values, variables)
  }
}

function known<T>(values: readonly string[], parse: (text: string) => T | undefined): T[] {
  return values.map(parse).filter((value) => value !== undefined)
}

function compileText(kind: TextKind, values: readonly string[], variables: boolean): ValueTest {
  const exact = new Set<string>()
  const patterns: TextPattern[] = []
  const syntax = { wildcards: kind === 'like' || kind === 'arn', variables }
  for (const value of values) {
    const parts = compilePattern(value, syntax)
    const withVariables = hasVariable(parts)
    const arnParts = kind === 'arn' && !withVariables ? splitAtColons(parts, 6) : undefined
    if (arnParts !== undefined && !isArn(arnParts)) continue
    const text = literalText(parts)
    if (text === undefined) patterns.push({ parts, variables: withVariables, arnParts })
    else exact.add(kind === 'fold' || kind === 'bool' ? text.toLowerCase() : text)
  }
  return { kind, exact, patterns }
}

/** Six parts, of which the first is the literal `arn`. */
export function isArn(parts: readonly (readonly CompiledPart[])[]): boolean {
  return parts.length === 6 && literalText(parts[0] ?? []) === 'arn'
}

type CompiledPart = TextPattern['parts'][number]
