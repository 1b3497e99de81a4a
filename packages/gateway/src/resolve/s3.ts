import type { Check } from '../operation.ts'
import { checkOn } from './by-facts.ts'
import { factsOf } from './facts.ts'
import { at, type ForwardedCall, list, text, Unresolvable } from './forwarded-call.ts'
import { s3Actions, s3Further, s3Refused } from './s3-operations.ts'

/** What a call of S3 needs allowed. A bucket's ARN names no account: its owner is unknown here. */
export function resolveS3(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  if (s3Refused.has(operation.name)) throw new Unresolvable(`${operation.name} is not resolved`)
  const action = s3Actions[operation.name] ?? operation.name
  const has = (name: string) => operation.input?.members.some((member) => member.name === name)
  if (!has('Bucket')) return [checkOf(call, action, '*', undefined)]
  const bucket = bucketOf(call, input.Bucket)
  const further = (s3Further[operation.name] ?? [])
    .filter(({ asks }) => asks.some((name) => Boolean(input[name])))
    .map((more) => more.action)
  const actions = [action, ...further, ...furtherOf(call)]
  if (operation.name === 'DeleteObjects') {
    return list(at(input, 'Delete', 'Objects')).flatMap((each) =>
      actions.map((name) =>
        objectCheck(call, name, bucket, at(each, 'Key'), text(at(each, 'VersionId'))),
      ),
    )
  }
  const version = text(input.VersionId)
  const checks = has('Key')
    ? actions.map((name) => objectCheck(call, name, bucket, input.Key, version))
    : actions.map((name) => checkOf(call, name, bucket, undefined))
  return [...sourceChecks(call), ...checks]
}

/** Further actions that rest on more than whether a member is there. */
function furtherOf({ operation, input }: ForwardedCall): readonly string[] {
  switch (operation.name) {
    case 'CopyObject':
      return copiesTags(input) ? ['PutObjectTagging'] : []
    case 'CreateBucket':
      return list(at(input, 'CreateBucketConfiguration', 'Tags')).length > 0 ? ['TagResource'] : []
    case 'GetObjectAttributes':
      return ['GetObject']
    case 'RestoreObject':
      if (at(input, 'RestoreRequest', 'OutputLocation') === undefined) return []
      throw new Unresolvable('Restored objects go to a place that is not resolved')
    default:
      return []
  }
}

const accessPoint = /^arn:[a-z-]+:s3:[a-z0-9-]*:\d{12}:accesspoint\/[A-Za-z0-9.-]+$/

/** A bucket by its name, or an access point by its ARN. Directory buckets are not resolved. */
function bucketOf({ partition }: ForwardedCall, name: unknown): string {
  if (typeof name === 'string') {
    if (accessPoint.test(name)) return name
    const isName = /^[A-Za-z0-9._-]{3,255}$/.test(name)
    if (isName && !name.endsWith('--x-s3')) return `arn:${partition}:s3:::${name}`
  }
  throw new Unresolvable('The bucket is neither a name nor the ARN of an access point')
}

function objectCheck(
  call: ForwardedCall,
  action: string,
  bucket: string,
  key: unknown,
  version: string | undefined,
): Check {
  if (typeof key !== 'string' || key === '') throw new Unresolvable('The request names no object')
  const infix = bucket.includes(':accesspoint/') ? '/object/' : '/'
  return checkOf(call, versioned(action, version), `${bucket}${infix}${key}`, version)
}

/** `GetObjectTagging` of a version is `GetObjectVersionTagging`, where AWS has such an action. */
function versioned(action: string, version: string | undefined): string {
  const name = action.replace(/Object(?!Version)/, 'ObjectVersion')
  return version !== undefined && factsOf(`s3:${name}`) ? name : action
}

/**
 * Tags are copied unless others take their place. AWS asks for it only where the source has tags,
 * which the request does not tell: asked for always, chosen by us.
 */
function copiesTags({ TaggingDirective: directive }: ForwardedCall['input']): boolean {
  return directive !== 'REPLACE'
}

/** What is copied: read, with its tags where they are asked for. */
function sourceChecks(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  if (!['CopyObject', 'UploadPartCopy'].includes(operation.name)) return []
  const source = text(input.CopySource) ?? ''
  const [, place = '', version] = /^\/?(.*?)(?:\?versionId=([^?&]+))?$/s.exec(source) ?? []
  const names = ['GetObject']
  if (operation.name === 'CopyObject' && copiesTags(input)) names.push('GetObjectTagging')
  return placesOf(place).flatMap(({ bucket, key }) =>
    names.map((name) => objectCheck(call, name, bucketOf(call, bucket), key, version)),
  )
}

/** A `+` that is not encoded is read both ways, and both are checked: backends differ. */
function placesOf(place: string): readonly { bucket: string; key: string }[] {
  const readings = new Set([place, place.replaceAll('+', ' ')])
  return [...readings].map((reading) => {
    let decoded: string
    try {
      decoded = decodeURIComponent(reading)
    } catch {
      throw new Unresolvable('The source of the copy is not encoded as a URL')
    }
    const [, bucket, key] =
      /^(arn:[^/]*:accesspoint\/[^/]+)\/object\/(.+)$/s.exec(decoded) ??
      /^([^/:]+)\/(.+)$/s.exec(decoded) ??
      []
    if (bucket === undefined || key === undefined) {
      throw new Unresolvable('The source of the copy is no bucket and key')
    }
    return { bucket, key }
  })
}

function checkOf(
  call: ForwardedCall,
  name: string,
  resourceArn: string,
  version: string | undefined,
): Check {
  const check = checkOn(call, `s3:${name}`, resourceArn)
  if (version === undefined) return check
  return { ...check, contextKeys: { ...check.contextKeys, 's3:VersionId': version } }
}
