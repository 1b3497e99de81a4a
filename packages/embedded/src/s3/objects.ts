import type { OperationInput } from '@bailiwick/wire'
import {
  documentIn,
  optionalText,
  versionOf,
  type Call,
  type Handler,
  type Outcome,
} from './call.ts'
import { checkCondition, checkRead, checkWrite, rangeOf } from './conditions.ts'
import type { VersionRow } from './database.ts'
import { checkDigest } from './digests.ts'
import { S3Error } from './errors.ts'
import { checkKey, checkSize, deletedKeysMax, partNumberIn } from './limits.ts'
import { answeredInfo, checksumsOf, infoOf, type ObjectInfo } from './object-info.ts'
import { tagsOfHeader, type Tag } from './tags.ts'

export const PutObject: Handler = async ({ store, input, body }) => {
  const bucket = store.bucket(input['Bucket'])
  const key = checkKey(input['Key'])
  checkSize(input['ContentLength'])
  checkCondition(input)
  const info = infoOf(input)
  const tags = tagsOfHeader(input['Tagging'])
  const blob = await store.blobs.write([body])
  try {
    checkSize(blob.size)
    checkDigest(input, blob.md5)
    const etag = `"${blob.md5}"`
    const check = (latest: VersionRow | undefined) => checkWrite(input, latest)
    const VersionId = store.put({ bucket, key, blob, etag, info, tags, check })
    return { output: { ETag: etag, VersionId, ...checksumsOf(input), ...encryptionOf(info) } }
  } catch (cause) {
    store.blobs.remove([blob.file])
    throw cause
  }
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

function read(call: Call) {
  const { input } = call
  const { row, VersionId } = versionOf(call)
  checkRead(input, row)
  if (input['PartNumber'] !== undefined && input['Range'] !== undefined) {
    const words = 'Cannot specify both Range header and partNumber query parameter'
    throw new S3Error('InvalidRequest', words)
  }
  const info = JSON.parse(row.info) as { readonly PartSizes?: readonly number[] }
  const range = partOf(info.PartSizes, input, row.size) ?? rangeOf(input['Range'], row.size)
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
    VersionId,
  }
  return { row, range, output, status: range === undefined ? 200 : 206 }
}

/** The bytes of a part, by the sizes that it was put together from. */
function partOf(
  sizes: readonly number[] | undefined,
  input: OperationInput,
  size: number,
): readonly [number, number] | undefined {
  if (input['PartNumber'] === undefined) return undefined
  const number = partNumberIn(input)
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
      if (typeof value === 'string' && !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
        const words = 'Header value cannot be represented using ISO-8859-1.'
        throw new S3Error('InvalidArgument', words)
      }
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

export const DeleteObject: Handler = ({ store, input }) => {
  const { name } = store.bucket(input['Bucket'])
  const key = checkKey(input['Key'])
  const check = (latest: VersionRow | undefined) => {
    if (input['IfMatch'] !== undefined) checkWrite(input, latest?.marker === 0 ? latest : undefined)
  }
  const [deleted] = store.delete(name, [{ key, version: optionalText(input, 'VersionId'), check }])
  return { output: { VersionId: deleted?.version, DeleteMarker: deleted?.isMarker || undefined } }
}

export const DeleteObjects: Handler = ({ store, input }) => {
  const { name } = store.bucket(input['Bucket'])
  const { Objects, Quiet } = documentIn(input, 'Delete')
  const objects = (Objects ?? []) as readonly OperationInput[]
  if (objects.length === 0 || objects.length > deletedKeysMax) throw new S3Error('MalformedXML')
  if (objects.some((each) => unheeded.some((member) => each[member] !== undefined))) {
    throw new S3Error('NotImplemented', 'The embedded S3 deletes several objects unconditionally.')
  }
  const doomed = objects.map((each) => ({
    key: checkKey(each['Key']),
    version: optionalText(each, 'VersionId'),
  }))
  const Deleted = store.delete(name, doomed).map(({ version, isMarker }, index) => {
    const { key: Key, version: VersionId } = doomed[index] ?? {}
    if (!isMarker) return { Key, VersionId }
    return { Key, VersionId, DeleteMarker: true, DeleteMarkerVersionId: version }
  })
  return { output: Quiet === true ? {} : { Deleted } }
}

/** Conditions of an object to delete: refused, so that nobody relies on them. */
const unheeded = ['ETag', 'LastModifiedTime', 'Size']

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
