import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HttpRequest } from '../http.ts'
import { requestOf } from '../testing/request.ts'
import { deriveSigningKey, sha256Hex } from './key.ts'
import { parseSignature } from './parse.ts'
import { presign, sign } from './sign.ts'
import { checkClock, checkScope, signatureMatches } from './verify.ts'

// Goal: every way in which a signature can be wrong has AWS's code and words.
// Method: a row per problem, worded as public probing of AWS recorded it; then bytes nobody meant.

const now = new Date('2026-11-23T16:52:32Z')
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }
const options = { credentials, region: 'us-east-1', service: 'iam', now }

const scope = 'AKIDEXAMPLE/20261123/us-east-1/iam/aws4_request'
const signature = 'a'.repeat(64)
const good = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`
const withAuthorization = (authorization: string, date = '20261123T165232Z', more: string[] = []) =>
  requestOf('', {
    rawHeaders: ['Host', 'h', 'X-Amz-Date', date, 'Authorization', authorization, ...more],
  })
const withQuery = (query: string) => requestOf('', { target: `/?${query}` })
const goodQuery = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20261123T165232Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`

const pieces = (...names: string[]) =>
  names.map((name) => `Authorization header requires '${name}' parameter. `).join('')
const problems: readonly [rule: string, request: HttpRequest, code: string, message: string][] = [
  ['none', requestOf(''), 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  [
    'both',
    { ...withAuthorization(good), target: `/?${goodQuery}` },
    'SignatureDoesNotMatch',
    "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
  ],
  [
    'all pieces missing',
    requestOf('', { rawHeaders: ['Authorization', 'AWS4-HMAC-SHA256'] }),
    'IncompleteSignature',
    `${pieces('Credential', 'Signature', 'SignedHeaders')}Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256`,
  ],
  [
    'one piece missing',
    withAuthorization(good.replace('Signature=', 'Sig=')),
    'IncompleteSignature',
    `${pieces('Signature')}Authorization=AWS4-HMAC-SHA256`,
  ],
  [
    'no key=value',
    withAuthorization('Bearer abc'),
    'IncompleteSignature',
    "'abc' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer abc'.",
  ],
  [
    'date',
    withAuthorization(good, '201'),
    'IncompleteSignature',
    "Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601",
  ],
  [
    'a day that is none',
    withAuthorization(good, '20261131T000000Z'),
    'IncompleteSignature',
    "Date must be in ISO-8601 'basic format'. Got '20261131T000000Z'. See http://en.wikipedia.org/wiki/ISO_8601",
  ],
  [
    'host not signed',
    withAuthorization(good.replace('host;', '')),
    'SignatureDoesNotMatch',
    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'algorithm',
    withAuthorization(good.replace('AWS4-HMAC-SHA256', 'X')),
    'IncompleteSignature',
    "Unsupported AWS 'algorithm': 'X' (only AWS4-HMAC-SHA256 for now). ",
  ],
  [
    'credential',
    withAuthorization(good.replace(scope, 'a/b/c/d')),
    'IncompleteSignature',
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'",
  ],
  [
    'query pieces',
    withQuery(
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=x&X-Amz-SignedHeaders=host&X-Amz-Credential=a',
    ),
    'IncompleteSignature',
    "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters.",
  ],
  // Chosen by us.
  [
    'expires',
    withQuery(goodQuery.replace('Expires=60', 'Expires=604801')),
    'IncompleteSignature',
    'X-Amz-Expires must be a number between 1 and 604800.',
  ],
  [
    'a header twice',
    withAuthorization(good, undefined, ['x-amz-date', '20261123T165232Z']),
    'IncompleteSignature',
    "'x-amz-date' must be given only once.",
  ],
  [
    'a piece twice',
    withAuthorization(`${good}, Signature=b`),
    'IncompleteSignature',
    "'Signature' must be given only once.",
  ],
  [
    'a parameter twice',
    withQuery(`${goodQuery}&X-Amz-Signature=b`),
    'IncompleteSignature',
    "'X-Amz-Signature' must be given only once.",
  ],
]
for (const [rule, request, code, message] of problems) {
  test(`parseSignature: ${rule}`, () => {
    expect(parseSignature(request)).toEqual({ ok: false, error: { code, message } })
  })
}

const forms: readonly [rule: string, request: HttpRequest][] = [
  ['as written by the SDKs', withAuthorization(good)],
  ['without spaces', withAuthorization(good.replaceAll(', ', ','))],
  [
    'in another order',
    withAuthorization(
      `AWS4-HMAC-SHA256 Signature=${signature},SignedHeaders=x-amz-date;host, Credential=${scope}`,
    ),
  ],
  [
    'with a Date header',
    requestOf('', {
      rawHeaders: ['Host', 'h', 'Date', 'Mon, 23 Nov 2026 16:52:32 GMT', 'Authorization', good],
    }),
  ],
]
for (const [rule, request] of forms) {
  test(`parseSignature: ${rule}`, () => {
    expect(parseSignature(request)).toMatchObject({
      ok: true,
      signed: {
        accessKeyId: 'AKIDEXAMPLE',
        signedHeaders: ['host', 'x-amz-date'],
        date: now,
        timestamp: '20261123T165232Z',
      },
    })
  })
}

function signedOf(request: HttpRequest) {
  const parsed = parseSignature(request)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.signed
}

const scopes: readonly [rule: string, scope: string, message: string | undefined][] = [
  ['right', 'K/20261123/eu-west-1/iam/aws4_request', undefined],
  ['no region', 'K/20261123//iam/aws4_request', 'Credential should be scoped to a valid region. '],
  [
    'service',
    'K/20261123/us-east-1/sts/aws4_request',
    "Credential should be scoped to correct service: 'iam'. ",
  ],
  [
    'terminator',
    'K/20261123/us-east-1/iam/x',
    "Credential should be scoped with a valid terminator: 'aws4_request', not 'x'. ",
  ],
  [
    'date',
    'K/b/us-east-1/iam/aws4_request',
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20261123', from '20261123T165232Z'.",
  ],
  [
    'region and service',
    'K/20261123/_/sts/aws4_request',
    "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'iam'. ",
  ],
]
for (const [rule, given, message] of scopes) {
  test(`checkScope: ${rule}`, () => {
    const signed = signedOf(withAuthorization(good.replace(scope, given)))
    expect(checkScope(signed, 'iam')?.message).toBe(message)
  })
}

const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const clocks: readonly [
  rule: string,
  request: HttpRequest,
  now: Date,
  message: string | undefined,
][] = [
  ['five minutes late', withAuthorization(good), later(300), undefined],
  [
    'a second more',
    withAuthorization(good),
    later(301),
    'Signature expired: 20261123T165232Z is now earlier than 20261123T165233Z (20261123T165733Z - 5 min.)',
  ],
  ['five minutes early', withAuthorization(good), later(-300), undefined],
  [
    'a second earlier',
    withAuthorization(good),
    later(-301),
    'Signature not yet current: 20261123T165232Z is still later than 20261123T165231Z (20261123T164731Z + 5 min.)',
  ],
  ['presigned, in time', withQuery(goodQuery), later(60), undefined],
  [
    'presigned, expired',
    withQuery(goodQuery),
    later(61),
    'Signature expired: 20261123T165232Z is now earlier than 20261123T165233Z (20261123T165333Z - 1 min.)',
  ],
  ['presigned, fifteen minutes early', withQuery(goodQuery), later(-900), undefined],
  [
    'presigned for S3, expired',
    withQuery(goodQuery.replace('iam', 's3')),
    later(61),
    'Request has expired',
  ],
  [
    'S3, fifteen minutes late',
    withAuthorization(good.replace('/iam/', '/s3/')),
    later(900),
    undefined,
  ],
  [
    'S3, a second more',
    withAuthorization(good.replace('/iam/', '/s3/')),
    later(901),
    'The difference between the request time and the current time is too large.',
  ],
]
for (const [rule, request, at, message] of clocks) {
  test(`checkClock: ${rule}`, () =>
    expect(checkClock(signedOf(request), at)?.message).toBe(message))
}

const keyFor = (service: string) =>
  deriveSigningKey(credentials.secretAccessKey, '20261123', 'us-east-1', service)
const verifies = (request: HttpRequest, service = 'iam') =>
  signatureMatches(request, signedOf(request), keyFor(service), sha256Hex(request.body))

const unsigned = {
  method: 'POST',
  target: '/a%20b/?x=1&b=%2F',
  rawHeaders: ['Host', 'h', 'X-Note', ' a  b '],
  body: 'Action=GetUser',
}
const signedRequest = requestOf(unsigned.body, {
  target: unsigned.target,
  rawHeaders: sign(unsigned, options),
})

// What a signature covers: each change must break it.
const changes: readonly [what: string, change: Partial<HttpRequest>][] = [
  ['method', { method: 'PUT' }],
  ['path', { target: '/a%20c/?x=1&b=%2F' }],
  ['query', { target: '/a%20b/?x=2&b=%2F' }],
  ['body', { body: Buffer.from('Action=DeleteUser') }],
  [
    'a signed header',
    { rawHeaders: signedRequest.rawHeaders.map((text) => (text === 'h' ? 'evil' : text)) },
  ],
]
test('sign: what we sign verifies', () => expect(verifies(signedRequest)).toBe(true))
for (const [what, change] of changes) {
  test(`signatureMatches: another ${what} does not verify`, () => {
    expect(verifies({ ...signedRequest, ...change })).toBe(false)
  })
}
test('signatureMatches: UNSIGNED-PAYLOAD is for S3 alone', () => {
  for (const [service, expected] of [
    ['iam', false],
    ['s3', true],
  ] as const) {
    const request = { ...unsigned, rawHeaders: ['Host', 'h'] }
    const target = presign(request, { ...options, service, expiresSeconds: 60 })
    const other = {
      ...requestOf('another body', { target, rawHeaders: ['Host', 'h'] }),
      method: 'POST',
    }
    expect(verifies(other, service)).toBe(expected)
  }
})
test('signatureMatches: a signature in capitals, or of another length, does not match', () => {
  const signed = signedOf(signedRequest)
  const hash = sha256Hex(signedRequest.body)
  for (const wrong of [signed.signature.toUpperCase(), signed.signature.slice(2), '', 'zz']) {
    const given = { ...signed, signature: wrong }
    expect(signatureMatches(signedRequest, given, keyFor('iam'), hash), wrong).toBe(
      /^[0-9a-f]{64}$/.test(wrong),
    )
  }
})

test('bytes that nobody meant are answered, never thrown', () => {
  const line = fc.string({ unit: 'binary', maxLength: 30 })
  const mutated = fc
    .tuple(fc.nat(good.length), line)
    .map(([at, more]) => good.slice(0, at) + more + good.slice(at))
  fc.assert(
    fc.property(fc.oneof(line, mutated), line, line, (authorization, target, date) => {
      const request = withAuthorization(authorization, date)
      const parsed = parseSignature({ ...request, target: `/${target}` })
      if (parsed.ok) {
        checkScope(parsed.signed, 'iam')
        checkClock(parsed.signed, now)
        signatureMatches(
          { ...request, target: `/${target}` },
          parsed.signed,
          keyFor('iam'),
          sha256Hex(''),
        )
      }
      const query = parseSignature(withQuery(`${goodQuery}&${target}`))
      if (query.ok)
        signatureMatches(
          withQuery(`${goodQuery}&${target}`),
          query.signed,
          keyFor('iam'),
          sha256Hex(''),
        )
    }),
    { numRuns: 2000 },
  )
})
