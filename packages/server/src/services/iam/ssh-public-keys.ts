/**
 * SSH public keys of users, as CodeCommit takes them.
 * Source: IAM API Reference, UploadSSHPublicKey and its kin.
 */
import {
  isSameSshPublicKey,
  parseSshPublicKey,
  sshPublicKeyPem,
  type SshPublicKeyProblem,
} from '../../credentials/ssh-public-key.ts'
import type { SshPublicKey } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import { assertRoomFor, ownCredential, settableStatus } from './credential.ts'
import { pageByName } from './paging.ts'
import { credentialOwner, ofTargetUser, type CredentialOwner } from './self.ts'

/** Source: IAM API Reference, what each error says of itself. */
const problems: Record<SshPublicKeyProblem, () => ApiError> = {
  invalid: () =>
    new ApiError('InvalidPublicKey', 'The public key is malformed or otherwise invalid.'),
  unrecognized: () =>
    new ApiError(
      'UnrecognizedPublicKeyEncoding',
      'The public key encoding format is unsupported or unrecognized.',
    ),
}

function metadataView(key: SshPublicKey, { user }: CredentialOwner) {
  return {
    UserName: user?.name ?? '',
    SSHPublicKeyId: key.id,
    Status: key.status,
    UploadDate: key.createdAt,
  }
}

function keyView(key: SshPublicKey, owner: CredentialOwner, body: string) {
  return { ...metadataView(key, owner), Fingerprint: key.fingerprint, SSHPublicKeyBody: body }
}

/**
 * iam:UploadSSHPublicKey. The fingerprint has 47 characters, as in every recorded answer; the model
 * says 48. Errors: DuplicateSSHPublicKey, InvalidPublicKey, LimitExceeded, NoSuchEntity,
 * UnrecognizedPublicKeyEncoding.
 */
export const UploadSSHPublicKey = writeOperation('iam', 'UploadSSHPublicKey', {
  ...ofTargetUser,

  async handle({ SSHPublicKeyBody }, scope, target) {
    const { accountId, now, newId, store } = scope
    const owner = credentialOwner(scope, target)
    const parsed = parseSshPublicKey(SSHPublicKeyBody)
    if (typeof parsed === 'string') throw problems[parsed]()
    const others = await assertRoomFor(scope, 'sshPublicKey', owner)
    if (others.some(({ publicKey }) => isSameSshPublicKey(publicKey, parsed.text))) {
      const message = 'The SSH public key is already associated with the specified IAM user.'
      throw new ApiError('DuplicateSSHPublicKey', message)
    }
    const id = newId('APKA')
    const key: SshPublicKey = {
      kind: 'sshPublicKey',
      accountId,
      id,
      name: id,
      path: '/',
      parentId: owner.id,
      createdAt: now,
      tags: [],
      status: 'Active',
      publicKey: parsed.text,
      fingerprint: parsed.fingerprint,
    }
    await store.insert(key)
    return { SSHPublicKey: keyView(key, owner, SSHPublicKeyBody) }
  },
})

/** iam:GetSSHPublicKey: in the encoding asked for, whichever it came in. Errors: NoSuchEntity. */
export const GetSSHPublicKey = readOperation('iam', 'GetSSHPublicKey', {
  ...ofTargetUser,

  async handle({ SSHPublicKeyId, Encoding }, scope, target) {
    const owner = credentialOwner(scope, target)
    const key = await ownCredential(scope, 'sshPublicKey', owner, SSHPublicKeyId)
    const body = Encoding === 'PEM' ? sshPublicKeyPem(key.publicKey) : key.publicKey
    return { SSHPublicKey: keyView(key, owner, body) }
  },
})

/** iam:ListSSHPublicKeys. Errors: NoSuchEntity. */
export const ListSSHPublicKeys = readOperation('iam', 'ListSSHPublicKeys', {
  ...ofTargetUser,

  async handle(input, scope, target) {
    const owner = credentialOwner(scope, target)
    const { items, output } = await pageByName(input, (request) =>
      scope.store.list('sshPublicKey', scope.accountId, { ...request, parentId: owner.id }),
    )
    return { SSHPublicKeys: items.map((key) => metadataView(key, owner)), ...output }
  },
})

/** iam:UpdateSSHPublicKey: activates or deactivates. Errors: NoSuchEntity, ValidationError. */
export const UpdateSSHPublicKey = writeOperation('iam', 'UpdateSSHPublicKey', {
  ...ofTargetUser,

  async handle({ SSHPublicKeyId, Status }, scope, target) {
    const status = settableStatus(Status)
    const owner = credentialOwner(scope, target)
    const key = await ownCredential(scope, 'sshPublicKey', owner, SSHPublicKeyId)
    await scope.store.update({ ...key, status })
  },
})

/** iam:DeleteSSHPublicKey. Errors: NoSuchEntity. */
export const DeleteSSHPublicKey = writeOperation('iam', 'DeleteSSHPublicKey', {
  ...ofTargetUser,

  async handle({ SSHPublicKeyId }, scope, target) {
    const owner = credentialOwner(scope, target)
    const key = await ownCredential(scope, 'sshPublicKey', owner, SSHPublicKeyId)
    await scope.store.remove('sshPublicKey', key.id)
  },
})

/** All of this file. */
export const sshPublicKeyOperations = [
  DeleteSSHPublicKey,
  GetSSHPublicKey,
  ListSSHPublicKeys,
  UpdateSSHPublicKey,
  UploadSSHPublicKey,
]
