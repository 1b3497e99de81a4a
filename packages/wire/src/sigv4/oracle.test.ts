import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import type { HttpRequest } from '../http.ts'
import { requestOf } from '../testing/request.ts'
import { encoded } from './canonical.ts'
import { deriveSigningKey, sha256Hex } from './key.ts'
import { parseSignature } from './parse.ts'
import { signatureMatches } from './verify.ts'

// Goal: what AWS's own signers sign, we verify.
// Method: the SDK's signer and botocore's over generated requests.

const now = new Date('2026-11-23T16:52:32Z')
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }

function signedOf(request: HttpRequest) {
  const parsed = parseSignature(request)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.signed
}

function verifies(request: HttpRequest, service = 'iam') {
  const key = deriveSigningKey(credentials.secretAccessKey, '20261123', 'us-east-1', service)
  return signatureMatches(request, signedOf(request), key, sha256Hex(request.body))
}

class Sha256 {
  private readonly hash: ReturnType<typeof createHash>
  constructor(secret?: string | Uint8Array) {
    this.hash = (
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
    ) as ReturnType<typeof createHash>
  }
  update(data: Uint8Array | string) {
    this.hash.update(data)
  }
  digest() {
    return Promise.resolve(new Uint8Array(this.hash.digest()))
  }
}

const text = fc.string({ unit: fc.constantFrom(..."aZ09-._~ /+=&%é語!*'()"), maxLength: 8 })
// As the SDKs' clients send it.
const segment = text.map(encoded)
const requests = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  segments: fc.array(fc.oneof(segment, fc.constantFrom('', '.', '..')), { maxLength: 4 }),
  query: fc.dictionary(
    text.filter((name) => name !== ''),
    text,
    { maxKeys: 4 },
  ),
  headers: fc.dictionary(
    fc.constantFrom('x-a', 'x-b', 'content-type'),
    fc.string({ unit: fc.constantFrom('a', ' ', ',', '"'), maxLength: 6 }),
    { maxKeys: 3 },
  ),
  body: fc.string({ maxLength: 20 }),
  service: fc.constantFrom('iam', 's3'),
})

for (const form of ['header', 'query'] as const) {
  test(`the SDK's signer as oracle, ${form}`, async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, segments, query, headers, body, service }) => {
        // S3 keys with dot segments are another matter: the SDK's client leaves them as they are.
        const path = `/${segments.filter((part) => service !== 's3' || !/^\.{0,2}$/.test(part)).join('/')}`
        const signer = new SignatureV4({
          credentials,
          region: 'us-east-1',
          service,
          sha256: Sha256 as never,
          uriEscapePath: service !== 's3',
          applyChecksum: service === 's3',
        })
        const request = {
          method,
          protocol: 'https:',
          hostname: 'h',
          path,
          query: { ...query },
          headers: { host: 'h', ...headers },
          body,
        }
        const signed =
          form === 'header'
            ? await signer.sign(request, { signingDate: now })
            : await signer.presign(
                {
                  ...request,
                  headers: {
                    ...request.headers,
                    ...(service === 's3' && { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
                  },
                },
                { signingDate: now, expiresIn: 60 },
              )
        const encodedQuery = Object.entries(signed.query ?? {})
          .map(
            ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
          )
          .join('&')
        const target = encodedQuery === '' ? path : `${path}?${encodedQuery}`
        const received = {
          ...requestOf(body, { target, rawHeaders: Object.entries(signed.headers).flat() }),
          method,
        }
        expect(verifies(received, service)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
}

const botocoreScript = `
import sys, json, datetime
import botocore.auth as auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
class Clock(datetime.datetime):
    @classmethod
    def utcnow(cls): return cls(2026, 11, 23, 16, 52, 32)
    @classmethod
    def now(cls, tz=None): return cls(2026, 11, 23, 16, 52, 32, tzinfo=tz)
auth.datetime = type('m', (), {'datetime': Clock, 'timezone': datetime.timezone}) if hasattr(auth.datetime, 'datetime') else Clock
if hasattr(auth, 'get_current_datetime'):
    auth.get_current_datetime = lambda remove_tzinfo=True: datetime.datetime(2026, 11, 23, 16, 52, 32)
out = []
for r in json.load(sys.stdin):
    q = AWSRequest(method=r['method'], url='https://h' + r['target'], data=r['body'], headers={'Content-Type': 'application/x-www-form-urlencoded'})
    auth.SigV4Auth(Credentials('AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG', 'token'), 'iam', 'us-east-1').add_auth(q)
    out.append(dict(q.headers.items()))
print(json.dumps(out))
`

test('botocore as oracle', (context) => {
  const given = fc.sample(requests, { numRuns: 100, seed: 7 }).map(({ method, query, body }) => ({
    method,
    body,
    target: `/?${Object.entries(query)
      .map((pair) =>
        pair
          .map((part) =>
            encodeURIComponent(part).replace(
              /[!'()*]/g,
              (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
            ),
          )
          .join('='),
      )
      .join('&')}`,
  }))
  try {
    execFileSync('python3', ['-c', 'import botocore'], { stdio: 'ignore' })
  } catch {
    console.warn('SKIPPED: python3 with botocore is needed for its signer as an oracle')
    return context.skip('needs python3 with botocore')
  }
  const answer = execFileSync('python3', ['-c', botocoreScript], {
    input: JSON.stringify(given),
    encoding: 'utf8',
  })
  const signed = JSON.parse(answer) as Record<string, string>[]
  expect(signed.length).toBe(given.length)
  for (const [i, headers] of signed.entries()) {
    const { method, target, body } = given[i] as (typeof given)[number]
    const request = {
      ...requestOf(body, { target, rawHeaders: ['Host', 'h', ...Object.entries(headers).flat()] }),
      method,
    }
    expect(signedOf(request).securityToken).toBe('token')
    expect(verifies(request), target).toBe(true)
  }
})
