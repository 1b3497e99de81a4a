import { decodeText, rawPathOf } from '@bailiwick/wire'
import type { HttpRequest, WireError } from '@bailiwick/wire'

/** Where a request for S3 points: what is left of the path, and the bucket, if it names one. */
export type S3Place =
  | {
      readonly ok: true
      readonly path: string
      readonly labels: Readonly<Record<string, string>>
    }
  | { readonly ok: false; readonly error: WireError }

/**
 * Bucket and path, the bucket from the host (`reports.s3.eu-west-1.amazonaws.com`,
 * `reports.localhost`) or the path. Under any other host it stands in the path.
 * Source: S3 User Guide, "Virtual hosting of buckets", "Bucket naming rules".
 */
export function s3PlaceOf(request: HttpRequest): S3Place {
  const path = rawPathOf(request.target)
  const inHost = bucketOfHost(request.headers.get('host') ?? '')
  if (inHost !== undefined) return placed(inHost, path)
  const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(path) ?? []
  if (first === '') return rest === '' ? { ok: true, path: '/', labels: {} } : noBucket()
  return placed(decodeText(first), rest === '' ? '/' : rest)
}

function placed(bucket: string | undefined, path: string): S3Place {
  if (bucket === undefined || !isBucketName(bucket)) return noBucket()
  return { ok: true, path, labels: { Bucket: bucket } }
}

function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..')
}

function noBucket(): S3Place {
  const message = 'The specified bucket is not valid.'
  return { ok: false, error: { code: 'InvalidBucketName', message } }
}

const awsHost = /^(?:(.+)\.)?s3(?:[.-][a-z0-9.-]+)?\.amazonaws\.com(?:\.cn)?$/
const localHost = /^(.+?)(?:\.s3)?\.localhost$/

function bucketOfHost(authority: string): string | undefined {
  const host = authority.toLowerCase().replace(/:\d*$/, '')
  const bucket = (awsHost.exec(host) ?? localHost.exec(host))?.[1]
  return bucket === 's3' ? undefined : bucket
}
