import type { OperationInput, OperationModel, ServiceModel } from '@bailiwick/wire'

/** What of a text that is said to a backend, or by it, is to be another. */
export interface Renaming {
  /** @param member The nearest one around it: of what a list holds that of the list. */
  readonly text: (text: string, member: string) => string
  /** Whether a member is a map whose keys are what is to be another. */
  readonly isByName: (member: string) => boolean
  /** Whether what a member holds is to stay as it is. */
  readonly isData: (member: string) => boolean
  /** What is thrown where two keys of such a map would become one. */
  readonly twice: () => Error
  /** What a body without it need not be read for. */
  readonly needs?: string
}

/**
 * Members that hold somebody's data, in whichever service, and what a caller names as it likes: an account id in them is
 * nobody's account. Source: the models of the forwarded services.
 */
const anybodysData: ReadonlySet<string> = new Set([
  'AttributeUpdates',
  'AttributeValueList',
  'AttributeValues',
  'Body',
  'CiphertextBlob',
  'ClientContext',
  'CustomUserData',
  'Data',
  'Description',
  'DestinationEncryptionContext',
  'Detail',
  'DisplayName',
  'EncryptionContext',
  'ExclusiveStartKey',
  'Expected',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'FilterPolicy',
  'Item',
  'ItemCollectionKey',
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
  'N',
  'NS',
  'Payload',
  'Plaintext',
  'ReceiptHandle',
  'S',
  'SS',
  'SecretBinary',
  'SecretString',
  'SourceEncryptionContext',
  'Subject',
  'TagList',
  'Tags',
  'Value',
  'Variables',
  'cause',
  'description',
  'input',
  'message',
  'output',
  'tags',
])

export function isAnybodysData(member: string): boolean {
  return anybodysData.has(member)
}

/** S3 names accounts nowhere else; keys, metadata and all bodies are data. */
const namingOfS3 = [
  'ExpectedBucketOwner',
  'ExpectedSourceBucketOwner',
  'NotificationConfiguration',
  'SSEKMSKeyId',
]

/** Whether an input may say something of accounts and names. */
export function mayName(input: OperationInput, { signingName }: ServiceModel): boolean {
  return signingName !== 's3' || namingOfS3.some((name) => input[name] !== undefined)
}

/** An input as the backend is to have it. */
export function renamedInput(
  input: OperationInput,
  { signingName }: ServiceModel,
  renaming: Renaming,
): OperationInput {
  if (signingName !== 's3') return renamed(input, '', renaming) as OperationInput
  const members = namingOfS3.filter((name) => input[name] !== undefined)
  const held = members.map((name) => [name, renamed(input[name], name, renaming)] as const)
  return { ...input, ...Object.fromEntries(held) }
}

/**
 * Whether the body of an answer says something of accounts and names: not objects, nor what
 * functions say.
 */
export function namesAccounts(
  model: ServiceModel,
  operation: OperationModel,
  status: number,
): boolean {
  if (model.signingName === 's3') return operation.name === 'GetBucketNotificationConfiguration'
  if (status >= 400) return true
  return !(operation.output?.members ?? []).some(
    ({ httpPayload, shape }) => httpPayload === true && shape.kind !== 'structure',
  )
}

/** A header of an answer; metadata is the caller's own. */
export function renamedHeader(name: string, value: string, renaming: Renaming): string {
  return name.startsWith('x-amz-meta-') ? value : renaming.text(value, '')
}

/** The body of an answer; as it came where nothing of it is to be another, or it is neither. */
export function renamedBody(body: Buffer, contentType: string, renaming: Renaming): Buffer {
  if (renaming.needs !== undefined && !body.includes(renaming.needs)) return body
  if (/json/.test(contentType) || body[0] === 0x7b) return renamedJson(body, renaming)
  if (!/xml/.test(contentType) && body[0] !== 0x3c) return body
  return Buffer.from(renamedXml(body.toString('utf8'), renaming))
}

function renamedJson(body: Buffer, renaming: Renaming): Buffer {
  try {
    return Buffer.from(JSON.stringify(renamed(JSON.parse(body.toString('utf8')), '', renaming)))
  } catch {
    return body
  }
}

/** Text between tags, unless an element around it holds data. */
function renamedXml(text: string, renaming: Renaming): string {
  const around: string[] = []
  let dataDepth = Infinity
  return text.replaceAll(/<(\/?)([^\s<>/]+)[^<>]*?(\/?)>|[^<]+/g, (piece, slash, name, empty) => {
    if (name === undefined) {
      return around.length >= dataDepth ? piece : renaming.text(piece, around.at(-1) ?? '')
    }
    if (empty === '/' || piece.startsWith('<?')) return piece
    if (slash === '/') {
      around.pop()
      if (around.length < dataDepth) dataDepth = Infinity
      return piece
    }
    around.push(String(name))
    if (renaming.isData(String(name))) dataDepth = Math.min(dataDepth, around.length)
    return piece
  })
}

function renamed(value: unknown, member: string, renaming: Renaming): unknown {
  if (typeof value === 'string') return renaming.text(value, member)
  if (Array.isArray(value)) return value.map((each) => renamed(each, member, renaming))
  if (typeof value !== 'object' || value === null) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      renaming.text(name, ''),
      renaming.isByName(name)
        ? renamedKeys(held, name, renaming)
        : renamedMember(held, name, renaming),
    ]),
  )
}

function renamedMember(held: unknown, name: string, renaming: Renaming): unknown {
  return renaming.isData(name) ? held : renamed(held, name, renaming)
}

/** A map by name; what it holds has no member of its own. */
function renamedKeys(map: unknown, member: string, renaming: Renaming): unknown {
  const isData = renaming.isData(member)
  const entries = Object.entries(Object(map) as object).map(([key, held]: [string, unknown]) => {
    return [renaming.text(key, member), isData ? held : renamed(held, '', renaming)] as const
  })
  const byName = new Map(entries)
  if (byName.size < entries.length) throw renaming.twice()
  return Object.fromEntries(byName)
}
