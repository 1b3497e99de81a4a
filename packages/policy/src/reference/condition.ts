/**
 * One condition of a statement: missing keys, set operators, and values that are ORed.
 * Source: IAM User Guide, "Conditions with multiple context keys or values", "Set operators for
 * multivalued context keys".
 */
import { isKnownOperator } from '../document/condition-operator.ts'
import type { Condition, Statement } from '../document/policy-document.ts'
import { operators } from './operators.ts'
import type { Unknown } from '../authorization.ts'
import { isInDoubt } from './doubt.ts'
import type { VariableScope } from './policy-variable.ts'

interface ConditionScope extends VariableScope {
  readonly unknown?: Unknown | undefined
}

/** A statement's conditions are ANDed, so all of them must hold. */
export function conditionsHold(statement: Statement, scope: ConditionScope): boolean {
  return statement.conditions.every((condition) => holds(condition, statement.effect, scope))
}

function holds(condition: Condition, effect: Statement['effect'], scope: ConditionScope): boolean {
  // What we do not understand must never grant, and must never fail to deny.
  if (!isKnownOperator(condition)) return effect === 'Deny'
  const { unknown } = scope
  if (unknown !== undefined && isInDoubt(condition, { ...scope, unknown })) return effect === 'Deny'
  const requestValues = valuesOf(condition, scope)
  if (condition.conditionOperator === 'Null') return nullHolds(condition, requestValues)
  const { negated, compare } = operators[condition.conditionOperator as keyof typeof operators]

  // Key absent. A list without values is an absent key.
  if (requestValues.length === 0) {
    if (condition.ifExists) return true
    if (condition.setOperator === 'ForAllValues') return true
    if (condition.setOperator === 'ForAnyValue') return false
    return negated
  }

  // Positive: equal to one of the policy's values. Negated: equal to none of them.
  const satisfies = (requestValue: string): boolean => {
    const isListed = condition.values.some((value) => compare(requestValue, value, scope))
    return negated ? !isListed : isListed
  }
  // For set operators, values that are all empty strings are no values either.
  const isEmpty = requestValues.every((value) => value === '')
  switch (condition.setOperator) {
    case 'ForAllValues':
      return isEmpty || requestValues.every(satisfies)
    case 'ForAnyValue':
      return !isEmpty && requestValues.some(satisfies)
    default:
      // Several values without set operator: AWS leaves it open; chosen by us.
      return negated ? requestValues.every(satisfies) : requestValues.some(satisfies)
  }
}

/** `"true"`: the key is absent. `"false"`: it is there. */
function nullHolds(condition: Condition, requestValues: readonly string[]): boolean {
  const isAbsent = String(requestValues.length === 0)
  return condition.values.some((value) => value.toLowerCase() === isAbsent)
}

function valuesOf(condition: Condition, scope: VariableScope): readonly string[] {
  const value = scope.context.get(condition.conditionKey.toLowerCase())
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
