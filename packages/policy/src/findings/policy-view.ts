/** A policy text as findings look at it: every value with its place, and nothing thrown away. */
import type { PolicyType } from '../authorization.ts'
import { parseOperatorName, type OperatorName } from '../document/condition-operator.ts'
import { elementsOf, fieldsOf, type JsonField, type JsonNode } from '../document/json-tree.ts'

/** A string of the text and where it stands. */
export interface Located {
  readonly value: string
  readonly offset: number
}

export interface LocatedPrincipal extends Located {
  /** `AWS`, `Service` … ; `*` for the bare star. */
  readonly principalKey: string
}

export interface LocatedCondition {
  readonly operator: Located
  readonly name: OperatorName
  readonly conditionKey: Located
  /** The value as written; and its scalars as strings. */
  readonly node: JsonNode
  readonly values: readonly Located[]
}

export interface StatementView {
  readonly node: JsonNode
  readonly offset: number
  readonly fields: ReadonlyMap<string, JsonField>
  readonly effect: Located | undefined
  readonly sid: Located | undefined
  readonly actions: readonly Located[]
  readonly notActions: readonly Located[]
  readonly resources: readonly Located[]
  readonly notResources: readonly Located[]
  readonly principals: readonly LocatedPrincipal[]
  readonly notPrincipals: readonly LocatedPrincipal[]
  readonly conditions: readonly LocatedCondition[]
}

export interface PolicyView {
  readonly text: string
  readonly policyType: PolicyType
  readonly root: JsonNode
  readonly fields: ReadonlyMap<string, JsonField>
  readonly version: Located | undefined
  readonly statements: readonly StatementView[]
}

export function viewPolicy(text: string, policyType: PolicyType, root: JsonNode): PolicyView {
  const fields = fieldMap(root)
  const statement = fields.get('Statement')?.value
  const nodes = statement === undefined ? [] : elementsOf(statement)
  return {
    text,
    policyType,
    root,
    fields,
    version: stringOf(fields.get('Version')?.value),
    statements: nodes.filter((node) => node.type === 'object').map(viewStatement),
  }
}

function viewStatement(node: JsonNode): StatementView {
  const fields = fieldMap(node)
  const list = (name: string) => stringsOf(fields.get(name)?.value)
  return {
    node,
    offset: node.offset,
    fields,
    effect: stringOf(fields.get('Effect')?.value),
    sid: stringOf(fields.get('Sid')?.value),
    actions: list('Action'),
    notActions: list('NotAction'),
    resources: list('Resource'),
    notResources: list('NotResource'),
    principals: principalsOf(fields.get('Principal')?.value),
    notPrincipals: principalsOf(fields.get('NotPrincipal')?.value),
    conditions: conditionsOf(fields.get('Condition')?.value),
  }
}

function fieldMap(node: JsonNode): ReadonlyMap<string, JsonField> {
  return new Map(fieldsOf(node).map((field) => [field.name, field]))
}

function stringOf(node: JsonNode | undefined): Located | undefined {
  return node?.type === 'string' ? { value: String(node.value), offset: node.offset } : undefined
}

function stringsOf(node: JsonNode | undefined): readonly Located[] {
  if (node === undefined) return []
  return elementsOf(node)
    .map(stringOf)
    .filter((located) => located !== undefined)
}

function principalsOf(node: JsonNode | undefined): readonly LocatedPrincipal[] {
  if (node === undefined) return []
  const bare = stringOf(node)
  if (bare !== undefined) return [{ ...bare, principalKey: '*' }]
  return fieldsOf(node).flatMap((field) =>
    stringsOf(field.value).map((located) => ({ ...located, principalKey: field.name })),
  )
}

function conditionsOf(node: JsonNode | undefined): readonly LocatedCondition[] {
  if (node === undefined) return []
  return fieldsOf(node).flatMap((operator) =>
    fieldsOf(operator.value).map((key) => ({
      operator: { value: operator.name, offset: operator.nameOffset },
      name: parseOperatorName(operator.name),
      conditionKey: { value: key.name, offset: key.nameOffset },
      node: key.value,
      values: elementsOf(key.value)
        .filter((value) => ['string', 'number', 'boolean'].includes(value.type))
        .map((value) => ({ value: String(value.value), offset: value.offset })),
    })),
  )
}
