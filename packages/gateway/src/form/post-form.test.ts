import { createHash, createHmac } from 'node:crypto'
import { deriveSigningKey } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { callerWith, credentials, identityPolicy, now } from '../testing/gate.ts'
import { arrived, everything, nothing, policyOf, reports, send } from '../testing/s3-gate.ts'

// Goal: a browser's form puts an object where its policy says, as whoever signed it, and nothing else.
// Method: forms as an SDK presigns them, to a gate before a backend that keeps what arrives.
const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
const day = stamp.slice(0, 8)
const inAnHour = new Date(now.getTime() + 3_600_000).toISOString()

interface Form {
  readonly fields?: Readonly<Record<string, string>>
  /** Of the policy, beside those that are about the signature. */
  readonly conditions?: readonly unknown[]
  readonly expiration?: string
  readonly secret?: string
  /** Added, or changed, once it is signed. */
  readonly smuggled?: Readonly<Record<string, string>>
  readonly file?: string
  readonly unsigned?: boolean
}

function signature(given: Form): Readonly<Record<string, string>> {
  const { conditions = [['eq', '$key', 'a']], expiration = inAnHour } = given
  const own = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${credentials.accessKeyId}/${day}/us-east-1/s3/aws4_request`,
    'x-amz-date': stamp,
  }
  const named = Object.entries(own).map(([name, value]) => ({ [name]: value }))
  const document = { expiration, conditions: [{ bucket: 'reports' }, ...named, ...conditions] }
  const policy = Buffer.from(JSON.stringify(document)).toString('base64')
  const { secret = credentials.secretAccessKey } = given
  const key = deriveSigningKey(secret, day, 'us-east-1', 's3')
  return {
    ...own,
    policy,
    'x-amz-signature': createHmac('sha256', key).update(policy).digest('hex'),
  }
}

function bodyOf(form: Form): string {
  const signed = form.unsigned ? {} : signature(form)
  const fields = { key: 'a', ...form.fields, ...signed, ...form.smuggled }
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head = 'Content-Disposition: form-data; name="file"; filename="dir/me.txt"'
  return `${parts.join('')}--edge\r\n${head}\r\n\r\n${form.file ?? 'content'}\r\n--edge--\r\n`
}

function post(form: Form, call: Parameters<typeof send>[0] = {}) {
  const headers = ['Content-Type', 'multipart/form-data; boundary=edge']
  const target = '/reports'
  return send({ method: 'POST', target, headers, form: true, body: bodyOf(form), ...call })
}

const atKey = ['eq', '$key', 'a']
const failed = 'Invalid according to Policy: Policy Condition failed: '
// Source: S3 API Reference, "POST policy", "Error responses"; what S3 says to SDK users' forms.
const refused: readonly [what: string, form: Form, code: string, message?: string][] = [
  [
    'another key than the policy says',
    { fields: { key: 'b' } },
    'AccessDenied',
    `${failed}["eq","$key","a"]`,
  ],
  [
    'a key that begins otherwise',
    { fields: { key: 'b' }, conditions: [['starts-with', '$key', 'a']] },
    'AccessDenied',
  ],
  [
    'a field that no condition names',
    { fields: { acl: 'private' } },
    'AccessDenied',
    'Invalid according to Policy: Extra input fields: acl',
  ],
  ['metadata added afterwards', { smuggled: { 'x-amz-meta-a': 'b' } }, 'AccessDenied'],
  [
    'a field that is asked for and missing',
    { conditions: [atKey, ['starts-with', '$Content-Type', '']] },
    'AccessDenied',
  ],
  [
    'a list of types of which one is another',
    {
      fields: { 'Content-Type': 'image/png, text/html' },
      conditions: [atKey, ['starts-with', '$Content-Type', 'image/']],
    },
    'AccessDenied',
  ],
  ['another bucket', { conditions: [atKey, { bucket: 'others' }] }, 'AccessDenied'],
  [
    'a policy that has expired',
    { expiration: now.toISOString() },
    'AccessDenied',
    'Invalid according to Policy: Policy expired.',
  ],
  [
    'a file past the range',
    { conditions: [atKey, ['content-length-range', 0, 6]] },
    'EntityTooLarge',
  ],
  [
    'a file short of the range',
    { conditions: [atKey, ['content-length-range', 8, 9]] },
    'EntityTooSmall',
  ],
  ['another secret', { secret: 'guessed' }, 'SignatureDoesNotMatch'],
  ['another policy than was signed', { smuggled: { policy: 'e30=' } }, 'SignatureDoesNotMatch'],
  [
    'a policy that is no JSON',
    { unsigned: true, smuggled: { ...signatureOver('nonsense') } },
    'InvalidPolicyDocument',
  ],
  ['no signature of the policy', { smuggled: { 'x-amz-signature': '' } }, 'InvalidArgument'],
  [
    'a policy that nobody signed',
    { unsigned: true, smuggled: { policy: 'e30=' } },
    'InvalidArgument',
  ],
  [
    'a signature of another day',
    { smuggled: { 'x-amz-date': '20200101T000000Z' } },
    'AuthorizationHeaderMalformed',
  ],
  [
    'Signature Version 2',
    { unsigned: true, smuggled: { AWSAccessKeyId: 'a', signature: 'b', policy: 'e30=' } },
    'InvalidRequest',
  ],
  ['no key', { fields: { key: '' } }, 'InvalidArgument'],
  [
    'a copy in disguise',
    {
      fields: { 'x-amz-copy-source': 'x/y' },
      conditions: [atKey, ['starts-with', '$x-amz-copy-source', '']],
    },
    'InvalidArgument',
  ],
  [
    'a condition of another kind',
    { conditions: [atKey, ['ends-with', '$key', 'a']] },
    'InvalidPolicyDocument',
  ],
  [
    'tags that are no XML',
    { fields: { tagging: 'a=b' }, conditions: [atKey, ['eq', '$tagging', 'a=b']] },
    'MalformedXML',
  ],
]

function signatureOver(policy: string): Readonly<Record<string, string>> {
  const key = deriveSigningKey(credentials.secretAccessKey, day, 'us-east-1', 's3')
  return {
    ...signature({}),
    policy,
    'x-amz-signature': createHmac('sha256', key).update(policy).digest('hex'),
  }
}

for (const [what, form, code, message] of refused) {
  test(`${what}: ${code}, and nothing reaches the backend`, async () => {
    const answer = await post(form)
    expect(answer.code).toBe(code)
    if (message !== undefined) expect(answer.message.replaceAll('&quot;', '"')).toBe(message)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(arrived).toEqual([])
  })
}

test('a form puts its file, and is answered 204 as a browser shows nothing', async () => {
  const answer = await post({ conditions: [atKey, ['content-length-range', 7, 7]] })
  expect(answer).toMatchObject({ status: 204, text: '' })
  expect(answer.headers['location']).toBe('http://127.0.0.1:4600/reports/a')
  expect(arrived).toEqual(['PUT /reports/a content'])
  expect(answer.event).toMatchObject({ operation: 'PutObject', status: 204 })
})

test('the file gives the key its name, and the policy sees it so', async () => {
  const fields = { key: 'in/${filename}' }
  await post({ fields, conditions: [['starts-with', '$key', 'in/']] })
  expect(arrived).toEqual(['PUT /reports/in/me.txt content'])
})

test('201 tells where the object is, and a redirect leads where it was asked to', async () => {
  const fields = { success_action_status: '201' }
  const told = await post({ fields, conditions: [atKey, fields] })
  expect(told.status).toBe(201)
  expect(told.text).toContain('<Bucket>reports</Bucket><Key>a</Key>')
  const redirect = { success_action_redirect: 'https://example.org/done?x=1' }
  const led = await post({ fields: redirect, conditions: [atKey, redirect] })
  expect(led.status).toBe(303)
  expect(led.headers['location']).toMatch(
    /^https:\/\/example\.org\/done\?x=1&bucket=reports&key=a&/,
  )
  const script = { success_action_redirect: 'javascript:alert(1)' }
  expect((await post({ fields: script, conditions: [atKey, script] })).status).toBe(204)
})

test('who signed it must be allowed to put: the object, its tags, by a form', async () => {
  expect((await post({}, { by: nothing })).code).toBe('AccessDenied')
  const put = (condition: object, action = 's3:PutObject') =>
    callerWith(
      identityPolicy('put', { Effect: 'Allow', Action: action, Resource: '*', ...condition }),
    )
  const byForm = { Condition: { StringEquals: { 's3:authType': 'POST' } } }
  expect((await post({}, { by: put(byForm) })).status).toBe(204)
  const byHeader = { Condition: { StringEquals: { 's3:authType': 'REST-HEADER' } } }
  expect((await post({}, { by: put(byHeader) })).code).toBe('AccessDenied')
  const tagging = '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>'
  const tagged = { fields: { tagging }, conditions: [atKey, ['starts-with', '$tagging', '']] }
  expect((await post(tagged, { by: put({}) })).code).toBe('AccessDenied')
  expect((await post(tagged, { by: everything })).status).toBe(204)
})

// Source: S3 API Reference, "POST Object", form fields: x-amz-checksum-….
test('a checksum in a form is held against its file, and nothing of another is kept', async () => {
  for (const [text, code] of [
    ['content', ''],
    ['another', 'BadDigest'],
  ] as const) {
    const digest = createHash('sha256').update(text).digest('base64')
    const fields = { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-sha256': digest }
    const answer = await post({ fields, conditions: [atKey, fields] })
    expect(answer.code).toBe(code)
  }
  expect(arrived).toEqual(['PUT /reports/a content'])
})

test('a form of nobody puts only where the bucket lets everybody', async () => {
  expect((await post({ unsigned: true })).code).toBe('AccessDenied')
  const open = reports(policyOf({ Principal: '*', Action: 's3:PutObject' }))
  expect((await post({ unsigned: true }, { resources: open })).status).toBe(204)
})
