import { createServer, request, type Server } from 'node:http'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EmbeddedService } from '../child.ts'
import { documentBytesMax } from './limits.ts'
import { openS3 } from './server.ts'

// Goal: whatever arrives, the answer is S3's, and never 500; keys are text and no paths.
let folder: string
let service: EmbeddedService
let server: Server

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-s3-'))
  service = openS3(join(folder, 's3'), () => Date.now())
  server = createServer((asked, answer) => service.answer(asked, answer))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  expect((await ask('PUT', '/bucket')).status).toBe(200)
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await service.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly body: string
}

function ask(method: string, path: string, body = '', headers = {}): Promise<Answer> {
  const scope = 'key/20261124/us-east-1/s3/aws4_request'
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`
  const told = { authorization, 'x-moto-account-id': '111122223333', ...headers }
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    const asked = request({ port, method, path, headers: told }, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, body: said }), reject)
    })
    asked.once('error', reject)
    asked.end(body)
  })
}

// Chosen by us: keys that would be something else to a file system, to a URL or to XML.
const odd = [
  ...['../../../../etc/passwd', '..', '.', './a', 'a/../b', '/leading', 'a//b', 'a/', 'a\\b'],
  ...['con', 'a\nb', 'a\tb', ' a ', '%2e%2e%2f', '%', '+', '?', '#', '&<>"\'', 'a;b=c', 'é', '𝒌'],
  ...['index.db', 'objects', 'incoming', '__proto__', 'constructor', '\u{10ffff}', '-rf'],
]

for (const key of odd) {
  test(`a key may be ${JSON.stringify(key)}`, async () => {
    const path = `/bucket/${encodeURIComponent(key)}`
    expect((await ask('PUT', path, key)).status).toBe(200)
    expect(await ask('GET', path)).toEqual({ status: 200, body: key })
    const query = `list-type=2&encoding-type=url&prefix=${encodeURIComponent(key)}`
    const listed = await ask('GET', `/bucket?${query}`)
    const found = [...listed.body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, each = '']) => each)
    expect(found.map(decodeURIComponent)).toContain(key)
    expect((await ask('DELETE', path)).status).toBe(204)
  })
}

test('files are named by nobody: whatever the key, each is a UUID two folders down', async () => {
  for (const key of odd) await ask('PUT', `/bucket/${encodeURIComponent(key)}`, 'x')
  expect(readdirSync(folder)).toEqual(['s3'])
  const entries = readdirSync(join(folder, 's3'), { recursive: true, encoding: 'utf8' })
  const ours =
    /^(index\.db(-wal|-shm)?|incoming|objects(\/[0-9a-f]{2}(\/[0-9a-f-]{36}\.[0-9a-f]{8})?)?)$/
  expect(entries.filter((each) => !ours.test(each))).toEqual([])
  expect(entries.filter((each) => each.split('/').length === 3)).toHaveLength(odd.length)
})

test('bytes of a document', async () => {
  const xml = '<Tagging><TagSet/></Tagging>'
  const padded = xml + ' '.repeat(documentBytesMax - xml.length)
  await ask('PUT', '/bucket/doc', 'x')
  expect((await ask('PUT', '/bucket/doc?tagging', padded)).status).toBe(200)
  expect((await ask('PUT', '/bucket/doc?tagging', `${padded} `)).status).toBe(400)
})

const parameters = [
  ...['acl', 'attributes', 'cors', 'delete', 'encryption', 'lifecycle', 'location', 'object-lock'],
  ...['partNumber', 'policy', 'tagging', 'uploadId', 'uploads', 'versionId', 'versioning'],
  ...['versions', 'list-type', 'prefix', 'delimiter', 'marker', 'max-keys', 'continuation-token'],
  ...['key-marker', 'version-id-marker', 'upload-id-marker', 'max-parts', 'part-number-marker'],
  ...['encoding-type', 'start-after', 'publicAccessBlock', 'ownershipControls', 'max-uploads'],
  ...['response-content-type', 'response-expires'],
]
const headers = [
  ...['range', 'if-match', 'if-none-match', 'if-modified-since', 'x-amz-copy-source'],
  ...['x-amz-copy-source-range', 'x-amz-tagging', 'x-amz-meta-a', 'x-amz-metadata-directive'],
  ...[
    'x-amz-object-attributes',
    'x-amz-checksum-crc32',
    'content-md5',
    'x-amz-expected-bucket-owner',
  ],
  ...['x-amz-storage-class', 'x-amz-mfa', 'expires', 'x-amz-checksum-mode', 'x-amz-max-parts'],
]
const words = fc.oneof(
  fc.constantFrom('', '0', '1', '-1', '10001', '2', 'null', 'url', '*', 'bytes=0-', 'bytes=5-1'),
  fc.constantFrom('/bucket/fuzz', 'bucket/fuzz?versionId=null', 'bucket/%ff', 'NaN', '1e9', '1.5'),
  fc.constantFrom(
    'é',
    '𝒌',
    'a\n',
    'COPY',
    'REPLACE',
    'ENABLED',
    'a=b',
    'a=b&a=c',
    '99999999999999999999',
    'ETag',
  ),
  fc.string({ maxLength: 8 }),
)
const printable = (each: string) => each.replace(/[^\x20-\x7e]/g, '')
const bodies = fc.oneof(
  fc.constantFrom('', 'x', '<', '<a/>', '<Delete/>', '<Delete><Object/></Delete>'),
  fc.constantFrom('<Delete><Object><Key>fuzz</Key><VersionId/></Object></Delete>'),
  fc.constantFrom('<Delete><Object><Key/></Object><Quiet>maybe</Quiet></Delete>'),
  fc.constantFrom('<Tagging><TagSet><Tag/></TagSet></Tagging>', '<Tagging/>'),
  fc.constantFrom('<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>'),
  fc.constantFrom('<VersioningConfiguration/>', '<CreateBucketConfiguration/>'),
  fc.constantFrom(
    '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
    '<CompleteMultipartUpload><Part/></CompleteMultipartUpload>',
    '<CompleteMultipartUpload><Part><PartNumber>x</PartNumber></Part></CompleteMultipartUpload>',
    '<LifecycleConfiguration><Rule><Expiration><Date>never</Date></Expiration></Rule></LifecycleConfiguration>',
  ),
)

test('random requests are answered, and never with 500', async () => {
  const made = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'),
    path: fc.constantFrom('/', '/bucket', '/bucket/', '/bucket/fuzz', '/bucket/%ff', '/%00', '/no'),
    query: fc.dictionary(fc.constantFrom(...parameters), words, { maxKeys: 3 }),
    headers: fc.dictionary(fc.constantFrom(...headers), words.map(printable), { maxKeys: 2 }),
    body: bodies,
  })
  await fc.assert(
    fc.asyncProperty(made, async ({ method, path, query, headers: extra, body }) => {
      const search = new URLSearchParams(query).toString().replaceAll('+', '%20')
      const { status } = await ask(method, `${path}${search && `?${search}`}`, body, extra)
      expect([200, 204, 206, 304, 400, 404, 405, 409, 411, 412, 416, 501]).toContain(status)
    }),
    { numRuns: 1_500 },
  )
})
