import { expect, test } from 'vitest'
import { managementAccountId as home, openDeployment, policy } from '../../testing/deployment.ts'
import type { Credentials } from '../../testing/deployment.ts'
import { FetchFailure } from './fetch-failure.ts'
import { fetchIntervalMs, freshMs } from './key-source.ts'
import { newKey, TestIssuer } from './testing/issuer.ts'

// Goal: whoever a token proves gets what the role's trust policy gives to its claims, and the
// session keeps what AWS keeps. Source: sts.md §7, condition-keys §8.
const now = new Date('2026-11-24T12:00:00Z')
const nowSeconds = now.getTime() / 1000
const key = newKey('RS256', 'k1')
const RoleArn = `arn:aws:iam::${home}:role/Deploy`

interface House {
  readonly url?: string
  readonly condition?: object
  readonly clientIds?: readonly string[]
  readonly actions?: readonly string[]
}

async function open(options: House = {}) {
  const { url = 'https://token.actions.githubusercontent.com', condition } = options
  const issuer = new TestIssuer(url, key)
  const d = await openDeployment({ getDocument: issuer.getDocument })
  const root = await d.root(home)
  const Federated = `arn:aws:iam::${home}:oidc-provider/${url.slice('https://'.length)}`
  await d.call(root, 'iam', 'CreateOpenIDConnectProvider', {
    Url: url,
    ClientIDList: [...(options.clientIds ?? ['sts.amazonaws.com'])],
  })
  const prefix = url.slice('https://'.length)
  const trust = policy({
    Effect: 'Allow',
    Principal: { Federated },
    Action: options.actions ?? [
      'sts:AssumeRoleWithWebIdentity',
      'sts:TagSession',
      'sts:SetSourceIdentity',
    ],
    Condition: condition ?? { StringLike: { [`${prefix}:sub`]: 'repo:octo/*' } },
  })
  const RoleName = 'Deploy'
  await d.call(root, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trust })
  const claims = {
    iss: url,
    sub: 'repo:octo/app:ref:refs/heads/main',
    aud: 'sts.amazonaws.com',
    iat: nowSeconds - 10,
    nbf: nowSeconds - 10,
    exp: nowSeconds + 300,
  }
  const assume = (WebIdentityToken: string, more: object = {}) =>
    d.call('proof', 'sts', 'AssumeRoleWithWebIdentity', {
      RoleArn,
      RoleSessionName: 'ci',
      WebIdentityToken,
      ...more,
    })
  return { d, root, issuer, claims, assume, Federated }
}

test('a token of a trusted issuer assumes the role, and the answer says whose it was', async () => {
  const { d, issuer, claims, assume, Federated } = await open()
  const answer = await assume(issuer.token(claims))
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: claims.sub,
    Provider: claims.iss,
    Audience: 'sts.amazonaws.com',
    AssumedRoleUser: { Arn: `arn:aws:sts::${home}:assumed-role/Deploy/ci` },
    Credentials: { Expiration: new Date(now.getTime() + 3_600_000) },
  })
  expect(answer.PackedPolicySize).toBeUndefined()
  const { contextKeys, principal } = await d.callerOf(answer.Credentials as Credentials)
  expect(principal).toMatchObject({ kind: 'roleSession', sessionName: 'ci' })
  const prefix = 'token.actions.githubusercontent.com'
  expect(contextKeys.get('aws:federatedprovider')).toBe(Federated)
  expect(contextKeys.get(`${prefix}:sub`)).toBe(claims.sub)
  expect(contextKeys.get(`${prefix}:aud`)).toBe('sts.amazonaws.com')
  // Absent for federated sessions: condition-keys §2.
  expect(contextKeys.has('aws:multifactorauthpresent')).toBe(false)
})

for (const alg of ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const) {
  test(`a token signed with ${alg}, beside keys of every other kind`, async () => {
    const { issuer, claims, assume } = await open()
    const mine = newKey(alg, 'mine')
    issuer.keys = [newKey('RS256'), newKey('ES256'), newKey('ES384'), newKey('ES512'), mine]
    await assume(issuer.token(claims, mine))
  })
}

const gitHubRepository = {
  StringEquals: { 'token.actions.githubusercontent.com:repository': 'octo/app' },
  StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:octo/*' },
}
const conditions: readonly [what: string, House, claims: object, allowed: boolean][] = [
  ['a subject that the trust policy does not name', {}, { sub: 'repo:evil/app' }, false],
  ['a claim of GitHub', { condition: gitHubRepository }, { repository: 'octo/app' }, true],
  [
    'a claim of GitHub, another value',
    { condition: gitHubRepository },
    { repository: 'octo/other' },
    false,
  ],
  [
    'a claim that only GitHub’s tokens have, of another issuer',
    {
      url: 'https://oidc.example.com/a',
      condition: { StringEquals: { 'oidc.example.com/a:repository': 'octo/app' } },
    },
    { repository: 'octo/app' },
    false,
  ],
  [
    'an issuer with a path, as of EKS',
    {
      url: 'https://oidc.eks.eu-west-1.amazonaws.com/id/AB12',
      condition: {
        StringEquals: {
          'oidc.eks.eu-west-1.amazonaws.com/id/AB12:sub': 'system:serviceaccount:default:app',
          'oidc.eks.eu-west-1.amazonaws.com/id/AB12:aud': 'sts.amazonaws.com',
        },
      },
    },
    { sub: 'system:serviceaccount:default:app', aud: ['sts.amazonaws.com'] },
    true,
  ],
  [
    'gitlab.com by project',
    {
      url: 'https://gitlab.com',
      clientIds: ['https://gitlab.com'],
      condition: {
        StringEquals: { 'gitlab.com:sub': 'project_path:g/p:ref_type:branch:ref:main' },
      },
    },
    { aud: 'https://gitlab.com', sub: 'project_path:g/p:ref_type:branch:ref:main' },
    true,
  ],
  [
    'amr, a list',
    {
      url: 'https://oidc.example.com/a',
      condition: { 'ForAnyValue:StringLike': { 'oidc.example.com/a:amr': 'authenticated' } },
    },
    { amr: ['authenticated', 'graph.facebook.com'] },
    true,
  ],
  [
    'the authorized party is the audience that conditions see',
    {
      url: 'https://oidc.example.com/a',
      condition: {
        StringEquals: {
          'oidc.example.com/a:aud': 'app',
          'oidc.example.com/a:oaud': 'sts.amazonaws.com',
        },
      },
    },
    { azp: 'app' },
    true,
  ],
  [
    'of several audiences the authorized party must be a client',
    { url: 'https://oidc.example.com/a', condition: {} },
    { aud: ['sts.amazonaws.com', 'else'], azp: 'sts.amazonaws.com' },
    true,
  ],
]

for (const [what, house, more, allowed] of conditions) {
  test(`${allowed ? 'allowed' : 'refused'}: ${what}`, async () => {
    const { issuer, claims, assume } = await open(house)
    const answer = assume(issuer.token({ ...claims, ...more }))
    if (allowed) await answer
    else {
      const words = 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
      await expect(answer).rejects.toThrow(words)
    }
  })
}

test('a role that does not exist and one that does not trust the issuer are refused alike', async () => {
  const { issuer, claims, assume } = await open({ actions: ['sts:AssumeRole'] })
  const words = 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
  const missing = { RoleArn: `${RoleArn}2` }
  await expect(assume(issuer.token(claims))).rejects.toThrow(words)
  await expect(assume(issuer.token(claims), missing)).rejects.toThrow(words)
  await expect(assume(issuer.token(claims), { RoleArn: 'x' })).rejects.toThrow('x is invalid')
})

const tags = 'https://aws.amazon.com/tags'
const nested = {
  [tags]: { principal_tags: { Team: ['red'], Floor: ['2'] }, transitive_tag_keys: ['Team'] },
}
const flattened = {
  [`${tags}/principal_tags/Team`]: ['red'],
  [`${tags}/principal_tags/Floor`]: '2',
  [`${tags}/transitive_tag_keys`]: ['Team'],
}
for (const [what, claimed] of [
  ['nested', nested],
  ['flattened', flattened],
] as const) {
  test(`session tags and source identity of the token, ${what}`, async () => {
    const { d, issuer, claims, assume } = await open()
    const source = { 'https://aws.amazon.com/source_identity': 'octocat' }
    const answer = await assume(issuer.token({ ...claims, ...claimed, ...source }))
    expect(answer.SourceIdentity).toBe('octocat')
    expect(answer.PackedPolicySize).toBeGreaterThan(0)
    const { session, contextKeys } = await d.callerOf(answer.Credentials as Credentials)
    expect(session?.transitiveTagKeys).toEqual(['Team'])
    expect(contextKeys.get('aws:principaltag/floor')).toBe('2')
    expect(contextKeys.get('aws:sourceidentity')).toBe('octocat')
  })
}

for (const [more, action] of [
  [nested, 'sts:TagSession'],
  [{ 'https://aws.amazon.com/source_identity': 'octocat' }, 'sts:SetSourceIdentity'],
] as const) {
  test(`what the token asks for takes ${action}`, async () => {
    const { issuer, claims, assume } = await open({ actions: ['sts:AssumeRoleWithWebIdentity'] })
    await assume(issuer.token(claims))
    const answer = assume(issuer.token({ ...claims, ...more }))
    await expect(answer).rejects.toThrow(`Not authorized to perform ${action}`)
  })
}

test('Google needs no provider: the trust policy names it, and the audience', async () => {
  const url = 'https://accounts.google.com'
  const issuer = new TestIssuer(url, key)
  const d = await openDeployment({ getDocument: issuer.getDocument })
  const root = await d.root(home)
  const trust = policy({
    Effect: 'Allow',
    Principal: { Federated: 'accounts.google.com' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { 'accounts.google.com:aud': 'app' } },
  })
  const RoleName = 'Deploy'
  await d.call(root, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trust })
  const claims = { iss: url, sub: '1234567890', iat: nowSeconds, exp: nowSeconds + 300 }
  const assume = (aud: string) =>
    d.call('proof', 'sts', 'AssumeRoleWithWebIdentity', {
      RoleArn,
      RoleSessionName: 'ci',
      WebIdentityToken: issuer.token({ ...claims, aud }),
    })
  expect((await assume('app')).Provider).toBe('accounts.google.com')
  await expect(assume('other')).rejects.toThrow('Not authorized')
})

// Keys and their age. Source: decision 23 and the limits of docs/reference.md, chosen by us.
test('keys are fetched once, and again for a key that is not there, but not for everyone', async () => {
  const { d, issuer, claims, assume } = await open()
  await Promise.all([1, 2, 3].map(() => assume(issuer.token(claims))))
  expect(issuer.asked).toEqual([issuer.configurationUrl, issuer.keysUrl])
  const rotated = newKey('ES256', 'k2')
  issuer.keys = [rotated]
  await expect(assume(issuer.token(claims, rotated))).rejects.toThrow("Couldn't retrieve")
  expect(issuer.asked).toHaveLength(2)
  d.clock.now = new Date(now.getTime() + fetchIntervalMs)
  await assume(issuer.token(claims, rotated))
  expect(issuer.asked).toHaveLength(4)
  for (let i = 0; i < 5; i++) {
    const unknown = assume(issuer.token(claims, newKey('ES256', `x${i}`)))
    await expect(unknown).rejects.toThrow("Couldn't retrieve")
  }
  expect(issuer.asked).toHaveLength(4)
})

test('a withdrawn key verifies no longer than keys are fresh, and nothing while none can be had', async () => {
  const { d, issuer, claims, assume } = await open()
  const long = issuer.token({ ...claims, exp: nowSeconds + 3600 })
  await assume(long)
  issuer.bent.set(issuer.keysUrl, () => {
    throw new FetchFailure('unreachable', 'down')
  })
  d.clock.now = new Date(now.getTime() + freshMs - 1)
  await assume(long)
  d.clock.now = new Date(now.getTime() + freshMs)
  await expect(assume(long)).rejects.toMatchObject({ code: 'IDPCommunicationError' })
  const askedBefore = issuer.asked.length
  await expect(assume(long)).rejects.toMatchObject({ code: 'IDPCommunicationError' })
  expect(issuer.asked).toHaveLength(askedBefore)
  issuer.bent.clear()
  d.clock.now = new Date(now.getTime() + freshMs + fetchIntervalMs)
  await assume(long)
})

const documents: readonly [what: string, where: 'configurationUrl' | 'keysUrl', unknown][] = [
  ['another issuer', 'configurationUrl', { issuer: 'https://evil.example', jwks_uri: 'x' }],
  ['no issuer', 'configurationUrl', { jwks_uri: 'https://a.example/jwks' }],
  [
    'no place of keys',
    'configurationUrl',
    { issuer: 'https://token.actions.githubusercontent.com' },
  ],
  ['nothing', 'configurationUrl', null],
  ['a text for keys', 'keysUrl', 'keys'],
  ['no list of keys', 'keysUrl', { keys: {} }],
  ['too many keys', 'keysUrl', { keys: Array.from({ length: 101 }, () => ({})) }],
  ['keys of no use', 'keysUrl', { keys: [null, 1, {}, { kty: 'oct', kid: 'k1', k: 'AAAA' }] }],
]
test.each(documents)(
  'an issuer that publishes %s verifies nothing',
  async (_what, where, value) => {
    const { issuer, claims, assume } = await open()
    issuer.bent.set(issuer[where], () => value)
    const answer = assume(issuer.token(claims))
    await expect(answer).rejects.toMatchObject({ code: 'InvalidIdentityToken' })
  },
)
