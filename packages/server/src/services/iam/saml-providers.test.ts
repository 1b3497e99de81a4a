import { expect, test } from 'vitest'
import { keyDescriptor, metadata, newCertificate } from '../../credentials/testing/saml-provider.ts'
import { newPrivateKey } from '../../credentials/testing/saml-provider.ts'
import { policy, userWith } from '../../testing/deployment.ts'
import { accountId, arn, openIam, otherAccountId } from './testing/iam-house.ts'

// Goal: SAML providers as the IAM API Reference has them, with recorded wording where there is any.

const certificate = await newCertificate()
const SAMLMetadataDocument = metadata({ keys: keyDescriptor(certificate) })
const Name = 'ADFS_1.x-y'
const SAMLProviderArn = arn(`saml-provider/${Name}`)
const create = { Name, SAMLMetadataDocument }
const provider = { SAMLProviderArn }
const missing = `Manifest not found for arn ${SAMLProviderArn}`

test('a provider: created, read, listed, taken, deleted', async () => {
  const { iam, refuses } = await openIam()
  const Tags = [{ Key: 'team', Value: 'x' }]
  expect(await iam('ListSAMLProviders', {})).toEqual({ SAMLProviderList: [] })
  expect(await iam('CreateSAMLProvider', { ...create, Tags })).toEqual({ ...provider, Tags })
  const dates = {
    CreateDate: new Date('2026-11-24T12:00:00Z'),
    ValidUntil: new Date('2126-11-24T12:00:00Z'),
  }
  expect(await iam('GetSAMLProvider', provider)).toEqual({
    ...{ SAMLMetadataDocument, ...dates, Tags },
    SAMLProviderUUID: expect.stringMatching(/^[A-Z0-9]{22}$/),
  })
  await iam('CreateSAMLProvider', { ...create, Name: 'A' })
  expect(await iam('ListSAMLProviders', {})).toEqual({
    SAMLProviderList: [
      { Arn: arn('saml-provider/A'), ...dates },
      { Arn: SAMLProviderArn, ...dates },
    ],
  })
  const taken = 'SAMLProvider adfs_1.X-Y already exists.'
  const again = { ...create, Name: 'adfs_1.X-Y' }
  await refuses('CreateSAMLProvider', again, 'EntityAlreadyExists', taken)
  await iam('DeleteSAMLProvider', provider)
  await refuses('GetSAMLProvider', provider, 'NoSuchEntity', missing)
  await iam('CreateSAMLProvider', create) // Its parts are gone, too.
})

test('what the metadata says is kept beside it, for whoever verifies assertions', async () => {
  const { deployment, iam } = await openIam()
  await iam('CreateSAMLProvider', create)
  const kept = await deployment.store.read((store) => store.find('samlProvider', accountId, Name))
  expect(kept).toMatchObject({
    ...{ entityId: 'https://idp.example.com/saml', signingCertificates: [certificate] },
    expiresAt: new Date('2126-11-24T12:00:00Z'),
  })
})

test('an update changes what it names alone', async () => {
  const { iam } = await openIam()
  await iam('CreateSAMLProvider', create)
  const created = await iam('GetSAMLProvider', provider)
  const attributes = ' entityID="urn:other" validUntil="2030-01-02T03:04:05Z"'
  const other = metadata({ keys: keyDescriptor(certificate), attributes })
  const update = { ...provider, SAMLMetadataDocument: other }
  expect(await iam('UpdateSAMLProvider', update)).toEqual(provider)
  const changed = { SAMLMetadataDocument: other, ValidUntil: new Date('2030-01-02T03:04:05Z') }
  expect(await iam('GetSAMLProvider', provider)).toEqual({ ...created, ...changed })
  const mode = { AssertionEncryptionMode: 'Required' } as const
  await iam('UpdateSAMLProvider', { ...provider, ...mode })
  const required = { ...created, ...changed, ...mode }
  expect(await iam('GetSAMLProvider', provider)).toEqual(required)
  await iam('UpdateSAMLProvider', provider)
  expect(await iam('GetSAMLProvider', provider)).toEqual(required)
})

test('private keys: sealed, listed by id and time, two and not three, one replaced in one call', async () => {
  const { deployment, iam, refuses } = await openIam()
  const keys = await Promise.all([newPrivateKey(), newPrivateKey(), newPrivateKey()])
  const mode = { AssertionEncryptionMode: 'Allowed' } as const
  await iam('CreateSAMLProvider', { ...create, ...mode, AddPrivateKey: keys[0] })
  await iam('UpdateSAMLProvider', { ...provider, AddPrivateKey: keys[1] })
  const { PrivateKeyList = [], AssertionEncryptionMode } = await iam('GetSAMLProvider', provider)
  expect(AssertionEncryptionMode).toBe('Allowed')
  const Timestamp = new Date('2026-11-24T12:00:00Z')
  const KeyId = expect.stringMatching(/^[A-Z0-9]{22}$/) as string
  expect(PrivateKeyList).toEqual([
    { KeyId, Timestamp },
    { KeyId, Timestamp },
  ])
  const full = 'Cannot exceed quota for SAMLPrivateKeysPerProvider: 2'
  const third = { ...provider, AddPrivateKey: keys[2] }
  await refuses('UpdateSAMLProvider', third, 'LimitExceeded', full)
  const [removed, kept] = PrivateKeyList
  await iam('UpdateSAMLProvider', { ...third, RemovePrivateKey: removed?.KeyId })
  const after = (await iam('GetSAMLProvider', provider)).PrivateKeyList ?? []
  const ids = after.map((key) => key.KeyId)
  expect([ids.length, ids.includes(kept?.KeyId), ids.includes(removed?.KeyId)]).toEqual([
    ...[2, true, false],
  ])
  const gone = { ...provider, RemovePrivateKey: removed?.KeyId }
  const message = `The private key with id ${removed?.KeyId} cannot be found.`
  await refuses('UpdateSAMLProvider', gone, 'NoSuchEntity', message)
  const sealed = await deployment.store.read((store) => store.sealed(kept?.KeyId ?? ''))
  expect(Buffer.from(sealed ?? []).toString('latin1')).not.toContain('PRIVATE KEY')
  expect(sealed?.length).toBeGreaterThan(1000)
  await iam('DeleteSAMLProvider', provider)
})

test('a private key of another provider is none of this one', async () => {
  const { iam, refuses } = await openIam()
  const AddPrivateKey = await newPrivateKey()
  await iam('CreateSAMLProvider', { ...create, Name: 'Other', AddPrivateKey })
  const other = await iam('GetSAMLProvider', { SAMLProviderArn: arn('saml-provider/Other') })
  const KeyId = other.PrivateKeyList?.[0]?.KeyId ?? ''
  await iam('CreateSAMLProvider', create)
  const message = `The private key with id ${KeyId} cannot be found.`
  const update = { ...provider, RemovePrivateKey: KeyId }
  await refuses('UpdateSAMLProvider', update, 'NoSuchEntity', message)
})

test('metadata and keys that cannot be read are refused, with the reason', async () => {
  const { iam, refuses } = await openIam()
  const SAMLMetadata = `<!DOCTYPE a>${' '.repeat(1000)}`
  const unreadable = 'Could not parse metadata: it has a document type.'
  const bad = { SAMLMetadataDocument: SAMLMetadata }
  await refuses('CreateSAMLProvider', { Name, ...bad }, 'InvalidInput', unreadable)
  await iam('CreateSAMLProvider', create)
  await refuses('UpdateSAMLProvider', { ...provider, ...bad }, 'InvalidInput', unreadable)
  const noKey = 'The private key must be an RSA key in PEM format.'
  for (const AddPrivateKey of [
    'x',
    '-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----',
  ]) {
    await refuses('UpdateSAMLProvider', { ...provider, AddPrivateKey }, 'InvalidInput', noKey)
    const named = { ...create, Name: 'B', AddPrivateKey }
    await refuses('CreateSAMLProvider', named, 'InvalidInput', noKey)
  }
})

test('a provider that is not there, of another case, and of another account', async () => {
  const { deployment, iam, refuses } = await openIam()
  const stranger = await deployment.root(otherAccountId)
  await iam('CreateSAMLProvider', create, stranger)
  await iam('CreateSAMLProvider', { ...create, Name: 'A' })
  const elsewhere = SAMLProviderArn.replace(accountId, otherAccountId)
  for (const name of [SAMLProviderArn, elsewhere, arn('saml-provider/a')]) {
    const input = { SAMLProviderArn: name }
    const message = `Manifest not found for arn ${name}`
    await refuses('GetSAMLProvider', input, 'NoSuchEntity', message)
    await refuses('UpdateSAMLProvider', input, 'NoSuchEntity', message)
    await refuses('DeleteSAMLProvider', input, 'NoSuchEntity', message)
    await refuses('ListSAMLProviderTags', input, 'NoSuchEntity', message)
    const tags = { ...input, Tags: [{ Key: 'a', Value: '' }] }
    await refuses('TagSAMLProvider', tags, 'NoSuchEntity', message)
    await refuses('UntagSAMLProvider', { ...input, TagKeys: ['a'] }, 'NoSuchEntity', message)
  }
  for (const name of ['not-an-arn-of-a-provider', arn('oidc-provider/a')]) {
    const message = `ARN ${name} is not valid.`
    await refuses('GetSAMLProvider', { SAMLProviderArn: name }, 'InvalidInput', message)
  }
})

test('an account has 100 providers, not 101; the summary counts them with those of OpenID', async () => {
  const { iam, refuses } = await openIam()
  for (let index = 0; index < 100; index++) {
    await iam('CreateSAMLProvider', { ...create, Name: `p${index}` })
  }
  await iam('CreateOpenIDConnectProvider', { Url: 'https://a.example' })
  expect((await iam('GetAccountSummary', {})).SummaryMap).toMatchObject({ Providers: 101 })
  const full = 'Cannot exceed quota for SAMLProvidersPerAccount: 100'
  await refuses('CreateSAMLProvider', create, 'LimitExceeded', full)
  expect((await iam('ListSAMLProviders', {})).SAMLProviderList).toHaveLength(100)
})

test('tags: added, paged, removed', async () => {
  const { iam } = await openIam()
  await iam('CreateSAMLProvider', create)
  const Tags = ['a', 'A', 'b'].map((Key) => ({ Key, Value: Key }))
  await iam('TagSAMLProvider', { ...provider, Tags })
  await iam('UntagSAMLProvider', { ...provider, TagKeys: ['A'] })
  const first = await iam('ListSAMLProviderTags', { ...provider, MaxItems: 1 })
  expect(first).toMatchObject({ Tags: [Tags[0]], IsTruncated: true })
  const rest = await iam('ListSAMLProviderTags', { ...provider, Marker: first.Marker })
  expect(rest).toEqual({ Tags: [Tags[2]], IsTruncated: false })
})

test('a provider is a resource: by its ARN, with its tags', async () => {
  const { deployment, root, iam, checks } = await openIam()
  const Tags = [{ Key: 'team', Value: 'x' }]
  const contextKeys = { 'aws:TagKeys': ['team'], 'aws:RequestTag/team': 'x' }
  expect(await checks('CreateSAMLProvider', { ...create, Tags })).toEqual([
    { resourceArn: SAMLProviderArn, contextKeys },
    { resourceArn: SAMLProviderArn, contextKeys, action: 'iam:TagSAMLProvider' },
  ])
  const [listed] = await checks('ListSAMLProviders', {})
  expect(listed).toEqual({ resourceArn: arn('saml-provider/') })
  const tagged = policy({
    ...{ Effect: 'Allow', Action: 'iam:*', Resource: arn('saml-provider/*') },
    Condition: { StringEquals: { 'aws:ResourceTag/team': 'x' } },
  })
  const ann = await userWith(deployment, root, 'Ann', tagged)
  await expect(iam('GetSAMLProvider', provider, ann)).rejects.toThrow('AccessDenied')
  await iam('CreateSAMLProvider', { ...create, Tags })
  await iam('GetSAMLProvider', provider, ann)
})

test('a trust policy names the provider, and keeps its name when the provider goes', async () => {
  const { iam } = await openIam()
  await iam('CreateSAMLProvider', create)
  const AssumeRolePolicyDocument = policy({
    ...{ Effect: 'Allow', Principal: { Federated: SAMLProviderArn } },
    Action: 'sts:AssumeRoleWithSAML',
    Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
  })
  await iam('CreateRole', { RoleName: 'R', AssumeRolePolicyDocument })
  await iam('DeleteSAMLProvider', provider)
  const { Role } = await iam('GetRole', { RoleName: 'R' })
  expect(decodeURIComponent(Role.AssumeRolePolicyDocument ?? '')).toBe(AssumeRolePolicyDocument)
})
