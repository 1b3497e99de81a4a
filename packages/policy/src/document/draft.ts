/**
 * The grammar: a JSON tree → a draft, in which every element still knows where it stands. What a
 * draft cannot hold (unknown or duplicate fields, wrong types) is a finding here; what is wrong
 * with the elements themselves is the business of `checks.ts`.
 */
import { isKnownOperator, parseOperatorName } from './condition-operator.ts'
import type { OperatorName } from './condition-operator.ts'
import { elementsOf, fieldsOf, stringOf } from './json-tree.ts'
import type { JsonField, JsonNode } from './json-tree.ts'
import type { Finding, Wording } from './problem.ts'

export interface Located {
  readonly value: string
  readonly offset: number
}

/** `Action`, `Resource` …: a string or a list of them. */
export interface ListDraft {
  readonly offset: number
  readonly values: readonly Located[]
}

export interface PrincipalDraft {
  readonly offset: number
  /** `"Principal": "*"` or another bare string; absent for an object. */
  readonly bareString?: string
  /** One entry per type (`AWS`, `Service` …), in the order written. */
  readonly entries: readonly { readonly type: Located; readonly values: readonly Located[] }[]
}

export interface ConditionDraft extends OperatorName {
  readonly offset: number
  readonly conditionKey: string
  readonly values: readonly Located[]
}

export interface StatementDraft {
  readonly offset: number
  readonly sid?: Located
  readonly effect: Located
  readonly principal?: PrincipalDraft
  readonly notPrincipal?: PrincipalDraft
  readonly action?: ListDraft
  readonly notAction?: ListDraft
  readonly resource?: ListDraft
  readonly notResource?: ListDraft
  readonly conditions: readonly ConditionDraft[]
}

export interface DocumentDraft {
  readonly version?: Located
  readonly id?: string
  readonly statements: readonly StatementDraft[]
}

export const documentFields: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement'])
export const statementFields: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

/** Collects the findings of one document while it is read. */
export interface Reading {
  readonly wording: Wording
  readonly findings: Finding[]
}

/** The draft of a document. It is whole only if `reading.findings` is still empty afterwards. */
export function readDocument(root: JsonNode, reading: Reading): DocumentDraft {
  if (root.type !== 'object') {
    reading.findings.push({ code: 'NotAnObject', offset: root.offset })
    return { statements: [] }
  }
  const fields = readFields(root, documentFields, reading)
  const version = readString(fields.get('Version'), reading)
  if (version !== undefined && version.value !== '2012-10-17' && version.value !== '2008-10-17') {
    reading.findings.push({ code: 'InvalidVersion', offset: version.offset })
  }
  const id = readString(fields.get('Id'), reading)
  return {
    ...(version === undefined ? {} : { version }),
    ...(id === undefined ? {} : { id: id.value }),
    statements: readStatements(root, fields.get('Statement'), reading),
  }
}

function readStatements(
  root: JsonNode,
  field: JsonField | undefined,
  reading: Reading,
): StatementDraft[] {
  if (field === undefined) {
    reading.findings.push({ code: 'StatementMissing', offset: root.offset, detail: 'Statement' })
    return []
  }
  const nodes = elementsOf(field.value)
  if (nodes.length === 0) {
    reading.findings.push({ code: 'StatementEmpty', offset: field.value.offset })
  }
  const statements: StatementDraft[] = []
  for (const node of nodes) {
    if (node.type === 'object') statements.push(readStatement(node, reading))
    else reading.findings.push({ code: 'WrongType', offset: node.offset, detail: 'Statement' })
  }
  return statements
}

function readStatement(node: JsonNode, reading: Reading): StatementDraft {
  const fields = readFields(node, statementFields, reading)
  const optional = {
    sid: readString(fields.get('Sid'), reading),
    principal: readPrincipal(fields.get('Principal'), reading),
    notPrincipal: readPrincipal(fields.get('NotPrincipal'), reading),
    action: readList(fields.get('Action'), reading, 'strings'),
    notAction: readList(fields.get('NotAction'), reading, 'strings'),
    resource: readList(fields.get('Resource'), reading, 'stringsAndNulls'),
    notResource: readList(fields.get('NotResource'), reading, 'stringsAndNulls'),
  }
  for (const name of ['Action', 'Resource', 'Principal']) {
    const negated = fields.get(`Not${name}`)
    if (fields.has(name) && negated !== undefined) {
      reading.findings.push({ code: 'ConflictingFields', offset: negated.nameOffset, detail: name })
    }
  }
  return {
    offset: node.offset,
    effect: readEffect(node, fields.get('Effect'), reading),
    conditions: readConditions(fields.get('Condition'), reading),
    ...withoutUndefined(optional),
  }
}

/** IAM's first check ignores case; its second, the legacy parser, does not (`checks.ts`). */
function readEffect(node: JsonNode, field: JsonField | undefined, reading: Reading): Located {
  if (field === undefined) {
    reading.findings.push({ code: 'EffectMissing', offset: node.offset, detail: 'Effect' })
  }
  const effect = readString(field, reading) ?? { value: 'Deny', offset: node.offset }
  const value = reading.wording === 'identity' ? effect.value.toLowerCase() : effect.value
  const accepted = reading.wording === 'identity' ? ['allow', 'deny'] : ['Allow', 'Deny']
  if (field !== undefined && !accepted.includes(value)) {
    reading.findings.push({ code: 'InvalidEffect', offset: effect.offset, detail: effect.value })
  }
  return effect
}

function readPrincipal(field: JsonField | undefined, reading: Reading): PrincipalDraft | undefined {
  if (field === undefined) return undefined
  const offset = field.value.offset
  if (field.value.type === 'string')
    return { offset, bareString: stringOf(field.value), entries: [] }
  if (field.value.type !== 'object') {
    reading.findings.push({ code: 'WrongType', offset, detail: field.name })
    return { offset, entries: [] }
  }
  const entries: { type: Located; values: readonly Located[] }[] = []
  for (const typed of readFields(field.value, undefined, reading).values()) {
    const type = { value: typed.name, offset: typed.nameOffset }
    entries.push({ type, values: readList(typed, reading, 'strings')?.values ?? [] })
  }
  return { offset, entries }
}

function readConditions(field: JsonField | undefined, reading: Reading): ConditionDraft[] {
  if (field === undefined) return []
  if (field.value.type !== 'object') {
    reading.findings.push({ code: 'WrongType', offset: field.value.offset, detail: 'Condition' })
    return []
  }
  const conditions: ConditionDraft[] = []
  for (const operator of readFields(field.value, undefined, reading).values()) {
    if (operator.value.type !== 'object') {
      reading.findings.push({ code: 'WrongType', offset: operator.value.offset })
      continue
    }
    const name = parseOperatorName(operator.name)
    const keys = readFields(operator.value, undefined, reading)
    // Recorded from AWS: an unknown operator is accepted as long as it has no keys.
    if (keys.size > 0 && !isKnownOperator(name)) {
      const { nameOffset: offset, name: detail } = operator
      reading.findings.push({ code: 'UnknownOperator', offset, detail })
    }
    for (const key of keys.values()) {
      const values = readList(key, reading, 'scalars')?.values ?? []
      conditions.push({ ...name, offset: key.nameOffset, conditionKey: key.name, values })
    }
  }
  return conditions
}

/** The fields of an object by name; unknown and duplicate ones are findings. */
function readFields(
  node: JsonNode,
  known: ReadonlySet<string> | undefined,
  reading: Reading,
): Map<string, JsonField> {
  const fields = new Map<string, JsonField>()
  for (const field of fieldsOf(node)) {
    const { name: detail, nameOffset: offset } = field
    if (fields.has(field.name)) reading.findings.push({ code: 'DuplicateField', offset, detail })
    else if (known !== undefined && !known.has(field.name)) {
      reading.findings.push({ code: 'UnknownField', offset, detail })
    }
    fields.set(field.name, field)
  }
  return fields
}

function readString(field: JsonField | undefined, reading: Reading): Located | undefined {
  if (field === undefined) return undefined
  if (field.value.type === 'string')
    return { value: stringOf(field.value), offset: field.value.offset }
  reading.findings.push({ code: 'WrongType', offset: field.value.offset, detail: field.name })
  return undefined
}

function readList(
  field: JsonField | undefined,
  reading: Reading,
  accepts: 'strings' | 'stringsAndNulls' | 'scalars',
): ListDraft | undefined {
  if (field === undefined) return undefined
  const values: Located[] = []
  for (const node of elementsOf(field.value)) {
    const isElement = field.value.type === 'array'
    if (node.type === 'string') values.push({ value: stringOf(node), offset: node.offset })
    else if (accepts === 'scalars' && (node.type === 'boolean' || node.type === 'number')) {
      values.push({ value: String(node.value), offset: node.offset })
    } else if (!(accepts === 'stringsAndNulls' && isElement && node.type === 'null')) {
      reading.findings.push({ code: 'WrongType', offset: node.offset, detail: field.name })
    }
  }
  return { offset: field.nameOffset, values }
}

/** Absent rather than undefined, as `exactOptionalPropertyTypes` wants it. */
function withoutUndefined<T extends object>(
  value: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter((entry) => entry[1] !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
