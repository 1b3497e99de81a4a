import type { OperationInput } from '@bailiwick/wire'
import { S3Error } from './errors.ts'

interface Known {
  readonly etag: string
  readonly modified: number
}

/** Of a read. @throws S3Error 304 or 412. Source: RFC 9110, section 13.2.2. */
export function checkRead(input: OperationInput, { etag, modified }: Known): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = input
  const seconds = Math.floor(modified / 1000) * 1000
  if (typeof IfMatch === 'string') {
    if (!matches(IfMatch, etag)) throw new S3Error('PreconditionFailed')
  } else if (IfUnmodifiedSince instanceof Date && seconds > IfUnmodifiedSince.getTime()) {
    throw new S3Error('PreconditionFailed')
  }
  if (typeof IfNoneMatch === 'string') {
    if (matches(IfNoneMatch, etag)) throw new S3Error('NotModified', '', { etag })
  } else if (IfModifiedSince instanceof Date && seconds <= IfModifiedSince.getTime()) {
    throw new S3Error('NotModified', '', { etag })
  }
}

/** Of the source of a copy: each failure is 412. */
export function checkSource(input: OperationInput, known: Known): void {
  try {
    checkRead(
      {
        IfMatch: input['CopySourceIfMatch'],
        IfNoneMatch: input['CopySourceIfNoneMatch'],
        IfModifiedSince: input['CopySourceIfModifiedSince'],
        IfUnmodifiedSince: input['CopySourceIfUnmodifiedSince'],
      },
      known,
    )
  } catch {
    throw new S3Error('PreconditionFailed')
  }
}

/** Of a write. @throws S3Error Source: S3 User Guide, "Conditional writes". */
export function checkWrite(
  { IfMatch: match, IfNoneMatch: noneMatch }: OperationInput,
  latest: Known | undefined,
): void {
  if (typeof noneMatch === 'string' && latest !== undefined && matches(noneMatch, latest.etag)) {
    throw new S3Error('PreconditionFailed')
  }
  if (typeof match !== 'string') return
  if (latest === undefined) throw new S3Error('NoSuchKey')
  if (!matches(match, latest.etag)) throw new S3Error('PreconditionFailed')
}

/** Before a body is read. @throws S3Error Source: PutObject, If-None-Match takes `*` alone. */
export function checkCondition({ IfNoneMatch }: OperationInput): void {
  if (typeof IfNoneMatch !== 'string' || IfNoneMatch.trim() === '*') return
  throw new S3Error('NotImplemented', 'If-None-Match of a write takes * and nothing else.')
}

function matches(given: string, etag: string): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, '').replaceAll('"', '')
  return given.split(',').some((each) => each.trim() === '*' || bare(each) === bare(etag))
}

/** First and last byte of `Range: bytes=…`; undefined where the header says nothing that counts. */
export function rangeOf(text: unknown, size: number): readonly [number, number] | undefined {
  const found = typeof text === 'string' ? /^bytes=(\d*)-(\d*)$/.exec(text.trim()) : null
  const [, from = '', to = ''] = found ?? []
  if (found === null || (from === '' && to === '')) return undefined
  const first = from === '' ? Math.max(size - Number(to), 0) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined
  if (first >= size || (from === '' && Number(to) === 0)) throw new S3Error('InvalidRange')
  return [first, last]
}

/** Of UploadPartCopy. @throws S3Error where it is not wholly within its source. */
export function sourceRangeOf(text: unknown, size: number): readonly [number, number] | undefined {
  if (text === undefined) return undefined
  const found = typeof text === 'string' ? /^bytes=(\d+)-(\d+)$/.exec(text) : null
  const [first, last] = [Number(found?.[1]), Number(found?.[2])]
  if (found !== null && first <= last && last < size) return [first, last]
  const words = 'The x-amz-copy-source-range value must be bytes=first-last, within the source.'
  throw new S3Error('InvalidArgument', words)
}
