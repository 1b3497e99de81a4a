import type { Readable } from 'node:stream'
import type { OperationInput } from '@bailiwick/wire'
import { ownerOf } from './buckets.ts'
import { optionalText, pageSize, textIn, type Call, type Handler } from './call.ts'
import { checkWrite, rangeOf } from './conditions.ts'
import type { PartRow, UploadRow, VersionRow } from './database.ts'
import { S3Error } from './errors.ts'
import { checkDigest, etagOfParts, sourceOf, sourceVersion } from './objects.ts'
import { checksumsOf, infoOf, tagsOfHeader, type ObjectInfo, type Tag } from './object-info.ts'
import { newId } from './store.ts'

/** Of every part but the last. Source: S3 User Guide, "Multipart upload limits". */
export const partBytesMin = 5 * 1024 * 1024

export const CreateMultipartUpload: Handler = ({ store, input }) => {
  const { name } = store.bucket(input['Bucket'])
  const key = textIn(input, 'Key')
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
  const part = await keepPart(call, upload, [call.body])
  return { output: { ETag: part.etag, ...checksumsOf(call.input) } }
}

export const UploadPartCopy: Handler = async (call) => {
  const upload = uploadOf(call)
  const source = sourceOf(call)
  const range = rangeOf(call.input['CopySourceRange'], source.size)
  const part = await keepPart(call, upload, [call.store.blobs.read(source.file ?? '', range)])
  const CopyPartResult = { ETag: part.etag, LastModified: new Date(part.modified) }
  return { output: { CopyPartResult, ...sourceVersion(call, source) } }
}

async function keepPart({ store, input }: Call, { id }: UploadRow, sources: readonly Readable[]) {
  const blob = await store.blobs.write(sources)
  const part: PartRow = {
    upload: id,
    number: input['PartNumber'] as number,
    size: blob.size,
    etag: `"${blob.md5}"`,
    modified: store.now(),
    file: blob.file,
    checksums: JSON.stringify(checksumsOf(input)),
  }
  try {
    checkDigest(input, blob.md5)
    const old = store.db.transaction(() => {
      // It may have been completed or aborted while the part came in.
      uploadOf({ store, input })
      const before = partsOf({ store }, id).find(({ number }) => number === part.number)
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
  const upload = uploadOf(call)
  const chosen = chosenParts(input, partsOf(call, upload.id))
  const blob = await store.blobs.write(chosen.map(({ file }) => store.blobs.read(file)))
  try {
    const etag = etagOfParts(chosen.map(({ etag: each }) => each.replaceAll('"', '')))
    const info = {
      ...(JSON.parse(upload.info) as ObjectInfo),
      ...checksumsOf(input),
      PartSizes: chosen.map(({ size }) => size),
    }
    const { bucket, key } = upload
    const tags = JSON.parse(upload.tags) as readonly Tag[]
    const check = (latest: VersionRow | undefined) => {
      uploadOf(call)
      checkWrite(input, latest)
    }
    const VersionId = store.put({ bucket, key, blob, etag, info, tags, check })
    store.blobs.remove(forget(call, upload.id))
    const Location = `/${bucket}/${key}`
    return { output: { Bucket: bucket, Key: key, ETag: etag, Location, VersionId } }
  } catch (cause) {
    store.blobs.remove([blob.file])
    throw cause
  }
}

/** The parts that are named, in order. @throws S3Error where they are not those that were put. */
function chosenParts(input: OperationInput, parts: readonly PartRow[]): readonly PartRow[] {
  const { Parts = [] } = (input['MultipartUpload'] ?? {}) as {
    readonly Parts?: readonly { readonly PartNumber?: number; readonly ETag?: string }[]
  }
  if (Parts.length === 0) throw new S3Error('MalformedXML')
  let before = 0
  return Parts.map(({ PartNumber = 0, ETag = '' }, index) => {
    if (PartNumber <= before) throw new S3Error('InvalidPartOrder')
    before = PartNumber
    const part = parts.find(({ number }) => number === PartNumber)
    if (part?.etag.replaceAll('"', '') !== ETag.replaceAll('"', ''))
      throw new S3Error('InvalidPart')
    if (index < Parts.length - 1 && part.size < partBytesMin) throw new S3Error('EntityTooSmall')
    return part
  })
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

export const ListMultipartUploads: Handler = ({ store, input }) => {
  const { name, account } = store.bucket(input['Bucket'])
  if (optionalText(input, 'Delimiter') !== undefined) {
    throw new S3Error('NotImplemented', 'The embedded S3 lists uploads without a delimiter.')
  }
  const size = pageSize(input, 'MaxUploads')
  const prefix = optionalText(input, 'Prefix') ?? ''
  const key = optionalText(input, 'KeyMarker') ?? ''
  const id = optionalText(input, 'UploadIdMarker') ?? ''
  const rows = store.db
    .prepare('SELECT * FROM uploads WHERE bucket = ? AND (key, id) > (?, ?) ORDER BY key, id')
    .all(name, key, id === '' ? '\u{10ffff}' : id) as UploadRow[]
  const found = rows.filter((row) => row.key.startsWith(prefix))
  const page = found.slice(0, size)
  const last = found.length > size ? page.at(-1) : undefined
  return {
    output: {
      Bucket: name,
      KeyMarker: key,
      UploadIdMarker: id,
      Prefix: prefix,
      MaxUploads: size,
      IsTruncated: last !== undefined,
      NextKeyMarker: last?.key,
      NextUploadIdMarker: last?.id,
      Uploads: page.map((row) => ({
        Key: row.key,
        UploadId: row.id,
        Initiated: new Date(row.initiated),
        StorageClass: 'STANDARD',
        Owner: ownerOf(account),
        Initiator: ownerOf(account),
      })),
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
