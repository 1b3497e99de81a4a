import { expect, test } from 'vitest'
import { otpauthUri, qrCodePng } from '../../credentials/mfa-qr-code.ts'
import { policy, userWith } from '../../testing/deployment.ts'
import { enabledAuthenticator, newAuthenticator } from './testing/authenticator.ts'
import { accountId, arn, openIam } from './testing/iam-house.ts'

// Goal: virtual devices as the IAM API Reference has them, with recorded wording.

test('a device: its seed and QR code are shown once, it is listed and deleted', async () => {
  const { iam, refuses } = await openIam()
  const Tags = [{ Key: 'team', Value: 'x' }]
  const input = { VirtualMFADeviceName: 'Ann', Path: '/a/b/', Tags }
  const { VirtualMFADevice } = await iam('CreateVirtualMFADevice', input)
  const { SerialNumber, Base32StringSeed = new Uint8Array(), QRCodePNG } = VirtualMFADevice
  expect(VirtualMFADevice).toMatchObject({ SerialNumber: arn('mfa/a/b/Ann'), Tags })
  const seed = Buffer.from(Base32StringSeed).toString()
  expect(seed).toMatch(/^[A-Z2-7]{64}$/)
  const uri = `otpauth://totp/Amazon%20Web%20Services:Ann%40${accountId}?secret=${seed}&issuer=Amazon%20Web%20Services`
  expect(otpauthUri('Ann', accountId, seed)).toBe(uri)
  expect(QRCodePNG).toEqual(await qrCodePng(uri))
  expect(
    Buffer.from(QRCodePNG ?? [])
      .subarray(0, 8)
      .toString('latin1'),
  ).toBe('\x89PNG\r\n\x1a\n')
  expect(await iam('ListVirtualMFADevices', {})).toEqual({
    ...{ VirtualMFADevices: [{ SerialNumber }], IsTruncated: false },
  })
  const taken = { VirtualMFADeviceName: 'ANN', Path: '/a/b/' }
  const exists = 'MFA device already exists.'
  await refuses('CreateVirtualMFADevice', taken, 'EntityAlreadyExists', exists)
  await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: 'Ann' }) // At another path.
  await iam('DeleteVirtualMFADevice', { SerialNumber })
  const gone = `MFA Device with serial number ${SerialNumber} does not exist.`
  await refuses('DeleteVirtualMFADevice', { SerialNumber }, 'NoSuchEntity', gone)
})

test('the QR code names the account by its alias, where it has one', async () => {
  const { iam } = await openIam()
  await iam('CreateAccountAlias', { AccountAlias: 'acme' })
  const created = await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: 'a=b' })
  const seed = Buffer.from(created.VirtualMFADevice.Base32StringSeed ?? []).toString()
  const uri = otpauthUri('a=b', 'acme', seed)
  expect(uri).toContain('otpauth://totp/Amazon%20Web%20Services:a%3Db%40acme?secret=')
  expect(created.VirtualMFADevice.QRCodePNG).toEqual(await qrCodePng(uri))
})

test('seeds are sealed, and no two are the same', async () => {
  const { deployment, iam } = await openIam()
  const seeds = new Set<string>()
  for (const VirtualMFADeviceName of ['A', 'B']) {
    const created = await iam('CreateVirtualMFADevice', { VirtualMFADeviceName })
    seeds.add(Buffer.from(created.VirtualMFADevice.Base32StringSeed ?? []).toString())
  }
  expect(seeds.size).toBe(2)
  const changes = JSON.stringify(await deployment.store.changes(accountId, 0, 100))
  for (const seed of seeds) expect(changes).not.toContain(seed)
})

test('a serial number of 256 characters, not of 257, and of signs that can be named', async () => {
  const { iam, refuses } = await openIam()
  const name = 'n'.repeat(226)
  await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: name })
  const rows: readonly [name: string, path: string | undefined, max: number][] = [
    [`${name}n`, undefined, 226],
    [name, '/path/', 221],
  ]
  for (const [VirtualMFADeviceName, Path, max] of rows) {
    const input = { VirtualMFADeviceName, ...(Path !== undefined && { Path }) }
    const message = `1 validation error detected: Value at 'virtualMFADeviceName' failed to satisfy constraint: Member must have length less than or equal to ${max}`
    await refuses('CreateVirtualMFADevice', input, 'ValidationError', message)
  }
  const odd = { VirtualMFADeviceName: 'n', Path: '/a!b/' }
  const invalid =
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.'
  await refuses('CreateVirtualMFADevice', odd, 'ValidationError', invalid)
  await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: 'n', Path: '//a//' }) // Recorded.
})

test('as many devices as users, not one more', async () => {
  const { deployment, refuses } = await openIam()
  const device = { kind: 'mfaDevice', type: 'virtual', accountId, path: '/', tags: [] } as const
  const now = deployment.clock.now
  await deployment.store.write({ accountId, eventId: 'test', now }, async (tx) => {
    for (let index = 0; index < 5000; index++) {
      const names = { id: `MFAD${index}`, name: arn(`mfa/${index}`) }
      await tx.insert({ ...device, ...names, createdAt: now })
    }
  })
  const message = 'Cannot exceed quota for VirtualMfaDevicesPerAccount: 5000'
  const input = { VirtualMFADeviceName: 'n' }
  await refuses('CreateVirtualMFADevice', input, 'LimitExceeded', message)
})

test('assigned or not: listed with the user and since when, filtered, in pages', async () => {
  const house = await openIam()
  const { iam, refuses, deployment } = house
  await iam('CreateUser', { UserName: 'Ann', Tags: [{ Key: 'a', Value: 'b' }] })
  for (const name of ['m1', 'm3', 'm5']) await newAuthenticator(house, name)
  const { SerialNumber } = await enabledAuthenticator(house, 'Ann', 'm2')
  await enabledAuthenticator(house, accountId, 'm4')
  const EnableDate = deployment.clock.now
  const serials = async (input: object) => {
    const { VirtualMFADevices } = await iam('ListVirtualMFADevices', input)
    return VirtualMFADevices.map((device) => device.SerialNumber.slice(-2))
  }
  expect(await serials({})).toEqual(['m1', 'm2', 'm3', 'm4', 'm5'])
  expect(await serials({ AssignmentStatus: 'Any' })).toHaveLength(5)
  expect(await serials({ AssignmentStatus: 'Unassigned' })).toEqual(['m1', 'm3', 'm5'])
  const assigned = await iam('ListVirtualMFADevices', { AssignmentStatus: 'Assigned' })
  const User = { UserName: 'Ann', Arn: arn('user/Ann'), Path: '/' }
  expect(assigned.VirtualMFADevices).toMatchObject([
    { SerialNumber, EnableDate, User },
    { EnableDate, User: { UserId: accountId, Arn: arn('root') } },
  ])
  expect(assigned.VirtualMFADevices[0]?.User).not.toHaveProperty('Tags')
  const pages: string[][] = []
  let Marker: string | undefined
  do {
    const input = { AssignmentStatus: 'Unassigned', MaxItems: 2, Marker } as const
    const page = await iam('ListVirtualMFADevices', input)
    pages.push(page.VirtualMFADevices.map((device) => device.SerialNumber.slice(-2)))
    Marker = page.Marker
  } while (Marker !== undefined)
  expect(pages).toEqual([['m1', 'm3'], ['m5']])
  const inUse = 'MFA VirtualDevice in use. Must deactivate first.'
  await refuses('DeleteVirtualMFADevice', { SerialNumber }, 'DeleteConflict', inUse)
})

test('a device is a resource under its serial number, with its tags', async () => {
  const { deployment, root, iam, checks } = await openIam()
  const VirtualMFADeviceName = 'Ann'
  const SerialNumber = arn('mfa/Ann')
  const Tags = [{ Key: 'team', Value: 'x' }]
  const contextKeys = { 'aws:TagKeys': ['team'], 'aws:RequestTag/team': 'x' }
  expect(await checks('CreateVirtualMFADevice', { VirtualMFADeviceName, Tags })).toEqual([
    { resourceArn: SerialNumber, contextKeys },
    { resourceArn: SerialNumber, contextKeys, action: 'iam:TagMFADevice' },
  ])
  expect(await checks('ListVirtualMFADevices', {})).toEqual([{ resourceArn: arn('mfa/') }])
  const [unknown] = await checks('DeleteVirtualMFADevice', { SerialNumber: 'GAHT12345678' })
  expect(unknown).toEqual({ resourceArn: arn('mfa/GAHT12345678'), contextKeys: {} })
  const own = policy({ Effect: 'Allow', Action: 'iam:*', Resource: arn('mfa/${aws:username}') })
  const ann = await userWith(deployment, root, 'Ann', own)
  await iam('CreateVirtualMFADevice', { VirtualMFADeviceName, Tags }, ann)
  const resourceTags = { 'aws:ResourceTag/team': 'x', 'iam:ResourceTag/team': 'x' }
  const [check] = await checks('DeleteVirtualMFADevice', { SerialNumber })
  expect(check).toEqual({ resourceArn: SerialNumber, contextKeys: resourceTags })
  const other = iam('DeleteVirtualMFADevice', { SerialNumber: arn('mfa/Bea') }, ann)
  await expect(other).rejects.toThrow('AccessDenied') // Whether it exists is not told.
  await iam('DeleteVirtualMFADevice', { SerialNumber }, ann)
})
