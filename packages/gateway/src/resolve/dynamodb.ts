import type { Check } from '../operation.ts'
import { checkOn, checksByFacts } from './by-facts.ts'
import { at, type ForwardedCall, list, text, Unresolvable } from './forwarded-call.ts'
import type { OperationInput } from '@bailiwick/wire'
import { partiQlOf } from './partiql.ts'

/** Actions of a transaction's pieces. Source: DynamoDB Developer Guide, "Transactions", IAM. */
const pieces: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}

/** What a call of DynamoDB needs allowed, where its facts alone do not say. */
export function resolveDynamoDb(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  switch (operation.name) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries(Object(input.RequestItems) as object).map(([table, held]) =>
        checkOn(
          { ...call, input: ofTable(input, held) },
          `dynamodb:${operation.name}`,
          tableOf(call, table),
        ),
      )
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return list(input.TransactItems).map((item) => pieceCheck(call, item))
    case 'Query':
    case 'Scan':
      return [checkOn(call, `dynamodb:${operation.name}`, readPlace(call))]
    case 'ExecuteStatement':
      return [statementCheck(call, input.Statement)]
    case 'BatchExecuteStatement':
      return list(input.Statements).map((each) => statementCheck(call, at(each, 'Statement')))
    case 'ExecuteTransaction':
      return list(input.TransactStatements).map((each) =>
        statementCheck(call, at(each, 'Statement')),
      )
    case 'CreateTable':
      return [
        ...checksByFacts(call, 'dynamodb:CreateTable'),
        ...furtherOnTable(call, 'PutResourcePolicy', input.ResourcePolicy !== undefined),
        ...furtherOnTable(call, 'TagResource', list(input.Tags).length > 0),
      ]
    default:
      return checksByFacts(call, `dynamodb:${operation.name}`)
  }
}

/** A table by its name or its ARN. */
function tableOf({ partition, region, accountId }: ForwardedCall, table: unknown): string {
  const name = text(table)
  if (name !== undefined && /^arn:[a-z-]+:dynamodb:[a-z0-9-]+:\d{12}:table\/[^/]+$/.test(name)) {
    return name
  }
  if (name === undefined || !/^[A-Za-z0-9_.-]+$/.test(name)) {
    throw new Unresolvable('The request names no table')
  }
  if (accountId === '') throw new Unresolvable('The request names no account')
  return `arn:${partition}:dynamodb:${region}:${accountId}:table/${name}`
}

function readPlace(call: ForwardedCall): string {
  const index = text(call.input.IndexName)
  const table = tableOf(call, call.input.TableName)
  return index === undefined ? table : `${table}/index/${index}`
}

function pieceCheck(call: ForwardedCall, item: unknown): Check {
  const kinds = Object.keys(pieces).filter((kind) => at(item, kind) !== undefined)
  const [kind = ''] = kinds
  if (kinds.length !== 1) throw new Unresolvable('An item of the transaction is not one request')
  const own = ofTable(call.input, at(item, kind))
  const arn = tableOf(call, own.TableName)
  return checkOn({ ...call, input: own }, `dynamodb:${pieces[kind] ?? ''}`, arn)
}

/** The part of a call that is about one table: what it reads by, or a list of what it writes. */
function ofTable({ ReturnConsumedCapacity }: OperationInput, held: unknown): OperationInput {
  const part = Array.isArray(held) ? { Requests: held } : (Object(held) as OperationInput)
  return { ...part, ReturnConsumedCapacity }
}

function statementCheck(call: ForwardedCall, statement: unknown): Check {
  const parsed = partiQlOf(text(statement) ?? '')
  if (parsed === undefined) throw new Unresolvable('The PartiQL statement is not understood')
  const table = tableOf(call, parsed.table)
  const arn = parsed.index === undefined ? table : `${table}/index/${parsed.index}`
  return checkOn(call, `dynamodb:PartiQL${parsed.verb}`, arn)
}

function furtherOnTable(call: ForwardedCall, action: string, asked: boolean): readonly Check[] {
  return asked ? [checkOn(call, `dynamodb:${action}`, tableOf(call, call.input.TableName))] : []
}
