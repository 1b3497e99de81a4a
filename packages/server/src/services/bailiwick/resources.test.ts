import { expect, test } from 'vitest'
import { openBucketBackend } from '../../testing/bucket-backend.ts'
import { managementAccountId, openDeployment, policy, userWith } from '../../testing/deployment.ts'

// Goal: what a backend has becomes somebody's only by the deployment's first account, and stays
// whose it is. Source: docs/reference.md, "The registry of resources"; decision 0012.
const other = '444455556666'
const arnOf = (name: string) => `arn:aws:s3:::${name}`
const madeAt = '2026-11-01T00:00:00.000Z'

async function openHouse() {
  const s3 = await openBucketBackend()
  for (const name of ['a', 'b', 'c']) s3.buckets.set(name, madeAt)
  const deployment = await openDeployment({ backed: [s3.backed] })
  const root = await deployment.root(managementAccountId)
  const theirs = await deployment.root(other)
  const adopt = (names: readonly string[], AccountId?: string, as = root) =>
    deployment.call(as, 'bailiwick', 'AdoptResources', {
      Service: 's3',
      AccountId,
      ResourceArns: names.map(arnOf),
    })
  return { s3, deployment, root, theirs, adopt }
}

test('what is adopted has an owner, no policy, and the time when the backend made it', async () => {
  const { deployment, root, adopt } = await openHouse()
  const { Results } = await adopt(['b', 'a', 'nowhere', 'a'], other)
  expect(Results).toEqual([
    { ResourceArn: arnOf('b'), Outcome: 'ADOPTED', OwnerAccountId: other },
    { ResourceArn: arnOf('a'), Outcome: 'ADOPTED', OwnerAccountId: other },
    { ResourceArn: arnOf('nowhere'), Outcome: 'MISSING', OwnerAccountId: undefined },
  ])
  expect(deployment.resources.find(arnOf('a'))).toMatchObject({
    accountId: other,
    state: 'active',
    backendCreatedAt: new Date(madeAt),
    settings: { publicAccessBlock: { BlockPublicPolicy: true } },
  })
  const change = (await deployment.store.changes(other, 0, 100)).at(-1)
  expect(change).toMatchObject({ eventId: 'test', kind: 'resource' })
  const listed = await deployment.call(root, 'bailiwick', 'ListAdoptableResources', {
    Service: 's3',
  })
  expect(listed.Resources.map((each) => each.OwnerAccountId)).toEqual([other, other, undefined])
})

test('what somebody has is nobody else’s, and adopted once', async () => {
  const { adopt } = await openHouse()
  await adopt(['a'])
  const outcome = { ResourceArn: arnOf('a'), Outcome: 'OWNED', OwnerAccountId: managementAccountId }
  expect((await adopt(['a'], other)).Results).toEqual([outcome])
  const both = await Promise.all([adopt(['b'], other), adopt(['b'])])
  expect(both.map(({ Results }) => Results[0]?.Outcome)).toEqual(['ADOPTED', 'OWNED'])
})

const calls: readonly [operation: 'AdoptResources' | 'ListAdoptableResources', input: object][] = [
  ['AdoptResources', { ResourceArns: [arnOf('a')] }],
  ['ListAdoptableResources', {}],
]
for (const [operation, input] of calls) {
  test(`${operation} is for the first account alone, root of another included`, async () => {
    const { deployment, theirs } = await openHouse()
    const asked = { Service: 's3', ...input } as { Service: string; ResourceArns: string[] }
    const call = deployment.call(theirs, 'bailiwick', operation, asked)
    await expect(call).rejects.toThrow(/AccessDenied/)
    expect(deployment.resources.find(arnOf('a'))).toBeUndefined()
  })
}

const allowing = (condition: object) =>
  policy({ Effect: 'Allow', Action: 'bailiwick:*', Resource: '*', Condition: condition })
const onS3 = policy({
  ...{ Effect: 'Allow', Action: 'bailiwick:AdoptResources' },
  Resource: `arn:aws:bailiwick:*:${managementAccountId}:backend/s3`,
})
const toOther = allowing({ StringEquals: { 'bailiwick:OwnerAccount': other } })
const operators: readonly [rule: string, document: string | undefined, to: string, ok: boolean][] =
  [
    ['without a policy', undefined, other, false],
    ['of the backend', onS3, other, true],
    ['of another backend', onS3.replace('backend/s3', 'backend/sqs'), other, false],
    ['for an account that may be given to', toOther, other, true],
    ['for another one', toOther, managementAccountId, false],
  ]
for (const [rule, document, to, ok] of operators) {
  test(`AdoptResources, by policy: ${rule}`, async () => {
    const { deployment, root, adopt } = await openHouse()
    const ann = await userWith(deployment, root, 'ann', document)
    const asked = adopt(['a'], to, ann)
    if (ok) expect((await asked).Results[0]?.Outcome).toBe('ADOPTED')
    else await expect(asked).rejects.toThrow(/AccessDenied/)
  })
}

test('a backend that fails, is not there, and an account that is not', async () => {
  const { s3, deployment, root, adopt } = await openHouse()
  await expect(adopt(['a'], '999999999999')).rejects.toThrow('There is no account 999999999999')
  const logs = deployment.call(root, 'bailiwick', 'ListAdoptableResources', { Service: 'logs' })
  await expect(logs).rejects.toThrow('There is no backend of logs')
  s3.told.status = 503
  await expect(adopt(['a'])).rejects.toMatchObject({ code: 'ServiceUnavailable' })
  s3.close()
  await expect(adopt(['a'])).rejects.toMatchObject({ code: 'ServiceUnavailable' })
})

test('lists are paged, and of one’s own account; of others, for the first account', async () => {
  const { deployment, root, theirs, adopt } = await openHouse()
  await adopt(['a', 'c'], other)
  await adopt(['b'])
  const names = async (as: typeof root, input: object) => {
    const page = await deployment.call(as, 'bailiwick', 'ListResources', input)
    return [page.Resources.map(({ ResourceArn }) => ResourceArn.slice(-1)).join(''), page.NextToken]
  }
  expect(await names(root, {})).toEqual(['b', undefined])
  expect(await names(theirs, {})).toEqual(['ac', undefined])
  expect(await names(root, { AccountId: other })).toEqual(['ac', undefined])
  expect(await names(root, { AllAccounts: true, Service: 'sqs' })).toEqual(['', undefined])
  const [first, NextToken] = await names(root, { AllAccounts: true, MaxResults: 2 })
  expect(first).toBe('ab')
  expect(await names(root, { AllAccounts: true, MaxResults: 2, NextToken })).toEqual([
    'c',
    undefined,
  ])
  await expect(names(theirs, { AccountId: managementAccountId })).rejects.toThrow(/AccessDenied/)
  await expect(names(theirs, { AllAccounts: true })).rejects.toThrow(/AccessDenied/)
  const adoptable = { Service: 's3', MaxResults: 2 }
  const page = await deployment.call(root, 'bailiwick', 'ListAdoptableResources', adoptable)
  const { NextToken: next } = page
  const rest = { ...adoptable, NextToken: next }
  const last = await deployment.call(root, 'bailiwick', 'ListAdoptableResources', rest)
  expect([page.Resources.length, last.Resources.length, last.NextToken]).toEqual([2, 1, undefined])
})

test('what is released has no owner, and only the first account releases', async () => {
  const { deployment, root, theirs, adopt } = await openHouse()
  await adopt(['a'], other)
  const ResourceArns = [arnOf('a'), arnOf('b')]
  const release = (as: typeof root) =>
    deployment.call(as, 'bailiwick', 'ReleaseResources', { ResourceArns })
  await expect(release(theirs)).rejects.toThrow(/AccessDenied/)
  expect(await release(root)).toEqual({ ResourceArns: [arnOf('a')] })
  expect(deployment.resources.find(arnOf('a'))).toBeUndefined()
  expect((await adopt(['a'])).Results[0]?.Outcome).toBe('ADOPTED')
})
