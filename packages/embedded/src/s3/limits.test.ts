import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OperationInput } from '@bailiwick/wire'
import { openTestS3, type TestS3 } from '../testing/s3.ts'
import * as limits from './limits.ts'

// Goal: every limit at it and one past it. Method: a row each; sources stand beside the constants.
let s3: TestS3
let upload = ''

beforeAll(async () => {
  s3 = openTestS3()
  await s3.call('PutObject', { Key: 'there' })
  upload = String((await s3.call('CreateMultipartUpload', { Key: 'u' }))['UploadId'])
})

afterAll(() => s3.close())

const { keyBytesMax, metadataBytesMax, objectBytesMax, partNumberMax, deletedKeysMax } = limits
const tagsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ Key: `k${String(at)}`, Value: '' }))
const tagging = (Key: string, Value: string) => ({ Tagging: { TagSet: [{ Key, Value }] } })
const headerOf = (count: number) =>
  tagsOf(count)
    .map(({ Key }) => `${Key}=`)
    .join('&')
const keysOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ Key: `gone/${String(at)}` }))

interface Row {
  readonly limit: string
  readonly operation: string
  readonly at: () => OperationInput
  readonly past: () => OperationInput
  readonly code: string
}

const put = (input: OperationInput) => () => ({ Key: 'k', ...input })
const part = (PartNumber: number) => () => ({ Key: 'u', UploadId: upload, PartNumber })
const tagged = (Key: string, Value: string) => () => ({ Key: 'there', ...tagging(Key, Value) })

const rows: readonly Row[] = [
  {
    ...{ limit: 'bytes of a key, in UTF-8', operation: 'PutObject', code: 'KeyTooLongError' },
    at: put({ Key: 'é'.repeat(keyBytesMax / 2) }),
    past: put({ Key: `${'é'.repeat(keyBytesMax / 2)}a` }),
  },
  {
    ...{ limit: 'bytes of a key', operation: 'CreateMultipartUpload', code: 'KeyTooLongError' },
    at: put({ Key: 'k'.repeat(keyBytesMax) }),
    past: put({ Key: 'k'.repeat(keyBytesMax + 1) }),
  },
  {
    ...{ limit: 'bytes of a key', operation: 'CopyObject', code: 'KeyTooLongError' },
    at: put({ CopySource: 'bkt/there', Key: 'k'.repeat(keyBytesMax) }),
    past: put({ CopySource: 'bkt/there', Key: 'k'.repeat(keyBytesMax + 1) }),
  },
  {
    ...{ limit: 'bytes of user metadata', operation: 'PutObject', code: 'MetadataTooLarge' },
    at: put({ Metadata: { a: 'v'.repeat(metadataBytesMax - 2), b: '' } }),
    past: put({ Metadata: { a: 'v'.repeat(metadataBytesMax - 2), bb: '' } }),
  },
  {
    ...{ limit: 'bytes of an object', operation: 'PutObject', code: 'EntityTooLarge' },
    at: put({ ContentLength: objectBytesMax }),
    past: put({ ContentLength: objectBytesMax + 1 }),
  },
  {
    ...{ limit: 'the last part number', operation: 'UploadPart', code: 'InvalidArgument' },
    at: part(partNumberMax),
    past: part(partNumberMax + 1),
  },
  {
    ...{ limit: 'the first part number', operation: 'UploadPart', code: 'InvalidArgument' },
    at: part(1),
    past: part(0),
  },
  {
    ...{ limit: 'the first part number', operation: 'GetObject', code: 'InvalidArgument' },
    at: () => ({ Key: 'parted', PartNumber: 1 }),
    past: () => ({ Key: 'parted', PartNumber: 0 }),
  },
  {
    ...{ limit: 'keys to delete', operation: 'DeleteObjects', code: 'MalformedXML' },
    at: () => ({ Delete: { Objects: keysOf(deletedKeysMax) } }),
    past: () => ({ Delete: { Objects: keysOf(deletedKeysMax + 1) } }),
  },
  {
    ...{ limit: 'at least a key to delete', operation: 'DeleteObjects', code: 'MalformedXML' },
    at: () => ({ Delete: { Objects: keysOf(1) } }),
    past: () => ({ Delete: {} }),
  },
  {
    ...{ limit: 'tags of an object', operation: 'PutObjectTagging', code: 'InvalidTag' },
    at: () => ({ Key: 'there', Tagging: { TagSet: tagsOf(limits.tagCountMax) } }),
    past: () => ({ Key: 'there', Tagging: { TagSet: tagsOf(limits.tagCountMax + 1) } }),
  },
  {
    ...{ limit: 'tags in a header', operation: 'PutObject', code: 'InvalidTag' },
    at: put({ Tagging: headerOf(limits.tagCountMax) }),
    past: put({ Tagging: headerOf(limits.tagCountMax + 1) }),
  },
  {
    ...{ limit: 'characters of a tag’s key', operation: 'PutObjectTagging', code: 'InvalidTag' },
    at: tagged('𝒌'.repeat(limits.tagKeyCharactersMax), ''),
    past: tagged('𝒌'.repeat(limits.tagKeyCharactersMax + 1), ''),
  },
  {
    ...{ limit: 'characters of a tag’s value', operation: 'PutObjectTagging', code: 'InvalidTag' },
    at: tagged('k', 'v'.repeat(limits.tagValueCharactersMax)),
    past: tagged('k', 'v'.repeat(limits.tagValueCharactersMax + 1)),
  },
  {
    ...{ limit: 'a tag’s key is not empty', operation: 'PutObjectTagging', code: 'InvalidTag' },
    at: tagged('k', ''),
    past: tagged('', ''),
  },
  {
    ...{ limit: 'tags of the system', operation: 'PutObjectTagging', code: 'InvalidTag' },
    at: tagged('aws', ''),
    past: tagged('aws:k', ''),
  },
  {
    ...{ limit: 'characters of a bucket', operation: 'CreateBucket', code: 'InvalidBucketName' },
    at: () => ({ Bucket: 'n'.repeat(63) }),
    past: () => ({ Bucket: 'n'.repeat(64) }),
  },
  {
    ...{ limit: 'the fewest of a bucket', operation: 'CreateBucket', code: 'InvalidBucketName' },
    at: () => ({ Bucket: 'nnn' }),
    past: () => ({ Bucket: 'nn' }),
  },
  {
    ...{ limit: 'a page is not negative', operation: 'ListObjectsV2', code: 'InvalidArgument' },
    at: () => ({ MaxKeys: 0 }),
    past: () => ({ MaxKeys: -1 }),
  },
]

for (const { limit, operation, at, past, code } of rows) {
  test(`${operation}: ${limit}`, async () => {
    await s3.call('PutObject', { Key: 'parted' }, 'x')
    expect(await s3.codeOf(operation, at())).toBe('ok')
    expect(await s3.codeOf(operation, past())).toBe(code)
  })
}

/** Parts whose sizes are as claimed, though their files are small. */
async function uploaded(sizes: readonly number[]) {
  const { store } = s3
  const id = String((await s3.call('CreateMultipartUpload', { Key: 'sized' }))['UploadId'])
  const input = { Key: 'sized', UploadId: id }
  const Parts = []
  for (const [index, size] of sizes.entries()) {
    const { ETag } = await s3.call('UploadPart', { ...input, PartNumber: index + 1 }, 'x')
    store.db
      .prepare('UPDATE parts SET size = ? WHERE upload = ? AND number = ?')
      .run(...[size, id, index + 1])
    Parts.push({ PartNumber: index + 1, ETag })
  }
  return { ...input, MultipartUpload: { Parts } }
}

test('CompleteMultipartUpload: bytes of a part, but the last', async () => {
  const { partBytesMin } = limits
  const small = await uploaded([partBytesMin, partBytesMin - 1, 1])
  expect(await s3.codeOf('CompleteMultipartUpload', small)).toBe('EntityTooSmall')
  const enough = await uploaded([partBytesMin, partBytesMin, 1])
  expect(await s3.codeOf('CompleteMultipartUpload', enough)).toBe('ok')
})

test('CompleteMultipartUpload: more parts than numbers', async () => {
  const Parts = Array.from({ length: partNumberMax + 1 }, (_, at) => ({
    ...{ PartNumber: at + 1, ETag: '"0"' },
  }))
  const of = (count: number) => ({
    ...{ Key: 'u', UploadId: upload, MultipartUpload: { Parts: Parts.slice(0, count) } },
  })
  expect(await s3.codeOf('CompleteMultipartUpload', of(partNumberMax))).toBe('InvalidPart')
  expect(await s3.codeOf('CompleteMultipartUpload', of(partNumberMax + 1))).toBe('MalformedXML')
})

test('CopyObject: bytes of its source', async () => {
  const resize = (size: number) =>
    s3.store.db.prepare("UPDATE versions SET size = ? WHERE key = 'there'").run(size)
  const copy = { Key: 'copy', CopySource: 'bkt/there' }
  resize(objectBytesMax + 1)
  expect(await s3.codeOf('CopyObject', copy)).toBe('EntityTooLarge')
  resize(objectBytesMax)
  expect(await s3.codeOf('CopyObject', copy)).toBe('ok')
  resize(0)
})

test('lists: rows of a page', async () => {
  const { store } = s3
  const insert = store.db.prepare(
    `INSERT INTO versions
       (bucket, key, version, latest, marker, size, etag, modified, info, tags)
     VALUES ('bkt', ?, 'null', 1, 0, 0, '""', 0, '{}', '[]')`,
  )
  const listed = { Prefix: 'many/', MaxKeys: limits.pageRowsMax + 1 }
  store.db.transaction(() => {
    for (let at = 0; at < limits.pageRowsMax; at++) insert.run(`many/${String(at)}`)
  })()
  for (const operation of ['ListObjects', 'ListObjectsV2', 'ListObjectVersions']) {
    expect((await s3.call(operation, listed))['IsTruncated']).toBe(false)
  }
  insert.run('many/more')
  for (const operation of ['ListObjects', 'ListObjectsV2', 'ListObjectVersions']) {
    const { MaxKeys, IsTruncated } = await s3.call(operation, listed)
    expect([MaxKeys, IsTruncated]).toEqual([limits.pageRowsMax, true])
  }
})
