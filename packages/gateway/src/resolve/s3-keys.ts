import { rawQueryOf } from '@bailiwick/wire'
import type { HttpRequest } from '@bailiwick/wire'
import { at, type ForwardedCall, list, scalar, text } from './forwarded-call.ts'
import { member } from './key-members.ts'
import { type KeyOf, type Keys, type OpenKeysOf, notKnown } from './key.ts'

const dayMs = 86_400_000

/** Lock members stand at the top where an object is made, and in a structure where it is changed. */
const retainUntil = ({ input }: ForwardedCall) =>
  input.ObjectLockRetainUntilDate ?? at(input, 'Retention', 'RetainUntilDate')

/**
 * Condition keys of S3, by name in lower case.
 * Source: Service Authorization Reference, S3; S3 User Guide, "Condition keys".
 */
export const s3Keys: Readonly<Record<string, KeyOf>> = {
  's3:prefix': ({ input }) => scalar(input.Prefix) ?? '',
  's3:delimiter': member('Delimiter'),
  's3:max-keys': member('MaxKeys'),
  's3:versionid': member('VersionId'),
  's3:annotation-prefix': member('AnnotationPrefix'),
  's3:max-annotation-results': member('MaxAnnotationResults'),
  's3:locationconstraint': member('CreateBucketConfiguration', 'LocationConstraint'),
  's3:resourceaccount': (_, { owner }) => text(owner),
  // Behind a proxy only the proxy knows it.
  's3:tlsversion': ({ request: { secure, tls } }) =>
    tls?.version.replace('TLSv', '') ?? (secure ? notKnown : undefined),
  // Of calls through an access point, whose ARN says whose it is, not how it is reached.
  's3:dataaccesspointarn': (_, { arn }) => accessPointOf(arn),
  's3:dataaccesspointaccount': (_, { arn }) => accessPointOf(arn)?.split(':')[4],
  's3:accesspointnetworkorigin': (_, { arn }) => (accessPointOf(arn) ? notKnown : undefined),
  // Of callers that S3 Access Grants vended credentials to: none come here.
  's3:accessgrantsinstancearn': () => undefined,
  's3:x-amz-object-if-match': ({ request }) => request.headers.get('x-amz-object-if-match'),
  's3:authtype': ({ request }) =>
    request.headers.has('authorization')
      ? 'REST-HEADER'
      : queryOf(request.target).has('X-Amz-Signature')
        ? 'REST-QUERY-STRING'
        : request.posted?.signedAt
          ? 'POST'
          : undefined,
  's3:signatureversion': ({ request }) =>
    request.headers.has('authorization') ||
    queryOf(request.target).has('X-Amz-Signature') ||
    request.posted?.signedAt
      ? 'AWS4-HMAC-SHA256'
      : undefined,
  's3:signatureage': ({ request, now }) => {
    const signed = request.posted?.signedAt ?? signedAt(request)
    return signed && String(now.getTime() - signed.getTime())
  },
  's3:x-amz-acl': member('ACL'),
  's3:x-amz-grant-full-control': member('GrantFullControl'),
  's3:x-amz-grant-read': member('GrantRead'),
  's3:x-amz-grant-read-acp': member('GrantReadACP'),
  's3:x-amz-grant-write': member('GrantWrite'),
  's3:x-amz-grant-write-acp': member('GrantWriteACP'),
  's3:x-amz-bucket-namespace': member('BucketNamespace'),
  's3:x-amz-content-sha256': ({ request }) => request.headers.get('x-amz-content-sha256'),
  's3:x-amz-copy-source': member('CopySource'),
  's3:x-amz-metadata-directive': member('MetadataDirective'),
  's3:x-amz-object-annotation-directive': member('AnnotationDirective'),
  // Set where AWS Fault Injection Service calls.
  's3:isreplicationpauserequest': () => undefined,
  's3:x-amz-object-ownership': ({ input }) =>
    text(input.ObjectOwnership) ??
    text(at(list(at(input, 'OwnershipControls', 'Rules'))[0], 'ObjectOwnership')),
  's3:x-amz-server-side-encryption': member('ServerSideEncryption'),
  's3:x-amz-server-side-encryption-aws-kms-key-id': member('SSEKMSKeyId'),
  's3:x-amz-server-side-encryption-customer-algorithm': member('SSECustomerAlgorithm'),
  's3:x-amz-storage-class': member('StorageClass'),
  's3:x-amz-website-redirect-location': member('WebsiteRedirectLocation'),
  's3:if-match': member('IfMatch'),
  's3:if-none-match': member('IfNoneMatch'),
  's3:objectcreationoperation': ({ operation }) =>
    operation.name === 'UploadPart' || operation.name === 'UploadPartCopy' ? 'false' : 'true',
  's3:object-lock-mode': ({ input }) =>
    text(input.ObjectLockMode) ?? text(at(input, 'Retention', 'Mode')),
  's3:object-lock-legal-hold': ({ input }) =>
    text(input.ObjectLockLegalHoldStatus) ?? text(at(input, 'LegalHold', 'Status')),
  's3:object-lock-retain-until-date': (call) => scalar(retainUntil(call)),
  's3:object-lock-remaining-retention-days': (call) => {
    const until = retainUntil(call)
    if (!(until instanceof Date)) return undefined
    return String(Math.ceil((until.getTime() - call.now.getTime()) / dayMs))
  },
  's3:object-lock-event-hold': ({ input }) =>
    text(input.ObjectLockEventHold) ?? text(at(input, 'Retention', 'EventHold')),
  's3:object-lock-event-hold-duration-days': ({ input }) => {
    const held = at(input, 'Retention', 'EventHoldDuration')
    const years = input.ObjectLockEventHoldDurationYears ?? at(held, 'Years')
    // How AWS counts the days of a year is not documented.
    if (years !== undefined) return notKnown
    return scalar(input.ObjectLockEventHoldDurationDays ?? at(held, 'Days'))
  },
  's3:inventoryaccessibleoptionalfields': ({ input }) => {
    const fields = list(at(input, 'InventoryConfiguration', 'OptionalFields'))
    return fields.length > 0 ? fields.map(String) : undefined
  },
  's3:requestobjecttagkeys': (call) => {
    const names = [...objectTags(call).keys()]
    return names.length > 0 ? names : undefined
  },
}

function queryOf(target: string): URLSearchParams {
  return new URLSearchParams(rawQueryOf(target))
}

/** When a request was signed, in its URL or its headers. */
function signedAt({ target, headers }: HttpRequest): Date | undefined {
  const stamp = queryOf(target).get('X-Amz-Date') ?? headers.get('x-amz-date') ?? ''
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp)?.slice(1)
  if (parts === undefined) return undefined
  const [date, time] = [parts.slice(0, 3).join('-'), parts.slice(3).join(':')]
  return new Date(`${date}T${time}Z`)
}

/** Tags that an object is to have: a query string in a header, or a document. */
function objectTags({ operation, input }: ForwardedCall): ReadonlyMap<string, string> {
  if (operation.name === 'PutBucketTagging') return new Map()
  if (typeof input.Tagging === 'string') return new Map(new URLSearchParams(input.Tagging))
  const pairs = list(at(input, 'Tagging', 'TagSet')).map(
    (tag) => [String(at(tag, 'Key')), scalar(at(tag, 'Value')) ?? ''] as const,
  )
  return new Map(pairs)
}

/** `s3:RequestObjectTag/…` of each. */
export function objectTagKeys(call: ForwardedCall): Keys {
  return Object.fromEntries(
    [...objectTags(call)].map(([key, value]) => [`s3:RequestObjectTag/${key}`, value]),
  )
}

function accessPointOf(arn: string): string | undefined {
  return /^arn:[^:]*:s3:[^:]*:\d{12}:accesspoint\/[^/]+/.exec(arn)?.[0]
}

export const s3OpenKeys: Readonly<Record<string, OpenKeysOf>> = {
  's3:accesspointtag/${tagkey}': (_, { arn }) => (accessPointOf(arn) ? notKnown : {}),
}
