import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OperationInput } from '@bailiwick/wire'
import { openTestS3, type TestS3 } from '../testing/s3.ts'
import { partBytesMin } from './limits.ts'

// Goal: an upload becomes one object, whole or not at all, whatever else happens to it meanwhile.
let s3: TestS3
let id: string

beforeEach(async () => {
  s3 = openTestS3()
  const made = await s3.call('CreateMultipartUpload', { Key: 'k', Tagging: 'a=b' })
  id = String(made['UploadId'])
})

afterEach(() => s3.close())

function fileCount(): number {
  const entries = readdirSync(join(s3.folder, 'objects'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

async function part(PartNumber: number, body: string | Readable, more: OperationInput = {}) {
  const input = { Key: 'k', UploadId: id, PartNumber, ...more }
  return { PartNumber, ETag: (await s3.call('UploadPart', input, body))['ETag'] }
}

const completion = (Parts: readonly object[], more: OperationInput = {}) => {
  return { Key: 'k', UploadId: id, MultipartUpload: { Parts }, ...more }
}

const md5 = (bytes: string | Buffer) => createHash('md5').update(bytes).digest()

test('the ETag is of the parts’ digests, and each part can be read by its number', async () => {
  const bodies = ['a'.repeat(partBytesMin), 'b']
  const parts = [await part(3, bodies[0] ?? ''), await part(7, 'b')]
  const { ETag } = await s3.call('CompleteMultipartUpload', completion(parts))
  // Source: S3 User Guide, "Checking object integrity".
  expect(ETag).toBe(`"${md5(Buffer.concat(bodies.map(md5))).toString('hex')}-2"`)
  const second = await s3.call('GetObject', { Key: 'k', PartNumber: 2 })
  expect([second.body, second['PartsCount'], second['TagCount']]).toEqual(['b', 2, 1])
  expect(second['ContentRange']).toBe(
    `bytes ${String(partBytesMin)}-${String(partBytesMin)}/${String(partBytesMin + 1)}`,
  )
  expect(fileCount()).toBe(1)
  expect(await s3.codeOf('ListParts', { Key: 'k', UploadId: id })).toBe('NoSuchUpload')
})

// Source: CompleteMultipartUpload, errors.
for (const [rule, change, code] of [
  ['of another ETag', ([one]: object[]) => [{ ...one, ETag: '"0"' }], 'InvalidPart'],
  ['without an ETag', ([one]: object[]) => [{ ...one, ETag: undefined }], 'InvalidPart'],
  ['that was not put', ([one]: object[]) => [{ ...one, PartNumber: 9 }], 'InvalidPart'],
  ['without a number', ([one]: object[]) => [{ ...one, PartNumber: undefined }], 'MalformedXML'],
  ['out of order', ([one, two]: object[]) => [two, one], 'InvalidPartOrder'],
  ['twice', ([one]: object[]) => [one, one], 'InvalidPartOrder'],
  ['too small', ([one, two]: object[]) => [one, two], 'EntityTooSmall'],
  ['none', () => [], 'MalformedXML'],
  ['of another checksum', ([one]: object[]) => [{ ...one, ChecksumCRC32: 'other' }], 'InvalidPart'],
  ['of its checksum', ([one]: object[]) => [{ ...one, ChecksumCRC32: 'AAAAAA==' }], 'ok'],
  ['the second alone', ([, two]: object[]) => [two], 'ok'],
] as const) {
  test(`CompleteMultipartUpload: parts ${rule}: ${code}`, async () => {
    const parts = [await part(1, 'a', { ChecksumCRC32: 'AAAAAA==' }), await part(2, 'b')]
    const chosen = change(parts).filter((each) => each !== undefined)
    expect(await s3.codeOf('CompleteMultipartUpload', completion(chosen))).toBe(code)
    expect(fileCount()).toBe(code === 'ok' ? 1 : 2)
  })
}

test('a part put anew during the completion does not get into the object, nor in its way', async () => {
  const parts = [await part(1, 'a'.repeat(partBytesMin)), await part(2, 'first')]
  const completing = s3.call('CompleteMultipartUpload', completion(parts))
  const replaced = part(2, 'anew').catch((cause: unknown) => cause)
  await completing
  await replaced
  const { body } = await s3.call('GetObject', { Key: 'k', PartNumber: 2 })
  expect(body).toBe('first')
  await expect.poll(fileCount).toBe(1)
})

test('of two completions at once one makes the object, and no file is left over', async () => {
  const parts = [await part(1, 'a')]
  const complete = () => s3.codeOf('CompleteMultipartUpload', completion(parts))
  expect((await Promise.all([complete(), complete()])).sort()).toEqual(['NoSuchUpload', 'ok'])
  await expect.poll(fileCount).toBe(1)
})

test('a part that is still coming in when its upload is aborted is refused, and gone', async () => {
  await part(1, 'a')
  const body = Readable.from(
    (async function* () {
      yield Buffer.from('x')
      await s3.call('AbortMultipartUpload', { Key: 'k', UploadId: id })
    })(),
  )
  await expect(part(2, body)).rejects.toMatchObject({ code: 'NoSuchUpload' })
  expect(fileCount()).toBe(0)
  expect(await s3.codeOf('AbortMultipartUpload', { Key: 'k', UploadId: id })).toBe('NoSuchUpload')
})

test('a completion that may not replace what is there leaves the upload as it was', async () => {
  await s3.call('PutObject', { Key: 'k' }, 'there')
  const parts = [await part(1, 'a')]
  const refused = completion(parts, { IfNoneMatch: '*' })
  expect(await s3.codeOf('CompleteMultipartUpload', refused)).toBe('PreconditionFailed')
  expect(await s3.codeOf('CompleteMultipartUpload', completion(parts))).toBe('ok')
})

test('more parts than files may be open: they are read one after the other', async () => {
  const { blobs } = s3.store
  const { file } = await blobs.write([Readable.from([Buffer.from('x')])])
  let open = 0
  let most = 0
  const sources = function* () {
    for (let at = 0; at < 500; at++) {
      most = Math.max(most, ++open)
      yield blobs.read(file).once('close', () => (open -= 1))
    }
  }
  expect((await blobs.write(sources())).size).toBe(500)
  expect(most).toBeLessThanOrEqual(2)
})

// Source: UploadPartCopy, x-amz-copy-source-range: `bytes=first-last`, within the source.
for (const [range, size] of [
  [undefined, 10],
  ['bytes=0-9', 10],
  ['bytes=2-4', 3],
  ['bytes=0-10', 'InvalidArgument'],
  ['bytes=5-4', 'InvalidArgument'],
  ['bytes=5-', 'InvalidArgument'],
  ['bytes=-5', 'InvalidArgument'],
  ['0-5', 'InvalidArgument'],
] as const) {
  test(`UploadPartCopy: ${String(range)} is ${String(size)}`, async () => {
    await s3.call('PutObject', { Key: 'source' }, '0123456789')
    const copy = { Key: 'k', UploadId: id, PartNumber: 1, CopySource: 'bkt/source' }
    const code = await s3.codeOf('UploadPartCopy', { ...copy, CopySourceRange: range })
    expect(code).toBe(typeof size === 'number' ? 'ok' : size)
    const { Parts } = await s3.call('ListParts', { Key: 'k', UploadId: id })
    expect(Parts).toMatchObject(typeof size === 'number' ? [{ PartNumber: 1, Size: size }] : [])
  })
}

test('ListParts: page by page, in order of their numbers', async () => {
  for (const number of [5, 1, 3, 10_000]) await part(number, 'x')
  const seen: unknown[] = []
  let marker: unknown
  for (;;) {
    const input = { Key: 'k', UploadId: id, MaxParts: 1, PartNumberMarker: marker }
    const page = await s3.call('ListParts', input)
    seen.push(...(page['Parts'] as readonly Readonly<Record<string, unknown>>[]))
    if (page['IsTruncated'] !== true) break
    marker = page['NextPartNumberMarker']
  }
  expect(seen).toMatchObject([1, 3, 5, 10_000].map((PartNumber) => ({ PartNumber, Size: 1 })))
})
