import { attributesOf, equalAttributes } from './dynamodb-expression.ts'
import { at, type ForwardedCall, list, scalar, text } from './forwarded-call.ts'
import { type About, type KeyOf, notKnown } from './key.ts'
import { member, strings } from './key-members.ts'

const isPartiQl = ({ action }: About) => action.startsWith('dynamodb:PartiQL')

/**
 * What a batch does to one table of it.
 * Source: DynamoDB API Reference, BatchGetItem, BatchWriteItem.
 */
function itemsOf({ input }: ForwardedCall): readonly unknown[] {
  const requests = list(input.Requests)
  const items = requests.flatMap((each) => {
    const item = at(each, 'PutRequest', 'Item') ?? at(each, 'DeleteRequest', 'Key')
    return item === undefined ? [] : [item]
  })
  return [...items, ...list(input.Keys), ...[input.Key, input.Item].filter((each) => each)]
}

const names = (value: unknown) => Object.keys(Object(value) as object)

/** Those that a call names, at the top of an item. */
const attributes: KeyOf = (call, about) => {
  if (isPartiQl(about)) return notKnown
  const { input } = call
  const legacy = ['Expected', 'AttributeUpdates', 'KeyConditions', 'QueryFilter', 'ScanFilter']
  const named = [
    ...(strings(input.AttributesToGet) ?? []),
    ...itemsOf(call).flatMap(names),
    ...legacy.flatMap((name) => names(input[name])),
  ]
  const expressions = Object.keys(input).filter((name) => name.endsWith('Expression'))
  for (const name of expressions) {
    const found = attributesOf(text(input[name]) ?? '', input.ExpressionAttributeNames)
    if (found === undefined) return notKnown
    named.push(...found)
  }
  return named.length > 0 ? [...new Set(named)] : undefined
}

/**
 * The values of the partition key. Where nobody says which attribute it is, the request may: its key
 * has one attribute, or its query asks one to be equal.
 */
const leadingKeys: KeyOf = (call, about) => {
  if (isPartiQl(about)) return notKnown
  const told = call.input.IndexName === undefined ? onlyKeyOf(call) : undefined
  const partitionKey = call.lookUps?.partitionKeyOf?.(about.arn) ?? told
  if (partitionKey === undefined) return notKnown
  const held = call.operation.name === 'Query' ? [queried(call)] : itemsOf(call)
  const values = held.map((item) => valueOf(at(item, partitionKey)))
  return values.length === 0 || values.includes(undefined) ? notKnown : (values as string[])
}

/** Undefined where items come whole, or keys have two attributes. */
function onlyKeyOf(call: ForwardedCall): string | undefined {
  const { input } = call
  if (call.operation.name === 'Query') {
    const found = names(queried(call))
    return found.length === 1 ? found[0] : undefined
  }
  const writes = list(input.Requests).map((each) => at(each, 'DeleteRequest', 'Key'))
  const keys = [...list(input.Keys), ...writes, input.Key]
    .filter((key) => key !== undefined)
    .map(names)
  const [first] = keys
  return first?.length === 1 ? first[0] : undefined
}

/** The attributes that a query asks to be equal to a value. */
function queried({ input }: ForwardedCall): Readonly<Record<string, unknown>> {
  const legacy = Object.entries(Object(input.KeyConditions) as object).flatMap(
    ([name, condition]): (readonly [string, unknown])[] =>
      at(condition, 'ComparisonOperator') === 'EQ'
        ? [[name, list(at(condition, 'AttributeValueList'))[0]]]
        : [],
  )
  const expression = text(input.KeyConditionExpression) ?? ''
  if (legacy.length > 0 && expression !== '') return {}
  const equal = equalAttributes(
    expression,
    input.ExpressionAttributeNames,
    input.ExpressionAttributeValues,
  )
  return { ...Object.fromEntries(legacy), ...equal }
}

/** A key is a text, a number or bytes. */
function valueOf(value: unknown): string | undefined {
  const bytes = at(value, 'B')
  if (bytes instanceof Uint8Array) return Buffer.from(bytes).toString('base64')
  const number = text(at(value, 'N')) ?? ''
  // The same number may be written in other ways, which a policy would not see through.
  const isPlain = /^(0|-?[1-9]\d*)$/.test(number)
  return text(at(value, 'S')) ?? (isPlain ? number : undefined)
}

/** What a read gives back where it does not say. Source: API Reference, Query, "Select". */
const select: KeyOf = (call, about) => {
  if (isPartiQl(about)) return notKnown
  const { input } = call
  const isSome = input.ProjectionExpression !== undefined || input.AttributesToGet !== undefined
  const standard = input.IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES'
  return scalar(input.Select) ?? (isSome ? 'SPECIFIC_ATTRIBUTES' : standard)
}

/** Writes give nothing back where they do not say. */
const returnValues: KeyOf = ({ input }, about) => {
  if (isPartiQl(about)) return notKnown
  const isWrite = /:(Put|Update|Delete)Item$/.test(about.action)
  return scalar(input.ReturnValues) ?? (isWrite ? 'NONE' : undefined)
}

/** Source: DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access". */
export const dynamoDbKeys: Readonly<Record<string, KeyOf>> = {
  'dynamodb:attributes': attributes,
  'dynamodb:leadingkeys': leadingKeys,
  'dynamodb:select': select,
  'dynamodb:returnvalues': returnValues,
  'dynamodb:returnconsumedcapacity': member('ReturnConsumedCapacity'),
  'dynamodb:enclosingoperation': ({ operation }) =>
    /^(Transact|ExecuteTransaction|BatchExecute)/.test(operation.name) ? operation.name : undefined,
  // Of PartiQL alone: whether a SELECT scans depends on what its table's keys are.
  'dynamodb:fulltablescan': () => notKnown,
}
