import type { OperationInput } from '@bailiwick/wire'
import { ownerOf } from './buckets.ts'
import { optionalText, pageSize, type Handler } from './call.ts'
import type { UploadRow, VersionRow } from './database.ts'
import { S3Error } from './errors.ts'
import type { ObjectInfo } from './object-info.ts'
import { pageOf, type Asked, type Listing, type Start } from './paging.ts'
import type { S3Store } from './store.ts'

function objectsOf({ db }: S3Store, bucket: string): Listing<VersionRow> {
  const statement = db.prepare(
    `SELECT * FROM versions WHERE bucket = @bucket AND latest = 1 AND marker = 0
       AND key >= @key AND (key > @key OR @after IS NULL) AND (@until IS NULL OR key < @until)
     ORDER BY key LIMIT @limit`,
  )
  return {
    read: (start, until, limit) =>
      statement.all({ bucket, ...start, until, limit }) as VersionRow[],
    rank: ({ seq }) => seq,
  }
}

/** Those of a key from the newest on. */
function versionsOf({ db }: S3Store, bucket: string): Listing<VersionRow> {
  const statement = db.prepare(
    `SELECT * FROM versions WHERE bucket = @bucket AND key >= @key
       AND (key > @key OR @after IS NULL OR seq < @after) AND (@until IS NULL OR key < @until)
     ORDER BY key, seq DESC LIMIT @limit`,
  )
  return {
    read: (start, until, limit) =>
      statement.all({ bucket, ...start, until, limit }) as VersionRow[],
    rank: ({ seq }) => seq,
  }
}

function uploadsOf({ db }: S3Store, bucket: string): Listing<UploadRow> {
  const statement = db.prepare(
    `SELECT * FROM uploads WHERE bucket = @bucket AND key >= @key
       AND (key > @key OR @after IS NULL OR id > @after) AND (@until IS NULL OR key < @until)
     ORDER BY key, id LIMIT @limit`,
  )
  return {
    read: (start, until, limit) => statement.all({ bucket, ...start, until, limit }) as UploadRow[],
    rank: ({ id }) => id,
  }
}

export const ListObjectsV2: Handler = ({ store, input }) => {
  const { name, account } = store.bucket(input['Bucket'])
  const token = optionalText(input, 'ContinuationToken')
  const startAfter = optionalText(input, 'StartAfter')
  const marker = token === undefined ? startAfter : opened(token)
  const asked = askedOf(input, marker && afterKey(marker), 'MaxKeys')
  const { rows, prefixes, end } = pageOf(objectsOf(store, name), asked)
  const coded = coder(input)
  const withOwner = input['FetchOwner'] === true
  return {
    output: {
      Name: name,
      ...common(input, asked, prefixes, coded),
      IsTruncated: end !== undefined,
      KeyCount: rows.length + prefixes.length,
      MaxKeys: asked.size,
      ContinuationToken: token,
      NextContinuationToken: end && Buffer.from(end.key).toString('base64url'),
      StartAfter: startAfter && coded(startAfter),
      Contents: rows.map((row) => ({
        ...contentOf(row, coded),
        ...(withOwner && { Owner: ownerOf(account) }),
      })),
    },
  }
}

export const ListObjects: Handler = ({ store, input }) => {
  const { name, account } = store.bucket(input['Bucket'])
  const marker = optionalText(input, 'Marker')
  const asked = askedOf(input, marker && afterKey(marker), 'MaxKeys')
  const { rows, prefixes, end } = pageOf(objectsOf(store, name), asked)
  const coded = coder(input)
  return {
    output: {
      Name: name,
      ...common(input, asked, prefixes, coded),
      Marker: coded(marker ?? ''),
      // Without a delimiter S3 leaves it out: the last key is the next marker.
      NextMarker: asked.delimiter && end && coded(end.key),
      IsTruncated: end !== undefined,
      MaxKeys: asked.size,
      Contents: rows.map((row) => ({ ...contentOf(row, coded), Owner: ownerOf(account) })),
    },
  }
}

export const ListObjectVersions: Handler = ({ store, input }) => {
  const { name, account } = store.bucket(input['Bucket'])
  const asked = askedOf(input, versionStart(store, name, input), 'MaxKeys')
  const { rows, prefixes, end } = pageOf(versionsOf(store, name), asked)
  const coded = coder(input)
  const Owner = ownerOf(account)
  const named = ({ version, latest }: VersionRow) => {
    return { VersionId: version, IsLatest: latest === 1, Owner }
  }
  return {
    output: {
      Name: name,
      ...common(input, asked, prefixes, coded),
      KeyMarker: coded(optionalText(input, 'KeyMarker') ?? ''),
      VersionIdMarker: optionalText(input, 'VersionIdMarker'),
      IsTruncated: end !== undefined,
      NextKeyMarker: end && coded(end.key),
      NextVersionIdMarker: end?.row?.version,
      MaxKeys: asked.size,
      Versions: rows
        .filter(({ marker }) => marker === 0)
        .map((row) => ({ ...contentOf(row, coded), ...named(row) })),
      DeleteMarkers: rows
        .filter(({ marker }) => marker === 1)
        .map((row) => ({
          ...{ Key: coded(row.key), LastModified: new Date(row.modified) },
          ...named(row),
        })),
    },
  }
}

/**
 * A marker that is gone begins its key anew: whoever deletes what a page lists before asking for
 * the next is not to miss what was left of the key.
 */
function versionStart(store: S3Store, bucket: string, input: OperationInput): Start | undefined {
  const key = optionalText(input, 'KeyMarker')
  const version = optionalText(input, 'VersionIdMarker')
  if (key === undefined) {
    if (version === undefined) return undefined
    const words = 'A version-id marker cannot be specified without a key marker.'
    throw new S3Error('InvalidArgument', words)
  }
  if (version === undefined) return { key, after: -1 }
  const sql = 'SELECT seq FROM versions WHERE bucket = ? AND key = ? AND version = ?'
  const found = store.db.prepare(sql).get(bucket, key, version) as { seq: number } | undefined
  return { key, after: found?.seq ?? null }
}

export const ListMultipartUploads: Handler = ({ store, input }) => {
  const { name, account } = store.bucket(input['Bucket'])
  const key = optionalText(input, 'KeyMarker')
  // Source: ListMultipartUploads: without a key marker it is ignored.
  const id = key === undefined ? undefined : optionalText(input, 'UploadIdMarker')
  const start = key === undefined ? undefined : { ...afterKey(key), ...(id && { after: id }) }
  const asked = askedOf(input, start, 'MaxUploads')
  const { rows, prefixes, end } = pageOf(uploadsOf(store, name), asked)
  const coded = coder(input)
  return {
    output: {
      Bucket: name,
      ...common(input, asked, prefixes, coded),
      KeyMarker: coded(key ?? ''),
      UploadIdMarker: id ?? '',
      MaxUploads: asked.size,
      IsTruncated: end !== undefined,
      NextKeyMarker: end && coded(end.key),
      NextUploadIdMarker: end?.row?.id,
      Uploads: rows.map((row) => ({
        Key: coded(row.key),
        UploadId: row.id,
        Initiated: new Date(row.initiated),
        StorageClass: 'STANDARD',
        Owner: ownerOf(account),
        Initiator: ownerOf(account),
      })),
    },
  }
}

/** After every row of a key: no rank of an upload begins with it. */
function afterKey(key: string): Start {
  return { key, after: '~' }
}

function askedOf(input: OperationInput, start: Start | undefined | '', sizeName: string): Asked {
  return {
    prefix: optionalText(input, 'Prefix') ?? '',
    delimiter: optionalText(input, 'Delimiter'),
    start: start === '' ? undefined : start,
    size: pageSize(input, sizeName),
  }
}

type Coder = (text: string) => string

function coder(input: OperationInput): Coder {
  return input['EncodingType'] === 'url'
    ? (text) => encodeURIComponent(text).replaceAll('%2F', '/')
    : (text) => text
}

function common(
  input: OperationInput,
  { prefix, delimiter }: Asked,
  prefixes: readonly string[],
  coded: Coder,
) {
  return {
    Prefix: coded(prefix),
    Delimiter: delimiter && coded(delimiter),
    EncodingType: optionalText(input, 'EncodingType'),
    CommonPrefixes: prefixes.map((each) => ({ Prefix: coded(each) })),
  }
}

function contentOf({ key, modified, etag, size, info }: VersionRow, coded: Coder) {
  const { StorageClass = 'STANDARD' } = JSON.parse(info) as ObjectInfo
  return {
    Key: coded(key),
    LastModified: new Date(modified),
    ETag: etag,
    Size: size,
    StorageClass,
  }
}

/** @throws S3Error where a token is none of ours. */
function opened(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  if (text !== '' && Buffer.from(text).toString('base64url') === token) return text
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect')
}
