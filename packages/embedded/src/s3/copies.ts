/** Copies of objects, and of parts of them. */
import { decodeText, type OperationInput } from '@bailiwick/wire'
import { textIn, type Call, type Handler } from './call.ts'
import { checkCondition, checkSource, checkWrite } from './conditions.ts'
import type { VersionRow } from './database.ts'
import { S3Error } from './errors.ts'
import { checkKey, checkSize } from './limits.ts'
import { infoOf, type ObjectInfo } from './object-info.ts'
import { tagsOfHeader, type Tag } from './tags.ts'

export const CopyObject: Handler = async ({ store, input }) => {
  const bucket = store.bucket(input['Bucket'])
  const key = checkKey(input['Key'])
  checkCondition(input)
  const source = sourceOf({ store, input })
  checkSize(source.size)
  const info = copiedInfo(input, JSON.parse(source.info) as ObjectInfo)
  const isItself = source.bucket === bucket.name && source.key === key
  if (isItself && !changes(input)) {
    throw new S3Error('InvalidRequest', 'A copy of an object to itself must change something.')
  }
  const tags =
    input['TaggingDirective'] === 'REPLACE'
      ? tagsOfHeader(input['Tagging'])
      : (JSON.parse(source.tags) as readonly Tag[])
  const blob = await store.blobs.write([store.blobs.read(source.file ?? '')])
  try {
    const etag = `"${blob.md5}"`
    const check = (latest: VersionRow | undefined) => checkWrite(input, latest)
    const VersionId = store.put({ bucket, key, blob, etag, info, tags, check })
    const CopyObjectResult = { ETag: etag, LastModified: new Date(store.now()) }
    return { output: { CopyObjectResult, VersionId, ...sourceVersion({ store }, source) } }
  } catch (cause) {
    store.blobs.remove([blob.file])
    throw cause
  }
}

/** Set for each object anew, and never copied. Source: CopyObject, of each of these headers. */
const ownOfEach = [
  'SSEKMSKeyId',
  'ServerSideEncryption',
  'StorageClass',
  'WebsiteRedirectLocation',
] as const

function copiedInfo(input: OperationInput, source: ObjectInfo): ObjectInfo {
  const given = infoOf(input)
  const own = only(given, (name) => ownOfEach.some((each) => each === name))
  // One of parts is of their sizes, which the copy does not have.
  const checksums = only(
    source,
    (name, value) => name.startsWith('Checksum') && !String(value).includes('-'),
  )
  if (input['MetadataDirective'] === 'REPLACE') return { ...checksums, ...given }
  const kept = only(
    source,
    (name) =>
      name !== 'PartSizes' &&
      !name.startsWith('Checksum') &&
      !ownOfEach.some((each) => each === name),
  )
  return { ...kept, ...checksums, ...own }
}

function only(info: ObjectInfo, isWanted: (name: string, value: unknown) => boolean): ObjectInfo {
  return Object.fromEntries(Object.entries(info).filter(([name, value]) => isWanted(name, value)))
}

/** Whether a copy of an object to itself does anything; one of a named version restores it. */
function changes(input: OperationInput): boolean {
  return (
    input['MetadataDirective'] === 'REPLACE' ||
    ownOfEach.some((name) => input[name] !== undefined) ||
    textIn(input, 'CopySource').includes('?versionId=')
  )
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
