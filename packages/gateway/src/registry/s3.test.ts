import { expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { accountId, callerWith, identityPolicy } from '../testing/gate.ts'
import { bucketOf, memoryResources } from '../testing/resources.ts'
import {
  ann,
  arrived,
  everything,
  nothing,
  other,
  policyOf,
  read,
  reply,
  reports,
  send,
} from '../testing/s3-gate.ts'
import type { Resource, ResourcePort } from './resource.ts'
import { newBucketSettings } from './s3-access.ts'

// Goal: buckets are owned, and their policies decide together with the caller's, as on AWS; what the
// gate keeps reaches no backend. Method: the gate before a backend that keeps what arrives, and
// answers what the test puts there. Sources: evaluation-logic §2 to §4; S3 API Reference.
const denied = { Effect: 'Deny', Principal: '*', ...read }
const theirs = { accountId: other }

const decisions: readonly [
  rule: string,
  by: Caller | 'anonymous',
  policy: object | undefined,
  owner: Partial<Resource>,
  status: number,
][] = [
  ['in one account the caller’s policy suffices', everything, undefined, {}, 200],
  ['in one account a grant to the caller suffices', nothing, { Principal: ann, ...read }, {}, 200],
  ['in one account a grant to the account does not', nothing, accountGrant(), {}, 403],
  ['without either it is denied', nothing, undefined, {}, 403],
  ['a Deny of the bucket denies an administrator', everything, denied, {}, 403],
  ['across accounts the caller’s policy does not suffice', everything, undefined, theirs, 403],
  ['nor does the bucket’s', nothing, { Principal: ann, ...read }, theirs, 403],
  ['both do', everything, { Principal: ann, ...read }, theirs, 200],
  ['a stranger is refused', 'anonymous', undefined, {}, 403],
  ['a stranger is let in by everybody', 'anonymous', { Principal: '*', ...read }, {}, 200],
  ['a stranger is not everybody in AWS', 'anonymous', { Principal: ann, ...read }, {}, 403],
  [
    'RestrictPublicBuckets keeps strangers out',
    'anonymous',
    { Principal: '*', ...read },
    { settings: newBucketSettings },
    403,
  ],
  [
    'and other accounts',
    everything,
    { Principal: '*', ...read },
    { ...theirs, settings: newBucketSettings },
    403,
  ],
  ['but not its own', nothing, { Principal: '*', ...read }, { settings: newBucketSettings }, 200],
]

function accountGrant() {
  return { Principal: { AWS: accountId }, ...read }
}

for (const [rule, by, statement, fields, status] of decisions) {
  test(`decided: ${rule}`, async () => {
    const resources = reports(statement && policyOf(statement), fields)
    expect(await send({ by, resources })).toMatchObject({ status })
    expect(arrived).toEqual(status === 200 ? ['GET /reports/a'] : [])
  })
}

test('who denies is named within the account, and nothing to strangers', async () => {
  const resources = reports(policyOf(denied))
  const own = await send({ resources })
  expect(own.message).toContain('with an explicit deny in a resource-based policy')
  expect((await send({ resources: reports(undefined, theirs) })).message).toBe('Access Denied')
})

test('tags decide once ABAC is on', async () => {
  const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
  const tags = [{ Key: 'env', Value: 'test' }]
  for (const key of ['aws:ResourceTag/env', 's3:BucketTag/env']) {
    const Condition = { StringEquals: { [key]: 'test' } }
    const by = callerWith(identityPolicy('tags', { ...allow, Condition }))
    for (const abac of ['Enabled', 'Disabled']) {
      const resources = reports(undefined, { tags, settings: { abac } })
      expect((await send({ by, resources })).status, `${key} ${abac}`).toBe(
        abac === 'Enabled' ? 200 : 403,
      )
    }
  }
})

test('tags of an object are asked for where a policy depends on them, and nowhere else', async () => {
  const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
  const Condition = { StringEquals: { 's3:ExistingObjectTag/class': 'open' } }
  const by = callerWith(identityPolicy('tags', { ...allow, Condition }))
  const tagged = (value: string) =>
    `<Tagging><TagSet><Tag><Key>class</Key><Value>${value}</Value></Tag></TagSet></Tagging>`
  for (const [value, status] of [
    ['open', 200],
    ['secret', 403],
  ] as const) {
    reply({ 'GET /reports/a?tagging': [200, tagged(value)] })
    expect((await send({ by })).status).toBe(status)
  }
  reply({ 'GET /reports/a?tagging': [404, '<Error><Code>NoSuchKey</Code></Error>'] })
  expect((await send({ by })).status).toBe(403)
  arrived.length = 0
  await send({ by: everything })
  expect(arrived).toEqual(['GET /reports/a'])
})

test('a presigned URL does not outlive its signer’s permission', async () => {
  const presigned = { target: '/reports/a', presigned: true }
  expect((await send(presigned)).status).toBe(200)
  expect((await send({ ...presigned, by: nothing })).status).toBe(403)
})

const created = 'PUT /reports'
const missing: [number, string] = [404, '']

test('a bucket is made: recorded, then made, with public access blocked', async () => {
  const resources = memoryResources()
  reply({
    'HEAD /reports': missing,
    'GET /': [
      200,
      '<R><Buckets><Bucket><Name>reports</Name><CreationDate>2026-11-24T01:02:03.000Z</CreationDate></Bucket></Buckets></R>',
    ],
  })
  const made = await send({ method: 'PUT', target: '/reports', resources })
  expect(made.status).toBe(200)
  expect(arrived).toEqual(['HEAD /reports', created, 'GET /'])
  expect(resources.find('arn:aws:s3:::reports')).toMatchObject({
    accountId,
    state: 'active',
    settings: { region: 'us-east-1', ...newBucketSettings },
    backendCreatedAt: new Date('2026-11-24T01:02:03Z'),
  })
})

const madeAnew: readonly [
  what: string,
  head: readonly [number, string],
  listed: string,
  code: string,
][] = [
  ['is as it was', [200, ''], '2026-11-01T00:00:00.000Z', 'BucketAlreadyOwnedByYou'],
  ['is gone', missing, '2026-11-01T00:00:00.000Z', ''],
  ['is another’s', [200, ''], '2026-11-02T00:00:00.000Z', 'BucketAlreadyExists'],
]
for (const [what, head, listed, code] of madeAnew) {
  test(`one’s own bucket is made again where it ${what}`, async () => {
    const backendCreatedAt = new Date('2026-11-01T00:00:00Z')
    const resources = reports(policyOf(denied), { backendCreatedAt })
    const bucket = `<Bucket><Name>reports</Name><CreationDate>${listed}</CreationDate></Bucket>`
    reply({ 'HEAD /reports': head, 'GET /': [200, `<R><Buckets>${bucket}</Buckets></R>`] })
    expect((await send({ method: 'PUT', target: '/reports', resources })).code).toBe(code)
    const found = resources.find('arn:aws:s3:::reports')
    expect(found === undefined).toBe(code === 'BucketAlreadyExists')
    expect(found?.policy === undefined).toBe(code !== 'BucketAlreadyOwnedByYou')
  })
}

const taken: readonly [who: string, resources: () => ResourcePort, code: string][] = [
  ['by another', () => reports(undefined, theirs), 'BucketAlreadyExists'],
  ['by oneself', () => reports(undefined), 'BucketAlreadyOwnedByYou'],
  ['in the backend, by nobody', () => memoryResources(), 'BucketAlreadyExists'],
]

for (const [who, resources, code] of taken) {
  test(`a bucket’s name that is taken ${who}`, async () => {
    const answer = await send({ method: 'PUT', target: '/reports', resources: resources() })
    expect(answer).toMatchObject({ status: 409, code })
    expect(arrived).not.toContain(created)
  })
}

test('what the backend refuses to make leaves no record; what was begun is begun anew', async () => {
  const resources = memoryResources()
  reply({ 'HEAD /reports': missing, [created]: [400, '<Error><Code>No</Code></Error>'] })
  expect((await send({ method: 'PUT', target: '/reports', resources })).status).toBe(400)
  expect(resources.find('arn:aws:s3:::reports')).toBeUndefined()
  reply({})
  const begun = reports(undefined, { state: 'creating' })
  expect((await send({ method: 'PUT', target: '/reports', resources: begun })).status).toBe(200)
  expect(begun.find('arn:aws:s3:::reports')?.state).toBe('active')
})

test('what was begun and is there after all is its owner’s, whose next attempt says so', async () => {
  const owned = [409, '<Error><Code>BucketAlreadyOwnedByYou</Code></Error>'] as const
  for (const [there, state] of [
    [[200, ''], 'active'],
    [missing, 'creating'],
  ] as const) {
    const begun = reports(undefined, { state: 'creating' })
    reply({ [created]: owned, 'HEAD /reports': there })
    const answer = await send({ method: 'PUT', target: '/reports', resources: begun })
    expect(answer.code).toBe('BucketAlreadyOwnedByYou')
    expect(begun.find('arn:aws:s3:::reports')?.state).toBe(state)
  }
})

test('a bucket nobody adopted is not there, once it is allowed', async () => {
  const resources = memoryResources()
  expect(await send({ resources })).toMatchObject({ status: 404, code: 'NoSuchBucket' })
  expect(await send({ resources, by: nothing })).toMatchObject({ code: 'AccessDenied' })
  expect(arrived).toEqual([])
})

test('a deleted bucket’s record goes; one that is not empty stays', async () => {
  const resources = reports(undefined)
  const call = { method: 'DELETE', target: '/reports', resources }
  reply({ 'DELETE /reports': [409, '<Error><Code>BucketNotEmpty</Code></Error>'] })
  expect((await send(call)).code).toBe('BucketNotEmpty')
  expect(resources.find('arn:aws:s3:::reports')).toBeDefined()
  reply({ 'DELETE /reports': [204, ''] })
  expect((await send(call)).status).toBe(204)
  expect(resources.find('arn:aws:s3:::reports')).toBeUndefined()
})

test('a bucket that the backend has lost: its record goes, and the event says so', async () => {
  const resources = reports(undefined)
  reply({ 'GET /reports/a': [404, '<Error><Code>NoSuchBucket</Code></Error>'] })
  const { event } = await send({ resources })
  expect(event?.lost).toEqual(['arn:aws:s3:::reports'])
  expect(resources.find('arn:aws:s3:::reports')).toBeUndefined()
  reply({ 'GET /reports/a': [404, '<Error><Code>NoSuchKey</Code></Error>'] })
  const kept = reports(undefined)
  await send({ resources: kept })
  expect(kept.find('arn:aws:s3:::reports')).toBeDefined()
})

test('buckets are listed by owner, in pages', async () => {
  const resources = memoryResources(
    ...['c', 'a', 'b'].map((name) => bucketOf(`${name}-reports`)),
    bucketOf('b-theirs', theirs),
  )
  const names = (text: string) => [...text.matchAll(/<Name>([^<]*)/g)].map(([, name]) => name)
  const first = await send({ target: '/?max-buckets=2', resources })
  expect(names(first.text)).toEqual(['a-reports', 'b-reports'])
  const token = /<ContinuationToken>([^<]*)/.exec(first.text)?.[1] ?? ''
  const target = `/?max-buckets=2&continuation-token=${token}`
  expect(names((await send({ target, resources })).text)).toEqual(['c-reports'])
  const prefixed = await send({ target: '/?prefix=b', resources })
  expect(names(prefixed.text)).toEqual(['b-reports'])
  expect(arrived).toEqual([])
})
