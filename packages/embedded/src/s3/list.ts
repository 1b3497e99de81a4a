import type { OperationInput } from '@bailiwick/wire'
import { ownerOf } from './buckets.ts'
import { optionalText, pageSize, type Call, type Handler } from './call.ts'
import type { VersionRow } from './database.ts'
import { S3Error } from './errors.ts'
import type { ObjectInfo } from './object-info.ts'
import type { S3Store } from './store.ts'

/** Rows read at a time; a page takes as many reads as its common prefixes ask for. */
const readRows = 1_000
/** Sorts after every key that begins with what stands before it: no key holds it. */
const last = '\u{10ffff}'

interface Page {
  readonly rows: readonly VersionRow[]
  readonly prefixes: readonly string[]
  /** The last key or prefix of the page, where there is more. */
  readonly next?: string
}

interface Asked {
  readonly prefix: string
  readonly delimiter: string | undefined
  readonly after: string
  readonly size: number
}

/** Keys and common prefixes together, in order, up to the size of the page. */
function pageOf(store: S3Store, bucket: string, { prefix, delimiter, after, size }: Asked): Page {
  const statement = store.db.prepare(
    `SELECT * FROM versions WHERE bucket = ? AND latest = 1 AND marker = 0
       AND key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ${String(readRows)}`,
  )
  const rows: VersionRow[] = []
  const prefixes: string[] = []
  let at = isWithin(after, prefix, delimiter) ? after + last : after
  let end = at
  for (;;) {
    const read = statement.all(bucket, at, prefix, prefix + last) as VersionRow[]
    let skipsTo: string | undefined
    for (const row of read) {
      if (skipsTo !== undefined && row.key.startsWith(skipsTo)) continue
      skipsTo = undefined
      if (rows.length + prefixes.length >= size) return { rows, prefixes, next: end }
      const common = commonPrefix(row.key, prefix, delimiter)
      if (common === undefined) rows.push(row)
      else prefixes.push((skipsTo = common))
      end = common ?? row.key
    }
    if (read.length < readRows) return { rows, prefixes }
    at = skipsTo === undefined ? (read.at(-1)?.key ?? last) : skipsTo + last
  }
}

function commonPrefix(key: string, prefix: string, delimiter: string | undefined) {
  if (delimiter === undefined) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at === -1 ? undefined : key.slice(0, at + delimiter.length)
}

/** Whether a page ended with a common prefix, so that all below it has been listed. */
function isWithin(after: string, prefix: string, delimiter: string | undefined): boolean {
  return delimiter !== undefined && after.length > prefix.length && after.endsWith(delimiter)
}

export const ListObjectsV2: Handler = (call) => {
  const { store, input } = call
  const { name, account } = store.bucket(input['Bucket'])
  const token = optionalText(input, 'ContinuationToken')
  const startAfter = optionalText(input, 'StartAfter')
  const size = pageSize(input, 'MaxKeys')
  const asked = askedOf(input, token === undefined ? (startAfter ?? '') : opened(token), size)
  const page = size === 0 ? { rows: [], prefixes: [] } : pageOf(store, name, asked)
  const coded = coder(input)
  const withOwner = input['FetchOwner'] === true
  return {
    output: {
      ...common(input, name, asked, coded),
      IsTruncated: page.next !== undefined,
      KeyCount: page.rows.length + page.prefixes.length,
      MaxKeys: size,
      ContinuationToken: token,
      NextContinuationToken: page.next && Buffer.from(page.next).toString('base64url'),
      StartAfter: startAfter && coded(startAfter),
      Contents: page.rows.map((row) => ({
        ...contentOf(row, coded),
        ...(withOwner && { Owner: ownerOf(account) }),
      })),
      CommonPrefixes: page.prefixes.map((each) => ({ Prefix: coded(each) })),
    },
  }
}

export const ListObjects: Handler = ({ store, input }) => {
  const { name, account } = store.bucket(input['Bucket'])
  const size = pageSize(input, 'MaxKeys')
  const marker = optionalText(input, 'Marker') ?? ''
  const asked = askedOf(input, marker, size)
  const page = size === 0 ? { rows: [], prefixes: [] } : pageOf(store, name, asked)
  const coded = coder(input)
  return {
    output: {
      ...common(input, name, asked, coded),
      Marker: coded(marker),
      // Without a delimiter S3 leaves it out: the last key is the next marker.
      NextMarker: asked.delimiter && page.next && coded(page.next),
      IsTruncated: page.next !== undefined,
      MaxKeys: size,
      Contents: page.rows.map((row) => ({
        ...contentOf(row, coded),
        Owner: ownerOf(account),
      })),
      CommonPrefixes: page.prefixes.map((each) => ({ Prefix: coded(each) })),
    },
  }
}

function askedOf(input: OperationInput, after: string, size: number): Asked {
  const prefix = optionalText(input, 'Prefix') ?? ''
  return { prefix, delimiter: optionalText(input, 'Delimiter'), after, size }
}

type Coder = (text: string) => string

function coder(input: OperationInput): Coder {
  return input['EncodingType'] === 'url'
    ? (text) => encodeURIComponent(text).replaceAll('%2F', '/')
    : (text) => text
}

function common(input: OperationInput, name: string, asked: Asked, coded: Coder) {
  return {
    Name: name,
    Prefix: coded(asked.prefix),
    Delimiter: asked.delimiter && coded(asked.delimiter),
    EncodingType: optionalText(input, 'EncodingType'),
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

function opened(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  if (text === '') {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect')
  }
  return text
}

export const ListObjectVersions: Handler = (call: Call) => {
  const { store, input } = call
  const { name, account } = store.bucket(input['Bucket'])
  if (optionalText(input, 'Delimiter') !== undefined) {
    throw new S3Error('NotImplemented', 'The embedded S3 lists versions without a delimiter.')
  }
  const size = pageSize(input, 'MaxKeys')
  const prefix = optionalText(input, 'Prefix') ?? ''
  const keyMarker = optionalText(input, 'KeyMarker') ?? ''
  const versionMarker = optionalText(input, 'VersionIdMarker')
  const rows = store.db
    .prepare(
      `SELECT * FROM versions WHERE bucket = @name AND key >= @prefix AND key < @end
         AND (key > @keyMarker OR (key = @keyMarker AND seq < coalesce((SELECT seq FROM versions
           WHERE bucket = @name AND key = @keyMarker AND version = @versionMarker), 0)))
       ORDER BY key, seq DESC LIMIT @limit`,
    )
    .all({
      ...{ name, prefix, keyMarker, end: prefix + last },
      ...{ versionMarker: versionMarker ?? '', limit: size + 1 },
    }) as VersionRow[]
  const page = rows.slice(0, size)
  const more = rows.length > size ? page.at(-1) : undefined
  const coded = coder(input)
  const Owner = ownerOf(account)
  const versionOf = (row: VersionRow) => ({
    VersionId: row.version,
    IsLatest: row.latest === 1,
    Owner,
  })
  return {
    output: {
      ...common(input, name, { prefix, delimiter: undefined, after: '', size }, coded),
      KeyMarker: coded(keyMarker),
      VersionIdMarker: versionMarker,
      IsTruncated: more !== undefined,
      NextKeyMarker: more && coded(more.key),
      NextVersionIdMarker: more?.version,
      MaxKeys: size,
      Versions: page
        .filter(({ marker }) => marker === 0)
        .map((row) => ({ ...contentOf(row, coded), ...versionOf(row) })),
      DeleteMarkers: page
        .filter(({ marker }) => marker === 1)
        .map((row) => ({
          Key: coded(row.key),
          LastModified: new Date(row.modified),
          ...versionOf(row),
        })),
    },
  }
}
