import { expect, test } from 'vitest'
import { certificateOf } from '../../testing/certificates.ts'
import { policy, userWith } from '../../testing/deployment.ts'
import { chainCertificatesMax } from './server-certificate-checks.ts'
import { accountId, arn, openIam } from './testing/iam-house.ts'

// Goal: server certificates as the IAM API Reference has them: what belongs together, and a private
// key that never leaves. What PEM may hold stands in credentials/certificate.test.ts.
const root = await certificateOf('root')
const intermediate = await certificateOf('intermediate', { issuer: root })
const leaf = await certificateOf('example.com', { issuer: intermediate })
const named = { ServerCertificateName: 'Web' }
const material = { CertificateBody: leaf.pem, PrivateKey: leaf.privateKeyPem }
const upload = { ...named, ...material }
const missing = 'The Server Certificate with name Web cannot be found.'

test('a certificate is uploaded, read, listed, renamed and deleted', async () => {
  const { deployment, iam, refuses, checks } = await openIam()
  const CertificateChain = `${intermediate.pem}\n${root.pem}`
  const Tags = [{ Key: 'k', Value: 'v' }]
  const input = { ...upload, Path: '/tls/', CertificateChain, Tags }
  const uploaded = await iam('UploadServerCertificate', input)
  const ServerCertificateMetadata = {
    Path: '/tls/',
    ...named,
    ServerCertificateId: expect.stringMatching(/^ASCA[A-Z2-7]{17}$/) as string,
    Arn: arn('server-certificate/tls/Web'),
    UploadDate: deployment.clock.now,
    Expiration: new Date('2036-01-01T00:00:00Z'),
  }
  expect(uploaded).toEqual({ ServerCertificateMetadata, Tags })
  const { ServerCertificate } = await iam('GetServerCertificate', { ServerCertificateName: 'web' })
  expect(ServerCertificate).toEqual({
    ...{ ServerCertificateMetadata, CertificateBody: leaf.pem, CertificateChain, Tags },
  })
  const list = await iam('ListServerCertificates', { PathPrefix: '/tls/' })
  expect(list).toEqual({
    ServerCertificateMetadataList: [ServerCertificateMetadata],
    IsTruncated: false,
  })
  const elsewhere = await iam('ListServerCertificates', { PathPrefix: '/x/' })
  expect(elsewhere.ServerCertificateMetadataList).toEqual([])
  const renaming = { ...named, NewServerCertificateName: 'Api', NewPath: '/' }
  const declared = await checks('UpdateServerCertificate', renaming)
  expect(declared.map(({ resourceArn }) => resourceArn)).toEqual([
    arn('server-certificate/tls/Web'),
    arn('server-certificate/Api'),
  ])
  await iam('UpdateServerCertificate', renaming)
  await refuses('GetServerCertificate', named, 'NoSuchEntity', missing)
  const renamed = await iam('GetServerCertificate', { ServerCertificateName: 'Api' })
  expect(renamed.ServerCertificate.ServerCertificateMetadata).toEqual({
    ...ServerCertificateMetadata,
    ...{ Path: '/', ServerCertificateName: 'Api', Arn: arn('server-certificate/Api') },
  })
  expect((await iam('GetAccountSummary', {})).SummaryMap?.ServerCertificates).toBe(1)
  await iam('DeleteServerCertificate', { ServerCertificateName: 'API' })
  expect((await iam('ListServerCertificates', {})).ServerCertificateMetadataList).toEqual([])
})

test('the private key is sealed, and neither answered nor logged; it goes with the certificate', async () => {
  const { deployment, iam } = await openIam()
  const { ServerCertificateMetadata } = await iam('UploadServerCertificate', upload)
  const id = ServerCertificateMetadata?.ServerCertificateId ?? ''
  const sealed = () => deployment.store.read((reader) => reader.sealed(id))
  const [secret = ''] = /[A-Za-z0-9+/]{40}/.exec(leaf.privateKeyPem) ?? []
  const texts = [
    JSON.stringify(await iam('GetServerCertificate', named)),
    JSON.stringify(await deployment.store.changes(accountId, 0, 100)),
    Buffer.from((await sealed()) ?? []).toString('latin1'),
  ]
  for (const text of texts) expect(text).not.toContain(secret)
  expect((await sealed())?.length).toBeGreaterThan(leaf.privateKeyPem.length)
  await iam('DeleteServerCertificate', named)
  expect(await sealed()).toBeUndefined()
})

const chainWording = (index: number) =>
  `Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: ${index}`
const expired = await certificateOf('x', { to: new Date('2026-11-24T11:59:59Z') })
const early = await certificateOf('x', { from: new Date('2026-11-24T12:00:01Z') })
const badKey = 'The private key is malformed or encrypted.'
const notValid = 'The certificate is not valid at this time.'

const refused: readonly [what: string, input: object, code: string, message: string][] = [
  [
    'no certificate',
    { CertificateBody: 'no certificate' },
    'MalformedCertificate',
    'The certificate is malformed.',
  ],
  ['an expired one', bodyOf(expired), 'MalformedCertificate', notValid],
  ['one that is not valid yet', bodyOf(early), 'MalformedCertificate', notValid],
  ['no key', { PrivateKey: 'no key' }, 'MalformedCertificate', badKey],
  ['a certificate for a key', { PrivateKey: leaf.pem }, 'MalformedCertificate', badKey],
  [
    'another key',
    { PrivateKey: root.privateKeyPem },
    'KeyPairMismatch',
    'The public key certificate and the private key do not match.',
  ],
  [
    'no chain',
    { CertificateChain: 'no chain' },
    'MalformedCertificate',
    'The certificate chain is malformed.',
  ],
  ['a chain of another', { CertificateChain: root.pem }, 'MalformedCertificate', chainWording(0)],
  [
    'a chain that breaks off',
    { CertificateChain: intermediate.pem + leaf.pem },
    'MalformedCertificate',
    chainWording(1),
  ],
]

function bodyOf({ pem, privateKeyPem }: typeof leaf) {
  return { CertificateBody: pem, PrivateKey: privateKeyPem }
}

test('what does not belong together, or is not valid now, is refused', async () => {
  const { iam, refuses } = await openIam()
  for (const [, input, code, message] of refused) {
    await refuses('UploadServerCertificate', { ...upload, ...input }, code, message)
  }
  expect((await iam('ListServerCertificates', {})).ServerCertificateMetadataList).toEqual([])
})

test('a chain has 20 certificates, not 21', async () => {
  const { iam, refuses } = await openIam()
  const links = [await certificateOf('link 0')]
  for (let i = 1; i <= chainCertificatesMax + 1; i++) {
    const [issuer] = links
    links.unshift(await certificateOf(`link ${i}`, issuer ? { issuer } : {}))
  }
  const chainFrom = (index: number) => {
    const [first, ...chain] = links.slice(index)
    if (!first) throw new Error('no link')
    return { ...named, ...bodyOf(first), CertificateChain: chain.map(({ pem }) => pem).join('') }
  }
  const message = 'The certificate chain has more than 20 certificates.'
  await refuses('UploadServerCertificate', chainFrom(0), 'MalformedCertificate', message)
  await iam('UploadServerCertificate', chainFrom(1))
})

test('names are taken ignoring case; an account has 20, not 21', async () => {
  const { iam, refuses } = await openIam()
  await iam('UploadServerCertificate', upload)
  const taken = 'The Server Certificate with name WEB already exists.'
  const other = { ...upload, ServerCertificateName: 'WEB' }
  await refuses('UploadServerCertificate', other, 'EntityAlreadyExists', taken)
  for (let i = 1; i < 20; i++) {
    await iam('UploadServerCertificate', { ...upload, ServerCertificateName: `c${i}` })
  }
  const message = 'Cannot exceed quota for ServerCertificatesPerAccount: 20'
  const last = { ...upload, ServerCertificateName: 'last' }
  await refuses('UploadServerCertificate', last, 'LimitExceeded', message)
  const renaming = { ServerCertificateName: 'c1', NewServerCertificateName: 'web' }
  const exists = 'The Server Certificate with name web already exists.'
  await refuses('UpdateServerCertificate', renaming, 'EntityAlreadyExists', exists)
  const page = await iam('ListServerCertificates', { MaxItems: 19 })
  const rest = await iam('ListServerCertificates', { MaxItems: 19, Marker: page.Marker })
  expect([page.IsTruncated, rest.IsTruncated]).toEqual([true, false])
  expect(rest.ServerCertificateMetadataList).toHaveLength(1)
})

test('tags are kept by case, added, removed and listed', async () => {
  const { iam, refuses, checks } = await openIam()
  await iam('UploadServerCertificate', upload)
  const Tags = [
    { Key: 'a', Value: '1' },
    { Key: 'A', Value: '2' },
  ]
  await iam('TagServerCertificate', { ...named, Tags })
  expect((await iam('ListServerCertificateTags', named)).Tags).toEqual(Tags)
  await iam('UntagServerCertificate', { ...named, TagKeys: ['a', 'gone'] })
  expect((await iam('ListServerCertificateTags', named)).Tags).toEqual([Tags[1]])
  const [check] = await checks('GetServerCertificate', named)
  expect(check?.contextKeys).toMatchObject({ 'aws:ResourceTag/A': '2' })
  const twice = { ...named, Tags: [Tags[0], Tags[0]] as typeof Tags }
  await refuses('TagServerCertificate', twice, 'InvalidInput', 'Duplicate tag keys found.')
  const tagged = await checks('UploadServerCertificate', { ...upload, Tags })
  expect(tagged.map(({ action }) => action)).toEqual([undefined, 'iam:TagServerCertificate'])
})

test('who may not is refused before it is said what there is, and nothing is read', async () => {
  const { deployment, root: rootUser, iam, refuses } = await openIam()
  const mayUpload = policy({
    Effect: 'Allow',
    Action: 'iam:UploadServerCertificate',
    Resource: `arn:aws:iam::${accountId}:server-certificate/tls/*`,
  })
  const ann = await userWith(deployment, rootUser, 'Ann', mayUpload)
  await iam('UploadServerCertificate', { ...upload, Path: '/tls/' }, ann)
  const denied = (call: Promise<unknown>) => expect(call).rejects.toThrow('AccessDenied')
  const other = { ServerCertificateName: 'Nobody' }
  await denied(iam('UploadServerCertificate', { ...upload, CertificateBody: 'x' }, ann))
  for (const input of [named, other]) {
    await denied(iam('GetServerCertificate', input, ann))
    await denied(iam('UpdateServerCertificate', { ...input, NewPath: '/x/' }, ann))
    await denied(iam('DeleteServerCertificate', input, ann))
    await denied(iam('TagServerCertificate', { ...input, Tags: [] }, ann))
    await denied(iam('UntagServerCertificate', { ...input, TagKeys: [] }, ann))
    await denied(iam('ListServerCertificateTags', input, ann))
  }
  await denied(iam('ListServerCertificates', {}, ann))
  const gone = 'The Server Certificate with name Nobody cannot be found.'
  await refuses('GetServerCertificate', other, 'NoSuchEntity', gone)
  await refuses('UpdateServerCertificate', other, 'NoSuchEntity', gone)
  await refuses('DeleteServerCertificate', other, 'NoSuchEntity', gone)
  await refuses('TagServerCertificate', { ...other, Tags: [] }, 'NoSuchEntity', gone)
  await refuses('UntagServerCertificate', { ...other, TagKeys: [] }, 'NoSuchEntity', gone)
  await refuses('ListServerCertificateTags', other, 'NoSuchEntity', gone)
})
