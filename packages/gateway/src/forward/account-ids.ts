import type { OperationInput, OperationModel, ServiceModel } from '@bailiwick/wire'

/** An id of an account, and the one to stand in its place. */
export interface IdChange {
  readonly from: string
  readonly to: string
}

/**
 * Members that hold somebody's data, and what a caller names as it likes: an account id in them is
 * nobody's account. Source: the models of the forwarded services.
 */
const data = new Set([
  'AttributeUpdates',
  'AttributeValues',
  'Body',
  'CiphertextBlob',
  'Data',
  'Description',
  'Detail',
  'ExclusiveStartKey',
  'Expected',
  'ExpressionAttributeValues',
  'Item',
  'Items',
  'Key',
  'Keys',
  'L',
  'LastEvaluatedKey',
  'M',
  'Message',
  'MessageAttributes',
  'MessageBody',
  'MessageSystemAttributes',
  'Payload',
  'Plaintext',
  'ReceiptHandle',
  'S',
  'SS',
  'SecretBinary',
  'SecretString',
  'Subject',
  'TagList',
  'Tags',
  'Value',
  'cause',
  'description',
  'input',
  'message',
  'output',
  'tags',
])

/** S3 names accounts nowhere else; keys, metadata and all bodies are data. */
const namingOfS3 = new Set(['ExpectedBucketOwner', 'ExpectedSourceBucketOwner', 'SSEKMSKeyId'])

/** An input with the backend's account id in the place of the owner's. */
export function withChangedIds(
  input: OperationInput,
  { signingName }: ServiceModel,
  change: IdChange,
): OperationInput {
  if (signingName !== 's3') return changed(input, change) as OperationInput
  const members = Object.entries(input).map(
    ([name, value]) => [name, namingOfS3.has(name) ? changed(value, change) : value] as const,
  )
  return Object.fromEntries(members)
}

/** Whether the body of an answer says something of accounts: not objects, nor what functions say. */
export function namesAccounts(model: ServiceModel, operation: OperationModel): boolean {
  if (model.signingName === 's3') return false
  return !(operation.output?.members ?? []).some(
    ({ httpPayload, shape }) => httpPayload === true && shape.kind !== 'structure',
  )
}

/** A header of an answer; metadata is the caller's own. */
export function changedHeader(name: string, value: string, change: IdChange): string {
  return name.startsWith('x-amz-meta-') ? value : changedText(value, change)
}

/** The body of an answer; as it came where it names no account that is to change, or is neither. */
export function changedBody(body: Buffer, contentType: string, change: IdChange): Buffer {
  if (!body.includes(change.from)) return body
  if (/json/.test(contentType)) return changedJson(body, change)
  if (!/xml/.test(contentType)) return body
  return Buffer.from(changedXml(body.toString('utf8'), change))
}

function changedJson(body: Buffer, change: IdChange): Buffer {
  try {
    return Buffer.from(JSON.stringify(changed(JSON.parse(body.toString('utf8')), change)))
  } catch {
    return body
  }
}

/** Text between tags, unless an element around it holds data. */
function changedXml(text: string, change: IdChange): string {
  let depth = 0
  let dataDepth = Infinity
  return text.replaceAll(/<(\/?)([^\s<>/]+)[^<>]*?(\/?)>|[^<]+/g, (piece, slash, name, empty) => {
    if (name === undefined) return depth >= dataDepth ? piece : changedText(piece, change)
    if (empty === '/' || piece.startsWith('<?')) return piece
    if (slash === '/') {
      depth -= 1
      if (depth < dataDepth) dataDepth = Infinity
      return piece
    }
    depth += 1
    if (data.has(String(name))) dataDepth = Math.min(dataDepth, depth)
    return piece
  })
}

function changed(value: unknown, change: IdChange): unknown {
  if (typeof value === 'string') return changedText(value, change)
  if (Array.isArray(value)) return value.map((each) => changed(each, change))
  if (typeof value !== 'object' || value === null) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      changedText(name, change),
      data.has(name) ? held : changed(held, change),
    ]),
  )
}

const inArn = /(arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:)(\d{12})(?=:)/g
const inUrl = /(https?:\/\/[^/\s"<>]+\/)(\d{12})(?=\/)/g

/** The account of each ARN in a text, of a queue's URL, or a text that is nothing but the id. */
function changedText(text: string, { from, to }: IdChange): string {
  if (!text.includes(from)) return text
  if (text === from) return to
  const renamed = (_: string, before: string, id: string) => before + (id === from ? to : id)
  return text.replaceAll(inArn, renamed).replaceAll(inUrl, renamed)
}
