import type { Readable } from 'node:stream'
import type { OperationInput } from '@bailiwick/wire'
import { ownerOf } from './buckets.ts'
import { optionalText, pageSize, type Call, type Handler } from './call.ts'
import { checkCondition, checkWrite, sourceRangeOf } from './conditions.ts'
import { sourceOf, sourceVersion } from './copies.ts'
import type { PartRow, UploadRow, VersionRow } from './database.ts'
import { checkDigest, etagOfParts } from './digests.ts'
import { S3Error } from './errors.ts'
import { checkKey, checkSize, partBytesMin, partNumberIn, partNumberMax } from './limits.ts'
import { checksumsOf, infoOf, type ObjectInfo } from './object-info.ts'
import { newId, type S3Store } from './store.ts'
import { tagsOfHeader, type Tag } from './tags.ts'

export const CreateMultipartUpload: Handler = ({ store, input }) => {
  const { name } = store.bucket(input['Bucket'])
  const key = checkKey(input['Key'])
  const id = newId()
  const { ChecksumAlgorithm: _, ...info } = infoOf(input)
  const tags = tagsOfHeader(input['Tagging'])
  store.db
    .prepare(
      'INSERT INTO uploads (id, bucket, key, initiated, info, tags) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(id, name, key, store.now(), JSON.stringify(info), JSON.stringify(tags))
  return { output: { Bucket: name, Key: key, UploadId: id } }
}

export const UploadPart: Handler = async (call) => {
  const upload = uploadOf(call)
  checkSize(call.input['ContentLength'])
  const part = await keepPart(call, upload, call.body)
  return { output: { ETag: part.etag, ...checksumsOf(call.input) } }
}

export const UploadPartCopy: Handler = async (call) => {
  const upload = uploadOf(call)
  const source = sourceOf(call)
  const range = sourceRangeOf(call.input['CopySourceRange'], source.size)
  if (range === undefined) checkSize(source.size)
  else checkSize(range[1] - range[0] + 1)
  const part = await keepPart(call, upload, call.store.blobs.read(source.file ?? '', range))
  const CopyPartResult = { ETag: part.etag, LastModified: new Date(part.modified) }
  return { output: { CopyPartResult, ...sourceVersion(call, source) } }
}

async function keepPart({ store, input }: Call, { id }: UploadRow, source: Readable) {
  const number = partNumberIn(input)
  const blob = await store.blobs.write([source])
  const part: PartRow = {
    upload: id,
    number,
    size: blob.size,
    etag: `"${blob.md5}"`,
    modified: store.now(),
    file: blob.file,
    checksums: JSON.stringify(checksumsOf(input)),
  }
  try {
    checkSize(blob.size)
    checkDigest(input, blob.md5)
    const old = store.db.transaction(() => {
      // It may have been completed or aborted while the part came in.
      uploadOf({ store, input })
      const before = partsOf({ store }, id).find((each) => each.number === number)
      store.db
        .prepare(
          `INSERT OR REPLACE INTO parts (upload, number, size, etag, modified, file, checksums)
           VALUES (@upload, @number, @size, @etag, @modified, @file, @checksums)`,
        )
        .run(part)
      return before?.file ?? null
    })()
    store.blobs.remove([old])
    return part
  } catch (cause) {
    store.blobs.remove([blob.file])
    throw cause
  }
}

export const CompleteMultipartUpload: Handler = async (call) => {
  const { store, input } = call
  const bucket = store.bucket(input['Bucket'])
  const upload = uploadOf(call)
  checkCondition(input)
  const chosen = chosenParts(input, partsOf(call, upload.id))
  // A part may be put anew in the meantime: it is too late for this object.
  const release = store.blobs.hold(chosen.map(({ file }) => file))
  const blob = await store.blobs.write(streamsOf(store, chosen)).finally(release)
  try {
    const etag = etagOfParts(chosen.map(({ etag: each }) => bare(each)))
    const info = {
      ...(JSON.parse(upload.info) as ObjectInfo),
      ...checksumsOf(input),
      PartSizes: chosen.map(({ size }) => size),
    }
    const { key } = upload
    const tags = JSON.parse(upload.tags) as readonly Tag[]
    const check = (latest: VersionRow | undefined) => {
      uploadOf(call)
      checkWrite(input, latest)
    }
    const VersionId = store.put({ bucket, key, blob, etag, info, tags, check })
    store.blobs.remove(forget(call, upload.id))
    const Location = `/${bucket.name}/${key}`
    return { output: { Bucket: bucket.name, Key: key, ETag: etag, Location, VersionId } }
  } catch (cause) {
    store.blobs.remove([blob.file])
    throw cause
  }
}

/** One after the other: ten thousand files are not open at once. */
function* streamsOf({ blobs }: S3Store, parts: readonly PartRow[]): Iterable<Readable> {
  for (const { file } of parts) yield blobs.read(file)
}

/** The parts that are named, in order. @throws S3Error where they are not those that were put. */
function chosenParts(input: OperationInput, parts: readonly PartRow[]): readonly PartRow[] {
  const { Parts } = (input['MultipartUpload'] ?? {}) as OperationInput
  const named = (Parts ?? []) as readonly OperationInput[]
  if (named.length === 0 || named.length > partNumberMax) throw new S3Error('MalformedXML')
  const byNumber = new Map(parts.map((part) => [part.number, part] as const))
  let before = 0
  const chosen = named.map((given) => {
    const number = given['PartNumber']
    if (typeof number !== 'number') throw new S3Error('MalformedXML')
    if (number <= before) throw new S3Error('InvalidPartOrder')
    before = number
    const part = byNumber.get(number)
    if (part === undefined || !isNamed(part, given)) throw new S3Error('InvalidPart')
    return part
  })
  if (chosen.slice(0, -1).some(({ size }) => size < partBytesMin)) {
    throw new S3Error('EntityTooSmall')
  }
  return chosen
}

/** By its ETag, and the checksums that it came with. */
function isNamed({ etag, checksums }: PartRow, given: OperationInput): boolean {
  const { ETag } = given
  const kept = JSON.parse(checksums) as ObjectInfo
  const known = Object.entries(checksumsOf(given)).filter(([name]) => kept[name] !== undefined)
  return (
    typeof ETag === 'string' &&
    bare(ETag) === bare(etag) &&
    known.every(([name, value]) => kept[name] === value)
  )
}

function bare(etag: string): string {
  return etag.replaceAll('"', '')
}

export const AbortMultipartUpload: Handler = (call) => {
  const { id } = uploadOf(call)
  call.store.blobs.remove(forget(call, id))
  return {}
}

function forget({ store }: Pick<Call, 'store'>, id: string): readonly string[] {
  return store.db.transaction(() => {
    const files = partsOf({ store }, id).map(({ file }) => file)
    store.db.prepare('DELETE FROM parts WHERE upload = ?').run(id)
    store.db.prepare('DELETE FROM uploads WHERE id = ?').run(id)
    return files
  })()
}

export const ListParts: Handler = (call) => {
  const { input } = call
  const upload = uploadOf(call)
  const size = pageSize(input, 'MaxParts')
  const after = Number(optionalText(input, 'PartNumberMarker') ?? 0)
  const rest = partsOf(call, upload.id).filter(({ number }) => number > after)
  const page = rest.slice(0, size)
  const { account } = call.store.bucket(upload.bucket)
  return {
    output: {
      Bucket: upload.bucket,
      Key: upload.key,
      UploadId: upload.id,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
      MaxParts: size,
      IsTruncated: rest.length > size,
      Parts: page.map(({ number, modified, etag, size: Size, checksums }) => ({
        PartNumber: number,
        LastModified: new Date(modified),
        ETag: etag,
        Size,
        ...(JSON.parse(checksums) as ObjectInfo),
      })),
      Initiator: ownerOf(account),
      Owner: ownerOf(account),
      StorageClass: 'STANDARD',
    },
  }
}

function uploadOf({ store, input }: Pick<Call, 'store' | 'input'>): UploadRow {
  const { name } = store.bucket(input['Bucket'])
  const found = store.db
    .prepare('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?')
    .get(input['UploadId'], name, input['Key']) as UploadRow | undefined
  if (found === undefined) throw new S3Error('NoSuchUpload')
  return found
}

function partsOf({ store }: Pick<Call, 'store'>, id: string): readonly PartRow[] {
  return store.db
    .prepare('SELECT * FROM parts WHERE upload = ? ORDER BY number')
    .all(id) as PartRow[]
}
