import { headersOf } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { nothingSent, resolveCall } from '../testing/resolve.ts'

// Goal: the permissions of S3's operations, each exception once.
// Method: a row is an input and what it needs allowed, as `action resource`.
// Source: S3 User Guide, "Required permissions for Amazon S3 API operations"; the API reference.

const resolveRow = (name: string, input: object, rawHeaders: string[] = [], target = '/') =>
  resolveCall(`s3:${name}`, input, {
    request: { ...nothingSent, target, rawHeaders, headers: headersOf(rawHeaders) },
  })

const object = { Bucket: 'reports', Key: 'a/b c.txt' }
const ap = 'arn:aws:s3:eu-west-1:444455556666:accesspoint/finance'
const rows: readonly [name: string, input: object, ...checks: string[]][] = [
  ['GetObject', object, 'GetObject reports/a/b c.txt'],
  ['GetObject', { ...object, VersionId: 'v1' }, 'GetObjectVersion reports/a/b c.txt'],
  ['GetObject', { ...object, Bucket: ap }, `GetObject ${ap}/object/a/b c.txt`],
  ['HeadObject', object, 'GetObject reports/a/b c.txt'],
  ['HeadObject', { ...object, VersionId: 'v1' }, 'GetObjectVersion reports/a/b c.txt'],
  ['GetObjectTagging', { ...object, VersionId: 'v' }, 'GetObjectVersionTagging reports/a/b c.txt'],
  ['PutObjectTagging', { ...object, VersionId: 'v' }, 'PutObjectVersionTagging reports/a/b c.txt'],
  ['GetObjectAcl', { ...object, VersionId: 'v' }, 'GetObjectVersionAcl reports/a/b c.txt'],
  ['PutObjectAcl', { ...object, VersionId: 'v' }, 'PutObjectVersionAcl reports/a/b c.txt'],
  ['GetObjectTorrent', object, 'GetObjectTorrent reports/a/b c.txt'],
  ['GetObjectRetention', { ...object, VersionId: 'v' }, 'GetObjectRetention reports/a/b c.txt'],
  [
    'GetObjectAttributes',
    { ...object, VersionId: 'v' },
    'GetObjectVersionAttributes reports/a/b c.txt',
    'GetObjectVersion reports/a/b c.txt',
  ],
  ['DeleteObject', object, 'DeleteObject reports/a/b c.txt'],
  ['DeleteObject', { ...object, VersionId: 'v' }, 'DeleteObjectVersion reports/a/b c.txt'],
  [
    'DeleteObject',
    { ...object, BypassGovernanceRetention: true },
    'DeleteObject reports/a/b c.txt',
    'BypassGovernanceRetention reports/a/b c.txt',
  ],
  [
    'DeleteObjects',
    { Bucket: 'reports', Delete: { Objects: [{ Key: 'a' }, { Key: 'b', VersionId: 'v' }] } },
    'DeleteObject reports/a',
    'DeleteObjectVersion reports/b',
  ],
  ['PutObject', object, 'PutObject reports/a/b c.txt'],
  [
    'PutObject',
    { ...object, ACL: 'public-read', Tagging: 'a=b', ObjectLockMode: 'GOVERNANCE' },
    'PutObject reports/a/b c.txt',
    'PutObjectAcl reports/a/b c.txt',
    'PutObjectTagging reports/a/b c.txt',
    'PutObjectRetention reports/a/b c.txt',
  ],
  [
    'CreateMultipartUpload',
    { ...object, ObjectLockLegalHoldStatus: 'ON' },
    'PutObject reports/a/b c.txt',
    'PutObjectLegalHold reports/a/b c.txt',
  ],
  ['UploadPart', { ...object, PartNumber: 1, UploadId: 'u' }, 'PutObject reports/a/b c.txt'],
  ['CompleteMultipartUpload', { ...object, UploadId: 'u' }, 'PutObject reports/a/b c.txt'],
  ['AbortMultipartUpload', { ...object, UploadId: 'u' }, 'AbortMultipartUpload reports/a/b c.txt'],
  ['ListParts', { ...object, UploadId: 'u' }, 'ListMultipartUploadParts reports/a/b c.txt'],
  [
    'CopyObject',
    { ...object, CopySource: '/archive/x%2By%20z' },
    'GetObject archive/x+y z',
    'GetObjectTagging archive/x+y z',
    'PutObject reports/a/b c.txt',
    'PutObjectTagging reports/a/b c.txt',
  ],
  [
    'CopyObject',
    { ...object, CopySource: '/archive/x', TaggingDirective: 'REPLACE' },
    'GetObject archive/x',
    'PutObject reports/a/b c.txt',
  ],
  [
    'CopyObject',
    { ...object, CopySource: 'archive/x+y?versionId=v', TaggingDirective: 'COPY' },
    'GetObjectVersion archive/x+y',
    'GetObjectVersionTagging archive/x+y',
    'GetObjectVersion archive/x y',
    'GetObjectVersionTagging archive/x y',
    'PutObject reports/a/b c.txt',
    'PutObjectTagging reports/a/b c.txt',
  ],
  [
    'UploadPartCopy',
    { ...object, CopySource: `${ap}/object/k` },
    `GetObject ${ap}/object/k`,
    'PutObject reports/a/b c.txt',
  ],
  ['ListBuckets', {}, 'ListAllMyBuckets *'],
  ['ListObjects', { Bucket: 'reports' }, 'ListBucket reports'],
  ['ListObjectsV2', { Bucket: 'reports' }, 'ListBucket reports'],
  ['HeadBucket', { Bucket: 'reports' }, 'ListBucket reports'],
  ['ListObjectVersions', { Bucket: 'reports' }, 'ListBucketVersions reports'],
  ['ListMultipartUploads', { Bucket: 'reports' }, 'ListBucketMultipartUploads reports'],
  ['CreateBucket', { Bucket: 'reports' }, 'CreateBucket reports'],
  [
    'CreateBucket',
    { Bucket: 'reports', ACL: 'private', ObjectLockEnabledForBucket: true, ObjectOwnership: 'x' },
    'CreateBucket reports',
    'PutBucketAcl reports',
    'PutBucketVersioning reports',
    'PutBucketObjectLockConfiguration reports',
    'PutBucketOwnershipControls reports',
  ],
  ['DeleteBucketTagging', { Bucket: 'reports' }, 'PutBucketTagging reports'],
  ['DeleteBucketCors', { Bucket: 'reports' }, 'PutBucketCORS reports'],
  ['GetBucketCors', { Bucket: 'reports' }, 'GetBucketCORS reports'],
  ['GetBucketEncryption', { Bucket: 'reports' }, 'GetEncryptionConfiguration reports'],
  ['DeleteBucketLifecycle', { Bucket: 'reports' }, 'PutLifecycleConfiguration reports'],
  [
    'PutBucketReplication',
    {
      Bucket: 'reports',
      ReplicationConfiguration: { Role: 'arn:aws:iam::111122223333:role/replicator' },
    },
    'PutReplicationConfiguration reports',
    'iam:PassRole arn:aws:iam::111122223333:role/replicator',
  ],
]

for (const [name, input, ...checks] of rows) {
  test(`${name} ${JSON.stringify(input)}`, () => {
    const found = resolveRow(name, input)
    const expected = checks.map((check) => {
      const [, action = '', resource = ''] = /^(\S+) (.*)$/.exec(check) ?? []
      const arn = /^(arn:|\*$)/.test(resource) ? resource : `arn:aws:s3:::${resource}`
      return [action.includes(':') ? action : `s3:${action}`, arn]
    })
    expect(found.ok && found.checks.map((c) => [c.action, c.resourceArn])).toEqual(expected)
  })
}

const refused: readonly [why: string, name: string, input: object][] = [
  ['directory buckets are another service', 'CreateSession', { Bucket: 'a--x-s3' }],
  ['a directory bucket under an operation of S3', 'GetObject', { ...object, Bucket: 'a--x-s3' }],
  ['no object', 'GetObject', { Bucket: 'reports', Key: '' }],
  ['no bucket', 'ListObjects', {}],
  ['an ARN that is no access point', 'GetObject', { ...object, Bucket: 'arn:aws:s3:::reports' }],
  ['a pattern for a bucket', 'ListObjects', { Bucket: 'rep*' }],
  ['a source without key', 'CopyObject', { ...object, CopySource: 'archive' }],
  ['a source that does not decode', 'CopyObject', { ...object, CopySource: 'archive/%E0' }],
  ['no keys to delete', 'DeleteObjects', { Bucket: 'reports', Delete: { Objects: [] } }],
  [
    'a role that is none',
    'PutBucketReplication',
    { Bucket: 'reports', ReplicationConfiguration: { Role: 'arn:aws:iam::aws:policy/x' } },
  ],
]

for (const [why, name, input] of refused) {
  test(`refused: ${why}`, () => {
    expect(resolveRow(name, input).ok).toBe(false)
  })
}

test('the keys of an object that is written', () => {
  const input = {
    ...object,
    Tagging: 'team=blue&env=',
    ServerSideEncryption: 'aws:kms',
    ObjectLockRetainUntilDate: new Date('2026-11-26T00:00:00Z'),
  }
  const found = resolveRow('PutObject', input, ['authorization', 'AWS4-HMAC-SHA256 …'])
  expect(found.ok && found.checks[0]?.contextKeys).toMatchObject({
    's3:RequestObjectTag/team': 'blue',
    's3:RequestObjectTag/env': '',
    's3:RequestObjectTagKeys': ['team', 'env'],
    's3:x-amz-server-side-encryption': 'aws:kms',
    's3:authType': 'REST-HEADER',
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:ResourceAccount': '111122223333',
  })
})

test('the keys of a listing through a presigned URL', () => {
  const input = { Bucket: 'reports', Prefix: 'home/', Delimiter: '/', MaxKeys: 7 }
  const found = resolveRow(
    'ListObjectsV2',
    input,
    [],
    '/?X-Amz-Date=20261124T115500Z&X-Amz-Signature=0',
  )
  expect(found.ok && found.checks[0]?.contextKeys).toMatchObject({
    's3:prefix': 'home/',
    's3:delimiter': '/',
    's3:max-keys': '7',
    's3:signatureAge': '300000',
    's3:authType': 'REST-QUERY-STRING',
  })
})
