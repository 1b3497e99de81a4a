import { expect, test } from 'vitest'
import { userWith } from '../testing/deployment.ts'
import { enabledAuthenticator, newAuthenticator } from '../services/iam/testing/authenticator.ts'
import { accountId, arn, openIam } from '../services/iam/testing/iam-house.ts'
import { checkMfaCode, consumeMfaCode, verifyMfaCode } from './mfa-code.ts'

// Goal: a code proves whose device it is, once. Source: IAM User Guide, multi-factor
// authentication; what is wrong is the service's to word.

async function withDevice() {
  const house = await openIam()
  const { deployment, root } = house
  const ann = await userWith(deployment, root, 'Ann')
  const device = await enabledAuthenticator(house, 'Ann')
  const { principal } = await deployment.callerOf(ann)
  const ownerId = principal.kind === 'user' ? principal.userId : ''
  const { store, secrets, clock } = deployment

  const scope = () => ({ accountId, now: clock.now, secrets })
  const verify = (code: string, serial = device.SerialNumber, owner = ownerId) =>
    store.write({ accountId, eventId: 'test', now: clock.now }, (tx) =>
      verifyMfaCode({ ...scope(), store: tx }, owner, serial, code),
    )
  const check = (code: string) =>
    store.read((reader) =>
      checkMfaCode({ ...scope(), store: reader }, ownerId, device.SerialNumber, code),
    )
  return { ...house, device, ownerId, verify, check }
}

const invalidCode = { ok: false, problem: 'invalidCode' }
const unknownDevice = { ok: false, problem: 'unknownDevice' }

test('a code is accepted once, and none before it', async () => {
  const { device, verify, deployment } = await withDevice()
  expect(await verify(device.code(0))).toEqual(invalidCode) // It has enabled the device.
  expect(await verify(device.code(1))).toMatchObject({ ok: true })
  expect(await verify(device.code(1))).toEqual(invalidCode)
  deployment.clock.now = new Date(deployment.clock.now.getTime() + 60_000)
  expect(await verify(device.code(-1))).toEqual(invalidCode)
  expect(await verify(device.code(0))).toMatchObject({ ok: true })
})

test('a check alone consumes nothing', async () => {
  const { device, check, deployment } = await withDevice()
  const first = await check(device.code(1))
  const second = await check(device.code(1))
  expect([first.ok, second.ok]).toEqual([true, true])
  const context = { accountId, eventId: 'test', now: deployment.clock.now }
  await deployment.store.write(context, async (tx) => {
    if (first.ok) await consumeMfaCode(tx, first)
  })
  expect(await check(device.code(1))).toEqual(invalidCode)
})

test('of two that come at once with one code, one is accepted', async () => {
  const { device, verify } = await withDevice()
  const both = await Promise.all([verify(device.code(1)), verify(device.code(1))])
  expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true])
})

test('a device of another owner, of none, of another spelling, or that is no device, is unknown', async () => {
  const house = await withDevice()
  const { device, verify, iam } = house
  const spare = await newAuthenticator(house, 'Spare')
  const ofRoot = await enabledAuthenticator(house, accountId, 'root')
  expect(await verify(spare.code(1), spare.SerialNumber)).toEqual(unknownDevice)
  expect(await verify(ofRoot.code(1), ofRoot.SerialNumber)).toEqual(unknownDevice)
  expect(await verify(device.code(1), arn('mfa/ann'))).toEqual(unknownDevice)
  expect(await verify(device.code(1), 'GAHT12345678')).toEqual(unknownDevice)
  expect(await verify(ofRoot.code(1), ofRoot.SerialNumber, accountId)).toMatchObject({ ok: true })
  await iam('DeactivateMFADevice', { UserName: 'Ann', SerialNumber: device.SerialNumber })
  expect(await verify(device.code(1))).toEqual(unknownDevice)
})

test('failures are counted though the call that they refuse is rolled back', async () => {
  const { device, ownerId, verify, deployment } = await withDevice()
  const { store, secrets, clock } = deployment
  const context = { accountId, eventId: 'test', now: clock.now }
  for (let failure = 1; failure <= 5; failure++) {
    const refused = store.write(context, async (tx) => {
      const scope = { accountId, now: clock.now, secrets, store: tx }
      const check = await verifyMfaCode(scope, ownerId, device.SerialNumber, device.code(5))
      expect(check).toEqual(invalidCode)
      throw new Error('refused')
    })
    await expect(refused).rejects.toThrow('refused')
  }
  expect(await verify(device.code(1))).toEqual({ ok: false, problem: 'locked' })
  deployment.clock.now = new Date(deployment.clock.now.getTime() + 60_000)
  expect(await verify(device.code(1))).toMatchObject({ ok: true })
})
