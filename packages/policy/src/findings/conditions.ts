/** Findings about Condition: operators, keys, and values that do not fit the two. */
import type { ActionIndex } from './action-index.ts'
import { isKnownOperator } from '../document/condition-operator.ts'
import { regionForm } from './arn.ts'
import { conditionValueFindings } from './condition-values.ts'
import { found, type RuleFinding } from './finding.ts'
import { deprecatedKeys, globalKeyType, tagKeyPrefixes } from './global-keys.ts'
import type { LocatedCondition, PolicyView, StatementView } from './policy-view.ts'

export function* conditionFindings(policy: PolicyView, index: ActionIndex): Generator<RuleFinding> {
  for (const statement of policy.statements) {
    yield* duplicateKeys(statement)
    for (const condition of statement.conditions) {
      yield* operatorFindings(condition)
      yield* keyFindings(condition, statement, index)
      yield* qualifierFindings(condition, statement, keyType(condition, index))
      yield* conditionValueFindings(condition)
      yield* regionFindings(condition)
    }
  }
}

function keyType(condition: LocatedCondition, index: ActionIndex): string | undefined {
  const key = condition.conditionKey.value
  return globalKeyType(key) ?? index.conditionKeyType(key)
}

function* duplicateKeys(statement: StatementView): Generator<RuleFinding> {
  const seen = new Set<string>()
  for (const { operator, conditionKey } of statement.conditions) {
    const id = `${operator.value}\n${conditionKey.value.toLowerCase()}`
    if (seen.has(id)) {
      const details = `${conditionKey.value} stands twice under ${operator.value}; keys ignore case.`
      const advice = 'Put all values into one list.'
      yield found('DUPLICATE_KEYS_WITH_DIFFERENT_CASE', conditionKey, details, advice)
    }
    seen.add(id)
  }
}

function* operatorFindings({ operator, name }: LocatedCondition): Generator<RuleFinding> {
  if (name.conditionOperator === 'Null' && name.ifExists) {
    const details = 'Null already asks whether the key is there.'
    yield found('NULL_WITH_IF_EXISTS', operator, details, 'Write "Null".')
  } else if (name.conditionOperator === 'Null' && name.setOperator !== undefined) {
    const details = 'Null asks about the key, not about its values.'
    yield found('NULL_WITH_QUALIFIER', operator, details, 'Write "Null".')
  } else if (!isKnownOperator(name)) {
    const details = `There is no condition operator ${operator.value}.`
    const advice = 'Operator names are case-sensitive: StringEquals, ForAnyValue:StringLike …'
    yield found('INVALID_CONDITION_OPERATOR', operator, details, advice)
  }
}

function* keyFindings(
  { conditionKey }: LocatedCondition,
  statement: StatementView,
  index: ActionIndex,
): Generator<RuleFinding> {
  const key = conditionKey.value
  const lower = key.toLowerCase()
  const service = lower.slice(0, lower.indexOf(':'))
  if (!lower.includes(':') || lower.endsWith(':')) {
    const details = `The condition key ${key} is not of the form service:Key.`
    yield found('INVALID_CONDITION_KEY_FORMAT', conditionKey, details, 'Write "aws:SourceIp" …')
  } else if (Object.hasOwn(deprecatedKeys, lower)) {
    const advice = `Use ${deprecatedKeys[lower] ?? ''}.`
    yield found('DEPRECATED_GLOBAL_CONDITION_KEY', conditionKey, `${key} is retired.`, advice)
  } else if (tagKeyPrefixes.some((prefix) => lower === prefix || lower === prefix.slice(0, -1))) {
    const advice = `Write for example ${key.replace(/\/?$/, '')}/team.`
    yield found('MISSING_TAG_KEY_IN_CONDITION', conditionKey, `${key} names no tag.`, advice)
  } else if (service === 'aws' && globalKeyType(key) === undefined) {
    const details = `There is no global condition key ${key}.`
    yield found('INVALID_GLOBAL_CONDITION_KEY', conditionKey, details, 'It is never in a request.')
  } else if (service !== 'aws' && index.hasService(service)) {
    yield* serviceKeyFindings(conditionKey, statement, index)
  }
}

function* serviceKeyFindings(
  conditionKey: LocatedCondition['conditionKey'],
  statement: StatementView,
  index: ActionIndex,
): Generator<RuleFinding> {
  const key = conditionKey.value
  const service = key.slice(0, key.indexOf(':')).toLowerCase()
  const named = statement.actions.map((action) => action.value.split(':')[0]?.toLowerCase())
  if (index.conditionKeyType(key) === undefined) {
    const details = `${service} has no condition key ${key}.`
    yield found('INVALID_SERVICE_CONDITION_KEY', conditionKey, details, 'It is never in a request.')
  } else if (named.length > 0 && !named.includes(service) && !named.includes('*')) {
    // Session keys (lambda:SourceFunctionArn, ec2:SourceInstanceArn …) travel with the credentials.
    if (/:(source|saml|role)/i.test(key) || service === 'sts' || service === 'identitystore') return
    const details = `${key} is never in a request for the statement's actions.`
    const advice = 'Move the condition to a statement about that service.'
    yield found('INVALID_SERVICE_CONDITION_KEY', conditionKey, details, advice)
  }
}

function* qualifierFindings(
  { name, conditionKey, operator }: LocatedCondition,
  statement: StatementView,
  type: string | undefined,
): Generator<RuleFinding> {
  if (type === undefined || name.conditionOperator === 'Null') return
  const multivalued = type.startsWith('ArrayOf')
  if (multivalued && name.setOperator === undefined) {
    const details = `${conditionKey.value} may have several values; ${operator.value} compares one.`
    const advice = `Write "ForAnyValue:${operator.value}" or "ForAllValues:${operator.value}".`
    yield found('MISSING_QUALIFIER', conditionKey, details, advice)
  }
  if (!multivalued && name.setOperator === 'ForAllValues' && statement.effect?.value === 'Allow') {
    const details = `ForAllValues is true when ${conditionKey.value} is absent: the Allow then holds.`
    const advice = `Write "${operator.value.replace('ForAllValues:', '')}".`
    yield found('FORALLVALUES_WITH_SINGLE_VALUED_KEY', operator, details, advice)
  }
}

function* regionFindings({ conditionKey, values, name }: LocatedCondition): Generator<RuleFinding> {
  if (conditionKey.value.toLowerCase() !== 'aws:requestedregion') return
  for (const value of values) {
    if (/[*?$]/.test(value.value) || name.conditionOperator === 'Null') continue
    if (regionForm.test(value.value) || value.value === 'aws-global') continue
    yield found('INVALID_REGION', value, `${value.value} is no region.`, 'As in "us-east-1".')
  }
}
