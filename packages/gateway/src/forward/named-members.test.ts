import { loadModel, type ForwardedService } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { mine } from '../testing/naming.ts'
import { isNamedArn, namedService } from './named-members.ts'

// Goal: no member of an input that carries a name is passed over. Method: the models are asked for all
// that are called names; what is none of an account's stands here. Source: the models.
test.each([
  [mine('sqs', 'q'), true],
  [mine('kms', 'alias/a'), true],
  [mine('kms', 'key/k'), false],
  ['arn:aws:s3:::b', false],
  [mine('kinesis', 'stream/s'), false],
])('%s has a name of its account: %s', (named, is) => {
  expect(isNamedArn(named)).toBe(is)
})

/** Members called names that are told as they are, each of what is another's no more than it says. */
const noNames: Readonly<Record<string, readonly string[]>> = {
  // Attributes, indexes and backups of a table; global tables are refused.
  dynamodb: [
    ...['AttributeName', 'BackupName', 'ExclusiveStartGlobalTableName', 'GlobalTableName'],
    ...['IndexName', 'PolicyName', 'RegionName'],
  ],
  // Rules are their bus's; fields of targets; partners' sources are one account's.
  events: ['EventSourceName', 'JobName', 'Name', 'NamePrefix', 'StatementName'],
  // An alias is known by its form; policies and grants are their key's.
  kms: ['AliasName', 'Name', 'PolicyName'],
  // Aliases are their function's; fields of event sources.
  lambda: ['CollectionName', 'DatabaseName', 'DurableExecutionName', 'Name', 'PollerGroupName'],
  secretsmanager: [],
  // Attributes.
  sns: ['AttributeName', 'Name'],
  sqs: ['QueueNamePrefix'],
}

for (const [service, expected] of Object.entries(noNames)) {
  test(`${service}: what else is called a name is known`, () => {
    const named = namedService(service)
    const { operations } = loadModel(service as ForwardedService)
    const open = [...operations.values()].filter(({ name }) => named?.unnamed?.test(name) !== true)
    const found = open.flatMap(({ input }) => namesIn(input, new Set()))
    const known = [...expected, ...Object.keys(named?.members ?? {})]
    expect(found.filter((name) => !known.includes(name))).toEqual([])
  })
}

interface AnyShape {
  readonly kind: string
  readonly members?: readonly { readonly name: string; readonly shape: AnyShape }[]
  readonly member?: AnyShape
  readonly value?: AnyShape
}

/** Members of text whose own names end so. */
function namesIn(shape: AnyShape | undefined, seen: Set<AnyShape>): readonly string[] {
  if (shape === undefined || seen.has(shape)) return []
  seen.add(shape)
  const below = [shape.member, shape.value].flatMap((each) => namesIn(each, seen))
  const own = (shape.members ?? []).flatMap(({ name, shape: held }) => [
    ...(held.kind === 'string' && /Names?$|NamePrefix$/.test(name) ? [name] : []),
    ...namesIn(held, seen),
  ])
  return [...below, ...own]
}
