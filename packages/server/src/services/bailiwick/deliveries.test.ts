import { expect, test } from 'vitest'
import { managementAccountId, openDeployment, policy, userWith } from '../../testing/deployment.ts'

// Goal: what is delivered inside backends is listed as it stands, to its account and to operators.
// Source: docs/reference.md, "Deliveries"; decision 0025.
const other = '444455556666'
const event = { requestId: 'test', now: new Date('2026-11-24T12:00:00Z') }
const service = { by: 'service', name: 'sns.amazonaws.com' }
const role = { by: 'role', arn: 'arn:aws:iam::111122223333:role/r', service: 's3.amazonaws.com' }
const f = { by: 'function', arn: 'arn:aws:lambda:us-east-1:111122223333:function:f' }

const rows: readonly [
  rule: string,
  settings: object,
  state: 'creating' | 'active',
  deliverer: object,
  shown: object,
][] = [
  ['one that may be', {}, 'active', service, { State: 'ADMITTED' }],
  ['not answered yet', {}, 'creating', service, { State: 'PENDING' }],
  [
    'one that may no longer be',
    { broken: 'why', since: '2026-11-24T13:00:00.000Z' },
    'active',
    service,
    { State: 'BROKEN', Reason: 'why', Since: new Date('2026-11-24T13:00:00Z') },
  ],
  [
    'switched off',
    { broken: 'why', suspended: true },
    'active',
    service,
    { State: 'SUSPENDED', Reason: 'why', Since: event.now },
  ],
  ['as a service', {}, 'active', service, { Deliverer: service.name, DelivererType: 'SERVICE' }],
  ['by a role', {}, 'active', role, { Deliverer: role.arn, DelivererType: 'ROLE' }],
  ['by a function', {}, 'active', f, { Deliverer: f.arn, DelivererType: 'FUNCTION' }],
  [
    'of the owner',
    {},
    'active',
    { by: 'owner' },
    { Deliverer: managementAccountId, DelivererType: 'OWNER' },
  ],
]

type House = Awaited<ReturnType<typeof openDeployment>>

async function deliver(
  { resources }: House,
  id: string,
  accountId = managementAccountId,
  [, settings, state, deliverer]: (typeof rows)[number] = rows[0]!,
) {
  const delivery = {
    deliverer,
    source: `arn:aws:sns:us-east-1:${accountId}:news`,
    sourceAccount: accountId,
    target: 'arn:aws:sqs:us-east-1:111122223333:jobs',
    setBy: 'sns:Subscribe',
    region: 'us-east-1',
    needs: [],
  }
  const arn = `arn:aws:bailiwick:us-east-1:${accountId}:delivery/${id}`
  const kind = { service: 'bailiwick', type: 'delivery', accountId, tags: [] }
  await resources.create({ ...kind, arn, state, settings: { delivery, ...settings } }, event)
}

for (const row of rows) {
  test(`ListDeliveries: ${row[0]}`, async () => {
    const house = await openDeployment()
    const root = await house.root(managementAccountId)
    await deliver(house, 'a', managementAccountId, row)
    const { Deliveries } = await house.call(root, 'bailiwick', 'ListDeliveries', {})
    expect(Deliveries).toHaveLength(1)
    expect(Deliveries[0]).toMatchObject({
      AccountId: managementAccountId,
      SourceArn: 'arn:aws:sns:us-east-1:111122223333:news',
      TargetArn: 'arn:aws:sqs:us-east-1:111122223333:jobs',
      SetBy: 'sns:Subscribe',
      ...row[4],
    })
  })
}

test('ListDeliveries is of one’s own account; of others, for the first account; in pages', async () => {
  const house = await openDeployment()
  const root = await house.root(managementAccountId)
  const theirs = await house.root(other)
  await deliver(house, 'b')
  await deliver(house, 'a')
  await deliver(house, 'c', other)
  const ids = async (as: typeof root, input: object) => {
    const page = await house.call(as, 'bailiwick', 'ListDeliveries', input)
    return [
      page.Deliveries.map(({ DeliveryArn }) => DeliveryArn.slice(-1)).join(''),
      page.NextToken,
    ]
  }
  expect(await ids(root, {})).toEqual(['ab', undefined])
  expect(await ids(theirs, {})).toEqual(['c', undefined])
  expect(await ids(root, { AccountId: other })).toEqual(['c', undefined])
  const [first, NextToken] = await ids(root, { AllAccounts: true, MaxResults: 2 })
  expect(first).toBe('ab')
  expect(await ids(root, { AllAccounts: true, MaxResults: 2, NextToken })).toEqual(['c', undefined])
  await expect(ids(theirs, { AccountId: managementAccountId })).rejects.toThrow(/AccessDenied/)
  await expect(ids(theirs, { AllAccounts: true })).rejects.toThrow(/AccessDenied/)
  const allowed = { Effect: 'Allow', Action: 'bailiwick:ListDeliveries', Resource: '*' }
  const ann = await userWith(house, root, 'ann', policy(allowed))
  const bob = await userWith(house, root, 'bob', policy({ ...allowed, Action: 'bailiwick:ListR*' }))
  expect(await ids(ann, {})).toEqual(['ab', undefined])
  await expect(ids(bob, {})).rejects.toThrow(/AccessDenied/)
})
