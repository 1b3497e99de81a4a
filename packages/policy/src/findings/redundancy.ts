/** Findings about what is empty or said twice. */
import { fieldsOf, type JsonNode } from '../document/json-tree.ts'
import { found, type IssueCode, type RuleFinding } from './finding.ts'
import type { PolicyView, StatementView } from './policy-view.ts'

const emptyArrayCodes: Readonly<Record<string, IssueCode>> = {
  Action: 'EMPTY_ARRAY_ACTION',
  NotAction: 'EMPTY_ARRAY_ACTION',
  Resource: 'EMPTY_ARRAY_RESOURCE',
  NotResource: 'EMPTY_ARRAY_RESOURCE',
}

export function* redundancyFindings(policy: PolicyView): Generator<RuleFinding> {
  const seen = new Set<string>()
  for (const statement of policy.statements) {
    yield* emptyElements(statement)
    const text = withoutSid(policy.text, statement)
    if (seen.has(text)) {
      const details = 'The statement says what an earlier one says.'
      yield found('REDUNDANT_STATEMENT', statement, details, 'Remove it.')
    }
    seen.add(text)
  }
}

function withoutSid(text: string, statement: StatementView): string {
  const fields = [...statement.fields].filter(([name]) => name !== 'Sid')
  const slices = fields.map(
    ([name, { value }]) => `${name}:${text.slice(value.offset, value.offset + value.length)}`,
  )
  return slices.sort().join('\n').replace(/\s+/g, '')
}

function isEmptyArray(node: JsonNode): boolean {
  return node.type === 'array' && (node.children ?? []).length === 0
}

function* emptyElements(statement: StatementView): Generator<RuleFinding> {
  for (const [name, code] of Object.entries(emptyArrayCodes)) {
    const node = statement.fields.get(name)?.value
    if (node === undefined || !isEmptyArray(node)) continue
    yield found(code, node, `${name} is an empty list.`, `List at least one value, or remove it.`)
  }
  if (statement.sid?.value === '') {
    yield found('EMPTY_SID_VALUE', statement.sid, 'The Sid is empty.', 'Remove it.')
  }
  for (const name of ['Principal', 'NotPrincipal']) yield* emptyPrincipal(statement, name)
  const condition = statement.fields.get('Condition')?.value
  if (condition === undefined) return
  const operators = fieldsOf(condition)
  if (condition.type === 'object' && operators.length === 0) {
    yield found('EMPTY_OBJECT_CONDITION', condition, 'Condition is empty.', 'Remove it.')
  }
  for (const operator of operators) {
    if (operator.value.type === 'object' && fieldsOf(operator.value).length === 0) {
      const details = `${operator.name} has no keys.`
      yield found('EMPTY_OBJECT_CONDITION', operator.value, details, 'Remove it.')
    }
  }
  for (const { node, conditionKey } of statement.conditions) {
    if (!isEmptyArray(node)) continue
    const details = `${conditionKey.value} is compared with an empty list.`
    yield found('EMPTY_ARRAY_CONDITION', node, details, 'List the values, or remove the key.')
  }
}

function* emptyPrincipal(statement: StatementView, name: string): Generator<RuleFinding> {
  const node = statement.fields.get(name)?.value
  if (node?.type !== 'object') return
  const kinds = fieldsOf(node)
  if (kinds.length === 0) {
    yield found('EMPTY_OBJECT_PRINCIPAL', node, `${name} names nobody.`, 'Name someone.')
  }
  for (const kind of kinds) {
    if (!isEmptyArray(kind.value)) continue
    const details = `${name}.${kind.name} is an empty list.`
    yield found('EMPTY_ARRAY_PRINCIPAL', kind.value, details, 'Name someone, or remove it.')
  }
}
