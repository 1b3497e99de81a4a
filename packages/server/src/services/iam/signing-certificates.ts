/**
 * X.509 signing certificates of users and of root.
 * Source: IAM API Reference, UploadSigningCertificate and its kin.
 */
import { fingerprintOf, isValidAt, parseCertificate } from '../../credentials/certificate.ts'
import type { SigningCertificate } from '../../domain/entity.ts'
import { certificateId } from '../../domain/unique-id.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import { asRecorded } from './as-recorded.ts'
import { malformedCertificate } from './certificate-errors.ts'
import { assertRoomFor, ownCredential, settableStatus } from './credential.ts'
import { pageByName } from './paging.ts'
import { credentialOwner, ofTargetUser, type CredentialOwner } from './self.ts'

function certificateView(certificate: SigningCertificate, { user }: CredentialOwner) {
  return {
    UserName: asRecorded<string>(user?.name), // Root has none, as in the views of access keys.
    CertificateId: certificate.id,
    CertificateBody: certificate.body,
    Status: certificate.status,
    UploadDate: certificate.createdAt,
  }
}

/**
 * iam:UploadSigningCertificate. That one out of its validity is invalid is chosen by us, with the
 * wording of both. Errors: DuplicateCertificate where anybody in the account has it,
 * InvalidCertificate, LimitExceeded, MalformedCertificate, NoSuchEntity.
 */
export const UploadSigningCertificate = writeOperation('iam', 'UploadSigningCertificate', {
  ...ofTargetUser,

  async handle({ CertificateBody }, scope, target) {
    const { accountId, now, store } = scope
    const owner = credentialOwner(scope, target)
    const parsed = parseCertificate(CertificateBody)
    if (!parsed) throw malformedCertificate()
    if (!isValidAt(parsed, now)) {
      throw new ApiError('InvalidCertificate', 'The certificate is not valid at this time.')
    }
    await assertRoomFor(scope, 'signingCertificate', owner)
    const fingerprint = fingerprintOf(parsed)
    if ((await store.countLinksTo('certified', accountId, fingerprint)) > 0) {
      const message = 'The same certificate is associated with an IAM user in the account.'
      throw new ApiError('DuplicateCertificate', message)
    }
    const id = certificateId(scope.randomBytes(32))
    const certificate: SigningCertificate = {
      kind: 'signingCertificate',
      accountId,
      id,
      name: id,
      path: '/',
      parentId: owner.id,
      createdAt: now,
      tags: [],
      status: 'Active',
      body: CertificateBody,
      fingerprint,
    }
    await store.insert(certificate)
    const ends = { fromId: id, toId: fingerprint }
    await store.link({ kind: 'certified', accountId, createdAt: now, ...ends })
    return { Certificate: certificateView(certificate, owner) }
  },
})

/** iam:ListSigningCertificates. Errors: NoSuchEntity. */
export const ListSigningCertificates = readOperation('iam', 'ListSigningCertificates', {
  ...ofTargetUser,

  async handle(input, scope, target) {
    const owner = credentialOwner(scope, target)
    const { items, output } = await pageByName(input, (request) =>
      scope.store.list('signingCertificate', scope.accountId, { ...request, parentId: owner.id }),
    )
    return { Certificates: items.map((item) => certificateView(item, owner)), ...output }
  },
})

/** iam:UpdateSigningCertificate: activates or deactivates. Errors: NoSuchEntity, ValidationError. */
export const UpdateSigningCertificate = writeOperation('iam', 'UpdateSigningCertificate', {
  ...ofTargetUser,

  async handle({ CertificateId, Status }, scope, target) {
    const status = settableStatus(Status)
    const owner = credentialOwner(scope, target)
    const certificate = await ownCredential(scope, 'signingCertificate', owner, CertificateId)
    await scope.store.update({ ...certificate, status })
  },
})

/** iam:DeleteSigningCertificate. Errors: NoSuchEntity. */
export const DeleteSigningCertificate = writeOperation('iam', 'DeleteSigningCertificate', {
  ...ofTargetUser,

  async handle({ CertificateId }, scope, target) {
    const owner = credentialOwner(scope, target)
    const { id, fingerprint } = await ownCredential(
      scope,
      'signingCertificate',
      owner,
      CertificateId,
    )
    await scope.store.unlink('certified', id, fingerprint)
    await scope.store.remove('signingCertificate', id)
  },
})

/** All of this file. */
export const signingCertificateOperations = [
  DeleteSigningCertificate,
  ListSigningCertificates,
  UpdateSigningCertificate,
  UploadSigningCertificate,
]
