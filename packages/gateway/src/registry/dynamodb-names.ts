/**
 * Tables by their ARN, which callers of other accounts must give: the backend gets the name, and its
 * answer names the table as the call did.
 * Source: DynamoDB Developer Guide, "Cross-account access with resource-based policies".
 */
import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import { at, list, text } from '../resolve/forwarded-call.ts'
import { invalid, nameOf } from './dynamodb-words.ts'
import type { KeptCall } from './kept.ts'

const tableArn = /^arn:[a-z-]+:dynamodb:[a-z0-9-]+:(\d{12}):table\/[^/]+$/

/** Members that name a table, at the top of an input or of an item of a transaction. */
const naming = ['TableName', 'SourceTableName', 'TargetTableName']
const pieces = ['ConditionCheck', 'Delete', 'Get', 'Put', 'Update']

function nameIn(given: unknown): unknown {
  return typeof given === 'string' && tableArn.test(given) ? nameOf(given) : given
}

/** The tables that a call names, as it does. */
function namedIn({ RequestItems, TransactItems, ...input }: OperationInput): readonly string[] {
  const items = list(TransactItems).flatMap((item) =>
    pieces.map((piece) => at(item, piece, 'TableName')),
  )
  const named = [...naming.map((member) => input[member]), ...items]
  return [...named.flatMap((name) => text(name) ?? []), ...requested(RequestItems)]
}

function requested(items: unknown): readonly string[] {
  return Object.keys(Object(items) as object)
}

export function namesByArn({ input }: Pick<KeptCall, 'input'>): boolean {
  return namedIn(input).some((name) => tableArn.test(name))
}

/**
 * The input with names alone. Errors: ValidationException for tables of several accounts, of which a
 * backend sees but one, and for one that is named twice.
 */
export function withNames(input: OperationInput, accountId: string): OperationInput {
  const named = namedIn(input)
  if (!named.some((name) => tableArn.test(name))) return input
  const owners = new Set(named.map((name) => tableArn.exec(name)?.[1] ?? accountId))
  if (owners.size > 1) throw invalid('One call cannot be about tables of several accounts.')
  const batch = requested(input.RequestItems)
  if (new Set(batch.map(nameIn)).size < batch.length) {
    throw invalid('One table is named twice, by its name and by its ARN.')
  }
  const top = naming.flatMap((name) => (name in input ? [[name, nameIn(input[name])]] : []))
  return {
    ...input,
    ...(Object.fromEntries(top) as OperationInput),
    ...(input.RequestItems !== undefined && { RequestItems: renamed(input.RequestItems, nameIn) }),
    ...(input.TransactItems !== undefined && {
      TransactItems: list(input.TransactItems).map(withPieceNames),
    }),
  }
}

function withPieceNames(item: unknown): unknown {
  const entries = Object.entries(Object(item) as object).map(([piece, held]) => [
    piece,
    pieces.includes(piece) && at(held, 'TableName') !== undefined
      ? { ...(held as object), TableName: nameIn(at(held, 'TableName')) }
      : (held as unknown),
  ])
  return Object.fromEntries(entries) as Record<string, unknown>
}

function renamed(items: unknown, name: (given: string) => unknown): Record<string, unknown> {
  const entries = Object.entries(Object(items) as Record<string, unknown>)
  const named = entries.map(([given, held]) => [name(given), held])
  return Object.fromEntries(named) as Record<string, unknown>
}

/** Maps by table in the answers of batches; what a transaction has got is a list. */
const byTable = ['ItemCollectionMetrics', 'Responses', 'UnprocessedItems', 'UnprocessedKeys']

/** A batch's answer with the tables named as in the request. */
export function withGivenNames(output: OperationOutput, { input }: KeptCall): OperationOutput {
  const given = new Map(requested(input.RequestItems).map((name) => [nameIn(name), name]))
  const back = (name: string) => given.get(name) ?? name
  const maps = byTable.flatMap((member) => {
    const held = at(output, member)
    return held === undefined || Array.isArray(held) ? [] : [[member, renamed(held, back)]]
  })
  const consumed = list(output.ConsumedCapacity).map((each) => ({
    ...(each as object),
    TableName: back(text(at(each, 'TableName')) ?? ''),
  }))
  return {
    ...output,
    ...(Object.fromEntries(maps) as OperationOutput),
    ...(consumed.length > 0 && { ConsumedCapacity: consumed }),
  }
}
