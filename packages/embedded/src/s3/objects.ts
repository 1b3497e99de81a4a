import { createHash } from 'node:crypto'
import { decodeText, type OperationInput } from '@bailiwick/wire'
import { optionalText, textIn, type Call, type Handler, type Outcome } from './call.ts'
import { checkRead, checkSource, checkWrite, rangeOf } from './conditions.ts'
import type { VersionRow } from './database.ts'
import { S3Error } from './errors.ts'
import {
  answeredInfo,
  checksumsOf,
  checkTags,
  infoOf,
  tagsOfHeader,
  type ObjectInfo,
  type Tag,
} from './object-info.ts'

export const PutObject: Handler = async ({ store, input, body }) => {
  const { name } = store.bucket(input['Bucket'])
  const info = infoOf(input)
  const tags = tagsOfHeader(input['Tagging'])
  const blob = await store.blobs.write([body])
  try {
    checkDigest(input, blob.md5)
    const etag = `"${blob.md5}"`
    const check = (latest: VersionRow | undefined) => checkWrite(input, latest)
    const made = { bucket: name, key: textIn(input, 'Key'), blob, etag, info, tags, check }
    const VersionId = store.put(made)
    return { output: { ETag: etag, VersionId, ...checksumsOf(input), ...encryptionOf(info) } }
  } catch (cause) {
    store.blobs.remove([blob.file])
    throw cause
  }
}

/** @throws S3Error where Content-MD5 is another's. */
export function checkDigest({ ContentMD5: given }: OperationInput, md5: string): void {
  if (typeof given !== 'string') return
  if (Buffer.from(given, 'base64').toString('hex') !== md5) throw new S3Error('BadDigest')
}

function encryptionOf({ ServerSideEncryption, SSEKMSKeyId }: ObjectInfo) {
  return { ServerSideEncryption, SSEKMSKeyId }
}

export const HeadObject: Handler = (call) => {
  const { output, status } = read(call)
  return { output, status }
}

export const GetObject: Handler = (call) => {
  const { output, status, row, range } = read(call)
  const stream = call.store.blobs.read(row.file ?? '', range)
  return { output, status, ...(row.size > 0 && { stream }) }
}

function read({ store, input }: Call) {
  const { name, versioning } = store.bucket(input['Bucket'])
  const row = store.version(name, input['Key'], optionalText(input, 'VersionId'))
  checkRead(input, row)
  const info = JSON.parse(row.info) as { readonly PartSizes?: readonly number[] }
  const range =
    partOf(info.PartSizes, input['PartNumber'], row.size) ?? rangeOf(input['Range'], row.size)
  const [first, last] = range ?? [0, row.size - 1]
  const tagCount = (JSON.parse(row.tags) as readonly Tag[]).length
  const output = {
    ...answeredInfo(row.info, input['ChecksumMode'] === 'ENABLED' && range === undefined),
    ...overrides(input),
    AcceptRanges: 'bytes',
    ContentLength: last - first + 1,
    ContentRange: range && `bytes ${String(first)}-${String(last)}/${String(row.size)}`,
    ETag: row.etag,
    LastModified: new Date(row.modified),
    PartsCount: input['PartNumber'] === undefined ? undefined : info.PartSizes?.length,
    TagCount: tagCount === 0 ? undefined : tagCount,
    VersionId: versioning === null ? undefined : row.version,
  }
  return { row, range, output, status: range === undefined ? 200 : 206 }
}

/** The bytes of a part, by the sizes that it was put together from. */
function partOf(
  sizes: readonly number[] | undefined,
  number: unknown,
  size: number,
): readonly [number, number] | undefined {
  if (typeof number !== 'number') return undefined
  const all = sizes ?? [size]
  const length = all[number - 1]
  if (length === undefined || size === 0) throw new S3Error('InvalidRange')
  const first = all.slice(0, number - 1).reduce((sum, each) => sum + each, 0)
  return [first, first + length - 1]
}

/** What a presigned URL may say instead of what was put. */
function overrides(input: OperationInput): ObjectInfo {
  const names = [
    'CacheControl',
    'ContentDisposition',
    'ContentEncoding',
    'ContentLanguage',
    'ContentType',
    'Expires',
  ]
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = input[`Response${name}`]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

export const DeleteObject: Handler = ({ store, input }) => {
  const { name } = store.bucket(input['Bucket'])
  const key = textIn(input, 'Key')
  const version = optionalText(input, 'VersionId')
  if (input['IfMatch'] !== undefined) checkWrite(input, store.latest(name, key))
  const deleted = store.delete(name, key, version)
  return { output: { VersionId: deleted.version, DeleteMarker: deleted.isMarker || undefined } }
}

/** Source: S3 API Reference, DeleteObjects: a thousand keys at most. */
const deletedKeysMax = 1_000

export const DeleteObjects: Handler = ({ store, input }) => {
  const { name } = store.bucket(input['Bucket'])
  const { Objects = [], Quiet } = input['Delete'] as {
    readonly Objects?: readonly { readonly Key: string; readonly VersionId?: string }[]
    readonly Quiet?: boolean
  }
  if (Objects.length === 0 || Objects.length > deletedKeysMax) throw new S3Error('MalformedXML')
  const Deleted = Objects.map(({ Key, VersionId }) => {
    const { version, isMarker } = store.delete(name, Key, VersionId)
    if (!isMarker) return { Key, VersionId }
    return { Key, VersionId, DeleteMarker: true, DeleteMarkerVersionId: version }
  })
  return { output: Quiet === true ? {} : { Deleted } }
}

export const CopyObject: Handler = async ({ store, input }) => {
  const { name } = store.bucket(input['Bucket'])
  const source = sourceOf({ store, input })
  const key = textIn(input, 'Key')
  const replaces = input['MetadataDirective'] === 'REPLACE'
  const isItself = source.bucket === name && source.key === key
  const given = infoOf(input)
  const changes = replaces || given['StorageClass'] !== undefined || isNamed(input)
  if (isItself && !changes && given['ServerSideEncryption'] === undefined) {
    throw new S3Error('InvalidRequest', 'A copy of an object to itself must change something.')
  }
  const { PartSizes: _, ...kept } = JSON.parse(source.info) as ObjectInfo
  const { Metadata: __, ContentType: ___, ...settings } = given
  const info = replaces ? given : { ...kept, ...settings }
  const tags =
    input['TaggingDirective'] === 'REPLACE'
      ? tagsOfHeader(input['Tagging'])
      : (JSON.parse(source.tags) as readonly Tag[])
  const blob = await store.blobs.write([store.blobs.read(source.file ?? '')])
  try {
    const etag = `"${blob.md5}"`
    const check = (latest: VersionRow | undefined) => checkWrite(input, latest)
    const VersionId = store.put({ bucket: name, key, blob, etag, info, tags, check })
    const CopyObjectResult = { ETag: etag, LastModified: new Date(store.now()) }
    return { output: { CopyObjectResult, VersionId, ...sourceVersion({ store }, source) } }
  } catch (cause) {
    store.blobs.remove([blob.file])
    throw cause
  }
}

/** Whether a named version is copied: over the newest one, that restores it. */
function isNamed(input: OperationInput): boolean {
  return textIn(input, 'CopySource').includes('?versionId=')
}

/** `bucket/key` or `/bucket/key?versionId=…`, percent-encoded. @throws S3Error */
export function sourceOf({ store, input }: Pick<Call, 'store' | 'input'>): VersionRow {
  const [path = '', version] = textIn(input, 'CopySource').split('?versionId=')
  const [, bucket = '', key = ''] = /^\/?([^/]+)\/(.+)$/s.exec(decodeText(path) ?? '') ?? []
  if (key === '') throw new S3Error('InvalidArgument', 'The copy source names no object.')
  const row = store.version(store.bucket(bucket).name, key, version)
  checkSource(input, row)
  return row
}

export function sourceVersion({ store }: Pick<Call, 'store'>, { bucket, version }: VersionRow) {
  const { versioning } = store.bucket(bucket)
  return { CopySourceVersionId: versioning === null ? undefined : version }
}

export const GetObjectTagging: Handler = (call) => {
  const { row, VersionId } = versionOf(call)
  return { output: { VersionId, TagSet: JSON.parse(row.tags) as readonly Tag[] } }
}

export const PutObjectTagging: Handler = (call) => {
  const { row, VersionId } = versionOf(call)
  const { TagSet = [] } = call.input['Tagging'] as { readonly TagSet?: readonly Tag[] }
  call.store.setTags(row, checkTags(TagSet))
  return { output: { VersionId } }
}

export const DeleteObjectTagging: Handler = (call) => {
  const { row, VersionId } = versionOf(call)
  call.store.setTags(row, [])
  return { output: { VersionId } }
}

function versionOf({ store, input }: Call) {
  const { name, versioning } = store.bucket(input['Bucket'])
  const row = store.version(name, input['Key'], optionalText(input, 'VersionId'))
  return { row, VersionId: versioning === null ? undefined : row.version }
}

export const GetObjectAttributes: Handler = (call): Outcome => {
  const { row, VersionId } = versionOf(call)
  const wanted = new Set(call.input['ObjectAttributes'] as readonly string[])
  const info = JSON.parse(row.info) as ObjectInfo & { readonly PartSizes?: readonly number[] }
  const parts = info.PartSizes
  return {
    output: {
      VersionId,
      LastModified: new Date(row.modified),
      ...(wanted.has('ETag') && { ETag: row.etag.replaceAll('"', '') }),
      ...(wanted.has('ObjectSize') && { ObjectSize: row.size }),
      ...(wanted.has('StorageClass') && { StorageClass: info['StorageClass'] ?? 'STANDARD' }),
      ...(wanted.has('Checksum') && { Checksum: checksumsOf(info) }),
      ...(wanted.has('ObjectParts') && parts && { ObjectParts: { TotalPartsCount: parts.length } }),
    },
  }
}

/** The ETag of an object put together from parts. Source: S3 User Guide, "Checking object integrity". */
export function etagOfParts(md5s: readonly string[]): string {
  const all = Buffer.concat(md5s.map((each) => Buffer.from(each, 'hex')))
  return `"${createHash('md5').update(all).digest('hex')}-${String(md5s.length)}"`
}
