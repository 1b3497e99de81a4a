/**
 * Tables by their ARN, which callers of other accounts must give: the backend gets the name, and its
 * answer names the table as the call did.
 * Source: DynamoDB Developer Guide, "Cross-account access with resource-based policies".
 */
import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import { at, list, text } from '../resolve/forwarded-call.ts'
import { nameOf } from './dynamodb-words.ts'
import type { KeptCall } from './kept.ts'

const tableArn = /^arn:[a-z-]+:dynamodb:[a-z0-9-]+:(\d{12}):table\/[^/]+$/

/** Members that name a table, at the top of an input or of an item of a transaction. */
const naming = ['TableName', 'SourceTableName', 'TargetTableName']
const pieces = ['ConditionCheck', 'Delete', 'Get', 'Put', 'Update']

function nameIn(given: string): string {
  return tableArn.test(given) ? nameOf(given) : given
}

function accountIn(given: string): string | undefined {
  return tableArn.exec(given)?.[1]
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

function renamed(items: unknown, name: (given: string) => string): Record<string, unknown> {
  const entries = Object.entries(Object(items) as Record<string, unknown>)
  const named = entries.map(([given, held]) => [name(given), held])
  return Object.fromEntries(named) as Record<string, unknown>
}

/** Maps by table in the answers of batches; what a transaction has got is a list. */
const byTable = ['ItemCollectionMetrics', 'Responses', 'UnprocessedItems', 'UnprocessedKeys']

/** A batch's answer with the tables named as in the request. */
export function withGivenNames(
  output: OperationOutput,
  { input, accountId }: KeptCall,
): OperationOutput {
  const given = requested(input.RequestItems)
  const back = (name: string) => {
    const sameNamed = given.filter((each) => each === name || nameIn(each) === name)
    const own = sameNamed.find((each) => each === name || accountIn(each) === accountId)
    return own ?? sameNamed[0] ?? name
  }
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
