/**
 * Transactions, which dynalite does not have, of what it has: whoever calls sees to it that nobody else
 * works meanwhile. Conditions are tried first, on writes that change nothing; then all is written, and
 * put back where one of them fails.
 */
import { createHash } from 'node:crypto'
import { errorOf, invalid, messageOf, refusal } from './ask.ts'
import type { Answer, Ask, Input, Item } from './ask.ts'
import { restore, type Before, type UndoLog } from './undo-log.ts'

/** Source: DynamoDB API Reference, TransactWriteItems and TransactGetItems. */
export const transactItemsMax = 100
/** How long a token makes a repetition harmless. Source: DynamoDB API Reference, ClientRequestToken. */
export const tokenLifeMs = 600_000

type Kind = 'ConditionCheck' | 'Put' | 'Update' | 'Delete' | 'Get'

/** One piece of a transaction. */
interface Piece {
  readonly kind: Kind
  readonly TableName: string
  readonly Key?: Item
  readonly Item?: Item
  readonly ConditionExpression?: string
  readonly UpdateExpression?: string
  readonly ProjectionExpression?: string
  readonly ExpressionAttributeNames?: Input
  readonly ExpressionAttributeValues?: Input
  readonly ReturnValuesOnConditionCheckFailure?: string
}

/** A piece with the item that it is about. */
interface Found extends Piece {
  readonly before: Before
}

/** An answer that is no. */
class Refused extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(messageOf(answer))
    this.answer = answer
  }
}

/** The transactions of one account in one region. */
export class Transactions {
  readonly #ask: Ask
  readonly #undo: UndoLog
  readonly #now: () => number
  readonly #tokens = new Map<string, { readonly digest: string; readonly at: number }>()

  /** @param now Milliseconds since 1970. */
  constructor(ask: Ask, undo: UndoLog, now: () => number) {
    this.#ask = ask
    this.#undo = undo
    this.#now = now
  }

  /** TransactWriteItems. */
  async write(input: Input): Promise<Answer> {
    return answered(async () => {
      const pieces = piecesOf(input, ['ConditionCheck', 'Put', 'Update', 'Delete'])
      for (const piece of pieces) refuseUnused(piece)
      const digest = createHash('sha256').update(JSON.stringify(input)).digest('hex')
      const { ClientRequestToken: token } = input
      if (typeof token === 'string' && this.#isRepeated(token, digest)) return {}
      const found: Found[] = []
      for (const piece of pieces) found.push(await this.#find(piece))
      const names = found.map(({ before: { TableName, Key } }) => JSON.stringify([TableName, Key]))
      if (new Set(names).size < names.length) {
        const message = 'Transaction request cannot include multiple operations on one item'
        throw new Refused(invalid(message))
      }
      const counted = countedAsk(this.#ask, input)
      // What is written is counted as it is written.
      const asks = ({ kind }: Piece) => (kind === 'ConditionCheck' ? counted.ask : this.#ask)
      refuseCancelled(await inOrder(found, (each) => tried(each, asks(each))))
      await this.#writeAll(found, counted.ask)
      if (typeof token === 'string') this.#tokens.set(token, { digest, at: this.#now() })
      return counted.capacity('WriteCapacityUnits')
    })
  }

  /** TransactGetItems. */
  async get(input: Input): Promise<Answer> {
    return answered(async () => {
      const { ask, capacity } = countedAsk(this.#ask, input)
      const Responses = await inOrder(piecesOf(input, ['Get']), async ({ kind: _, ...piece }) => {
        const { Item } = ok(await ask('GetItem', { ...piece, ConsistentRead: true }))
        return Item === undefined ? {} : { Item }
      })
      return { Responses, ...capacity('ReadCapacityUnits') }
    })
  }

  /** @throws Refused where the token came with something else. */
  #isRepeated(token: string, digest: string): boolean {
    for (const [each, { at }] of this.#tokens) {
      if (at > this.#now() - tokenLifeMs) break
      this.#tokens.delete(each)
    }
    const known = this.#tokens.get(token)
    if (known === undefined || known.digest === digest) return known !== undefined
    const message = 'The provided client token is already in use for a different set of parameters.'
    throw new Refused(refusal('IdempotentParameterMismatchException', message))
  }

  async #find(piece: Piece): Promise<Found> {
    const { TableName } = piece
    const described = await this.#ask('DescribeTable', { TableName })
    if (errorOf(described) === 'ResourceNotFoundException') {
      const message = 'Requested resource not found'
      throw new Refused(refusal('ResourceNotFoundException', message))
    }
    const { KeySchema } = ok(described)['Table'] as {
      readonly KeySchema: readonly { readonly AttributeName: string }[]
    }
    const given = piece.Key ?? piece.Item ?? {}
    const inItem = KeySchema.map(({ AttributeName: name }) => [name, given[name]] as const)
    const missing = inItem.find(([, value]) => value === undefined)?.[0]
    if (piece.Item !== undefined && missing !== undefined) {
      const why = `Missing the key ${missing} in the item`
      throw new Refused(invalid(`One or more parameter values were invalid: ${why}`))
    }
    const Key = Object.fromEntries(inItem)
    const asked = { TableName, Key: piece.Key ?? Key, ConsistentRead: true }
    const { Item } = ok(await this.#ask('GetItem', asked))
    return {
      ...piece,
      before: { TableName, Key, ...(Item !== undefined && { Item: Item as Item }) },
    }
  }

  async #writeAll(found: readonly Found[], ask: Ask): Promise<void> {
    const items = found.filter(({ kind }) => kind !== 'ConditionCheck').map(({ before }) => before)
    this.#undo.begin(items)
    let failed: Answer | undefined
    let count = 0
    for (; count < found.length && failed === undefined; count++) {
      const answer = await written(found[count] as Found, ask)
      if (answer.status !== 200) failed = answer
    }
    if (failed !== undefined) await restore(items, this.#ask)
    this.#undo.end()
    if (failed === undefined) return
    const reason = reasonOf(failed)
    refuseCancelled(found.map((_, i) => (i === count - 1 ? reason : none)))
  }
}

/** Why a piece cancels its transaction, or that it does not. */
interface Reason {
  readonly Code: string
  readonly Message?: string
  readonly Item?: Item
}

const none: Reason = { Code: 'None' }

/** What is wrong with a piece in view of its item; all else is wrong with the request. */
const ofItem =
  /^(One or more parameter values were invalid|The update expression attempted to update|An operand in the update expression has an incorrect data type|Item size |Number overflow|Type mismatch for attribute to update|Nesting Levels|The document path provided in the update expression is invalid for update|The provided expression refers to an attribute that does not exist in the item)/

/** Source: DynamoDB API Reference, TransactWriteItems, "Errors". @throws Refused */
function reasonOf(answer: Answer): Reason {
  if (answer.status === 200) return none
  const [name, Message] = [errorOf(answer), messageOf(answer)]
  if (name === 'ConditionalCheckFailedException') return { Code: 'ConditionalCheckFailed', Message }
  if (name === 'ValidationException' && ofItem.test(Message)) {
    return { Code: 'ValidationError', Message }
  }
  throw new Refused(answer)
}

function refuseCancelled(reasons: readonly Reason[]): void {
  if (reasons.every(({ Code }) => Code === 'None')) return
  const codes = reasons.map(({ Code }) => Code).join(', ')
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`
  const more = { Message: message, CancellationReasons: reasons }
  const { status, body } = refusal('TransactionCanceledException', message, more)
  throw new Refused({ status, body })
}

/** The condition of a piece, held to its item by a write that leaves it as it is. */
async function tried(piece: Found, ask: Ask): Promise<Reason> {
  const { before, ConditionExpression, ReturnValuesOnConditionCheckFailure: wanted } = piece
  if (ConditionExpression === undefined) return none
  const { TableName, Key, Item } = before
  const condition = { ConditionExpression, ...namesIn(piece, ConditionExpression) }
  const answer = await (Item === undefined
    ? ask('DeleteItem', { TableName, Key, ...condition })
    : ask('PutItem', { TableName, Item, ...condition }))
  const reason = reasonOf(answer)
  const isShown = reason.Code === 'ConditionalCheckFailed' && wanted === 'ALL_OLD'
  return isShown && Item !== undefined ? { ...reason, Item } : reason
}

/** What a piece writes; its condition holds already. */
async function written(piece: Found, ask: Ask): Promise<Answer> {
  const { kind, TableName, Key, Item, UpdateExpression = '' } = piece
  switch (kind) {
    case 'Put':
      return ask('PutItem', { TableName, Item })
    case 'Delete':
      return ask('DeleteItem', { TableName, Key })
    case 'Update': {
      const names = namesIn(piece, UpdateExpression)
      return ask('UpdateItem', { TableName, Key, UpdateExpression, ...names })
    }
    default:
      return { status: 200, body: {} }
  }
}

/** Names and values that an expression holds: dynalite refuses others. */
function namesIn(piece: Piece, expression: string): Input {
  const used = new Set(expression.match(/[#:][\w]+/g))
  const usedOf = (given: Input = {}) =>
    Object.fromEntries(Object.entries(given).filter(([name]) => used.has(name)))
  const names = usedOf(piece.ExpressionAttributeNames)
  const values = usedOf(piece.ExpressionAttributeValues)
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  }
}

/** @throws Refused for a name or value that no expression holds. */
function refuseUnused(piece: Piece): void {
  const used = namesIn(piece, `${piece.ConditionExpression ?? ''} ${piece.UpdateExpression ?? ''}`)
  for (const member of ['ExpressionAttributeNames', 'ExpressionAttributeValues'] as const) {
    const isUsed = new Set(Object.keys((used[member] ?? {}) as Input))
    const left = Object.keys(piece[member] ?? {}).filter((name) => !isUsed.has(name))
    if (left.length === 0) continue
    const message = `Value provided in ${member} unused in expressions: keys: {${left.join(', ')}}`
    throw new Refused(invalid(message))
  }
}

/** @throws Refused for too many, or what is not one of these kinds. */
function piecesOf({ TransactItems: given }: Input, kinds: readonly Kind[]): readonly Piece[] {
  const items = (Array.isArray(given) ? given : []) as readonly Partial<Record<Kind, Piece>>[]
  if (items.length < 1 || items.length > transactItemsMax) {
    const bound = items.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 100'
    const what = "Value at 'transactItems' failed to satisfy constraint"
    const message = `1 validation error detected: ${what}: Member must have length ${bound}`
    throw new Refused(invalid(message))
  }
  return items.map((item) => {
    const [[kind, piece] = [], ...others] = Object.entries(item) as [Kind, Piece][]
    if (kind === undefined || piece === undefined || others.length > 0 || !kinds.includes(kind)) {
      const message = 'TransactItems can only contain one of Check, Put, Update or Delete'
      throw new Refused(invalid(message))
    }
    return { ...piece, kind }
  })
}

function ok(answer: Answer): Answer['body'] {
  if (answer.status === 200) return answer.body
  throw new Refused(answer)
}

async function answered(work: () => Promise<Input>): Promise<Answer> {
  try {
    return { status: 200, body: await work() }
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.answer
    throw thrown
  }
}

async function inOrder<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (const each of all) done.push(await work(each))
  return done
}

/** Counts what is consumed, where that is asked for: in a transaction twice as much. */
function countedAsk(ask: Ask, { ReturnConsumedCapacity: asked }: Input) {
  const units = new Map<string, number>()
  const isCounted = asked === 'TOTAL' || asked === 'INDEXES'
  const counted: Ask = async (operation, input) => {
    if (!isCounted) return ask(operation, input)
    const answer = await ask(operation, { ...input, ReturnConsumedCapacity: 'TOTAL' })
    const { TableName = '', CapacityUnits = 0 } = (answer.body['ConsumedCapacity'] ?? {}) as {
      readonly TableName?: string
      readonly CapacityUnits?: number
    }
    units.set(TableName, (units.get(TableName) ?? 0) + 2 * CapacityUnits)
    return answer
  }
  const capacity = (kind: string): Input => {
    const of = [...units].map(([TableName, n]) => ({ TableName, CapacityUnits: n, [kind]: n }))
    return isCounted ? { ConsumedCapacity: of } : {}
  }
  return { ask: counted, capacity }
}
