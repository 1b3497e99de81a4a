import { randomUUID } from 'node:crypto'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { adminKey, startServer } from './server.ts'

// Goal: the gate in front of an S3 that is neither moto nor ours: radosgw, swift's s3api, MinIO.
// Method: wherever one runs, its address and key in variables; a bucket of the test's own.
const url = process.env['BAILIWICK_TEST_S3_URL']
const key = {
  TEST_S3_ACCESS_KEY_ID: process.env['BAILIWICK_TEST_S3_ACCESS_KEY_ID'] ?? '',
  TEST_S3_SECRET_ACCESS_KEY: process.env['BAILIWICK_TEST_S3_SECRET_ACCESS_KEY'] ?? '',
}
const needs = 'needs BAILIWICK_TEST_S3_URL, …_ACCESS_KEY_ID and …_SECRET_ACCESS_KEY of a running S3'

test.skipIf(url === undefined)(`another S3 behind the gate (${needs})`, async () => {
  const server = await startServer({
    args: ['--backend', `s3=${url ?? ''},credentials=TEST_S3`],
    env: key,
  })
  const client = new S3Client({
    ...{ endpoint: server.url, region: 'us-east-1', credentials: adminKey, forcePathStyle: true },
  })
  const Bucket = `bailiwick-test-${randomUUID()}`
  const keys = ['a/b..c', 'a b+c', 'é', 'plain']
  try {
    await client.send(new CreateBucketCommand({ Bucket }))
    for (const Key of keys) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: Key, Tagging: 'team=a' }))
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-99' }))
      expect(await Body?.transformToString()).toBe(Key)
      const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket, Key }))
      expect(TagSet).toEqual([{ Key: 'team', Value: 'a' }])
    }
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
    expect(Contents.map(({ Key }) => Key).sort()).toEqual([...keys].sort())
  } finally {
    const Objects = keys.map((Key) => ({ Key }))
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } })).catch(() => null)
    await client.send(new DeleteBucketCommand({ Bucket })).catch(() => null)
    client.destroy()
    await server.stop()
  }
})
