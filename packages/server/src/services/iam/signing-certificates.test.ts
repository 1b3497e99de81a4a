import { expect, test } from 'vitest'
import { certificateOf } from '../../testing/certificates.ts'
import { userWith } from '../../testing/deployment.ts'
import { arn, openIam } from './testing/iam-house.ts'

// Goal: signing certificates as the IAM API Reference has them. What a certificate may look like
// stands in credentials/certificate.test.ts.
const user = { UserName: 'Ann' }
const [first, second, third] = await Promise.all(
  ['first', 'second', 'third'].map(async (name) => (await certificateOf(name)).pem),
)
const CertificateBody = first ?? ''
const nowhere = { ...user, CertificateId: 'A'.repeat(32) }
const missing = `The Certificate with id ${nowhere.CertificateId} cannot be found.`

async function houseWithAnn() {
  const house = await openIam()
  await house.iam('CreateUser', user)
  return house
}

test('a certificate is uploaded, listed, deactivated and deleted', async () => {
  const { deployment, iam, refuses } = await houseWithAnn()
  const { Certificate } = await iam('UploadSigningCertificate', { ...user, CertificateBody })
  expect(Certificate).toEqual({
    ...user,
    CertificateId: expect.stringMatching(/^[A-Z2-7]{32}$/) as string,
    CertificateBody,
    Status: 'Active',
    UploadDate: deployment.clock.now,
  })
  const listed = await iam('ListSigningCertificates', { UserName: 'ann' })
  expect(listed).toEqual({ Certificates: [Certificate], IsTruncated: false })
  const certificate = { ...user, CertificateId: Certificate.CertificateId }
  await iam('UpdateSigningCertificate', { ...certificate, Status: 'Inactive' })
  const [inactive] = (await iam('ListSigningCertificates', user)).Certificates
  expect(inactive?.Status).toBe('Inactive')
  await iam('DeleteSigningCertificate', certificate)
  expect((await iam('ListSigningCertificates', user)).Certificates).toEqual([])
  const gone = `The Certificate with id ${Certificate.CertificateId} cannot be found.`
  await refuses('DeleteSigningCertificate', certificate, 'NoSuchEntity', gone)
})

test('what is malformed, or not valid now, is refused', async () => {
  const { refuses } = await houseWithAnn()
  const upload = (body: string) => ({ ...user, CertificateBody: body })
  const message = 'The certificate is malformed.'
  for (const body of ['no certificate', `${first}${second}`]) {
    await refuses('UploadSigningCertificate', upload(body), 'MalformedCertificate', message)
  }
  const expired = await certificateOf('x', { to: new Date('2026-11-24T11:59:59Z') })
  const early = await certificateOf('x', { from: new Date('2026-11-24T12:00:01Z') })
  for (const { pem } of [expired, early]) {
    const message = 'The certificate is not valid at this time.'
    await refuses('UploadSigningCertificate', upload(pem), 'InvalidCertificate', message)
  }
})

test('an account has a certificate but once, until it is deleted', async () => {
  const { iam, refuses } = await houseWithAnn()
  await iam('CreateUser', { UserName: 'Bea' })
  const { Certificate } = await iam('UploadSigningCertificate', { ...user, CertificateBody })
  const message = 'The same certificate is associated with an IAM user in the account.'
  for (const UserName of ['Ann', 'Bea']) {
    // Other white space is the same certificate.
    const input = { UserName, CertificateBody: `${CertificateBody}\n` }
    await refuses('UploadSigningCertificate', input, 'DuplicateCertificate', message)
  }
  const { CertificateId } = Certificate
  await iam('DeleteSigningCertificate', { ...user, CertificateId })
  await iam('UploadSigningCertificate', { UserName: 'Bea', CertificateBody })
})

test('a user has two, not three, in pages; so has root', async () => {
  const { iam, refuses } = await houseWithAnn()
  const upload = async (input: { UserName?: string }, names: readonly string[]) => {
    for (const name of names) {
      const { pem } = await certificateOf(name)
      await iam('UploadSigningCertificate', { ...input, CertificateBody: pem })
    }
  }
  for (const input of [user, {}]) {
    await upload(input, ['a', 'b'])
    const third_ = { ...input, CertificateBody: third ?? '' }
    const message = 'Cannot exceed quota for CertificatesPerUser: 2'
    await refuses('UploadSigningCertificate', third_, 'LimitExceeded', message)
    const page = await iam('ListSigningCertificates', { ...input, MaxItems: 1 })
    const { Marker } = page
    const rest = await iam('ListSigningCertificates', { ...input, MaxItems: 1, Marker })
    expect([page.IsTruncated, rest.IsTruncated]).toEqual([true, false])
  }
  const { SummaryMap } = await iam('GetAccountSummary', {})
  expect(SummaryMap?.AccountSigningCertificatesPresent).toBe(1)
})

test('it is found under its user alone, stays with it, and is in the way of deleting it', async () => {
  const { iam, refuses } = await houseWithAnn()
  const { Certificate } = await iam('UploadSigningCertificate', { ...user, CertificateBody })
  const { CertificateId } = Certificate
  const message = `The Certificate with id ${CertificateId} cannot be found.`
  await refuses('DeleteSigningCertificate', { CertificateId }, 'NoSuchEntity', message)
  await iam('UpdateUser', { ...user, NewUserName: 'Bea' })
  const [listed] = (await iam('ListSigningCertificates', { UserName: 'Bea' })).Certificates
  expect(listed?.UserName).toBe('Bea')
  const conflict = 'Cannot delete entity, must delete signing certificates first.'
  await refuses('DeleteUser', { UserName: 'Bea' }, 'DeleteConflict', conflict)
  await iam('DeleteSigningCertificate', { UserName: 'Bea', CertificateId })
  await iam('DeleteUser', { UserName: 'Bea' })
})

test('who may not is refused before it is said what there is', async () => {
  const { deployment, root, iam, refuses, checks } = await openIam()
  const ann = await userWith(deployment, root, 'Ann')
  const denied = (name: Promise<unknown>) => expect(name).rejects.toThrow('AccessDenied')
  await denied(iam('UploadSigningCertificate', { CertificateBody: 'x' }, ann))
  await denied(iam('ListSigningCertificates', { UserName: 'Nobody' }, ann))
  await denied(iam('UpdateSigningCertificate', { ...nowhere, Status: 'Active' }, ann))
  await denied(iam('DeleteSigningCertificate', nowhere, ann))
  const own = await checks('UploadSigningCertificate', { CertificateBody: 'x' }, ann)
  expect(own[0]?.resourceArn).toBe(arn('user/Ann'))
  const inactive = { ...nowhere, Status: 'Inactive' } as const
  await refuses('UpdateSigningCertificate', inactive, 'NoSuchEntity', missing)
})
