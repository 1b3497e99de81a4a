import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { OperationInput } from '@bailiwick/wire'
import { openTestS3, type Output } from '../testing/s3.ts'
import { successor } from './paging.ts'

// Goal: lists tell all, once, in the order of the keys' bytes, whatever is asked for and however
// large the pages. Method: pages put together, against a list that is sorted and filtered.
const s3 = openTestS3()
afterAll(() => s3.close())

const odd = fc.constantFrom('\u{e000}', '\u{10ffff}', '\u{1f600}', 'a\u{10ffff}', 'a\u{e000}b')
const keys = fc.oneof(fc.stringMatching(/^[ab/]{1,4}$/), odd)
const asked = fc.record({
  keys: fc.uniqueArray(keys, { maxLength: 25 }),
  prefix: fc.option(fc.oneof(fc.stringMatching(/^[ab/]{0,2}$/), odd), { nil: undefined }),
  delimiter: fc.option(fc.constantFrom('/', 'b/', 'a', '\u{10ffff}'), { nil: undefined }),
  after: fc.option(keys, { nil: undefined }),
  size: fc.integer({ min: 1, max: 4 }),
})

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other))

/** What a key is listed as: itself, or its common prefix. */
function shownAs(key: string, prefix: string, delimiter: string | undefined): string {
  const rest = key.slice(prefix.length)
  const at = delimiter === undefined ? -1 : rest.indexOf(delimiter)
  return at === -1 ? key : key.slice(0, prefix.length + at + (delimiter ?? '').length)
}

/** Source: ListObjectsV2, Prefix, Delimiter, StartAfter; a prefix that the marker is in is passed. */
function model({ keys: all, prefix = '', delimiter, after }: Model): readonly string[] {
  const passed = after?.startsWith(prefix) ? shownAs(after, prefix, delimiter) : undefined
  const shown = all
    .filter((key) => key.startsWith(prefix) && (after === undefined || byBytes(key, after) > 0))
    .map((key) => shownAs(key, prefix, delimiter))
    .filter((each) => each !== passed)
  return [...new Set(shown)].sort(byBytes)
}

interface Model {
  readonly keys: readonly string[]
  readonly prefix?: string | undefined
  readonly delimiter?: string | undefined
  readonly after?: string | undefined
}

function keep(all: readonly string[]): void {
  s3.store.db.exec('DELETE FROM versions; DELETE FROM uploads')
  const insert = s3.store.db.prepare(
    `INSERT INTO versions
       (bucket, key, version, latest, marker, size, etag, modified, info, tags)
     VALUES ('bkt', ?, 'null', 1, 0, 0, '""', 0, '{}', '[]')`,
  )
  s3.store.db.transaction(() => {
    for (const key of all) insert.run(key)
  })()
}

type Entry = Readonly<Record<string, string>>

/** All pages; each at most as large as was asked for. */
async function pages(
  operation: string,
  first: OperationInput,
  size: number,
  next: (page: Output) => OperationInput,
): Promise<readonly Output[]> {
  const found: Output[] = []
  let input: OperationInput | undefined = first
  while (input !== undefined) {
    const page: Output = await s3.call(operation, input)
    found.push(page)
    const rows = ['Contents', 'Versions', 'DeleteMarkers', 'Uploads', 'CommonPrefixes']
    const count = rows.reduce((sum, name) => sum + entries(page, name).length, 0)
    expect(count).toBeLessThanOrEqual(size)
    if (page['IsTruncated'] === true) expect(count).toBe(size)
    input = page['IsTruncated'] === true ? { ...input, ...next(page) } : undefined
    expect(found.length).toBeLessThan(200)
  }
  return found
}

function entries(page: Output, name: string): readonly Entry[] {
  return (page[name] ?? []) as readonly Entry[]
}

/** Of every page, its rows and prefixes in order. */
function shown(found: readonly Output[], rows: string): readonly string[] {
  return found.flatMap((page) =>
    [
      ...entries(page, rows).map(({ Key }) => Key ?? ''),
      ...entries(page, 'CommonPrefixes').map(({ Prefix }) => Prefix ?? ''),
    ].sort(byBytes),
  )
}

test('ListObjectsV2 is what the model says', async () => {
  await fc.assert(
    fc.asyncProperty(asked, async ({ keys: all, prefix, delimiter, after, size }) => {
      keep(all)
      const input = { Prefix: prefix, Delimiter: delimiter, StartAfter: after, MaxKeys: size }
      const found = await pages('ListObjectsV2', input, size, (page) => ({
        ContinuationToken: page['NextContinuationToken'],
      }))
      expect(shown(found, 'Contents')).toEqual(model({ keys: all, prefix, delimiter, after }))
    }),
    { numRuns: 120 },
  )
})

test('ListObjects is what the model says', async () => {
  await fc.assert(
    fc.asyncProperty(asked, async ({ keys: all, prefix, delimiter, after, size }) => {
      keep(all)
      const input = { Prefix: prefix, Delimiter: delimiter, Marker: after, MaxKeys: size }
      const found = await pages('ListObjects', input, size, (page) => ({
        Marker: page['NextMarker'] ?? entries(page, 'Contents').at(-1)?.['Key'],
      }))
      expect(shown(found, 'Contents')).toEqual(model({ keys: all, prefix, delimiter, after }))
    }),
    { numRuns: 60 },
  )
})

test('ListMultipartUploads is what the model says, several uploads of a key together', async () => {
  const insert = s3.store.db.prepare(
    "INSERT INTO uploads (id, bucket, key, initiated, info, tags) VALUES (?, 'bkt', ?, 0, '{}', '[]')",
  )
  await fc.assert(
    fc.asyncProperty(asked, async ({ keys: all, prefix, delimiter, after, size }) => {
      keep([])
      const twice = [...all, ...all]
      for (const [at, key] of twice.entries()) insert.run(`id${String(at)}`, key)
      const input = { Prefix: prefix, Delimiter: delimiter, KeyMarker: after, MaxUploads: size }
      const found = await pages('ListMultipartUploads', input, size, (page) => ({
        KeyMarker: page['NextKeyMarker'],
        UploadIdMarker: page['NextUploadIdMarker'],
      }))
      const expected = model({ keys: all, prefix, delimiter, after }).flatMap((each) =>
        all.includes(each) &&
        shownAs(each, prefix ?? '', delimiter) === each &&
        !isPrefix(each, prefix ?? '', delimiter)
          ? [each, each]
          : [each],
      )
      expect(shown(found, 'Uploads')).toEqual(expected)
    }),
    { numRuns: 60 },
  )
})

function isPrefix(text: string, prefix: string, delimiter: string | undefined): boolean {
  return delimiter !== undefined && text.slice(prefix.length).includes(delimiter)
}

test('ListObjectVersions: keys in order, of each from the newest on, markers among them', async () => {
  const puts = fc.array(fc.tuple(fc.constantFrom('a', 'a/b', 'b'), fc.boolean()), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(puts, fc.integer({ min: 1, max: 4 }), async (steps, size) => {
      keep([])
      await s3.call('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } })
      const made: { key: string; id: string }[] = []
      for (const [key, isDeletion] of steps) {
        const operation = isDeletion ? 'DeleteObject' : 'PutObject'
        made.unshift({ key, id: String((await s3.call(operation, { Key: key }))['VersionId']) })
      }
      const found = await pages('ListObjectVersions', { MaxKeys: size }, size, (page) => ({
        KeyMarker: page['NextKeyMarker'],
        VersionIdMarker: page['NextVersionIdMarker'],
      }))
      const rank = new Map(made.map(({ id }, at) => [id, at]))
      const listed = found.flatMap((page) =>
        [...entries(page, 'Versions'), ...entries(page, 'DeleteMarkers')].sort(
          (one, other) =>
            byBytes(one['Key'] ?? '', other['Key'] ?? '') ||
            (rank.get(one['VersionId'] ?? '') ?? 0) - (rank.get(other['VersionId'] ?? '') ?? 0),
        ),
      )
      const expected = [...made].sort((one, other) => byBytes(one.key, other.key))
      expect(listed.map(({ VersionId }) => VersionId)).toEqual(expected.map(({ id }) => id))
      const isNewest = (at: number) => expected[at]?.key !== expected[at - 1]?.key
      expect(listed.map(({ IsLatest }) => IsLatest)).toEqual(expected.map((_, at) => isNewest(at)))
    }),
    { numRuns: 40 },
  )
})

test('whoever deletes the versions of a page misses none on the next', async () => {
  keep([])
  await s3.call('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } })
  for (let at = 0; at < 7; at++) await s3.call('PutObject', { Key: 'k' })
  let input: OperationInput | undefined = { MaxKeys: 2 }
  while (input !== undefined) {
    const page: Output = await s3.call('ListObjectVersions', input)
    const Objects = entries(page, 'Versions').map(({ Key, VersionId }) => ({ Key, VersionId }))
    await s3.call('DeleteObjects', { Delete: { Objects } })
    const { NextKeyMarker, NextVersionIdMarker, IsTruncated } = page
    const markers = { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker }
    input = IsTruncated === true ? { MaxKeys: 2, ...markers } : undefined
  }
  expect(entries(await s3.call('ListObjectVersions', {}), 'Versions')).toEqual([])
})

test('more rows of a common prefix than are read at a time', async () => {
  keep([...Array.from({ length: 2_500 }, (_, at) => `a/${String(at)}`), 'b'])
  const page = await s3.call('ListObjectsV2', { Delimiter: '/' })
  expect(shown([page], 'Contents')).toEqual(['a/', 'b'])
  const one = await s3.call('ListObjectsV2', { Delimiter: '/', MaxKeys: 1 })
  expect(one['IsTruncated']).toBe(true)
})

// Source of the rows: ListObjectsV2, ListObjectVersions; the words are chosen by us.
for (const [rule, operation, input] of [
  ['a token of somebody else', 'ListObjectsV2', { ContinuationToken: '!!' }],
  ['a token that is none', 'ListObjectsV2', { ContinuationToken: '_____w' }],
  ['a version marker without a key', 'ListObjectVersions', { VersionIdMarker: 'x' }],
] as const) {
  test(`${operation}: ${rule}`, async () => {
    expect(await s3.codeOf(operation, input)).toBe('InvalidArgument')
  })
}

for (const [prefix, next] of [
  ['a', 'b'],
  ['a\u{10ffff}', 'b'],
  ['a\ud7ff', 'a\ue000'],
  ['\u{10ffff}', null],
  ['', null],
] as const) {
  test(`what follows ${JSON.stringify(prefix)}`, () => expect(successor(prefix)).toBe(next))
}
