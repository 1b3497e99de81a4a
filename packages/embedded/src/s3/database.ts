import { join } from 'node:path'
import Database from 'better-sqlite3'

const schema = `
CREATE TABLE IF NOT EXISTS buckets (
  name TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, created INTEGER NOT NULL,
  versioning TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS versions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL,
  version TEXT NOT NULL, latest INTEGER NOT NULL, marker INTEGER NOT NULL, size INTEGER NOT NULL,
  etag TEXT NOT NULL, modified INTEGER NOT NULL, file TEXT, info TEXT NOT NULL, tags TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS version_of_key ON versions (bucket, key, version);
CREATE INDEX IF NOT EXISTS newest_of_key ON versions (bucket, key, seq DESC);
CREATE INDEX IF NOT EXISTS version_of_file ON versions (file) WHERE file IS NOT NULL;
CREATE INDEX IF NOT EXISTS listed ON versions (bucket, key) WHERE latest = 1 AND marker = 0;
CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, initiated INTEGER NOT NULL,
  info TEXT NOT NULL, tags TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uploads_of_bucket ON uploads (bucket, key, id);
CREATE TABLE IF NOT EXISTS parts (
  upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
  modified INTEGER NOT NULL, file TEXT NOT NULL, checksums TEXT NOT NULL,
  PRIMARY KEY (upload, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS part_of_file ON parts (file);
CREATE TABLE IF NOT EXISTS settings (
  bucket TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (bucket, kind)
) WITHOUT ROWID;
`

export interface BucketRow {
  readonly name: string
  readonly account: string
  readonly region: string
  /** Milliseconds since 1970. */
  readonly created: number
  readonly versioning: 'Enabled' | 'Suspended' | null
}

export interface VersionRow {
  readonly seq: number
  readonly bucket: string
  readonly key: string
  /** `null` where it was put without versioning. */
  readonly version: string
  readonly latest: 0 | 1
  /** Of a deletion. */
  readonly marker: 0 | 1
  readonly size: number
  /** In its quotes. */
  readonly etag: string
  readonly modified: number
  readonly file: string | null
  /** JSON of an ObjectInfo, and of the tags. */
  readonly info: string
  readonly tags: string
}

export interface UploadRow {
  readonly id: string
  readonly bucket: string
  readonly key: string
  readonly initiated: number
  readonly info: string
  readonly tags: string
}

export interface PartRow {
  readonly upload: string
  readonly number: number
  readonly size: number
  readonly etag: string
  readonly modified: number
  readonly file: string
  /** JSON of the checksum members that came with it. */
  readonly checksums: string
}

export type Sqlite = Database.Database

/** The index of what the files are. Text compares byte by byte in UTF-8, as S3 lists keys. */
export function openDatabase(folder: string): Sqlite {
  const db = new Database(join(folder, 'index.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(schema)
  return db
}
