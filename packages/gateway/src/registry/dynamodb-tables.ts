import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import { at, list, text } from '../resolve/forwarded-call.ts'
import { readTablePolicy } from './dynamodb-policy.ts'
import { invalid, nameOf, notKept, tableTaken } from './dynamodb-words.ts'
import type { Adoptable, Ask, Creation, KeptCall, KeptOperation, Made } from './kept.ts'
import type { Resource } from './resource.ts'
import { tagging, tagsIn, untagging, withTags, type TagWords } from './tags.ts'

export const tagWords: TagWords = {
  invalid: (message) => invalid(`One or more parameter values were invalid: ${message}`),
  tooMany: () => invalid('One or more parameter values were invalid: Too many tags'),
}

type Place = Pick<KeptCall, 'partition' | 'region' | 'accountId'>

export function tableArn({ partition, region, accountId }: Place, name: string): string {
  return `arn:${partition}:dynamodb:${region}:${accountId}:table/${name}`
}

/** The partition key of a table or an index, of its key schema. */
function partitionKey(schema: unknown): string | undefined {
  const held = list(schema).find((each) => at(each, 'KeyType') === 'HASH')
  return text(at(held, 'AttributeName'))
}

/** What decisions need of a table: the keys of its items, and of its indexes. */
function keysOf(described: Readonly<Record<string, unknown>>): Made['settings'] {
  const indexes = [
    ...list(described.GlobalSecondaryIndexes),
    ...list(described.LocalSecondaryIndexes),
  ].map((index) => [text(at(index, 'IndexName')), partitionKey(at(index, 'KeySchema'))])
  const { KeySchema } = described
  return { partitionKey: partitionKey(KeySchema), indexes: Object.fromEntries(indexes) }
}

async function made(call: KeptCall): Promise<Made> {
  const { input } = call
  const arn = tableArn(call, String(input.TableName))
  const given = text(input.ResourcePolicy)
  const policy = given === undefined ? undefined : await readTablePolicy(given, arn, call)
  return {
    arn,
    type: 'table',
    tags: withTags([], tagsIn(input.Tags), tagWords),
    settings: { ...keysOf(input), ...(policy && { policyRevision: String(call.now.getTime()) }) },
    ...(policy && { policy }),
  }
}

/** A table under another name of what the call is about: restored, or imported. */
function creation(nameIn: (input: OperationInput) => unknown, sourceOf: SourceOf): Creation {
  return {
    isMade: (arn, input) => /:table\/[^/]+$/.test(arn) && nameOf(arn) === nameIn(input),
    made(call) {
      const arn = tableArn(call, String(nameIn(call.input)))
      return { arn, type: 'table', tags: [], settings: sourceOf(call) }
    },
    exists: (call) => exists(call, String(nameIn(call.input))),
    taken: (_, call) => tableTaken(String(nameIn(call.input))),
  }
}

type SourceOf = (call: KeptCall) => Made['settings']

const sourceTable: SourceOf = (call) => {
  const { SourceTableArn, SourceTableName } = call.input
  const arn = text(SourceTableArn) ?? tableArn(call, String(SourceTableName))
  return schemaOf(call.resources.find(arn))
}

/** Of a record: what a table made of it has, too. */
export function schemaOf(resource: Resource | undefined): Made['settings'] {
  const { partitionKey, indexes } = resource?.settings ?? {}
  return { partitionKey, indexes }
}

async function exists({ ask }: KeptCall, name: string): Promise<boolean> {
  const asked = await ask('DescribeTable', { TableName: name })
  // A name that the backend takes for none it refuses again, in its own words, when it is to be made.
  const absent = ['ResourceNotFoundException', 'ValidationException']
  return asked.ok || !absent.includes(asked.code ?? '')
}

/** Source: DynamoDB API Reference, ListTables. */
const tablesOfPageMax = 100

function listTables({ input, accountId, region, resources }: KeptCall): OperationOutput {
  const limit = typeof input.Limit === 'number' ? input.Limit : tablesOfPageMax
  const after = text(input.ExclusiveStartTableName) ?? ''
  const names = resources
    .list({ accountId, service: 'dynamodb', type: 'table' })
    .filter(({ arn, state }) => arn.split(':')[3] === region && state === 'active')
    .map(({ arn }) => nameOf(arn))
    .filter((name) => name > after)
  const page = names.slice(0, limit)
  const isMore = names.length > page.length
  return { TableNames: page, ...(isMore && { LastEvaluatedTableName: page.at(-1) }) }
}

/** Indexes that come and go. */
function withIndexes(resource: Resource, updates: unknown): Resource {
  const indexes = { ...(resource.settings.indexes as Record<string, unknown>) }
  for (const update of list(updates)) {
    const name = text(at(update, 'Create', 'IndexName'))
    if (name !== undefined) indexes[name] = partitionKey(at(update, 'Create', 'KeySchema'))
    const gone = text(at(update, 'Delete', 'IndexName'))
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a copy, by the caller's name
    if (gone !== undefined) delete indexes[gone]
  }
  return { ...resource, settings: { ...resource.settings, indexes } }
}

/** Source: DynamoDB API Reference, the operations. */
export const dynamoDbTableOperations: Readonly<Record<string, KeptOperation>> = {
  CreateTable: {
    refuses: ({ input }) =>
      input.GlobalTableSourceArn === undefined ? undefined : notKept('A global table'),
    creates: {
      made,
      exists: (call) => exists(call, String(call.input.TableName)),
      taken: (_, { input }) => tableTaken(String(input.TableName)),
    },
    backendInput: ({ input: { ResourcePolicy: _, Tags: __, ...input } }) => input,
  },
  DeleteTable: { deletes: true },
  ListTables: { lists: listTables },
  UpdateTable: {
    refuses: ({ input }) =>
      list(input.ReplicaUpdates).length > 0 || input.MultiRegionConsistency !== undefined
        ? notKept('A global table')
        : undefined,
    changes:
      ({ input }) =>
      (current) =>
        withIndexes(current, input.GlobalSecondaryIndexUpdates),
  },
  RestoreTableToPointInTime: {
    creates: creation(({ TargetTableName }) => TargetTableName, sourceTable),
  },
  ImportTable: {
    creates: creation(
      (input) => at(input, 'TableCreationParameters', 'TableName'),
      ({ input }) => keysOf(Object(input.TableCreationParameters) as Record<string, unknown>),
    ),
  },
  RestoreTableFromBackup: {
    creates: creation(
      ({ TargetTableName }) => TargetTableName,
      ({ input, resources }) => schemaOf(resources.find(String(input.BackupArn))),
    ),
  },
  TagResource: {
    changes: ({ input }) => tagging(tagsIn(input.Tags), tagWords),
    answers: () => ({}),
  },
  UntagResource: {
    changes: ({ input }) => untagging(input.TagKeys),
    answers: () => ({}),
  },
  ListTagsOfResource: { answers: ({ resource }) => ({ Tags: resource.tags }) },
}

/** All tables of a backend, with what decisions need of them. */
export async function backendTables(ask: Ask, place: Place): Promise<readonly Adoptable[]> {
  const names: string[] = []
  for (let after: string | undefined; ;) {
    const asked = await ask('ListTables', { ...(after && { ExclusiveStartTableName: after }) })
    if (!asked.ok) throw invalid('The backend does not list tables.')
    names.push(...list(asked.output.TableNames).flatMap((name) => text(name) ?? []))
    after = text(asked.output.LastEvaluatedTableName)
    if (after === undefined) break
  }
  const tables: Adoptable[] = []
  for (const name of names) {
    const table = await describedTable(ask, name)
    const { CreationDateTime: createdAt } = table
    tables.push({
      // One of another account's is told by its ARN.
      arn: name.startsWith('arn:') ? name : tableArn(place, name),
      type: 'table',
      tags: [],
      settings: keysOf(table),
      ...(createdAt instanceof Date && { backendCreatedAt: createdAt }),
    })
  }
  return tables
}

export async function describedTable(
  ask: Ask,
  name: string,
): Promise<Readonly<Record<string, unknown>>> {
  const asked = await ask('DescribeTable', { TableName: name })
  return asked.ok ? (Object(asked.output.Table) as Record<string, unknown>) : {}
}
