import { expect, test } from 'vitest'
import type { DelegationApprover } from '../../domain/delegation-entity.ts'
import { delegatedSessionEndsAt, delegationAssignmentId } from '../../domain/delegation.ts'
import {
  managementAccountId as home,
  openDeployment,
  policy,
  trust,
  userWith,
} from '../../testing/deployment.ts'
import type { Credentials, Deployment } from '../../testing/deployment.ts'
import type { WriteScope } from '../operation.ts'

// Goal: a partner gets the session that was approved, no more, no longer, and nobody else gets it.
// Source: sts.md §9; STS API Reference, GetDelegatedAccessToken; decision in docs/reference.md.
const partner = '444455556666'
const id = '0f8fad5b-d9cb-469f-a165-70867728950e'
const mayAll = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const mayList = policy({ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' })

async function write(
  d: Deployment,
  by: Credentials,
  work: (scope: WriteScope) => Promise<unknown>,
) {
  const gate = {
    caller: await d.callerOf(by),
    requestId: 'r',
    now: d.clock.now,
    region: 'us-east-1',
  }
  await d.scopes.write(gate, (scope) => work(scope as WriteScope))
}

async function open(
  approverOf: (d: Deployment) => Promise<DelegationApprover>,
  document = mayList,
) {
  const d = await openDeployment()
  const theirs = await d.root(partner)
  const pat = await userWith(d, theirs, 'Pat', mayAll)
  const approver = await approverOf(d)
  const common = { id, name: id, path: '/', createdAt: d.clock.now, tags: [] }
  const request = {
    ...common,
    kind: 'delegationRequest',
    accountId: partner,
    ownerAccountId: home,
    description: 'x',
    policyTemplateArn: 'arn:aws:iam::aws:delegation-template/x',
    parameters: [],
    permissionPolicy: document,
    requestorWorkflowId: 'w',
    notificationChannel: 'x',
    sessionDurationSeconds: 3600,
    onlySendByOwner: false,
  } as const
  const assignment = {
    ...common,
    kind: 'delegationAssignment',
    id: delegationAssignmentId(id),
    accountId: home,
    ownerArn: approver.arn,
    ownerUserId: approver.principalId,
    state: 'FINALIZED',
    stateChangedAt: d.clock.now,
    updatedAt: d.clock.now,
    approver,
  } as const
  let token = ''
  await write(d, theirs, async ({ store, tradeIns }) => {
    await store.insert(request)
    const expiresAt = delegatedSessionEndsAt(request, assignment) as Date
    token = tradeIns.issue({ delegationRequestId: id, expiresAt })
  })
  await write(d, await d.root(home), ({ store }) => store.insert(assignment))
  const trade = (TradeInToken = token, by: Credentials = pat) =>
    d.call(by, 'sts', 'GetDelegatedAccessToken', { TradeInToken })
  return { d, pat, approver, trade }
}

const none = { tags: [], transitiveTagKeys: [] }

async function userApprover(d: Deployment): Promise<DelegationApprover> {
  const ann = await userWith(d, await d.root(home), 'Ann', mayAll)
  const { principal } = await d.callerOf(ann)
  const principalId = principal.kind === 'user' ? principal.userId : ''
  return { kind: 'user', arn: ann.arn, principalId, ...none }
}

async function rootApprover(): Promise<DelegationApprover> {
  return { kind: 'root', arn: `arn:aws:iam::${home}:root`, principalId: home, ...none }
}

async function roleApprover(d: Deployment): Promise<DelegationApprover> {
  const root = await d.root(home)
  const { Role } = await d.call(root, 'iam', 'CreateRole', {
    RoleName: 'Ops',
    AssumeRolePolicyDocument: trust(home),
  })
  const inline = { RoleName: 'Ops', PolicyName: 'P', PolicyDocument: mayAll }
  await d.call(root, 'iam', 'PutRolePolicy', inline)
  const arn = `arn:aws:sts::${home}:assumed-role/Ops/ann`
  return {
    kind: 'roleSession',
    arn,
    principalId: Role?.RoleId ?? '',
    sessionName: 'ann',
    tags: [{ Key: 'Team', Value: 'red' }],
    transitiveTagKeys: [],
    sourceIdentity: 'ann',
  }
}

for (const [what, approverOf] of [
  ['a user', userApprover],
  ['root', rootApprover],
  ['a role session', roleApprover],
] as const) {
  test(`the permissions of ${what}, as far as the request asked for them`, async () => {
    const { d, approver, trade } = await open(approverOf)
    const answer = await trade()
    expect(answer.AssumedPrincipal).toBe(approver.arn)
    expect(answer.PackedPolicySize).toBeGreaterThan(0)
    expect(answer.Credentials?.Expiration).toEqual(new Date(d.clock.now.getTime() + 3_600_000))
    const session = answer.Credentials as Credentials
    await d.call(session, 'iam', 'ListRoles', {})
    await expect(d.call(session, 'iam', 'ListUsers', {})).rejects.toThrow('sessionPolicy')
    for (const [name, input] of [
      ['GetSessionToken', {}],
      ['GetFederationToken', { Name: 'fed' }],
    ] as const) {
      await expect(d.call(session, 'sts', name, input)).rejects.toThrow('Cannot call')
    }
    expect((await d.call(session, 'sts', 'GetCallerIdentity', {})).Account).toBe(home)
  })
}

test('a role that trusts the user by name does not let the delegated session in', async () => {
  const { d, approver, trade } = await open(userApprover)
  await d.call(await d.root(home), 'iam', 'CreateRole', {
    RoleName: 'Admin',
    AssumeRolePolicyDocument: trust(approver.arn),
  })
  const session = (await trade()).Credentials as Credentials
  const role = { RoleArn: `arn:aws:iam::${home}:role/Admin`, RoleSessionName: 'x1' }
  await expect(d.call(session, 'sts', 'AssumeRole', role)).rejects.toThrow('not authorized')
})

test('whenever it is traded, the session ends when it ends; then the token is expired', async () => {
  const { d, trade } = await open(userApprover)
  const endsAt = new Date(d.clock.now.getTime() + 3_600_000)
  d.clock.now = new Date(endsAt.getTime() - 1000)
  expect((await trade()).Credentials?.Expiration).toEqual(endsAt)
  d.clock.now = endsAt
  await expect(trade()).rejects.toMatchObject({ code: 'ExpiredTradeInTokenException' })
})

test('the approver’s end is the session’s end', async () => {
  const { d, trade } = await open(userApprover)
  const session = (await trade()).Credentials as Credentials
  const root = await d.root(home)
  const inline = { UserName: 'Ann', PolicyName: 'P' }
  await d.call(root, 'iam', 'DeleteUserPolicy', inline)
  await expect(d.call(session, 'iam', 'ListRoles', {})).rejects.toThrow('identityPolicy')
})

test('refused: another account’s caller, no token of ours, an altered one, no permission', async () => {
  const { d, trade } = await open(userApprover)
  const eve = await userWith(d, await d.root('999988887777'), 'Eve', mayAll)
  const invalid = { code: 'ValidationError' }
  await expect(trade(undefined, eve)).rejects.toMatchObject(invalid)
  for (const token of ['x', 'A'.repeat(100)]) {
    await expect(trade(token)).rejects.toMatchObject(invalid)
  }
  const nobody = await userWith(d, await d.root(partner), 'Nobody')
  await expect(trade(undefined, nobody)).rejects.toMatchObject({ code: 'AccessDenied' })
})
