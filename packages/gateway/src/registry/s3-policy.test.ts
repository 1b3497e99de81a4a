import { expect, test } from 'vitest'
import { accountId } from '../testing/gate.ts'
import {
  ann,
  arrived,
  other,
  policyOf,
  read,
  reply,
  reports,
  root,
  send,
  type Call,
} from '../testing/s3-gate.ts'
import type { ResourcePort } from './resource.ts'
import { newBucketSettings } from './s3-access.ts'

// Goal: what the gate keeps of a bucket is validated, kept and answered as S3 does, and reaches no
// backend. Sources: policy-language §10; S3 API Reference, each operation.
const missing: [number, string] = [404, '']
const put = { method: 'PUT', target: '/reports?policy' }
const open = { settings: { publicAccessBlock: undefined } }

const [ofBucket, ofObjects] = ['arn:aws:s3:::reports', 'arn:aws:s3:::reports/*']
const noResource = 'Action does not apply to any resource(s) in statement'
const noKey = 'Conditions do not apply to combination of actions and resources in statement'
const when = (key: string) => ({ Condition: { StringLike: { [key]: 'a' } } })

/** Sources: policy-language §10; reports of users of S3, on actions and keys that do not apply. */
const statements: readonly [what: string, statement: object, message?: string][] = [
  ['an action that is none', { Action: 's3:ListObjects' }, 'Policy has invalid action'],
  ['a pattern of none', { Action: 's3:Fetch*' }, 'Policy has invalid action'],
  ['an action in another case', { Action: 'S3:getobject' }],
  ['objects for the bucket', { Action: 's3:GetObject', Resource: ofBucket }, noResource],
  ['the bucket for objects', { Action: 's3:ListBucket', Resource: ofObjects }, noResource],
  [
    'one of two that does not apply',
    { Action: ['s3:GetObject', 's3:ListBucket'], Resource: ofObjects },
    noResource,
  ],
  ['no resource of buckets', { Action: 's3:ListAllMyBuckets' }, noResource],
  ['all for the bucket', { Action: 's3:*', Resource: ofBucket }],
  ['all of objects for the bucket', { Action: 's3:GetObject*', Resource: ofBucket }, noResource],
  ['both', { Action: ['s3:GetObject', 's3:ListBucket'] }],
  ['prefix of a list', { Action: 's3:ListBucket', ...when('s3:prefix') }],
  ['prefix of an object', { Action: 's3:GetObject', ...when('s3:prefix') }, noKey],
  [
    'prefix of what lists, and of what does not',
    { Action: ['s3:ListBucket', 's3:GetBucketAcl'], ...when('s3:prefix') },
    noKey,
  ],
  ['prefix of all', { Action: 's3:*', ...when('S3:Prefix') }],
  [
    'prefix of all of objects',
    { Action: 's3:*', Resource: ofObjects, ...when('s3:prefix') },
    noKey,
  ],
  ['the object’s tag', { Action: 's3:GetObject', ...when('s3:ExistingObjectTag/team') }],
  ['an access point’s account', { Action: 's3:*', ...when('s3:DataAccessPointAccount') }],
  [
    'a key of none',
    { Action: 's3:GetObject', ...when('s3:Colour') },
    'Policy has an invalid condition key',
  ],
  ['a global key', { Action: 's3:GetObject', ...when('aws:PrincipalArn') }],
  ['NotAction', { NotAction: 's3:GetObject', Resource: ofBucket }],
  [
    'a canonical user',
    { Action: 's3:GetObject', Principal: { CanonicalUser: 'ab'.repeat(32) } },
    'Invalid principal in policy',
  ],
]

const policies: readonly [what: string, policy: string, code: string, message: string][] = [
  ['no JSON', 'x', 'MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'"],
  [
    'no principal',
    policyOf({ Action: 's3:GetObject' }),
    'MalformedPolicy',
    'Missing required field Principal',
  ],
  [
    'another bucket',
    policyOf({ Principal: ann, ...read, Resource: 'arn:aws:s3:::reports2/*' }),
    'MalformedPolicy',
    'Policy has invalid resource',
  ],
  [
    'everything',
    policyOf({ Principal: ann, ...read, Resource: '*' }),
    'MalformedPolicy',
    'Policy has invalid resource',
  ],
  [
    'an action of another service',
    policyOf({ Principal: ann, Action: 'sqs:SendMessage' }),
    'MalformedPolicy',
    'Policy has invalid action',
  ],
  ...statements.map(([what, statement, message = '']): (typeof policies)[number] => [
    what,
    policyOf({ Principal: ann, ...statement }),
    message === '' ? '' : 'MalformedPolicy',
    message,
  ]),
  ['of full size', sized(20_480), '', ''],
  [
    'one character more',
    sized(20_481),
    'PolicyTooLarge',
    'Policy exceeds the maximum allowed document size.',
  ],
]

function sized(chars: number): string {
  const of = (Sid: string) => policyOf({ Sid, Principal: ann, ...read })
  return of('a'.repeat(chars - of('').length))
}

for (const [what, body, code, message] of policies) {
  test(`a policy that names ${what}`, async () => {
    const answer = await send({ ...put, body })
    expect({ code: answer.code, message: answer.message.replaceAll('&apos;', "'") }).toEqual({
      code,
      message,
    })
    expect(arrived).toEqual([])
  })
}

test('a policy is kept, read back and deleted', async () => {
  const resources = reports(undefined, open)
  const body = policyOf({ Principal: '*', ...read })
  const status = { target: '/reports?policyStatus', resources }
  expect((await send(status)).code).toBe('NoSuchBucketPolicy')
  expect((await send({ ...put, body, resources })).status).toBe(200)
  expect((await send({ target: '/reports?policy', resources })).text).toBe(body)
  expect((await send(status)).text).toContain('<IsPublic>true</IsPublic>')
  expect((await send({ by: 'anonymous', resources })).status).toBe(200)
  const gone = { method: 'DELETE', target: '/reports?policy', resources }
  expect((await send(gone)).status).toBe(204)
  expect((await send({ target: '/reports?policy', resources })).code).toBe('NoSuchBucketPolicy')
  expect((await send({ by: 'anonymous', resources })).status).toBe(403)
  expect(arrived).toEqual(['GET /reports/a'])
})

test('BlockPublicPolicy refuses a public policy, until it is off', async () => {
  const resources = reports(undefined, { settings: newBucketSettings })
  const body = policyOf({ Principal: '*', ...read })
  const refused = await send({ ...put, body, resources })
  expect(refused).toMatchObject({ status: 403, code: 'AccessDenied' })
  expect(refused.message).toContain('BlockPublicPolicy block public access setting')
  const block = { target: '/reports?publicAccessBlock', resources }
  expect((await send(block)).text).toContain('<BlockPublicPolicy>true</BlockPublicPolicy>')
  expect((await send({ ...block, method: 'DELETE' })).status).toBe(204)
  expect((await send(block)).code).toBe('NoSuchPublicAccessBlockConfiguration')
  expect((await send({ ...put, body, resources })).status).toBe(200)
})

test('the owner’s root gets out of a lock-out, and no other way', async () => {
  const lockout = policyOf({ Effect: 'Deny', Principal: '*', Action: 's3:*' })
  const resources = reports(lockout)
  expect((await send({ target: '/reports?policy', resources })).status).toBe(403)
  expect((await send({ by: root, resources })).status).toBe(403)
  expect((await send({ by: root, target: '/reports?policy', resources })).text).toBe(lockout)
  const gone = { method: 'DELETE', target: '/reports?policy', resources }
  expect((await send({ ...gone, by: root })).status).toBe(204)
  expect((await send({ resources })).status).toBe(200)
})

test('what changed meanwhile is decided anew, in the transaction', async () => {
  const resources = reports(undefined)
  const lockout = policyOf({ Effect: 'Deny', Principal: '*', Action: 's3:*' })
  const racing: ResourcePort = {
    ...resources,
    async change(resource, event, change) {
      const policy = { text: lockout, saved: lockout }
      await resources.change(resource, event, (current) => ({ ...current, policy }))
      return resources.change(resource, event, change)
    },
  }
  const body = policyOf({ Principal: ann, ...read })
  expect((await send({ ...put, body, resources: racing })).code).toBe('AccessDenied')
  expect(resources.find('arn:aws:s3:::reports')?.policy?.text).toBe(lockout)
})

const withHeader = (name: string, value: string) => ({ method: 'PUT', headers: [name, value] })
const acls: readonly [what: string, call: Call, status: number, code: string][] = [
  ['public-read', withHeader('x-amz-acl', 'public-read'), 400, 'AccessControlListNotSupported'],
  ['a grant', withHeader('x-amz-grant-read', 'id=1'), 400, 'AccessControlListNotSupported'],
  ['private', withHeader('x-amz-acl', 'private'), 200, ''],
  ['the owner’s', withHeader('x-amz-acl', 'bucket-owner-full-control'), 200, ''],
  [
    'one of a bucket',
    { ...withHeader('x-amz-acl', 'private'), target: '/reports?acl' },
    400,
    'AccessControlListNotSupported',
  ],
  [
    'the expected owner is another',
    withHeader('x-amz-expected-bucket-owner', other),
    403,
    'AccessDenied',
  ],
  ['the expected owner is it', withHeader('x-amz-expected-bucket-owner', accountId), 200, ''],
]

for (const [what, call, status, code] of acls) {
  test(`ACLs and owners: ${what}`, async () => {
    expect(await send(call)).toMatchObject({ status, code })
    expect(arrived).toEqual(status === 200 ? ['PUT /reports/a'] : [])
  })
}

test('ACLs are read as those of the owner, of an object that is there', async () => {
  const grant = '<Permission>FULL_CONTROL</Permission>'
  expect((await send({ target: '/reports?acl' })).text).toContain(grant)
  expect((await send({ target: '/reports/a?acl' })).text).toContain(grant)
  reply({ 'HEAD /reports/a': missing })
  expect((await send({ target: '/reports/a?acl' })).code).toBe('NoSuchKey')
})

test('tags of a bucket are kept, each once', async () => {
  const resources = reports(undefined)
  const tagging = (...names: readonly string[]) =>
    `<Tagging><TagSet>${names.map((name) => `<Tag><Key>${name}</Key><Value>v</Value></Tag>`).join('')}</TagSet></Tagging>`
  const call = { method: 'PUT', target: '/reports?tagging', resources }
  const names = Array.from({ length: 50 }, (_, index) => `k${String(index)}`)
  expect((await send({ ...call, body: tagging(...names, 'one more') })).code).toBe('InvalidTag')
  expect((await send({ ...call, body: tagging('a', 'a') })).code).toBe('InvalidTag')
  expect((await send({ ...call, body: tagging('aws:a') })).code).toBe('InvalidTag')
  expect((await send({ target: '/reports?tagging', resources })).code).toBe('NoSuchTagSet')
  expect((await send({ ...call, body: tagging(...names) })).status).toBe(200)
  const listed = await send({ target: '/reports?tagging', resources })
  expect(listed.text.match(/<Key>/g)).toHaveLength(50)
  expect((await send({ ...call, method: 'DELETE' })).status).toBe(204)
  expect(arrived).toEqual([])
})
