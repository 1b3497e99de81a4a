import { randomBytes } from 'node:crypto'
import { Blobs, type NewBlob } from './blobs.ts'
import { openDatabase, type BucketRow, type Sqlite, type VersionRow } from './database.ts'
import { S3Error } from './errors.ts'
import type { ObjectInfo } from './object-info.ts'
import type { Tag } from './tags.ts'

/** An object about to be somebody's. */
export interface NewVersion {
  /** As it was when the call was let in. */
  readonly bucket: BucketRow
  readonly key: string
  readonly blob: Pick<NewBlob, 'file' | 'size'>
  readonly etag: string
  readonly info: ObjectInfo
  readonly tags: readonly Tag[]
  /** Throws where the newest version does not fit what the call asks for. */
  readonly check: (latest: VersionRow | undefined) => void
}

/** An object about to be deleted: one version of it, or the newest. */
export interface Doomed {
  readonly key: string
  readonly version: string | undefined
  /** Throws where the newest version does not fit what the call asks for. */
  readonly check?: NewVersion['check']
}

export interface Deleted {
  readonly version: string | undefined
  readonly isMarker: boolean
}

/** What is kept: buckets, the versions of their objects, and the files of those. */
export class S3Store {
  readonly db: Sqlite
  readonly blobs: Blobs
  /** Milliseconds since 1970. */
  readonly now: () => number

  constructor(folder: string, now: () => number) {
    this.now = now
    this.blobs = new Blobs(folder)
    this.db = openDatabase(folder)
  }

  /** @throws S3Error NoSuchBucket */
  bucket(name: unknown): BucketRow {
    const found = this.#one<BucketRow>('SELECT * FROM buckets WHERE name = ?', name)
    if (found === undefined) throw new S3Error('NoSuchBucket')
    return found
  }

  latest(bucket: string, key: unknown): VersionRow | undefined {
    const sql = 'SELECT * FROM versions WHERE bucket = ? AND key = ? AND latest = 1'
    return this.#one<VersionRow>(sql, bucket, key)
  }

  /** The newest or a named version. @throws S3Error where there is none, or it is a deletion. */
  version(bucket: string, key: unknown, version: unknown): VersionRow {
    if (version === undefined) {
      const found = this.latest(bucket, key)
      if (found?.marker === 0) return found
      const headers = found && { 'x-amz-delete-marker': 'true', 'x-amz-version-id': found.version }
      throw new S3Error('NoSuchKey', undefined, headers)
    }
    const sql = 'SELECT * FROM versions WHERE bucket = ? AND key = ? AND version = ?'
    const found = this.#one<VersionRow>(sql, bucket, key, version)
    if (found === undefined) throw new S3Error('NoSuchVersion')
    if (found.marker === 0) return found
    const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': found.version }
    throw new S3Error('MethodNotAllowed', undefined, headers)
  }

  /** Makes a version the newest one; its id, where the bucket has versioning. */
  put(made: NewVersion): string | undefined {
    const { key, blob, etag } = made
    const bucket = made.bucket.name
    const gone: (string | null)[] = []
    const version = this.#transaction(() => {
      const { versioning } = this.#same(made.bucket)
      const latest = this.latest(bucket, key)
      made.check(latest?.marker === 0 ? latest : undefined)
      const id = versioning === 'Enabled' ? newId() : 'null'
      gone.push(...this.#drop(bucket, key, id))
      this.#insert(bucket, key, id, 0, {
        ...blob,
        etag,
        info: JSON.stringify(made.info),
        tags: JSON.stringify(made.tags),
      })
      return versioning === null ? undefined : id
    })
    this.blobs.remove(gone)
    return version
  }

  /** While the object came in, its bucket may have been deleted, and made anew by somebody else. */
  #same({ name, account, created }: BucketRow): BucketRow {
    const now = this.bucket(name)
    if (now.account !== account || now.created !== created) throw new S3Error('NoSuchBucket')
    return now
  }

  /** Deletes as S3 does, all or none: what has versions gets a marker. */
  delete(bucket: string, objects: readonly Doomed[]): readonly Deleted[] {
    const gone: (string | null)[] = []
    const deleted = this.#transaction(() => {
      const { versioning } = this.bucket(bucket)
      return objects.map(({ key, version, check }) => {
        check?.(this.latest(bucket, key))
        return version === undefined
          ? this.#deleteNewest(bucket, key, versioning, gone)
          : this.#deleteVersion(bucket, key, version, gone)
      })
    })
    this.blobs.remove(gone)
    return deleted
  }

  #deleteVersion(bucket: string, key: string, version: string, gone: (string | null)[]): Deleted {
    const sql = 'SELECT * FROM versions WHERE bucket = ? AND key = ? AND version = ?'
    const found = this.#one<VersionRow>(sql, bucket, key, version)
    gone.push(...this.#drop(bucket, key, version))
    this.#crown(bucket, key)
    return { version, isMarker: found?.marker === 1 }
  }

  #deleteNewest(
    bucket: string,
    key: string,
    versioning: BucketRow['versioning'],
    gone: (string | null)[],
  ): Deleted {
    if (versioning !== 'Enabled') gone.push(...this.#drop(bucket, key, 'null'))
    if (versioning === null) {
      this.#crown(bucket, key)
      return { version: undefined, isMarker: false }
    }
    const id = versioning === 'Enabled' ? newId() : 'null'
    this.#insert(bucket, key, id, 1, { file: null, size: 0, etag: '', info: '{}', tags: '[]' })
    return { version: id, isMarker: true }
  }

  /** Removes the files that are in no row. Errors: rejects; nothing depends on it. */
  async sweep(): Promise<void> {
    const ofVersion = this.db.prepare('SELECT 1 FROM versions WHERE file = ?')
    const ofPart = this.db.prepare('SELECT 1 FROM parts WHERE file = ?')
    await this.blobs.sweep((file) => [ofVersion, ofPart].some((each) => each.get(file)))
  }

  setTags({ seq }: VersionRow, tags: readonly Tag[]): void {
    this.db.prepare('UPDATE versions SET tags = ? WHERE seq = ?').run(JSON.stringify(tags), seq)
  }

  close(): void {
    this.db.close()
  }

  #insert(
    bucket: string,
    key: string,
    version: string,
    marker: 0 | 1,
    rest: Pick<VersionRow, 'file' | 'size' | 'etag' | 'info' | 'tags'>,
  ): void {
    const demote = 'UPDATE versions SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1'
    this.db.prepare(demote).run(bucket, key)
    this.db
      .prepare(
        `INSERT INTO versions
           (bucket, key, version, latest, marker, size, etag, modified, file, info, tags)
         VALUES (@bucket, @key, @version, 1, @marker, @size, @etag, @modified, @file, @info, @tags)`,
      )
      .run({ bucket, key, version, marker, modified: this.now(), ...rest })
  }

  /** The files that no version has any longer. */
  #drop(bucket: string, key: string, version: string): readonly (string | null)[] {
    const sql = 'DELETE FROM versions WHERE bucket = ? AND key = ? AND version = ? RETURNING file'
    const rows = this.db.prepare(sql).all(bucket, key, version) as { file: string | null }[]
    return rows.map(({ file }) => file)
  }

  /** What is left of a key has a newest version again. */
  #crown(bucket: string, key: string): void {
    this.db
      .prepare(
        `UPDATE versions SET latest = 1 WHERE seq =
           (SELECT max(seq) FROM versions WHERE bucket = ? AND key = ?)`,
      )
      .run(bucket, key)
  }

  #one<T>(sql: string, ...values: unknown[]): T | undefined {
    return this.db.prepare(sql).get(...values) as T | undefined
  }

  #transaction<T>(work: () => T): T {
    return this.db.transaction(work).immediate()
  }
}

export function newId(): string {
  return randomBytes(24).toString('base64url')
}
