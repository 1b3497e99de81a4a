import { expect, test } from 'vitest'
import { headersOf, rawPathOf, rawQueryOf } from '../../http.ts'
import { loadModel } from '../../load-model.ts'
import { parseQuery } from './query-string.ts'
import { matchRoute } from './route.ts'

// Goal: which operation a method, path, query and headers stand for; and that what no operation
// knows stands for none. Source: Smithy, "http trait"; S3, Lambda and API Gateway API References.

const s3 = loadModel('s3')
const lambda = loadModel('lambda')

function match(
  model: typeof s3,
  line: string,
  labels: Record<string, string> = {},
  rawHeaders: readonly string[] = [],
) {
  const [method = '', target = ''] = line.split(' ')
  const query = parseQuery(rawQueryOf(target))
  if (query === undefined) return undefined
  const headers = headersOf(rawHeaders)
  return matchRoute(model, { method, path: rawPathOf(target), query, headers, labels })
}

const bucket = { Bucket: 'b' }
const copy = ['x-amz-copy-source', 'b/k']
const s3Rows: readonly [
  line: string,
  operation: string | undefined,
  labels?: Record<string, string>,
  headers?: readonly string[],
][] = [
  ['GET /', 'ListBuckets'],
  ['GET /', 'ListObjects', bucket],
  ['GET /?list-type=2&prefix=a%2Fb', 'ListObjectsV2', bucket],
  ['GET /?list-type=3', undefined, bucket],
  ['GET /?location', 'GetBucketLocation', bucket],
  ['GET /?policy', 'GetBucketPolicy', bucket],
  ['GET /?policyStatus', 'GetBucketPolicyStatus', bucket],
  ['PUT /?policy', 'PutBucketPolicy', bucket],
  ['PUT /', 'CreateBucket', bucket],
  ['HEAD /', 'HeadBucket', bucket],
  ['DELETE /', 'DeleteBucket', bucket],
  ['POST /?delete', 'DeleteObjects', bucket],
  ['GET /k', 'GetObject', bucket],
  ['GET /a/b/c?versionId=1', 'GetObject', bucket],
  ['GET /k?X-Amz-Signature=1&X-Amz-Expires=1', 'GetObject', bucket],
  ['GET /k?tagging', 'GetObjectTagging', bucket],
  ['GET /k?uploadId=1', 'ListParts', bucket],
  ['PUT /k', 'PutObject', bucket],
  ['PUT /k', 'CopyObject', bucket, copy],
  ['PUT /k?x-amz-copy-source=b%2Fk', 'CopyObject', bucket],
  ['PUT /k?partNumber=1&uploadId=2', 'UploadPart', bucket],
  ['PUT /k?partNumber=1&uploadId=2', 'UploadPartCopy', bucket, copy],
  ['PUT /k?x-id=GetObject', 'PutObject', bucket],
  ['POST /k?uploads', 'CreateMultipartUpload', bucket],
  ['POST /k?uploadId=1', 'CompleteMultipartUpload', bucket],
  ['DELETE /k', 'DeleteObject', bucket],
  ['DELETE /k?uploadId=1', 'AbortMultipartUpload', bucket],
  // What the model does not know, a backend might.
  ['GET /?events', undefined, bucket],
  ['GET /k?policy', undefined, bucket],
  ['GET /?policy&acl', undefined, bucket],
  ['GET /?policy&policy', undefined, bucket],
  ['PATCH /k', undefined, bucket],
  ['get /k', undefined, bucket],
  ['GET /%ff', undefined, bucket],
]
for (const [line, operation, labels, headers] of s3Rows) {
  test(`s3: ${line} ${headers?.[0] ?? ''} is ${operation ?? 'nothing'}`, () => {
    expect(match(s3, line, labels, headers)?.operation.name).toBe(operation)
  })
}

const lambdaRows: readonly [line: string, operation: string | undefined, labels?: object][] = [
  ['GET /2015-03-31/functions', 'ListFunctions'],
  ['GET /2015-03-31/functions/', 'ListFunctions'],
  ['GET /2015-03-31/functions/f', 'GetFunction', { FunctionName: 'f' }],
  [
    'GET /2015-03-31/functions/arn%3Aaws%3Alambda',
    'GetFunction',
    { FunctionName: 'arn:aws:lambda' },
  ],
  ['POST /2015-03-31/functions/f/invocations', 'Invoke', { FunctionName: 'f' }],
  ['POST /2015-03-31/functions/f/invocations?Qualifier=1', 'Invoke', { FunctionName: 'f' }],
  ['POST /2015-03-31/functions/f/invocations?other=1', undefined],
  ['POST /2015-03-31/functions//invocations', undefined],
  ['GET /2015-03-31/functions/f/g', undefined],
]
for (const [line, operation, labels] of lambdaRows) {
  test(`lambda: ${line} is ${operation ?? 'nothing'}`, () => {
    const found = match(lambda, line)
    expect(found?.operation.name).toBe(operation)
    if (labels !== undefined) expect(found?.labels).toEqual(labels)
  })
}

test('labels are decoded once, and a key may hold slashes', () => {
  const key = (line: string) => match(s3, line, bucket)?.labels['Key']
  expect(key('GET /a/b')).toBe('a/b')
  expect(key('GET /a%2Fb')).toBe('a/b')
  expect(key('GET /a%252Fb')).toBe('a%2Fb')
  expect(key('GET /a//b/')).toBe('a//b/')
  expect(key('GET //a')).toBe('/a')
  expect(key('GET /a/../b')).toBe('a/../b')
})
