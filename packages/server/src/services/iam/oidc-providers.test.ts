import { expect, test } from 'vitest'
import { policy, userWith } from '../../testing/deployment.ts'
import { accountId, arn, openIam, otherAccountId } from './testing/iam-house.ts'

// Goal: OpenID Connect providers as the IAM API Reference has them, with recorded wording.

const Url = 'https://server.example.com/realms/a'
const OpenIDConnectProviderArn = arn('oidc-provider/server.example.com/realms/a')
const provider = { OpenIDConnectProviderArn }
const thumbprint = (digit: string): string => digit.repeat(40)
const missing = `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`

test('a provider: created, read, listed, taken, deleted', async () => {
  const { iam, refuses } = await openIam()
  const Tags = [{ Key: 'team', Value: 'x' }]
  const lists = { ClientIDList: ['b', 'a', 'b'], ThumbprintList: [thumbprint('a')] }
  const created = await iam('CreateOpenIDConnectProvider', { Url, ...lists, Tags })
  expect(created).toEqual({ ...provider, Tags })
  expect(await iam('GetOpenIDConnectProvider', provider)).toEqual({
    ...{ Url: 'server.example.com/realms/a', ClientIDList: ['b', 'a'], Tags },
    ...{ ThumbprintList: [thumbprint('a')], CreateDate: new Date('2026-11-24T12:00:00Z') },
  })
  await iam('CreateOpenIDConnectProvider', { Url: 'https://a.example' })
  const OpenIDConnectProviderList = [{ Arn: arn('oidc-provider/a.example') }]
  const { OpenIDConnectProviderArn: Arn } = provider
  expect(await iam('ListOpenIDConnectProviders', {})).toEqual({
    OpenIDConnectProviderList: [...OpenIDConnectProviderList, { Arn }],
  })
  for (const again of [Url, 'https://SERVER.example.com/realms/A']) {
    const taken = `Provider with url ${again} already exists.`
    await refuses('CreateOpenIDConnectProvider', { Url: again }, 'EntityAlreadyExists', taken)
  }
  await iam('DeleteOpenIDConnectProvider', provider)
  expect(await iam('ListOpenIDConnectProviders', {})).toEqual({ OpenIDConnectProviderList })
  await refuses('GetOpenIDConnectProvider', provider, 'NoSuchEntity', missing)
})

test('without client ids, thumbprints and tags a provider has none', async () => {
  const { iam } = await openIam()
  expect(await iam('ListOpenIDConnectProviders', {})).toEqual({ OpenIDConnectProviderList: [] })
  expect(await iam('CreateOpenIDConnectProvider', { Url })).toEqual(provider)
  expect(await iam('GetOpenIDConnectProvider', provider)).toEqual({
    ...{ Url: 'server.example.com/realms/a', ClientIDList: [], ThumbprintList: [] },
    CreateDate: new Date('2026-11-24T12:00:00Z'),
  })
})

test('a provider that is not there, of another case, and of another account', async () => {
  const { iam, refuses, deployment } = await openIam()
  const stranger = await deployment.root(otherAccountId)
  await iam('CreateOpenIDConnectProvider', { Url }, stranger)
  const elsewhere = OpenIDConnectProviderArn.replace(accountId, otherAccountId)
  await iam('CreateOpenIDConnectProvider', { Url: 'https://b.example' })
  for (const name of [OpenIDConnectProviderArn, elsewhere, arn('oidc-provider/B.example')]) {
    const input = { OpenIDConnectProviderArn: name }
    const message = `OpenIDConnect Provider not found for arn ${name}`
    await refuses('GetOpenIDConnectProvider', input, 'NoSuchEntity', message)
    await refuses('ListOpenIDConnectProviderTags', input, 'NoSuchEntity', message)
    const ClientID = 'a'
    for (const operation of [
      'AddClientIDToOpenIDConnectProvider',
      'RemoveClientIDFromOpenIDConnectProvider',
    ] as const) {
      await refuses(operation, { ...input, ClientID }, 'NoSuchEntity', message)
    }
    const ThumbprintList = [thumbprint('a')]
    const update = { ...input, ThumbprintList }
    await refuses('UpdateOpenIDConnectProviderThumbprint', update, 'NoSuchEntity', message)
    const gone = `OpenId connect Provider ${name} cannot be found.`
    await refuses('DeleteOpenIDConnectProvider', input, 'NoSuchEntity', gone)
  }
  for (const name of ['not-an-arn-of-a-provider', arn('saml-provider/a'), arn('oidc-providers')]) {
    const input = { OpenIDConnectProviderArn: name }
    const message = `ARN ${name} is not valid.`
    await refuses('GetOpenIDConnectProvider', input, 'InvalidInput', message)
    await refuses('DeleteOpenIDConnectProvider', input, 'InvalidInput', message)
  }
})

test('client ids: added and removed without a word where nothing changes; 100, not 101', async () => {
  const { iam, refuses } = await openIam()
  const ClientIDList = Array.from({ length: 99 }, (_, index) => `client-${index}`)
  await iam('CreateOpenIDConnectProvider', { Url, ClientIDList })
  for (const ClientID of ['one more', 'one more']) {
    await iam('AddClientIDToOpenIDConnectProvider', { ...provider, ClientID })
  }
  const full = 'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100'
  const another = { ...provider, ClientID: 'another' }
  await refuses('AddClientIDToOpenIDConnectProvider', another, 'LimitExceeded', full)
  for (const ClientID of ['client-0', 'client-0', 'never there']) {
    await iam('RemoveClientIDFromOpenIDConnectProvider', { ...provider, ClientID })
  }
  await iam('AddClientIDToOpenIDConnectProvider', another)
  const got = await iam('GetOpenIDConnectProvider', provider)
  expect(got.ClientIDList).toEqual([...ClientIDList.slice(1), 'one more', 'another'])
  const many = [...ClientIDList, 'one more', 'another']
  const input = { Url: 'https://b.example', ClientIDList: many }
  await refuses('CreateOpenIDConnectProvider', input, 'LimitExceeded', full)
})

test('thumbprints: replaced as a whole; five, not six; hexadecimal', async () => {
  const { iam, refuses } = await openIam()
  const five = ['1', '2', '3', '4', 'F'].map(thumbprint)
  await iam('CreateOpenIDConnectProvider', { Url, ThumbprintList: five })
  const replaced = { ...provider, ThumbprintList: [thumbprint('b'), thumbprint('b')] }
  await iam('UpdateOpenIDConnectProviderThumbprint', replaced)
  const got = await iam('GetOpenIDConnectProvider', provider)
  expect(got.ThumbprintList).toEqual([thumbprint('b')])
  const rows = [
    [[...five, thumbprint('6')], 'Thumbprint list must contain fewer than 5 entries.'],
    [[thumbprint('g')], 'A thumbprint must consist of hexadecimal digits.'],
  ] as const
  for (const [ThumbprintList, message] of rows) {
    const create = { Url: 'https://b.example', ThumbprintList }
    await refuses('CreateOpenIDConnectProvider', create, 'InvalidInput', message)
    const update = { ...provider, ThumbprintList }
    await refuses('UpdateOpenIDConnectProviderThumbprint', update, 'InvalidInput', message)
  }
})

test('a URL without https is none', async () => {
  const { refuses } = await openIam()
  for (const url of ['http://server.example.com', 'server.example.com', 'https://a.example?b=c']) {
    const message = 'Invalid Open ID Connect Provider URL'
    await refuses('CreateOpenIDConnectProvider', { Url: url }, 'ValidationError', message)
  }
})

test('an account has 100 providers, not 101, and the summary counts them', async () => {
  const { iam, refuses } = await openIam()
  for (let index = 0; index < 100; index++) {
    await iam('CreateOpenIDConnectProvider', { Url: `https://p${index}.example` })
  }
  expect((await iam('GetAccountSummary', {})).SummaryMap).toMatchObject({ Providers: 100 })
  const full = 'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100'
  await refuses('CreateOpenIDConnectProvider', { Url }, 'LimitExceeded', full)
})

test('tags: keys keep their case, 50 and not 51, paged, gone again', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateOpenIDConnectProvider', { Url, Tags: [{ Key: 'a', Value: '1' }] })
  const Tags = Array.from({ length: 48 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
  await iam('TagOpenIDConnectProvider', { ...provider, Tags: [...Tags, { Key: 'A', Value: '2' }] })
  const more = { ...provider, Tags: [{ Key: 'one more', Value: '' }] }
  const full = 'The number of tags has reached the maximum limit.'
  await refuses('TagOpenIDConnectProvider', more, 'LimitExceeded', full)
  const first = await iam('ListOpenIDConnectProviderTags', { ...provider, MaxItems: 49 })
  expect(first.Tags.slice(0, 2)).toEqual([{ Key: 'a', Value: '1' }, Tags[0]])
  const rest = { ...provider, Marker: first.Marker }
  expect(await iam('ListOpenIDConnectProviderTags', rest)).toEqual({
    ...{ Tags: [{ Key: 'A', Value: '2' }], IsTruncated: false },
  })
  await iam('UntagOpenIDConnectProvider', { ...provider, TagKeys: ['A', 'never there'] })
  const left = await iam('ListOpenIDConnectProviderTags', provider)
  expect(left.Tags).toEqual([{ Key: 'a', Value: '1' }, ...Tags])
  const duplicates = { Key: 'd', Value: '' }
  const twice = { ...provider, Tags: [duplicates, duplicates] }
  await refuses('TagOpenIDConnectProvider', twice, 'InvalidInput', 'Duplicate tag keys found.')
})

test('a provider is a resource: under its ARN, with its tags; created with tags, tagging too', async () => {
  const { iam, checks } = await openIam()
  const Tags = [{ Key: 'team', Value: 'x' }]
  const resourceArn = OpenIDConnectProviderArn
  const contextKeys = { 'aws:TagKeys': ['team'], 'aws:RequestTag/team': 'x' }
  expect(await checks('CreateOpenIDConnectProvider', { Url, Tags })).toEqual([
    { resourceArn, contextKeys },
    { resourceArn, contextKeys, action: 'iam:TagOpenIDConnectProvider' },
  ])
  await iam('CreateOpenIDConnectProvider', { Url, Tags })
  const resourceTags = { 'aws:ResourceTag/team': 'x', 'iam:ResourceTag/team': 'x' }
  const existing = [{ resourceArn, contextKeys: resourceTags }]
  expect(await checks('GetOpenIDConnectProvider', provider)).toEqual(existing)
  expect(await checks('TagOpenIDConnectProvider', { ...provider, Tags })).toEqual([
    { resourceArn, contextKeys: { ...resourceTags, ...contextKeys } },
  ])
  const [listed] = await checks('ListOpenIDConnectProviders', {})
  expect(listed).toEqual({ resourceArn: arn('oidc-provider/') })
})

test('refused before it is said whether the provider exists; allowed by its ARN', async () => {
  const { deployment, root, iam } = await openIam()
  const mine = policy({ Effect: 'Allow', Action: 'iam:*', Resource: arn('oidc-provider/a/*') })
  const ann = await userWith(deployment, root, 'Ann', mine)
  const hidden = arn('oidc-provider/b.example')
  const input = { OpenIDConnectProviderArn: hidden }
  const before = iam('GetOpenIDConnectProvider', input, ann)
  await expect(before).rejects.toThrow('AccessDenied')
  await iam('CreateOpenIDConnectProvider', { Url: 'https://a/b' }, ann)
  await iam('GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn('oidc-provider/a/b') }, ann)
})

test('a trust policy names the provider, and keeps its name when the provider goes', async () => {
  const { iam } = await openIam()
  await iam('CreateOpenIDConnectProvider', { Url })
  const AssumeRolePolicyDocument = policy({
    ...{ Effect: 'Allow', Principal: { Federated: OpenIDConnectProviderArn } },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { 'server.example.com/realms/a:aud': 'client' } },
  })
  await iam('CreateRole', { RoleName: 'R', AssumeRolePolicyDocument })
  await iam('DeleteOpenIDConnectProvider', provider)
  const { Role } = await iam('GetRole', { RoleName: 'R' })
  expect(decodeURIComponent(Role.AssumeRolePolicyDocument ?? '')).toBe(AssumeRolePolicyDocument)
})
