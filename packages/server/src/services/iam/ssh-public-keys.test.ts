import { expect, test } from 'vitest'
import { rsaPublicKey, sshLine } from '../../testing/certificates.ts'
import { userWith } from '../../testing/deployment.ts'
import { arn, openIam } from './testing/iam-house.ts'

// Goal: SSH public keys as the IAM API Reference has them. What a key may look like stands in
// credentials/ssh-public-key.test.ts.
const user = { UserName: 'Ann' }
const line = (which = '') => sshLine(rsaPublicKey(2048, which))
const missing = 'The Public Key with id APKAAAAAAAAAAAAAAAAA cannot be found.'
const nowhere = { ...user, SSHPublicKeyId: 'APKAAAAAAAAAAAAAAAAA' }

async function houseWithAnn() {
  const house = await openIam()
  await house.iam('CreateUser', user)
  return house
}

test('a key is uploaded, read in both encodings, listed, deactivated and deleted', async () => {
  const { deployment, iam, refuses } = await houseWithAnn()
  const SSHPublicKeyBody = `${line()} ann@example.com`
  const { SSHPublicKey } = await iam('UploadSSHPublicKey', { ...user, SSHPublicKeyBody })
  const metadata = {
    ...user,
    SSHPublicKeyId: expect.stringMatching(/^APKA[A-Z2-7]{16}$/) as string,
    Status: 'Active',
    UploadDate: deployment.clock.now,
  }
  const Fingerprint = expect.stringMatching(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/) as string
  expect(SSHPublicKey).toEqual({ ...metadata, Fingerprint, SSHPublicKeyBody })
  const key = { ...user, SSHPublicKeyId: SSHPublicKey?.SSHPublicKeyId ?? '' }
  const ssh = await iam('GetSSHPublicKey', { ...key, Encoding: 'SSH' })
  expect(ssh.SSHPublicKey).toEqual(SSHPublicKey)
  const pem = await iam('GetSSHPublicKey', { ...key, Encoding: 'PEM' })
  expect(pem.SSHPublicKey).toEqual({
    ...SSHPublicKey,
    SSHPublicKeyBody: rsaPublicKey().export({ type: 'spki', format: 'pem' }),
  })
  await iam('UpdateSSHPublicKey', { ...key, Status: 'Inactive' })
  const listed = await iam('ListSSHPublicKeys', user)
  expect(listed).toEqual({
    SSHPublicKeys: [{ ...metadata, Status: 'Inactive' }],
    IsTruncated: false,
  })
  await iam('DeleteSSHPublicKey', key)
  expect((await iam('ListSSHPublicKeys', user)).SSHPublicKeys).toEqual([])
  const gone = `The Public Key with id ${key.SSHPublicKeyId} cannot be found.`
  await refuses('DeleteSSHPublicKey', key, 'NoSuchEntity', gone)
})

test('what is no key, no encoding of ours, or there already is refused', async () => {
  const { iam, refuses } = await houseWithAnn()
  const upload = (SSHPublicKeyBody: string) => ({ ...user, SSHPublicKeyBody })
  const invalid = 'The public key is malformed or otherwise invalid.'
  await refuses('UploadSSHPublicKey', upload('ssh-rsa AAAA'), 'InvalidPublicKey', invalid)
  const unknown = 'The public key encoding format is unsupported or unrecognized.'
  const other = upload('ssh-ed25519 AAAA')
  await refuses('UploadSSHPublicKey', other, 'UnrecognizedPublicKeyEncoding', unknown)
  await iam('UploadSSHPublicKey', upload(line()))
  const duplicate = 'The SSH public key is already associated with the specified IAM user.'
  const pem = rsaPublicKey().export({ type: 'spki', format: 'pem' }).toString()
  for (const body of [line(), `${line()} comment`, pem]) {
    await refuses('UploadSSHPublicKey', upload(body), 'DuplicateSSHPublicKey', duplicate)
  }
  await iam('CreateUser', { UserName: 'Bea' })
  await iam('UploadSSHPublicKey', { UserName: 'Bea', SSHPublicKeyBody: line() })
})

test('a user has five keys, not six, in pages', async () => {
  const { iam, refuses } = await houseWithAnn()
  for (const which of ['', 'b', 'c', 'd', 'e']) {
    await iam('UploadSSHPublicKey', { ...user, SSHPublicKeyBody: line(which) })
  }
  const message = 'Cannot exceed quota for SSHPublicKeysPerUser: 5'
  const sixth = { ...user, SSHPublicKeyBody: line('f') }
  await refuses('UploadSSHPublicKey', sixth, 'LimitExceeded', message)
  const first = await iam('ListSSHPublicKeys', { ...user, MaxItems: 4 })
  const rest = await iam('ListSSHPublicKeys', { ...user, MaxItems: 4, Marker: first.Marker })
  expect([first.IsTruncated, rest.IsTruncated]).toEqual([true, false])
  expect([first.SSHPublicKeys?.length, rest.SSHPublicKeys?.length]).toEqual([4, 1])
})

test('a key is found under its user alone, by its exact id', async () => {
  const { iam, refuses } = await houseWithAnn()
  await iam('CreateUser', { UserName: 'Bea' })
  const uploaded = await iam('UploadSSHPublicKey', { ...user, SSHPublicKeyBody: line() })
  const SSHPublicKeyId = uploaded.SSHPublicKey?.SSHPublicKeyId ?? ''
  for (const key of [
    { UserName: 'Bea', SSHPublicKeyId },
    { UserName: 'Ann', SSHPublicKeyId: SSHPublicKeyId.toLowerCase() },
  ]) {
    const message = `The Public Key with id ${key.SSHPublicKeyId} cannot be found.`
    await refuses('GetSSHPublicKey', { ...key, Encoding: 'SSH' }, 'NoSuchEntity', message)
    await refuses('UpdateSSHPublicKey', { ...key, Status: 'Active' }, 'NoSuchEntity', message)
    await refuses('DeleteSSHPublicKey', key, 'NoSuchEntity', message)
  }
  const expired = { ...nowhere, Status: 'Expired' } as const
  const notSet = 'The status of a credential cannot be set to Expired.'
  await refuses('UpdateSSHPublicKey', expired, 'InvalidInput', notSet)
})

test('it stays with a user who is renamed, and is in the way of deleting it', async () => {
  const { iam, refuses } = await houseWithAnn()
  await iam('UploadSSHPublicKey', { ...user, SSHPublicKeyBody: line() })
  await iam('UpdateUser', { ...user, NewUserName: 'Bea' })
  const { SSHPublicKeys } = await iam('ListSSHPublicKeys', { UserName: 'Bea' })
  expect(SSHPublicKeys?.map(({ UserName }) => UserName)).toEqual(['Bea'])
  const message = 'Cannot delete entity, must remove referenced objects first.'
  await refuses('DeleteUser', { UserName: 'Bea' }, 'DeleteConflict', message)
})

test('who may not is refused before it is said what there is; a list without name is the own', async () => {
  const { deployment, root, iam, refuses, checks } = await openIam()
  const ann = await userWith(deployment, root, 'Ann')
  const denied = (name: Promise<unknown>) => expect(name).rejects.toThrow('AccessDenied')
  const SSHPublicKeyBody = 'no key'
  await denied(iam('UploadSSHPublicKey', { UserName: 'Nobody', SSHPublicKeyBody }, ann))
  await denied(iam('GetSSHPublicKey', { ...nowhere, Encoding: 'SSH' }, ann))
  await denied(iam('ListSSHPublicKeys', {}, ann))
  await denied(iam('UpdateSSHPublicKey', { ...nowhere, Status: 'Active' }, ann))
  await denied(iam('DeleteSSHPublicKey', nowhere, ann))
  expect((await checks('ListSSHPublicKeys', {}, ann))[0]?.resourceArn).toBe(arn('user/Ann'))
  await refuses('DeleteSSHPublicKey', nowhere, 'NoSuchEntity', missing)
  const nobody = 'The user with name Nobody cannot be found.'
  const input = { UserName: 'Nobody', SSHPublicKeyBody }
  await refuses('UploadSSHPublicKey', input, 'NoSuchEntity', nobody)
})
