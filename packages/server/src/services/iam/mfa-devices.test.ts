import { expect, test } from 'vitest'
import { policy, userWith } from '../../testing/deployment.ts'
import { enabledAuthenticator, newAuthenticator } from './testing/authenticator.ts'
import { accountId, arn, openIam, otherAccountId } from './testing/iam-house.ts'

// Goal: devices of users and of root as the IAM API Reference has them, with recorded wording.

const UserName = 'Ann'
const notValid = 'Authentication code for device is not valid.'
const unknown = (serial: string): string =>
  `MFA Device with serial number ${serial} does not exist.`

async function withAnn() {
  const house = await openIam()
  await house.iam('CreateUser', { UserName })
  return house
}

test('a device: enabled with two codes, listed, read, deactivated, and left unassigned', async () => {
  const house = await withAnn()
  const { iam, refuses, deployment } = house
  const { SerialNumber, codes } = await newAuthenticator(house, 'Phone')
  expect(await iam('GetMFADevice', { SerialNumber })).toEqual({ SerialNumber })
  const named = { UserName, SerialNumber }
  await iam('EnableMFADevice', { ...named, ...codes(-1, 0) })
  const EnableDate = deployment.clock.now
  const MFADevices = [{ UserName, SerialNumber, EnableDate }]
  expect(await iam('ListMFADevices', { UserName })).toEqual({ MFADevices, IsTruncated: false })
  expect(await iam('GetMFADevice', { SerialNumber })).toEqual(MFADevices[0])
  expect(await iam('GetMFADevice', named)).toEqual(MFADevices[0])
  const used = 'MFA Device is already in use.'
  const again = { ...named, ...codes(0, 1) }
  await refuses('EnableMFADevice', again, 'EntityAlreadyExists', used)
  await iam('DeactivateMFADevice', named)
  expect((await iam('ListMFADevices', { UserName })).MFADevices).toEqual([])
  expect(await iam('GetMFADevice', { SerialNumber })).toEqual({ SerialNumber })
  const apart = `MFA device with serial number ${SerialNumber} is not associated with user Ann.`
  await refuses('DeactivateMFADevice', named, 'NoSuchEntity', apart)
  await refuses('GetMFADevice', named, 'NoSuchEntity', apart)
  // Codes that were used stay used.
  const old = { ...named, ...codes(-1, 0) }
  await refuses('EnableMFADevice', old, 'InvalidAuthenticationCode', notValid)
  await iam('EnableMFADevice', { ...named, ...codes(1, 2) })
})

test('two codes that are wrong, the same, or of another device do not enable', async () => {
  const house = await withAnn()
  const { iam, refuses } = house
  const { SerialNumber, codes } = await newAuthenticator(house, 'Phone')
  const other = await newAuthenticator(house, 'Other')
  for (const pair of [codes(0, 0), codes(0, -1), codes(-1, 1), other.codes(-1, 0)]) {
    const input = { UserName, SerialNumber, ...pair }
    await refuses('EnableMFADevice', input, 'InvalidAuthenticationCode', notValid)
  }
  expect((await iam('ListMFADevices', { UserName })).MFADevices).toEqual([])
})

test('whatever is not there is named: the user, the device, a hardware token, another account’s', async () => {
  const house = await withAnn()
  const { deployment, iam, refuses } = house
  const stranger = await deployment.root(otherAccountId)
  const foreign = { VirtualMFADeviceName: 'Foreign' }
  const created = await iam('CreateVirtualMFADevice', foreign, stranger)
  const { SerialNumber, codes } = await newAuthenticator(house, 'Phone')
  const serials = [
    ...['GAHT12345678', arn('mfa/phone'), arn('mfa/Nothing')],
    created.VirtualMFADevice.SerialNumber,
  ]
  for (const serial of serials) {
    const named = { UserName, SerialNumber: serial }
    const enable = { ...named, ...codes(-1, 0) }
    await refuses('EnableMFADevice', enable, 'NoSuchEntity', unknown(serial))
    await refuses('ResyncMFADevice', enable, 'NoSuchEntity', unknown(serial))
    await refuses('DeactivateMFADevice', named, 'NoSuchEntity', unknown(serial))
    await refuses('GetMFADevice', named, 'NoSuchEntity', unknown(serial))
    const bySerial = { SerialNumber: serial }
    await refuses('GetMFADevice', bySerial, 'NoSuchEntity', unknown(serial))
    await refuses('ListMFADeviceTags', bySerial, 'NoSuchEntity', unknown(serial))
    const tags = { ...bySerial, Tags: [{ Key: 'a', Value: '' }] }
    await refuses('TagMFADevice', tags, 'NoSuchEntity', unknown(serial))
    await refuses(
      'UntagMFADevice',
      { ...bySerial, TagKeys: ['a'] },
      'NoSuchEntity',
      unknown(serial),
    )
  }
  const nobody = { UserName: 'Nobody', SerialNumber }
  const missing = 'The user with name Nobody cannot be found.'
  const pair = codes(-1, 0)
  await refuses('EnableMFADevice', { ...nobody, ...pair }, 'NoSuchEntity', missing)
  await refuses('ResyncMFADevice', { ...nobody, ...pair }, 'NoSuchEntity', missing)
  await refuses('DeactivateMFADevice', nobody, 'NoSuchEntity', missing)
  await refuses('GetMFADevice', nobody, 'NoSuchEntity', missing)
  await refuses('ListMFADevices', { UserName: 'Nobody' }, 'NoSuchEntity', missing)
})

test('a device of another user is not associated with this one', async () => {
  const house = await withAnn()
  const { iam, refuses } = house
  await iam('CreateUser', { UserName: 'Bea' })
  const { SerialNumber, codes } = await enabledAuthenticator(house, 'Bea')
  const named = { UserName, SerialNumber }
  const apart = `MFA device with serial number ${SerialNumber} is not associated with user Ann.`
  await refuses('DeactivateMFADevice', named, 'NoSuchEntity', apart)
  await refuses('ResyncMFADevice', { ...named, ...codes(1, 2) }, 'NoSuchEntity', apart)
  const ofRoot = `MFA device with serial number ${SerialNumber} is not associated with the root user.`
  await refuses('DeactivateMFADevice', { SerialNumber }, 'NoSuchEntity', ofRoot)
})

test('resync: a clock that has gone astray is followed, and codes before are past', async () => {
  const house = await withAnn()
  const { iam, refuses, deployment } = house
  const { SerialNumber, codes } = await enabledAuthenticator(house, UserName)
  deployment.clock.now = new Date('2026-11-24T13:00:00Z')
  const named = { UserName, SerialNumber }
  for (const pair of [codes(0, 0), codes(-22, -21), codes(22, 23)]) {
    const input = { ...named, ...pair }
    await refuses('ResyncMFADevice', input, 'InvalidAuthenticationCode', notValid)
  }
  await iam('ResyncMFADevice', { ...named, ...codes(8, 9) })
  const device = await deployment.store.read((store) =>
    store.find('mfaDevice', accountId, SerialNumber),
  )
  expect(device).toMatchObject({ driftSteps: 9 })
  const before = { ...named, ...codes(7, 8) }
  await refuses('ResyncMFADevice', before, 'InvalidAuthenticationCode', notValid)
})

test('a user has eight devices, not nine; so has root', async () => {
  const house = await withAnn()
  const { iam, refuses } = house
  for (const owner of [UserName, accountId]) {
    for (let index = 1; index <= 8; index++) {
      await enabledAuthenticator(house, owner, `${owner}-${index}`)
    }
    const { SerialNumber, codes } = await newAuthenticator(house, `${owner}-9`)
    const ninth = { UserName: owner, SerialNumber, ...codes(-1, 0) }
    const full = 'Cannot exceed quota for MfaDevicesPerUser: 8'
    await refuses('EnableMFADevice', ninth, 'LimitExceeded', full)
  }
  const first = await iam('ListMFADevices', { UserName, MaxItems: 7 })
  expect([first.MFADevices.length, first.IsTruncated]).toEqual([7, true])
  const rest = await iam('ListMFADevices', { UserName, Marker: first.Marker })
  expect(rest.MFADevices.map((device) => device.SerialNumber)).toEqual([arn('mfa/Ann-8')])
})

test('root’s own devices: by the account id, or without a name', async () => {
  const house = await withAnn()
  const { deployment, iam } = house
  const { SerialNumber, codes } = await enabledAuthenticator(house, accountId, 'root')
  const EnableDate = deployment.clock.now
  const MFADevices = [{ UserName: undefined, SerialNumber, EnableDate }]
  expect((await iam('ListMFADevices', {})).MFADevices).toEqual(MFADevices)
  expect((await iam('ListMFADevices', { UserName: accountId })).MFADevices).toEqual(MFADevices)
  expect(await iam('GetMFADevice', { SerialNumber })).toEqual({ SerialNumber, EnableDate })
  const named = { UserName: accountId, SerialNumber }
  await iam('ResyncMFADevice', { ...named, ...codes(1, 2) })
  await iam('DeactivateMFADevice', { SerialNumber })
  expect((await iam('ListMFADevices', {})).MFADevices).toEqual([])
})

test('the account id is root’s name for root alone, and only where no user is called so', async () => {
  const { deployment, root, iam, checks } = await withAnn()
  const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
  const bea = await userWith(deployment, root, 'Bea', all)
  const input = { UserName: accountId }
  const [check] = await checks('ListMFADevices', input, bea)
  expect(check?.resourceArn).toBe(arn(`user/${accountId}`))
  expect((await checks('ListMFADevices', input))[0]?.resourceArn).toBe(arn('root'))
  await iam('CreateUser', input)
  expect((await checks('ListMFADevices', input))[0]?.resourceArn).toBe(arn(`user/${accountId}`))
})

test('a device stays with its user when it is renamed, and keeps it from being deleted', async () => {
  const house = await withAnn()
  const { iam, refuses } = house
  const { SerialNumber } = await enabledAuthenticator(house, UserName)
  await iam('UpdateUser', { UserName, NewUserName: 'Bea', NewPath: '/p/' })
  const bea = { UserName: 'Bea' }
  expect((await iam('ListMFADevices', bea)).MFADevices).toMatchObject([{ ...bea, SerialNumber }])
  const conflict = 'Cannot delete entity, must delete MFA device first.'
  await refuses('DeleteUser', bea, 'DeleteConflict', conflict)
  await iam('DeactivateMFADevice', { ...bea, SerialNumber })
  await iam('DeleteUser', bea)
  await iam('DeleteVirtualMFADevice', { SerialNumber })
})

test('the summary counts devices, those in use, and whether root has one', async () => {
  const house = await withAnn()
  const { iam } = house
  const summary = async () => (await iam('GetAccountSummary', {})).SummaryMap
  expect(await summary()).toMatchObject({ MFADevices: 0, MFADevicesInUse: 0, AccountMFAEnabled: 0 })
  await newAuthenticator(house, 'Spare')
  await enabledAuthenticator(house, UserName)
  expect(await summary()).toMatchObject({ MFADevices: 2, MFADevicesInUse: 1, AccountMFAEnabled: 0 })
  await enabledAuthenticator(house, accountId, 'root')
  expect(await summary()).toMatchObject({ MFADevices: 3, MFADevicesInUse: 2, AccountMFAEnabled: 1 })
})

test('a user acts on its own devices without a name, and on no others', async () => {
  const house = await withAnn()
  const { deployment, root, iam, checks } = house
  const own = policy({ Effect: 'Allow', Action: 'iam:*', Resource: arn('user/${aws:username}') })
  const bea = await userWith(deployment, root, 'Bea', own)
  const { SerialNumber, codes } = await newAuthenticator(house, 'Phone')
  const named = { UserName: 'Bea', SerialNumber }
  await iam('EnableMFADevice', { ...named, ...codes(-1, 0) }, bea)
  expect((await iam('ListMFADevices', {}, bea)).MFADevices).toMatchObject([named])
  await iam('GetMFADevice', { SerialNumber }, bea)
  await iam('ResyncMFADevice', { ...named, ...codes(1, 2) }, bea)
  await iam('DeactivateMFADevice', { SerialNumber }, bea)
  // Neither whether the other user has the device, nor whether there is one, is told.
  for (const serial of [SerialNumber, arn('mfa/Nothing')]) {
    const other = { UserName, SerialNumber: serial }
    await expect(iam('DeactivateMFADevice', other, bea)).rejects.toThrow('AccessDenied')
    await expect(iam('GetMFADevice', { SerialNumber: serial }, bea)).rejects.toThrow('AccessDenied')
  }
  const [check] = await checks('GetMFADevice', { SerialNumber })
  expect(check?.resourceArn).toBe(arn('user/*'))
})

test('enabling a device of codes has no context keys of security keys', async () => {
  const house = await withAnn()
  const { SerialNumber, codes } = await newAuthenticator(house, 'Phone')
  const input = { UserName, SerialNumber, ...codes(-1, 0) }
  const [check] = await house.checks('EnableMFADevice', input)
  expect(check).toEqual({
    ...{ resourceArn: arn('user/Ann'), resourceLabel: 'user Ann', contextKeys: {} },
  })
})

test('a passkey is listed and read with its certifications, and gone when it is deactivated', async () => {
  const { deployment, iam, refuses } = await withAnn()
  const { store, clock } = deployment
  const SerialNumber = arn('u2f/user/Ann/Key-ABCDEFGHIJKLMNOPQRSTUVWXYZ')
  const common = { accountId, path: '/', createdAt: clock.now, tags: [], name: SerialNumber }
  await store.write({ accountId, eventId: 'test', now: clock.now }, async (tx) => {
    const user = await tx.find('user', accountId, UserName)
    const ownerId = user?.id ?? ''
    const certifications = { FIDO: 'L1' }
    const passkey = { kind: 'mfaDevice', type: 'passkey', id: 'MFADkey', ownerId } as const
    await tx.insert({ ...common, ...passkey, certifications })
    await tx.insert({ ...common, kind: 'mfaAssignment', id: 'MFAAkey', parentId: ownerId })
  })
  const named = { UserName, SerialNumber }
  const shown = { ...named, EnableDate: clock.now }
  expect((await iam('ListMFADevices', { UserName })).MFADevices).toEqual([shown])
  const got = await iam('GetMFADevice', named)
  expect(got).toEqual({ ...shown, Certifications: { FIDO: 'L1' } })
  expect((await iam('ListVirtualMFADevices', {})).VirtualMFADevices).toEqual([])
  const message = unknown(SerialNumber)
  await refuses('DeleteVirtualMFADevice', { SerialNumber }, 'NoSuchEntity', message)
  await iam('DeactivateMFADevice', named)
  await refuses('GetMFADevice', named, 'NoSuchEntity', message)
})

test('tags: added, paged, removed; keys keep their case', async () => {
  const house = await openIam()
  const { iam, refuses, checks } = house
  const { SerialNumber } = await newAuthenticator(house, 'Phone')
  const Tags = ['a', 'A', 'b'].map((Key) => ({ Key, Value: Key }))
  await iam('TagMFADevice', { SerialNumber, Tags })
  await iam('UntagMFADevice', { SerialNumber, TagKeys: ['A', 'never there'] })
  const first = await iam('ListMFADeviceTags', { SerialNumber, MaxItems: 1 })
  expect(first).toMatchObject({ Tags: [Tags[0]], IsTruncated: true })
  const rest = await iam('ListMFADeviceTags', { SerialNumber, Marker: first.Marker })
  expect(rest).toEqual({ Tags: [Tags[2]], IsTruncated: false })
  const many = Array.from({ length: 49 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
  const full = 'The number of tags has reached the maximum limit.'
  await refuses('TagMFADevice', { SerialNumber, Tags: many }, 'LimitExceeded', full)
  await iam('TagMFADevice', { SerialNumber, Tags: many.slice(1) })
  const [check] = await checks('UntagMFADevice', { SerialNumber, TagKeys: ['a'] })
  expect(check).toMatchObject({
    resourceArn: SerialNumber,
    contextKeys: { 'aws:TagKeys': ['a'], 'aws:ResourceTag/b': 'b' },
  })
})
