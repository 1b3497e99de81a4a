import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { requestOf } from '../testing/request.ts'
import { answerContainer } from './container-credentials.ts'
import {
  answerMetadata,
  type InstanceCredentials,
  type InstanceDescription,
} from './instance-metadata.ts'
import { isToken, issueToken, tokenTtlSecondsMax } from './metadata-token.ts'

// Goal: the metadata service and the containers' endpoint as the SDKs ask them, and who they refuse.
// Source: EC2 User Guide, "Instance metadata and user data"; SDKs and Tools Reference Guide.

const key = new Uint8Array(32).fill(7)
let now = new Date('2026-11-24T12:00:00Z')
beforeEach(() => (now = new Date('2026-11-24T12:00:00Z')))

const description: InstanceDescription = {
  instanceId: 'i-0123456789abcdef0',
  accountId: '111122223333',
  region: 'eu-west-1',
  availabilityZone: 'eu-west-1a',
  imageId: 'ami-1',
  instanceType: 't3.micro',
  reservationId: 'r-1',
  launchIndex: 0,
  launchedAt: now,
  privateIpAddress: '172.31.0.1',
  privateDnsName: 'ip-172-31-0-1.eu-west-1.compute.internal',
  tags: { stage: 'staging' },
  httpEndpoint: 'enabled',
  httpTokens: 'required',
  instanceMetadataTags: 'disabled',
  profile: { arn: 'arn:aws:iam::111122223333:instance-profile/p', id: 'AIPA1', roleName: 'web' },
}
const held: InstanceCredentials = {
  ok: true,
  accessKeyId: 'ASIA1',
  secretAccessKey: 'secret',
  sessionToken: 'token',
  issuedAt: now,
  expiresAt: new Date('2026-11-24T18:00:00Z'),
}

function ask(
  target: string,
  headers: Record<string, string> = {},
  change: Partial<InstanceDescription> = {},
  method = 'GET',
  credentials: InstanceCredentials = held,
) {
  const rawHeaders = Object.entries(headers).flat()
  const request = requestOf('', { method, target, rawHeaders })
  return answerMetadata(request, {
    key,
    now: () => now,
    description: { ...description, ...change },
    credentials: () => Promise.resolve(credentials),
  })
}

const ttl = (seconds: string) => ({ 'X-aws-ec2-metadata-token-ttl-seconds': seconds })
const put = (headers: Record<string, string>) => ask('/latest/api/token', headers, {}, 'PUT')
const withToken = async (seconds = '60') => {
  const { body } = await put(ttl(seconds))
  return { 'X-aws-ec2-metadata-token': String(body) }
}

const tokens: readonly [rule: string, headers: Record<string, string>, status: number][] = [
  ['with a time to live', ttl('1'), 200],
  ['of six hours', ttl(String(tokenTtlSecondsMax)), 200],
  ['of one second more', ttl(String(tokenTtlSecondsMax + 1)), 400],
  ['of none', ttl('0'), 400],
  ['of no number', ttl('1.5'), 400],
  ['without a time to live', {}, 400],
  ['through a proxy', { ...ttl('60'), 'X-Forwarded-For': '192.0.2.1' }, 403],
]
for (const [rule, headers, status] of tokens) {
  test(`a token ${rule}: ${status}`, async () => {
    expect((await put(headers)).status).toBe(status)
  })
}

test('a token is for PUT alone', async () => {
  expect((await ask('/latest/api/token', ttl('60'))).status).toBe(405)
})

const id = '/latest/meta-data/instance-id'

test('without a token nothing is told, unless version 1 is switched on', async () => {
  expect((await ask(id)).status).toBe(401)
  expect(await ask(id, {}, { httpTokens: 'optional' })).toMatchObject({
    status: 200,
    body: description.instanceId,
  })
  expect(
    (await ask(id, { 'X-aws-ec2-metadata-token': 'x' }, { httpTokens: 'optional' })).status,
  ).toBe(401)
  expect((await ask(id, await withToken(), { httpEndpoint: 'disabled' })).status).toBe(403)
})

test('a token lives as long as it was asked for, and only of its own instance', async () => {
  const token = await withToken('60')
  expect((await ask(id, token)).status).toBe(200)
  expect((await ask(id, token, { instanceId: 'i-0000000000000000a' })).status).toBe(401)
  now = new Date(now.getTime() + 60_000)
  expect((await ask(id, token)).status).toBe(401)
})

test('no altered token is taken', () => {
  const token = issueToken(key, 'i-1', new Date(now.getTime() + 1000))
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom('a', 'Z', '0', '.', '_'), (at, char) => {
      const altered = token.slice(0, at) + char + token.slice(at + 1)
      // The last character of base64 holds bits that stand for nothing.
      fc.pre(altered !== token && at !== token.length - 1)
      expect(isToken(key, 'i-1', altered, now)).toBe(false)
    }),
  )
  expect(isToken(new Uint8Array(32), 'i-1', token, now)).toBe(false)
})

const paths: readonly [
  path: string,
  change: Partial<InstanceDescription>,
  body: string | RegExp | undefined,
][] = [
  ['/latest/', {}, 'dynamic\nmeta-data'],
  ['/latest/meta-data/', {}, /^ami-id\n.*\niam\/\n.*\nplacement\/\n/s],
  ['/latest/meta-data/placement/', {}, 'availability-zone\nregion'],
  ['/latest/meta-data/placement/region', {}, 'eu-west-1'],
  ['/2021-07-15/meta-data/placement/region', {}, 'eu-west-1'],
  ['/latest/meta-data/local-ipv4', {}, '172.31.0.1'],
  ['/latest/meta-data/tags/instance/stage', {}, undefined],
  ['/latest/meta-data/tags/instance/stage', { instanceMetadataTags: 'enabled' }, 'staging'],
  ['/latest/meta-data/tags/instance', { instanceMetadataTags: 'enabled' }, 'stage'],
  ['/latest/meta-data/iam/info', {}, /"InstanceProfileId": "AIPA1"/],
  ['/latest/meta-data/iam/security-credentials/', {}, 'web'],
  ['/latest/meta-data/iam/security-credentials/web', {}, /"AccessKeyId": "ASIA1"/],
  ['/latest/meta-data/iam/security-credentials/other', {}, undefined],
  ['/latest/meta-data/iam/security-credentials-extended/web', {}, /"AccountId": "111122223333"/],
  ['/latest/dynamic/instance-identity/document', {}, /"region": "eu-west-1"/],
  ['/latest/user-data', {}, undefined],
  ['/x', {}, undefined],
]
for (const [path, change, body] of paths) {
  test(`GET ${path} ${Object.keys(change).join()}`, async () => {
    const answer = await ask(path, await withToken(), change)
    if (body === undefined) expect(answer.status).toBe(404)
    else if (typeof body === 'string') expect(answer).toMatchObject({ status: 200, body })
    else expect(String(answer.body)).toMatch(body)
  })
}

test('an instance without a profile has no role, and a role that trusts nobody no credentials', async () => {
  const { profile: _, ...bare } = description
  const path = '/latest/meta-data/iam/security-credentials/web'
  const request = requestOf('', {
    ...{ method: 'GET', target: path },
    rawHeaders: Object.entries(await withToken()).flat(),
  })
  const source = { key, now: () => now, credentials: () => Promise.resolve(held) }
  expect((await answerMetadata(request, { ...source, description: bare })).status).toBe(404)
  const refused: InstanceCredentials = {
    ...{ ok: false, code: 'AssumeRoleUnauthorizedAccess', message: 'EC2 cannot assume the role' },
  }
  const answer = await ask(path, await withToken(), {}, 'GET', refused)
  expect(JSON.parse(String(answer.body))).toMatchObject({ Code: 'AssumeRoleUnauthorizedAccess' })
})

const endpoint = {
  path: '/v1/credentials',
  authorizationToken: 'Basic abc',
  credentials: () => Promise.resolve(held),
}
const containers: readonly [
  rule: string,
  target: string,
  token: string | undefined,
  status: number,
][] = [
  ['the token', '/v1/credentials', 'Basic abc', 200],
  ['another token', '/v1/credentials', 'Basic abd', 401],
  ['a longer token', '/v1/credentials', 'Basic abcd', 401],
  ['no token', '/v1/credentials', undefined, 401],
  ['another path', '/v1/credentials/', 'Basic abc', 404],
]
for (const [rule, target, token, status] of containers) {
  test(`a container's credentials with ${rule}: ${status}`, async () => {
    const rawHeaders = token === undefined ? [] : ['Authorization', token]
    const answer = await answerContainer(
      requestOf('', { method: 'GET', target, rawHeaders }),
      endpoint,
    )
    expect(answer.status).toBe(status)
    const body = JSON.parse(String(answer.body)) as object
    if (status === 200) expect(body).toMatchObject({ AccessKeyId: 'ASIA1', Token: 'token' })
    else expect(JSON.stringify(body)).not.toContain('ASIA1')
  })
}

test('a container whose credentials cannot be renewed is told so, and nothing of the cause', async () => {
  const failing = { ...endpoint, credentials: () => Promise.reject(new Error('the cause')) }
  const rawHeaders = ['Authorization', 'Basic abc']
  const request = requestOf('', { method: 'GET', target: endpoint.path, rawHeaders })
  const answer = await answerContainer(request, failing)
  expect(answer.status).toBe(500)
  expect(String(answer.body)).not.toContain('the cause')
})

// Source: ECS Developer Guide, "Task IAM role": the path is the task's own.
const taskPaths: readonly [what: string, target: string, status: number][] = [
  ['the path of the task', '/v2/credentials/0f8fad5b', 200],
  ['with a query', '/v2/credentials/0f8fad5b?x=1', 200],
  ['another path', '/v2/credentials/0f8fad5c', 404],
  ['the folder above', '/v2/credentials/', 404],
]
test.each(taskPaths)('without a token: %s', async (_what, target, status) => {
  const { credentials } = endpoint
  const request = requestOf('', { method: 'GET', target, rawHeaders: [] })
  const answer = await answerContainer(request, { path: '/v2/credentials/0f8fad5b', credentials })
  expect(answer.status).toBe(status)
})
