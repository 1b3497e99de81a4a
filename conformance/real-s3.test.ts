import { randomUUID } from 'node:crypto'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import * as s3 from '@aws-sdk/client-s3'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { administratorOfAnother, assumeRole } from './accounts.ts'
import { isInstalled, run } from './run.ts'
import { accountId, adminKey, startServer, type RunningServer } from './server.ts'
import { hasSwift, startSwift, type Store } from './swift.ts'

// Goal: the gate in front of an S3 that is neither moto nor ours. Method: Debian's Swift, started here,
// or whatever runs at BAILIWICK_TEST_S3_URL (radosgw, MinIO, Garage); buckets of the test's own, taken
// away at the end.
const given = process.env['BAILIWICK_TEST_S3_URL']
const isThere = given !== undefined || hasSwift
const needs =
  'needs Debian’s python3-swift, or BAILIWICK_TEST_S3_URL, …_ACCESS_KEY_ID, …_SECRET_ACCESS_KEY'

const clientsWalk = fileURLToPath(new URL('./swift/walk.py', import.meta.url))
const hasBoto3 = isInstalled('python3', '-c', 'import boto3, requests')
const region = 'us-east-1'

let store: Store
let server: RunningServer
let client: s3.S3Client
/** Not through the gate. */
let behind: s3.S3Client
const clients: s3.S3Client[] = []
const buckets: string[] = []

beforeAll(async () => {
  if (!isThere) return
  store = given === undefined ? await startSwift() : storeOfEnvironment(given)
  server = await startServer({
    args: ['--backend', `s3=${store.url},credentials=TEST_S3`],
    env: {
      TEST_S3_ACCESS_KEY_ID: store.accessKeyId,
      TEST_S3_SECRET_ACCESS_KEY: store.secretAccessKey,
    },
  })
  client = clientOf(server.url, adminKey)
  behind = clientOf(store.url, store)
})

afterAll(async () => {
  if (!isThere) return
  for (const Bucket of buckets) await empty(Bucket)
  for (const each of clients) each.destroy()
  await server.stop()
  await store.stop()
})

function storeOfEnvironment(url: string): Store {
  const secretAccessKey = process.env['BAILIWICK_TEST_S3_SECRET_ACCESS_KEY'] ?? ''
  const accessKeyId = process.env['BAILIWICK_TEST_S3_ACCESS_KEY_ID'] ?? ''
  return { url, accessKeyId, secretAccessKey, stop: () => Promise.resolve() }
}

interface Key {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

function clientOf(endpoint: string, { accessKeyId, secretAccessKey, sessionToken }: Key) {
  const token = sessionToken !== undefined && { sessionToken }
  const credentials = { accessKeyId, secretAccessKey, ...token }
  const made = new s3.S3Client({ endpoint, region, credentials, forcePathStyle: true })
  clients.push(made)
  return made
}

async function makeBucket(by = client): Promise<string> {
  const Bucket = `bailiwick-test-${randomUUID()}`
  await by.send(new s3.CreateBucketCommand({ Bucket }))
  buckets.push(Bucket)
  return Bucket
}

/** Behind the gate, whoever owns it and whatever its policy says. */
async function empty(Bucket: string): Promise<void> {
  try {
    const { Contents = [] } = await behind.send(new s3.ListObjectsV2Command({ Bucket }))
    for (const { Key } of Contents) await behind.send(new s3.DeleteObjectCommand({ Bucket, Key }))
    await behind.send(new s3.DeleteBucketCommand({ Bucket }))
  } catch {
    // The test has deleted it.
  }
}

async function put(Bucket: string, Key: string, more: Partial<s3.PutObjectCommandInput> = {}) {
  return client.send(new s3.PutObjectCommand({ Bucket, Key, Body: Key, ...more }))
}

async function text(Bucket: string, Key: string, more: Partial<s3.GetObjectCommandInput> = {}) {
  const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key, ...more }))
  return Body?.transformToString()
}

/** A refusal by the name that S3 gives it, and its status. */
function refusal(name: string, status: number) {
  return expect.objectContaining({
    name,
    $metadata: expect.objectContaining({ httpStatusCode: status }) as unknown,
  }) as unknown
}

describe.skipIf(!isThere)(`another S3 behind the gate (${needs})`, () => {
  test('objects: odd keys, ranges, metadata, conditions, copies, pages of a list', async () => {
    const Bucket = await makeBucket()
    const keys = ['a b+c', 'a/b..c', 'plain', 'é']
    const more = { ContentType: 'text/x-odd', Metadata: { who: 'ann' } }
    for (const Key of keys) {
      await put(Bucket, Key, more)
      expect(await text(Bucket, Key)).toBe(Key)
      expect(await text(Bucket, Key, { Range: 'bytes=1-2' })).toBe(
        Buffer.from(Key).subarray(1, 3).toString(),
      )
      const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key }))
      expect(head).toMatchObject(more)
      const unchanged = text(Bucket, Key, { IfNoneMatch: head.ETag })
      await expect(unchanged).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } })
      const other = text(Bucket, Key, { IfMatch: '"0123"' })
      await expect(other).rejects.toEqual(refusal('PreconditionFailed', 412))
    }
    const past = text(Bucket, 'plain', { Range: 'bytes=100-' })
    await expect(past).rejects.toEqual(refusal('InvalidRange', 416))
    const CopySource = `${Bucket}/${encodeURIComponent('a b+c')}`
    await client.send(new s3.CopyObjectCommand({ Bucket, Key: 'copy', CopySource }))
    expect(await text(Bucket, 'copy')).toBe('a b+c')

    const first = await client.send(new s3.ListObjectsV2Command({ Bucket, MaxKeys: 3 }))
    const ContinuationToken = first.NextContinuationToken
    const rest = await client.send(new s3.ListObjectsV2Command({ Bucket, ContinuationToken }))
    const listed = [...(first.Contents ?? []), ...(rest.Contents ?? [])].map(({ Key }) => Key)
    expect(listed).toEqual([...keys, 'copy'].sort())

    const Objects = [...keys, 'none'].map((Key) => ({ Key }))
    const deleted = await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect(deleted.Errors ?? []).toEqual([])
    await client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'copy' }))
    await client.send(new s3.DeleteBucketCommand({ Bucket }))
  })

  test('uploads in parts: listed, completed, given up', async () => {
    const Bucket = await makeBucket()
    const Key = 'large'
    const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key }))
    const upload = { Bucket, Key, UploadId }
    const bodies = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('end')]
    const Parts: s3.CompletedPart[] = []
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1
      const { ETag } = await client.send(new s3.UploadPartCommand({ ...upload, PartNumber, Body }))
      Parts.push({ PartNumber, ETag })
    }
    const listed = await client.send(new s3.ListPartsCommand(upload))
    expect(listed.Parts?.map(({ Size }) => Size)).toEqual(bodies.map(({ length }) => length))
    const uploads = await client.send(new s3.ListMultipartUploadsCommand({ Bucket }))
    expect(uploads.Uploads?.map((each) => each.UploadId)).toEqual([UploadId])
    const done = await client.send(
      new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    )
    expect(done.Location).toContain(server.url)
    const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key }))
    expect(head.ContentLength).toBe(5 * 1024 * 1024 + 3)
    expect(await text(Bucket, Key, { Range: 'bytes=5242879-5242881' })).toBe('aen')

    const again = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: 'no' }))
    const given = { Bucket, Key: 'no', UploadId: again.UploadId }
    await client.send(new s3.AbortMultipartUploadCommand(given))
    const gone = client.send(new s3.ListPartsCommand(given))
    await expect(gone).rejects.toEqual(refusal('NoSuchUpload', 404))
  })

  test('what it refuses is said in S3’s form', async () => {
    const Bucket = await makeBucket()
    await expect(text(Bucket, 'none')).rejects.toEqual(refusal('NoSuchKey', 404))
    await expect(text(`${Bucket}-none`, 'a')).rejects.toEqual(refusal('NoSuchBucket', 404))
    const again = client.send(new s3.CreateBucketCommand({ Bucket }))
    await expect(again).rejects.toEqual(refusal('BucketAlreadyOwnedByYou', 409))
    await put(Bucket, 'a')
    const full = client.send(new s3.DeleteBucketCommand({ Bucket }))
    await expect(full).rejects.toEqual(refusal('BucketNotEmpty', 409))
  })

  test('a policy and tags that it has never heard of: kept here, and deciding', async () => {
    const owner = clientOf(server.url, await administratorOfAnother(server))
    const Bucket = await makeBucket(owner)
    await owner.send(new s3.PutObjectCommand({ Bucket, Key: 'a', Body: 'theirs' }))
    await expect(text(Bucket, 'a')).rejects.toEqual(refusal('AccessDenied', 403))

    const reader = await roleReading(Bucket)
    const read = () => reader.send(new s3.GetObjectCommand({ Bucket, Key: 'a' }))
    await expect(read()).rejects.toEqual(refusal('AccessDenied', 403))
    const Principal = { AWS: `arn:aws:iam::${accountId}:role/${roleName(Bucket)}` }
    const Policy = policy({
      Principal,
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    })
    await owner.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }))
    expect(await (await read()).Body?.transformToString()).toBe('theirs')
    const kept = await owner.send(new s3.GetBucketPolicyCommand({ Bucket }))
    expect(JSON.parse(kept.Policy ?? '')).toEqual(JSON.parse(Policy))

    const TagSet = [{ Key: 'team', Value: 'blue' }]
    await owner.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    const tagged = await owner.send(new s3.GetBucketTaggingCommand({ Bucket }))
    expect(tagged.TagSet).toEqual(TagSet)
    expect((await client.send(new s3.ListBucketsCommand({}))).Buckets).not.toContainEqual(
      expect.objectContaining({ Name: Bucket }),
    )
    await owner.send(new s3.DeleteBucketPolicyCommand({ Bucket }))
    await expect(read()).rejects.toEqual(refusal('AccessDenied', 403))
  })

  test('tags of objects are the store’s: what it does not keep, nothing is allowed for', async () => {
    const Bucket = await makeBucket()
    const Tagging = 'team=blue'
    const keepsTags = await put(Bucket, 'a', { Tagging }).then(
      () => true,
      (refused: { readonly name: string }) => {
        // Never taken and then forgotten: a Deny by tag would no longer hold.
        expect(refused.name).toBe('NotImplemented')
        return false
      },
    )
    if (!keepsTags) await put(Bucket, 'a')
    const { TagSet = [] } = await client.send(new s3.GetObjectTaggingCommand({ Bucket, Key: 'a' }))
    expect(TagSet).toEqual(keepsTags ? [{ Key: 'team', Value: 'blue' }] : [])
    const Condition = { StringEquals: { 's3:ExistingObjectTag/team': 'blue' } }
    const reader = await roleReading(Bucket, { Condition })
    const read = reader.send(new s3.GetObjectCommand({ Bucket, Key: 'a' }))
    if (keepsTags) await read
    else await expect(read).rejects.toEqual(refusal('AccessDenied', 403))
  })

  test('a subresource that it may not know does nothing else there', async () => {
    const Bucket = await makeBucket()
    const deleted = [
      new s3.DeleteBucketLifecycleCommand({ Bucket }),
      new s3.DeleteBucketEncryptionCommand({ Bucket }),
      new s3.DeleteBucketMetricsConfigurationCommand({ Bucket, Id: 'a' }),
    ]
    for (const command of deleted) {
      const name = await client.send(command as s3.DeleteBucketLifecycleCommand).then(
        () => 'done',
        (refused: Error) => refused.name,
      )
      expect(['done', 'NotImplemented']).toContain(name)
    }
    await put(Bucket, 'a')
    await expect(
      client.send(
        new s3.PutObjectRetentionCommand({ Bucket, Key: 'a', Retention: { Mode: 'GOVERNANCE' } }),
      ),
    ).rejects.toEqual(refusal('InvalidRequest', 400))
    expect(await text(Bucket, 'a')).toBe('a')
    const encryption = client.send(new s3.GetBucketEncryptionCommand({ Bucket }))
    const answer: object = await encryption.catch((refused: object) => refused)
    expect(answer).not.toHaveProperty('Contents')
  })

  test('a bucket that went behind the gate is gone, and one made there is nobody’s', async () => {
    const Bucket = await makeBucket()
    const Policy = policy({
      ...{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject' },
      Resource: `arn:aws:s3:::${Bucket}/*`,
    })
    await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }))
    await behind.send(new s3.DeleteBucketCommand({ Bucket }))
    const listed = client.send(new s3.ListObjectsV2Command({ Bucket }))
    await expect(listed).rejects.toEqual(refusal('NoSuchBucket', 404))

    await behind.send(new s3.CreateBucketCommand({ Bucket }))
    await behind.send(new s3.PutObjectCommand({ Bucket, Key: 'a', Body: 'secret' }))
    await expect(text(Bucket, 'a')).rejects.toEqual(refusal('NoSuchBucket', 404))
    const taken = client.send(new s3.CreateBucketCommand({ Bucket }))
    await expect(taken).rejects.toEqual(refusal('BucketAlreadyExists', 409))

    await empty(Bucket)
    await client.send(new s3.CreateBucketCommand({ Bucket }))
    const inherited = client.send(new s3.GetBucketPolicyCommand({ Bucket }))
    await expect(inherited).rejects.toEqual(refusal('NoSuchBucketPolicy', 404))
    expect(server.output().includes('its record is dropped')).toBe(true)
  })

  test.skipIf(!hasBoto3)(
    'boto3 and the AWS CLI: chunks, trailers, presigned URLs (needs python3 with boto3, aws)',
    async () => {
      const Bucket = await makeBucket()
      const outcome = await run('python3', ['-B', clientsWalk, Bucket], {
        env: server.environment,
      })
      expect(outcome.stdout + outcome.stderr).toContain('clients of S3: all as expected')
    },
  )
})

function policy(statement: object): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', ...statement }],
  })
}

function roleName(bucket: string): string {
  return `reader-${bucket.slice(-12)}`
}

/** A client with a role of the first account that may read there, and no more. */
async function roleReading(bucket: string, more: object = {}): Promise<s3.S3Client> {
  const iam = new IAMClient({ endpoint: server.url, region, credentials: adminKey })
  const RoleName = roleName(bucket)
  const trust = policy({ Principal: { AWS: accountId }, Action: 'sts:AssumeRole' })
  const read = { Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*`, ...more }
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  await iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument: policy(read) }),
  )
  const role = `arn:aws:iam::${accountId}:role/${RoleName}`
  return clientOf(server.url, await assumeRole(server, role))
}
