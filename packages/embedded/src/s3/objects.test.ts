import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OperationInput } from '@bailiwick/wire'
import { accountId, openTestS3, type TestS3 } from '../testing/s3.ts'

// Goal: what a single object answers, by rows; versions and copies by what is found afterwards.
let s3: TestS3
let etag: string

beforeEach(async () => {
  s3 = openTestS3()
  etag = String((await s3.call('PutObject', { Key: 'k' }, '0123456789'))['ETag'])
})

afterEach(() => s3.close())

/** Files of objects, and of what has not become one. */
function files(): readonly string[] {
  return ['objects', 'incoming'].flatMap((each) =>
    readdirSync(join(s3.folder, each), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name),
  )
}

// Source: RFC 9110, 14.1.2 and 15.5.17; S3 takes several ranges, and what it cannot read, for none.
for (const [range, body, said] of [
  ['bytes=0-0', '0', 'bytes 0-0/10'],
  ['bytes=8-', '89', 'bytes 8-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ['bytes=5-4', '0123456789', undefined],
  ['bytes=-', '0123456789', undefined],
  ['bytes=0-1,3-4', '0123456789', undefined],
  ['lines=0-1', '0123456789', undefined],
  ['bytes=10-', 'InvalidRange', undefined],
  ['bytes=-0', 'InvalidRange', undefined],
] as const) {
  test(`GetObject: ${range}`, async () => {
    const input = { Key: 'k', Range: range }
    if (body === 'InvalidRange') {
      expect(await s3.codeOf('GetObject', input)).toBe(body)
      return
    }
    const answer = await s3.call('GetObject', input)
    expect([answer.body, answer['ContentRange'], answer.status]).toEqual([
      ...[body, said, said === undefined ? 200 : 206],
    ])
    expect(answer['ContentLength']).toBe(body.length)
  })
}

const [before, at, after] = [499, 500, 1_500].map((ms) => new Date(Date.UTC(2026, 10, 24, 9) + ms))

// Source: GetObject, conditions; RFC 9110, 13.2.2. The object is of 09:00:00.5; HTTP has seconds.
const reads: readonly (readonly [given: OperationInput, code: string])[] = [
  [{ IfMatch: '"{etag}"' }, 'ok'],
  [{ IfMatch: '{etag}' }, 'ok'],
  [{ IfMatch: '"other", "{etag}"' }, 'ok'],
  [{ IfMatch: '*' }, 'ok'],
  [{ IfMatch: '"other"' }, 'PreconditionFailed'],
  [{ IfNoneMatch: '"{etag}"' }, 'NotModified'],
  [{ IfNoneMatch: 'W/"{etag}"' }, 'NotModified'],
  [{ IfNoneMatch: '"other"' }, 'ok'],
  [{ IfModifiedSince: at }, 'NotModified'],
  [{ IfModifiedSince: new Date(0) }, 'ok'],
  [{ IfUnmodifiedSince: before }, 'ok'],
  [{ IfUnmodifiedSince: after }, 'ok'],
  [{ IfUnmodifiedSince: new Date(0) }, 'PreconditionFailed'],
  [{ IfMatch: '"{etag}"', IfUnmodifiedSince: new Date(0) }, 'ok'],
  [{ IfNoneMatch: '"{etag}"', IfModifiedSince: new Date(0) }, 'NotModified'],
  [{ IfNoneMatch: '"other"', IfModifiedSince: at }, 'ok'],
  [{ Range: 'bytes=0-1', PartNumber: 1 }, 'InvalidRequest'],
  [{ PartNumber: 2 }, 'InvalidRange'],
]

/** With the ETag that it turned out to have. */
function filled(input: OperationInput): OperationInput {
  const bare = etag.replaceAll('"', '')
  const fill = (value: unknown) => {
    return typeof value === 'string' ? value.replace('{etag}', bare) : value
  }
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, fill(value)]))
}

for (const [given, code] of reads) {
  test(`GetObject and HeadObject: ${JSON.stringify(given)} is ${code}`, async () => {
    for (const operation of ['GetObject', 'HeadObject']) {
      expect(await s3.codeOf(operation, { Key: 'k', ...filled(given) })).toBe(code)
    }
  })
}

// Source: S3 User Guide, "Conditional writes"; PutObject, If-None-Match and If-Match.
for (const [key, given, code] of [
  ['k', { IfNoneMatch: '*' }, 'PreconditionFailed'],
  ['new', { IfNoneMatch: '*' }, 'ok'],
  ['k', { IfNoneMatch: '"other"' }, 'NotImplemented'],
  ['k', { IfMatch: '{etag}' }, 'ok'],
  ['k', { IfMatch: '"other"' }, 'PreconditionFailed'],
  ['new', { IfMatch: '"other"' }, 'NoSuchKey'],
  ['k', { ContentMD5: 'AAAA' }, 'BadDigest'],
  ['k', { SSECustomerAlgorithm: 'AES256' }, 'NotImplemented'],
  ['k', { ObjectLockMode: 'GOVERNANCE' }, 'NotImplemented'],
] as const) {
  test(`PutObject of ${key}: ${JSON.stringify(given)} is ${code}`, async () => {
    expect(await s3.codeOf('PutObject', { Key: key, ...filled(given) }, 'x')).toBe(code)
    expect(files()).toHaveLength(code === 'ok' && key === 'new' ? 2 : 1)
  })
}

test('PutObject: of two at once, one with If-None-Match wins, and no file is left over', async () => {
  const put = () => s3.codeOf('PutObject', { Key: 'both', IfNoneMatch: '*' }, 'x')
  expect([await Promise.all([put(), put()])].flat().sort()).toEqual(['PreconditionFailed', 'ok'])
  await Promise.all([1, 2, 3].map((each) => s3.call('PutObject', { Key: 'k' }, String(each))))
  expect(files()).toHaveLength(2)
})

test('PutObject: a body that breaks off leaves nothing', async () => {
  const broken = Readable.from(
    (function* () {
      yield Buffer.from('half')
      throw new Error('gone')
    })(),
  )
  await expect(s3.call('PutObject', { Key: 'k' }, broken)).rejects.toThrow('gone')
  expect((await s3.call('GetObject', { Key: 'k' })).body).toBe('0123456789')
  expect(files()).toHaveLength(1)
})

test('PutObject: a bucket made anew by another account meanwhile does not get the object', async () => {
  const { db } = s3.store
  const body = Readable.from(
    (function* () {
      yield Buffer.from('x')
      db.exec("UPDATE buckets SET account = '999988887777', created = 1 WHERE name = 'bkt'")
    })(),
  )
  expect(await s3.codeOf('PutObject', { Key: 'late' }, body)).toBe('NoSuchBucket')
  expect(files()).toHaveLength(1)
})

test('GetObject: an object that is deleted while it is read is read whole', async () => {
  const body = 'x'.repeat(300_000)
  await s3.call('PutObject', { Key: 'read' }, body)
  const row = s3.store.latest('bkt', 'read')
  const stream = s3.store.blobs.read(row?.file ?? '')
  await s3.call('DeleteObject', { Key: 'read' })
  expect((await stream.toArray()).join('')).toBe(body)
  await expect.poll(files).toHaveLength(1)
})

// Source: CopyObject, of the directives and of each header.
const full = {
  ...{ Key: 'source', ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { a: '1' } },
  ...{ StorageClass: 'STANDARD_IA', ServerSideEncryption: 'AES256', Tagging: 'team=a' },
}

for (const [rule, given, info, tags] of [
  [
    'metadata and tags come along, class and encryption do not',
    { Metadata: { b: '2' }, CacheControl: 'public', Tagging: 'team=b' },
    { ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { a: '1' } },
    [{ Key: 'team', Value: 'a' }],
  ],
  [
    'REPLACE of metadata leaves the tags',
    { MetadataDirective: 'REPLACE', Metadata: { b: '2' }, StorageClass: 'GLACIER_IR' },
    { Metadata: { b: '2' }, StorageClass: 'GLACIER_IR' },
    [{ Key: 'team', Value: 'a' }],
  ],
  [
    'REPLACE of tags leaves the metadata',
    { TaggingDirective: 'REPLACE', Tagging: 'team=b' },
    { ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { a: '1' } },
    [{ Key: 'team', Value: 'b' }],
  ],
  [
    'a class of its own',
    { StorageClass: 'GLACIER_IR' },
    {
      ...{ ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { a: '1' } },
      StorageClass: 'GLACIER_IR',
    },
    [{ Key: 'team', Value: 'a' }],
  ],
] as const) {
  test(`CopyObject: ${rule}`, async () => {
    await s3.call('PutObject', full, 'body')
    await s3.call('CopyObject', { Key: 'copy', CopySource: 'bkt/source', ...given })
    const row = s3.store.latest('bkt', 'copy')
    expect(JSON.parse(row?.info ?? '')).toEqual(info)
    expect(JSON.parse(row?.tags ?? '')).toEqual(tags)
    expect((await s3.call('GetObject', { Key: 'copy' })).body).toBe('body')
  })
}

// Source: CopyObject, x-amz-copy-source and the errors.
for (const [given, code] of [
  [{ CopySource: 'bkt/k', Key: 'k' }, 'InvalidRequest'],
  [{ CopySource: '/bkt/k', Key: 'k', MetadataDirective: 'REPLACE' }, 'ok'],
  [{ CopySource: 'bkt/k', Key: 'k', StorageClass: 'STANDARD_IA' }, 'ok'],
  [{ CopySource: 'bkt/%6b', Key: 'other' }, 'ok'],
  [{ CopySource: 'bkt', Key: 'other' }, 'InvalidArgument'],
  [{ CopySource: 'bkt/%ff', Key: 'other' }, 'InvalidArgument'],
  [{ CopySource: 'bkt/none', Key: 'other' }, 'NoSuchKey'],
  [{ CopySource: 'none/k', Key: 'other' }, 'NoSuchBucket'],
  [{ CopySource: 'bkt/k?versionId=none', Key: 'other' }, 'NoSuchVersion'],
  [{ CopySource: 'bkt/k', Key: 'other', CopySourceIfMatch: '"other"' }, 'PreconditionFailed'],
  [{ CopySource: 'bkt/k', Key: 'other', CopySourceIfNoneMatch: '*' }, 'PreconditionFailed'],
  [
    { CopySource: 'bkt/k', Key: 'k', StorageClass: 'GLACIER', IfNoneMatch: '*' },
    'PreconditionFailed',
  ],
] as const) {
  test(`CopyObject: ${JSON.stringify(given)} is ${code}`, async () => {
    expect(await s3.codeOf('CopyObject', given)).toBe(code)
    expect(files()).toHaveLength(code === 'ok' && given.Key === 'other' ? 2 : 1)
  })
}

const versioned = (Status: string) =>
  s3.call('PutBucketVersioning', { VersioningConfiguration: { Status } })

// Source: S3 User Guide, "Deleting object versions", "…from versioning-suspended buckets".
test('versions: markers hide, are named in the refusal, and come off again', async () => {
  await versioned('Enabled')
  const { VersionId } = await s3.call('PutObject', { Key: 'k' }, 'second')
  const marker = await s3.call('DeleteObject', { Key: 'k' })
  expect(marker['DeleteMarker']).toBe(true)
  await expect(s3.call('GetObject', { Key: 'k' })).rejects.toMatchObject({
    ...{ code: 'NoSuchKey' },
    headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker['VersionId'] },
  })
  const hidden = { Key: 'k', VersionId: marker['VersionId'] }
  expect(await s3.codeOf('GetObject', hidden)).toBe('MethodNotAllowed')
  expect((await s3.call('GetObject', { Key: 'k', VersionId })).body).toBe('second')
  expect((await s3.call('GetObject', { Key: 'k', VersionId: 'null' })).body).toBe('0123456789')
  expect((await s3.call('DeleteObject', hidden))['DeleteMarker']).toBe(true)
  expect((await s3.call('GetObject', { Key: 'k' })).body).toBe('second')
  await s3.call('DeleteObject', { Key: 'k', VersionId })
  expect((await s3.call('GetObject', { Key: 'k' })).body).toBe('0123456789')
  expect(files()).toHaveLength(1)
})

test('versions: suspended, there is one without an id, and the others stay', async () => {
  await versioned('Enabled')
  const { VersionId } = await s3.call('PutObject', { Key: 'k' }, 'second')
  await versioned('Suspended')
  expect((await s3.call('PutObject', { Key: 'k' }, 'third'))['VersionId']).toBe('null')
  expect((await s3.call('GetObject', { Key: 'k' })).body).toBe('third')
  expect((await s3.call('GetObject', { Key: 'k', VersionId })).body).toBe('second')
  expect(files()).toHaveLength(2)
  expect((await s3.call('DeleteObject', { Key: 'k' }))['VersionId']).toBe('null')
  expect(await s3.codeOf('GetObject', { Key: 'k' })).toBe('NoSuchKey')
  expect((await s3.call('GetObject', { Key: 'k', VersionId })).body).toBe('second')
  expect(files()).toHaveLength(1)
})

// Source: DeleteBucket; PutBucketVersioning; CreateBucket.
for (const [operation, given, code] of [
  ['DeleteBucket', {}, 'BucketNotEmpty'],
  ['CreateBucket', {}, 'BucketAlreadyOwnedByYou'],
  ['CreateBucket', { Bucket: 'lock', ObjectLockEnabledForBucket: true }, 'NotImplemented'],
  ['PutBucketVersioning', {}, 'MalformedXML'],
  ['PutBucketVersioning', { VersioningConfiguration: { Status: 'On' } }, 'MalformedXML'],
  [
    'PutBucketVersioning',
    { VersioningConfiguration: { Status: 'Enabled', MFADelete: 'Enabled' } },
    'NotImplemented',
  ],
  ['PutObjectTagging', { Key: 'k' }, 'MalformedXML'],
  ['DeleteObjects', {}, 'MalformedXML'],
  ['DeleteObjects', { Delete: { Objects: [{}] } }, 'InvalidRequest'],
  ['DeleteObjects', { Delete: { Objects: [{ Key: 'k', ETag: 'x' }] } }, 'NotImplemented'],
  ['GetBucketTagging', {}, 'NoSuchTagSet'],
] as const) {
  test(`${operation}: ${JSON.stringify(given)} is ${code}`, async () => {
    expect(await s3.codeOf(operation, given)).toBe(code)
  })
}

test('what a killed process left between its file and its row is swept, and nothing else', async () => {
  const left = await s3.store.blobs.write([Readable.from([Buffer.from('left')])])
  await s3.store.sweep()
  expect(files()).toHaveLength(2)
  const { S3Store } = await import('./store.ts')
  const next = new S3Store(s3.folder, () => 0)
  await next.sweep()
  expect(files()).toHaveLength(1)
  expect(left.size).toBe(4)
  expect((await s3.call('GetObject', { Key: 'k' })).body).toBe('0123456789')
  next.close()
  expect(s3.store.bucket('bkt').account).toBe(accountId)
})
