import { expect, test } from 'vitest'
import { managementAccountId, openDeployment, policy, userWith } from '../../testing/deployment.ts'

// Goal: a service's credentials are the service, in the name of one resource, and given by operators
// alone. Source: IAM User Guide, "AWS global condition context keys"; docs/reference.md.
const other = '444455556666'
const topic = `arn:aws:sns:us-east-1:${other}:news`
const input = { ServicePrincipal: 'sns.amazonaws.com', SourceArn: topic, SourceAccount: other }

async function openHouse() {
  const house = await openDeployment()
  const root = await house.root(managementAccountId)
  const theirs = await house.root(other)
  const get = (as = root, more: Partial<typeof input> & { DurationSeconds?: number } = {}) =>
    house.call(as, 'bailiwick', 'GetServiceCredentials', { ...input, ...more })
  return { house, root, theirs, get }
}

test('they are the service, with its names, source and account', async () => {
  const { house, get } = await openHouse()
  const { Credentials } = await get()
  const caller = await house.callerOf(Credentials)
  expect(caller).toMatchObject({
    principal: {
      kind: 'service',
      serviceNames: ['sns.amazonaws.com', 'sns.us-east-1.amazonaws.com'],
    },
    arn: 'sns.amazonaws.com',
    policies: { identity: [] },
  })
  expect(caller.accountId).toBeUndefined()
  expect(Object.fromEntries(caller.contextKeys)).toMatchObject({
    'aws:principalisawsservice': 'true',
    'aws:principalservicename': 'sns.amazonaws.com',
    'aws:sourcearn': topic,
    'aws:sourceaccount': other,
  })
  for (const key of ['aws:principalaccount', 'aws:principalarn', 'aws:principaltype']) {
    expect(caller.contextKeys.has(key), key).toBe(false)
  }
})

test('they end when they are to, after an hour at the latest where nothing is said', async () => {
  const { house, get } = await openHouse()
  const { Credentials: hour } = await get()
  const { Credentials: short } = await get(undefined, { DurationSeconds: 900 })
  expect(hour.Expiration.getTime() - house.clock.now.getTime()).toBe(3_600_000)
  house.clock.now = new Date(house.clock.now.getTime() + 900_000)
  await expect(house.callerOf(short)).rejects.toThrow('expiredToken')
  await house.callerOf(hour)
})

test('they call nothing of the house itself', async () => {
  const { house, get } = await openHouse()
  const { Credentials } = await get()
  const denied = { code: 'AccessDenied', message: 'A service does not call GetCallerIdentity' }
  await expect(house.call(Credentials, 'sts', 'GetCallerIdentity', {})).rejects.toMatchObject(
    denied,
  )
  await expect(house.call(Credentials, 'iam', 'ListUsers', {})).rejects.toThrow(/does not call/)
  const more = house.call(Credentials, 'bailiwick', 'GetServiceCredentials', input)
  await expect(more).rejects.toThrow(/does not call/)
})

const arn = `arn:aws:bailiwick:*:${managementAccountId}:service-principal/sns.amazonaws.com`
const allowing = { Effect: 'Allow', Action: 'bailiwick:GetServiceCredentials', Resource: arn }
const ofSource = (source: string) => ({ ArnEquals: { 'bailiwick:SourceArn': source } })
const rows: readonly [rule: string, document: string | undefined, isAllowed: boolean][] = [
  ['without a policy', undefined, false],
  ['for that service', policy(allowing), true],
  ['for another service', policy({ ...allowing, Resource: arn.replace('sns', 's3') }), false],
  ['for that source', policy({ ...allowing, Condition: ofSource(topic) }), true],
  ['for another source', policy({ ...allowing, Condition: ofSource(`${topic}2`) }), false],
  [
    'for another account',
    policy({
      ...allowing,
      Condition: { StringEquals: { 'bailiwick:OwnerAccount': managementAccountId } },
    }),
    false,
  ],
]
for (const [rule, document, isAllowed] of rows) {
  test(`GetServiceCredentials, by policy: ${rule}`, async () => {
    const { house, root, get } = await openHouse()
    const ann = await userWith(house, root, 'ann', document)
    if (isAllowed) await get(ann)
    else await expect(get(ann)).rejects.toThrow(/AccessDenied/)
  })
}

test('root of another account cannot get them, of its own resources neither', async () => {
  const { theirs, get } = await openHouse()
  await expect(get(theirs)).rejects.toThrow(/AccessDenied/)
})

test('the source is of an account that is there, and of that one', async () => {
  const { get } = await openHouse()
  const SourceAccount = '999999999999'
  await expect(get(undefined, { SourceAccount })).rejects.toMatchObject({
    code: 'ValidationException',
    message: 'There is no account 999999999999.',
  })
  const foreign = get(undefined, { SourceAccount: managementAccountId })
  await expect(foreign).rejects.toThrow(`SourceArn is of the account ${other}`)
  await get(undefined, { SourceArn: 'arn:aws:s3:::in' })
})
