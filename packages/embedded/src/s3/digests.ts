import { createHash } from 'node:crypto'
import type { OperationInput } from '@bailiwick/wire'
import { S3Error } from './errors.ts'

/** @throws S3Error where Content-MD5 is another's. */
export function checkDigest({ ContentMD5: given }: OperationInput, md5: string): void {
  if (typeof given !== 'string') return
  if (Buffer.from(given, 'base64').toString('hex') !== md5) throw new S3Error('BadDigest')
}

/** The ETag of an object put together from parts. Source: S3 User Guide, "Checking object integrity". */
export function etagOfParts(md5s: readonly string[]): string {
  const all = Buffer.concat(md5s.map((each) => Buffer.from(each, 'hex')))
  return `"${createHash('md5').update(all).digest('hex')}-${String(md5s.length)}"`
}
