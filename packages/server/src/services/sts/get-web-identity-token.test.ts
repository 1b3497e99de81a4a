import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JWK } from 'jose'
import { expect, test } from 'vitest'
import {
  managementAccountId as home,
  openDeployment,
  policy,
  trust,
  userWith,
} from '../../testing/deployment.ts'
import type { Credentials } from '../../testing/deployment.ts'

// Goal: a token says who called, can be verified by its issuer's keys, and outlives no session.
// Source: sts.md §9; IAM User Guide, "Federating AWS identities to external services".
const mayAll = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const asked = { Audience: ['https://api.example.com'], SigningAlgorithm: 'ES384' }

async function open(enabled = true) {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', mayAll)
  await d.call(root, 'iam', 'TagUser', { UserName: 'Ann', Tags: [{ Key: 'Team', Value: 'red' }] })
  const enable = () => d.call(root, 'iam', 'EnableOutboundWebIdentityFederation', {})
  const issuer = enabled ? (await enable()).IssuerIdentifier : undefined
  const get = (input: object = {}, by: Credentials = ann) =>
    d.call(by, 'sts', 'GetWebIdentityToken', { ...asked, ...input })
  const verified = async (token = '', alg = 'ES384') => {
    const keys = [...(await d.webIdentityKeys.published(d.clock.now))]
    const set = createLocalJWKSet({ keys: keys.filter((key: JWK) => key.alg === alg) })
    const options = { currentDate: d.clock.now, ...(issuer !== undefined && { issuer }) }
    return (await jwtVerify(token, set, options)).payload
  }
  return { d, root, ann, get, verified, issuer }
}

const aws = 'https://sts.amazonaws.com/'

test('a token of a user, verified with the published keys', async () => {
  const { d, ann, get, verified, issuer } = await open()
  const Tags = [{ Key: 'Job', Value: '7' }]
  const { WebIdentityToken, Expiration } = await get({ Tags })
  const payload = await verified(WebIdentityToken)
  const iat = d.clock.now.getTime() / 1000
  expect(issuer).toMatch(/^https:\/\/[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws$/)
  expect(payload).toMatchObject({
    iss: issuer,
    sub: ann.arn,
    aud: 'https://api.example.com',
    iat,
    exp: iat + 300,
    [aws]: {
      aws_account: home,
      source_region: 'us-east-1',
      principal_tags: { Team: 'red' },
      request_tags: { Job: '7' },
    },
  })
  expect(payload.jti).toMatch(/^[0-9a-f-]{36}$/)
  expect(Expiration).toEqual(new Date((iat + 300) * 1000))
  expect((await verified((await get()).WebIdentityToken)).jti).not.toBe(payload.jti)
})

test('RS256, several audiences, and a role: by its ARN, with the session’s tags over its own', async () => {
  const { d, root, ann, get, verified } = await open()
  await d.call(root, 'iam', 'CreateRole', {
    RoleName: 'Job',
    Path: '/ci/',
    AssumeRolePolicyDocument: trust(ann.arn),
    Tags: [
      { Key: 'team', Value: 'blue' },
      { Key: 'Floor', Value: '2' },
    ],
  })
  const inline = { RoleName: 'Job', PolicyName: 'P', PolicyDocument: mayAll }
  await d.call(root, 'iam', 'PutRolePolicy', inline)
  const { Credentials: issued } = await d.call(ann, 'sts', 'AssumeRole', {
    RoleArn: `arn:aws:iam::${home}:role/ci/Job`,
    RoleSessionName: 'Session',
    DurationSeconds: 900,
    Tags: [{ Key: 'Team', Value: 'red' }],
  })
  const session = issued as Credentials
  const input = { Audience: ['a', 'b'], SigningAlgorithm: 'RS256', DurationSeconds: 900 }
  const payload = await verified((await get(input, session)).WebIdentityToken, 'RS256')
  expect(payload.sub).toBe(`arn:aws:iam::${home}:role/ci/Job`)
  expect(payload.aud).toEqual(['a', 'b'])
  expect(payload[aws]).toMatchObject({ principal_tags: { Team: 'red', Floor: '2' } })
  d.clock.now = new Date(d.clock.now.getTime() + 1000)
  await get({ DurationSeconds: 899 }, session)
  await expect(get({ DurationSeconds: 900 }, session)).rejects.toMatchObject({
    code: 'SessionDurationEscalationException',
  })
})

test('not enabled, or disabled again: refused', async () => {
  const { d, root, get } = await open(false)
  const code = 'OutboundWebIdentityFederationDisabledException'
  await expect(get()).rejects.toMatchObject({ code })
  await d.call(root, 'iam', 'EnableOutboundWebIdentityFederation', {})
  await get()
  await d.call(root, 'iam', 'DisableOutboundWebIdentityFederation', {})
  await expect(get()).rejects.toMatchObject({ code })
})

test('conditions see audience, duration and algorithm; tags take a permission of their own', async () => {
  const { d, root, get } = await open()
  const bob = await userWith(
    d,
    root,
    'Bob',
    policy({
      Effect: 'Allow',
      Action: 'sts:GetWebIdentityToken',
      Resource: '*',
      Condition: {
        'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': asked.Audience },
        StringEquals: { 'sts:SigningAlgorithm': 'ES384' },
        NumericLessThanEquals: { 'sts:DurationSeconds': '300' },
      },
    }),
  )
  await get({}, bob)
  for (const more of [
    { Audience: ['else'] },
    { SigningAlgorithm: 'RS256' },
    { DurationSeconds: 301 },
    { Tags: [{ Key: 'a', Value: 'b' }] },
  ]) {
    await expect(get(more, bob)).rejects.toMatchObject({ code: 'AccessDenied' })
  }
})

test('root, session tokens and federated users get none; another algorithm, too many tags', async () => {
  const { d, root, ann, get } = await open()
  await expect(get({}, root)).rejects.toMatchObject({ code: 'AccessDenied' })
  const session = await d.call(ann, 'sts', 'GetSessionToken', {})
  await expect(get({}, session.Credentials as Credentials)).rejects.toThrow('Cannot call')
  await expect(get({ SigningAlgorithm: 'HS256' })).rejects.toMatchObject({
    code: 'ValidationError',
  })
  const tags = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ Key: `${i}`.padStart(4), Value: 'x'.repeat(240) }))
  await get({ Tags: tags(28) })
  await expect(get({ Tags: tags(33) })).rejects.toMatchObject({
    code: 'JWTPayloadSizeExceededException',
  })
})
