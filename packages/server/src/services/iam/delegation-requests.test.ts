import { expect, test } from 'vitest'
import { policy, trust, userWith } from '../../testing/deployment.ts'
import type { Credentials } from '../../testing/deployment.ts'
import { missing, openDelegation, Parameters, rendered, topic } from './testing/delegation-house.ts'
import { accountId, arn, document, otherAccountId } from './testing/iam-house.ts'

// Goal: a request goes from its requestor to its owner and back as the IAM API Reference and the
// IAM User Guide, "IAM temporary delegation", say: who sees it, who does what with it, and when it
// ends. The wordings are ours.
test('from request to token: each step, each state, each notification', async () => {
  const { deployment, notifications, owner, create, as } = await openDelegation()
  const id = await create({ OwnerAccountId: otherAccountId, RequestMessage: 'Hello' })
  const { associate, update, accept, send, get } = as(owner)
  expect(await get(id)).toEqual({
    ...{ DelegationRequestId: id.DelegationRequestId, OwnerAccountId: otherAccountId },
    ...{ Description: 'Set up the product', RequestMessage: 'Hello', OnlySendByOwner: false },
    Permissions: { PolicyTemplateArn: arn('policy/T'), Parameters },
    ...{ PermissionPolicy: rendered, RolePermissionRestrictionArns: [] },
    ...{ State: 'UNASSIGNED', ExpirationTime: new Date('2026-11-25T12:00:00Z') },
    ...{ RequestorId: accountId, RequestorName: accountId, SessionDuration: 3600 },
    CreateDate: deployment.clock.now,
    UpdatedTime: deployment.clock.now,
  })
  const rootArn = `arn:aws:iam::${otherAccountId}:root`
  await associate(id)
  const inAWeek = new Date('2026-12-01T12:00:00Z')
  const assigned = { State: 'ASSIGNED', OwnerId: rootArn, ExpirationTime: inAWeek }
  expect(await get(id)).toMatchObject(assigned)
  await update(id)
  expect(await get(id)).toMatchObject({ State: 'PENDING_APPROVAL', Notes: 'please' })
  await accept(id)
  expect(await get(id)).toMatchObject({ State: 'ACCEPTED', ApproverId: rootArn })
  await send(id)
  expect(await get(id)).toMatchObject({ State: 'FINALIZED', Notes: 'please' })

  const states = notifications.map(({ topicArn, message }) => {
    expect(topicArn).toBe(topic)
    const { state, exchangeToken } = message as { state: string; exchangeToken?: string }
    return { state, exchangeToken }
  })
  expect(states.map(({ state }) => state)).toEqual(['PENDING_APPROVAL', 'ACCEPTED', 'FINALIZED'])
  const tokens = states.map(({ exchangeToken }) => exchangeToken)
  expect(tokens).toEqual([undefined, undefined, expect.stringMatching(/^[\w-]{100,}$/)])
})

test('who accepts is recorded with what the session was', async () => {
  const { deployment, owner, iam, create, as } = await openDelegation()
  const customer = `arn:aws:iam::${otherAccountId}`
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  const role = { RoleName: 'Admin', AssumeRolePolicyDocument: trust(otherAccountId) }
  await iam('CreateRole', role, owner)
  await iam('AttachRolePolicy', { RoleName: 'Admin', PolicyArn }, owner)
  const bob = await userWith(deployment, owner, 'Bob', document)
  const session = await deployment.call(bob, 'sts', 'AssumeRole', {
    ...{ RoleArn: `${customer}:role/Admin`, RoleSessionName: 'bob', SourceIdentity: 'bob@x' },
    Tags: [{ Key: 'Team', Value: 'red' }],
    TransitiveTagKeys: ['Team'],
  })
  const admin = session.Credentials as Credentials
  const id = await create()
  await as(admin).associate(id)
  await as(admin).accept(id)
  const sessionArn = `arn:aws:sts::${otherAccountId}:assumed-role/Admin/bob`
  const shown = { OwnerId: sessionArn, ApproverId: sessionArn, OwnerAccountId: otherAccountId }
  expect(await as(admin).get(id)).toMatchObject(shown)
  const kept = await deployment.store.read((reader) =>
    reader.get('delegationAssignment', `${id.DelegationRequestId}/owner`),
  )
  expect(kept?.approver).toEqual({
    ...{ kind: 'roleSession', arn: sessionArn, sessionName: 'bob', sourceIdentity: 'bob@x' },
    principalId: expect.stringMatching(/^AROA/) as string,
    tags: [{ Key: 'Team', Value: 'red' }],
    transitiveTagKeys: ['Team'],
  })

  // Narrowed by a session policy, it cannot lend what it is.
  const Policy = policy({ Effect: 'Allow', Action: 'iam:*', Resource: '*' })
  const names = { RoleArn: `${customer}:role/Admin`, RoleSessionName: 'narrow', Policy }
  const narrow = await deployment.call(bob, 'sts', 'AssumeRole', names)
  const another = await create()
  await as(owner).associate(another)
  await expect(as(narrow.Credentials as Credentials).accept(another)).rejects.toMatchObject({
    code: 'InvalidInput',
    message: 'A session with session policies cannot accept a delegation request.',
  })
})

test('root accepts for four hours, not for longer', async () => {
  const { owner, create, as } = await openDelegation()
  for (const SessionDuration of [14_400, 14_401]) {
    const id = await create({ SessionDuration })
    await as(owner).associate(id)
    const accepted = as(owner).accept(id)
    if (SessionDuration === 14_400) await accepted
    else await expect(accepted).rejects.toMatchObject({ code: 'InvalidInput' })
  }
})

test('a step that the state does not lead to is refused, with the state', async () => {
  const { owner, create, as, refuses } = await openDelegation()
  const id = await create()
  const refused = (name: 'AcceptDelegationRequest' | 'SendDelegationToken', state: string) => {
    const where = `The delegation request ${id.DelegationRequestId} is in state ${state}`
    const message = `${where}: the operation is not possible.`
    return refuses(name, id, 'InvalidInput', message, owner)
  }
  await refused('AcceptDelegationRequest', 'UNASSIGNED')
  await as(owner).associate(id)
  await refused('SendDelegationToken', 'ASSIGNED')
  await as(owner).reject(id)
  await refused('AcceptDelegationRequest', 'REJECTED')
  expect(await as(owner).get(id)).toMatchObject({ State: 'REJECTED', RejectionReason: 'no' })
})

test('a request expires in each state, and then nothing can be done with it', async () => {
  const { deployment, owner, create, as } = await openDelegation()
  const [fresh, assigned] = [await create(), await create()]
  await as(owner).associate(assigned)
  deployment.clock.now = new Date('2026-11-25T12:00:00Z')
  expect(await as(owner).get(fresh)).toMatchObject({ State: 'EXPIRED' })
  await expect(as(owner).associate(fresh)).rejects.toMatchObject({ code: 'InvalidInput' })
  await as(owner).accept(assigned)
  deployment.clock.now = new Date('2026-12-02T12:00:00Z')
  expect(await as(owner).get(assigned)).toMatchObject({ State: 'EXPIRED' })
  await expect(as(owner).send(assigned)).rejects.toMatchObject({ code: 'InvalidInput' })
})

test('a request is seen by the account it is for, or by all while it is for none', async () => {
  const { deployment, root, owner, create, as, refuses } = await openDelegation()
  const third = await deployment.root('777788889999')
  const forOwner = await create({ OwnerAccountId: otherAccountId })
  for (const stranger of [root, third]) {
    await refuses('GetDelegationRequest', forOwner, 'NoSuchEntity', missing(forOwner), stranger)
    const name = 'AssociateDelegationRequest'
    await refuses(name, forOwner, 'NoSuchEntity', missing(forOwner), stranger)
  }
  const forAll = await create()
  for (const anyone of [root, third, owner]) {
    expect(await as(anyone).get(forAll)).toMatchObject({ State: 'UNASSIGNED' })
  }
  await as(third).associate(forAll)
  await refuses('GetDelegationRequest', forAll, 'NoSuchEntity', missing(forAll), owner)
  const steps = [
    'AcceptDelegationRequest',
    'AssociateDelegationRequest',
    'RejectDelegationRequest',
    'SendDelegationToken',
    'UpdateDelegationRequest',
  ] as const
  for (const step of steps) await refuses(step, forAll, 'NoSuchEntity', missing(forAll), owner)
})

test('of two accounts that associate a request at once, one comes first', async () => {
  const { deployment, owner, create, as } = await openDelegation()
  const third = await deployment.root('777788889999')
  const id = await create()
  const both = await Promise.allSettled([as(owner).associate(id), as(third).associate(id)])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const refused = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult
  expect(refused.reason).toMatchObject({ code: 'ConcurrentModification' })
})

test('the owner may get, summarize and update without a policy; others, and other steps, not', async () => {
  const { deployment, owner, iam, create, as } = await openDelegation()
  const associates = policy({
    Effect: 'Allow',
    Action: 'iam:AssociateDelegationRequest',
    Resource: `arn:aws:iam::${otherAccountId}:delegation-request/*`,
  })
  const ann = await userWith(deployment, owner, 'Ann', associates)
  const bob = await userWith(deployment, owner, 'Bob')
  const id = await create()
  await expect(as(ann).get(id)).rejects.toThrow('AccessDenied') // Not hers yet.
  await as(ann).associate(id)
  await as(ann).get(id)
  const EntityArn = `arn:aws:iam::${otherAccountId}:delegation-request/${id.DelegationRequestId}`
  await iam('GetHumanReadableSummary', { EntityArn }, ann)
  await as(ann).update(id)
  for (const step of ['accept', 'reject', 'send'] as const) {
    await expect(as(ann)[step](id), step).rejects.toThrow('AccessDenied')
  }
  for (const step of ['associate', 'get', 'update', 'accept', 'reject', 'send'] as const) {
    await expect(as(bob)[step](id), step).rejects.toThrow('AccessDenied')
    const none = { DelegationRequestId: 'none-at-all-of-this' }
    await expect(as(bob)[step](none), step).rejects.toThrow('AccessDenied')
  }
  for (const EntityArn of [arn('user/x'), arn('delegation-request/none-at-all-of-this')]) {
    const summary = iam('GetHumanReadableSummary', { EntityArn }, bob)
    await expect(summary).rejects.toThrow('AccessDenied')
  }
  await expect(iam('ListDelegationRequests', {}, bob)).rejects.toThrow('AccessDenied')
  // A user made anew under the owner's name is not the owner.
  await iam('DeleteUserPolicy', { UserName: 'Ann', PolicyName: 'P' }, owner)
  await iam('DeleteAccessKey', { UserName: 'Ann', AccessKeyId: ann.AccessKeyId }, owner)
  await iam('DeleteUser', { UserName: 'Ann' }, owner)
  const again = await userWith(deployment, owner, 'Ann')
  await expect(as(again).get(id)).rejects.toThrow('AccessDenied')
})

test('only the owner sends the token where the requestor wants it so', async () => {
  const { deployment, owner, create, as } = await openDelegation()
  const ann = await userWith(deployment, owner, 'Ann', document)
  const id = await create({ OnlySendByOwner: true })
  await as(ann).associate(id)
  await as(owner).accept(id)
  await expect(as(owner).send(id)).rejects.toMatchObject({
    code: 'AccessDenied',
    message: 'Only the owner of the delegation request can send its token.',
  })
  await as(ann).send(id)
})

test('creating is checked with its duration, its channel and its template', async () => {
  const { checks, input } = await openDelegation()
  expect(await checks('CreateDelegationRequest', input())).toEqual([
    {
      resourceArn: arn('delegation-request/*'),
      contextKeys: {
        'iam:DelegationDuration': '3600',
        'iam:NotificationChannel': topic,
        'iam:TemplateArn': arn('policy/T'),
      },
    },
  ])
})

const template = (more: object) => ({
  Permissions: { PolicyTemplateArn: arn('policy/T'), Parameters, ...more },
})
const invalid: readonly [message: string, more: object][] = [
  ['The notification channel x is not an SNS topic ARN.', { NotificationChannel: 'x' }],
  [
    `The policy template ${arn('policy/X')} does not exist.`,
    template({ PolicyTemplateArn: arn('policy/X') }),
  ],
  ['The policy template  does not exist.', { Permissions: {} }],
  [
    `The policy template ${arn('policy/T')}: the parameter bucketName has no value.`,
    template({ Parameters: [] }),
  ],
]

for (const [message, more] of invalid) {
  test(`refused: ${message}`, async () => {
    const { refuses, input } = await openDelegation()
    await refuses('CreateDelegationRequest', input(more), 'InvalidInput', message)
  })
}

test('a workflow has one request; expired ones make room for others', async () => {
  const { deployment, owner, iam, input, create, as, refuses } = await openDelegation()
  const taken = { RequestorWorkflowId: 'taken' }
  const first = await create(taken)
  await as(owner).associate(first)
  const message = 'A delegation request for the workflow taken already exists.'
  await refuses('CreateDelegationRequest', input(taken), 'EntityAlreadyExists', message)
  await create({ RequestorWorkflowId: 'TAKEN' }) // Case counts.
  for (let n = 2; n < 1000; n++) await create()
  const full = 'Cannot exceed quota for DelegationRequestsPerAccount: 1000'
  await refuses('CreateDelegationRequest', input(), 'LimitExceeded', full)
  deployment.clock.now = new Date('2026-12-01T12:00:00Z')
  await create()
  await refuses('GetDelegationRequest', first, 'NoSuchEntity', missing(first), owner)
  expect((await iam('ListDelegationRequests', {}, owner)).DelegationRequests).toEqual([])
  await create(taken)
}, 60_000)

test('lists are of an account’s own requests, by owner, page by page', async () => {
  const { deployment, owner, iam, create, as, refuses } = await openDelegation()
  const ann = await userWith(deployment, owner, 'Ann', document)
  await create({ OwnerAccountId: otherAccountId }) // Has no owner yet.
  for (const who of [owner, ann, owner, ann, owner]) await as(who).associate(await create())
  const list = async (input: object) => iam('ListDelegationRequests', input, owner)
  const all = await list({})
  expect(all).toMatchObject({ isTruncated: false })
  expect(all).not.toHaveProperty('IsTruncated')
  expect(all.DelegationRequests).toHaveLength(5)
  const hers: (string | undefined)[] = []
  let Marker: string | undefined
  do {
    const page = await list({ OwnerId: ann.arn, MaxItems: 1, ...(Marker && { Marker }) })
    expect(page.DelegationRequests).toHaveLength(1)
    hers.push(...(page.DelegationRequests ?? []).map(({ OwnerId }) => OwnerId))
    expect(page.isTruncated).toBe(page.Marker !== undefined)
    Marker = page.Marker
  } while (Marker !== undefined)
  expect(hers).toEqual([ann.arn, ann.arn])
  const message = `The owner ${arn('root')} is not of your account.`
  const input = { OwnerId: arn('root') }
  await refuses('ListDelegationRequests', input, 'InvalidInput', message, owner)
})
