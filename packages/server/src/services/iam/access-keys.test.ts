import { expect, test } from 'vitest'
import { userWith } from '../../testing/deployment.ts'
import { accountId, arn, document, openIam, otherAccountId } from './testing/iam-house.ts'

// Goal: access keys as the IAM API Reference has them, with recorded wording.

test('CreateAccessKey shows the secret once, and the key signs at once', async () => {
  const { deployment, iam } = await openIam()
  await iam('CreateUser', { UserName: 'Ann' })
  const { AccessKey } = await iam('CreateAccessKey', { UserName: 'ann' })
  expect(AccessKey).toEqual({
    ...{ UserName: 'Ann', Status: 'Active', CreateDate: new Date('2026-11-24T12:00:00Z') },
    AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
    SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9/+]{40}$/),
  })
  expect((await deployment.callerOf(AccessKey)).arn).toBe(arn('user/Ann'))
  const { SecretAccessKey: _, ...shown } = AccessKey
  expect((await iam('ListAccessKeys', { UserName: 'Ann' })).AccessKeyMetadata).toEqual([shown])
})

test('a user has two keys, not three; so has root', async () => {
  const { iam, refuses } = await openIam()
  await iam('CreateUser', { UserName: 'Ann' })
  for (const input of [{ UserName: 'Ann' }, {}]) {
    while ((await iam('ListAccessKeys', input)).AccessKeyMetadata.length < 2) {
      await iam('CreateAccessKey', input)
    }
    const message = 'Cannot exceed quota for AccessKeysPerUser: 2'
    await refuses('CreateAccessKey', input, 'LimitExceeded', message)
  }
  const first = await iam('ListAccessKeys', { UserName: 'Ann', MaxItems: 1 })
  const rest = await iam('ListAccessKeys', { UserName: 'Ann', Marker: first.Marker })
  expect([first.IsTruncated, rest.IsTruncated]).toEqual([true, false])
})

test('an inactive key no longer signs; a deleted one is gone', async () => {
  const { deployment, root, iam, refuses } = await openIam()
  const ann = await userWith(deployment, root, 'Ann')
  const key = { UserName: 'Ann', AccessKeyId: ann.AccessKeyId }
  await iam('UpdateAccessKey', { ...key, Status: 'Inactive' })
  await expect(deployment.callerOf(ann)).rejects.toThrow('invalid')
  await iam('UpdateAccessKey', { ...key, Status: 'Active' })
  await deployment.callerOf(ann)
  await iam('DeleteAccessKey', key)
  await expect(deployment.callerOf(ann)).rejects.toThrow('invalid')
  const missing = `The Access Key with id ${ann.AccessKeyId} cannot be found.`
  await refuses('DeleteAccessKey', key, 'NoSuchEntity', missing)
})

test('a key is changed under the name of its user alone', async () => {
  const { deployment, root, iam, refuses } = await openIam()
  const ann = await userWith(deployment, root, 'Ann')
  await iam('CreateUser', { UserName: 'Bea' })
  const key = { AccessKeyId: ann.AccessKeyId, Status: 'Inactive' } as const
  const missing = `The Access Key with id ${ann.AccessKeyId} cannot be found.`
  await refuses('UpdateAccessKey', { ...key, UserName: 'Bea' }, 'NoSuchEntity', missing)
  await refuses('UpdateAccessKey', key, 'NoSuchEntity', missing) // Root's own, without a name.
  const nobody = 'The user with name Nobody cannot be found.'
  await refuses('UpdateAccessKey', { ...key, UserName: 'Nobody' }, 'NoSuchEntity', nobody)
  const notSet = 'The status of a credential cannot be set to Expired.'
  const expired = { ...key, UserName: 'Ann', Status: 'Expired' } as const
  await refuses('UpdateAccessKey', expired, 'InvalidInput', notSet)
})

test('without a name, keys are the caller’s, and checked under its ARN', async () => {
  const { deployment, root, iam, checks } = await openIam()
  const ann = await userWith(deployment, root, 'Ann', document)
  const [check] = await checks('CreateAccessKey', {}, ann)
  expect(check?.resourceArn).toBe(arn('user/Ann'))
  const listed = await iam('ListAccessKeys', {}, ann)
  expect(listed.AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId)).toEqual([ann.AccessKeyId])
  const [rootCheck] = await checks('CreateAccessKey', {})
  expect(rootCheck?.resourceArn).toBe(`arn:aws:iam::${accountId}:root`)
})

test('GetAccessKeyLastUsed: N/A before the first use, then when, what and where', async () => {
  const { deployment, root, iam } = await openIam()
  const { AccessKeyId } = await userWith(deployment, root, 'Ann')
  expect(await iam('GetAccessKeyLastUsed', { AccessKeyId })).toEqual({
    ...{ UserName: 'Ann', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } },
  })
  const usedAt = new Date('2026-11-24T11:00:00Z')
  const use = { id: AccessKeyId, usedAt, service: 's3', region: 'eu-west-1' }
  await deployment.store.recordUses({ lastUsed: [use], actions: [] })
  const { AccessKeyLastUsed } = await iam('GetAccessKeyLastUsed', { AccessKeyId })
  expect(AccessKeyLastUsed).toEqual({
    LastUsedDate: usedAt,
    ServiceName: 's3',
    Region: 'eu-west-1',
  })
})

test('GetAccessKeyLastUsed refuses an unknown key, another account’s and a forbidden one alike', async () => {
  const { deployment, root, refuses, iam } = await openIam()
  const stranger = await deployment.root(otherAccountId)
  const ann = await userWith(deployment, root, 'Ann')
  const refusal = (caller: string, id: string): string =>
    `User: ${caller} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${id}`
  for (const AccessKeyId of ['AKIAAAAAAAAAAAAAAAAA', stranger.AccessKeyId]) {
    const message = refusal(`arn:aws:iam::${accountId}:root`, AccessKeyId)
    await refuses('GetAccessKeyLastUsed', { AccessKeyId }, 'AccessDenied', message)
  }
  const { AccessKeyId } = ann
  const forbidden = iam('GetAccessKeyLastUsed', { AccessKeyId }, ann)
  await expect(forbidden).rejects.toThrow(refusal(ann.arn, AccessKeyId))
})
