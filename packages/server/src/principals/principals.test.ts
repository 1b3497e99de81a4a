import { expect, test } from 'vitest'
import {
  managementAccountId,
  openDeployment,
  policy,
  trust,
  userWith,
} from '../testing/deployment.ts'
import type { StoreTransaction } from '../store/port.ts'
import type { Credentials, Deployment } from '../testing/deployment.ts'

// Goal: what is kept in memory never outlives what it rests on. Method: use a credential, so that
// it is kept; change one thing; use it again. Source: IAM User Guide, "Policy evaluation logic".
const home = managementAccountId
const allowList = policy({ Effect: 'Allow', Action: 'iam:List*', Resource: '*' })
const denyList = policy({ Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' })

const mayList = async (d: Deployment, by: Credentials) => {
  try {
    await d.call(by, 'iam', 'ListUsers', {})
    return true
  } catch (error) {
    expect(String(error)).toContain('AccessDenied')
    return false
  }
}

/** A managed policy of that text. */
async function managed(
  d: Deployment,
  root: Credentials,
  PolicyName: string,
  PolicyDocument: string,
) {
  const { Policy } = await d.call(root, 'iam', 'CreatePolicy', { PolicyName, PolicyDocument })
  return Policy?.Arn ?? ''
}

interface Setting {
  readonly d: Deployment
  readonly root: Credentials
  readonly arn: string
}

type Change = (setting: Setting) => Promise<unknown>

const UserName = 'Ann'
const GroupName = 'Devs'

const edits: readonly [what: string, before: Change, change: Change, mayBefore: boolean][] = [
  [
    'an inline policy that allows is put',
    () => Promise.resolve(),
    ({ d, root }) =>
      d.call(root, 'iam', 'PutUserPolicy', {
        UserName,
        PolicyName: 'P',
        PolicyDocument: allowList,
      }),
    false,
  ],
  [
    'an inline policy is deleted',
    ({ d, root }) =>
      d.call(root, 'iam', 'PutUserPolicy', {
        UserName,
        PolicyName: 'P',
        PolicyDocument: allowList,
      }),
    ({ d, root }) => d.call(root, 'iam', 'DeleteUserPolicy', { UserName, PolicyName: 'P' }),
    true,
  ],
  [
    'a managed policy is attached',
    () => Promise.resolve(),
    ({ d, root, arn }) => d.call(root, 'iam', 'AttachUserPolicy', { UserName, PolicyArn: arn }),
    false,
  ],
  [
    'a managed policy is detached',
    ({ d, root, arn }) => d.call(root, 'iam', 'AttachUserPolicy', { UserName, PolicyArn: arn }),
    ({ d, root, arn }) => d.call(root, 'iam', 'DetachUserPolicy', { UserName, PolicyArn: arn }),
    true,
  ],
  [
    'a managed policy gets another default version',
    ({ d, root, arn }) => d.call(root, 'iam', 'AttachUserPolicy', { UserName, PolicyArn: arn }),
    ({ d, root, arn }) =>
      d.call(root, 'iam', 'CreatePolicyVersion', {
        PolicyArn: arn,
        PolicyDocument: denyList,
        SetAsDefault: true,
      }),
    true,
  ],
  [
    'the user joins a group that allows',
    ({ d, root }) =>
      d.call(root, 'iam', 'PutGroupPolicy', {
        GroupName,
        PolicyName: 'P',
        PolicyDocument: allowList,
      }),
    ({ d, root }) => d.call(root, 'iam', 'AddUserToGroup', { GroupName, UserName }),
    false,
  ],
  [
    'its group loses a policy',
    async ({ d, root, arn }) => {
      await d.call(root, 'iam', 'AttachGroupPolicy', { GroupName, PolicyArn: arn })
      await d.call(root, 'iam', 'AddUserToGroup', { GroupName, UserName })
    },
    ({ d, root, arn }) => d.call(root, 'iam', 'DetachGroupPolicy', { GroupName, PolicyArn: arn }),
    true,
  ],
  [
    'a boundary that does not allow is set',
    ({ d, root, arn }) => d.call(root, 'iam', 'AttachUserPolicy', { UserName, PolicyArn: arn }),
    ({ d, root }) =>
      d.call(root, 'iam', 'PutUserPermissionsBoundary', {
        UserName,
        PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
      }),
    true,
  ],
]

for (const [what, before, change, mayBefore] of edits) {
  test(`holds at once: ${what}`, async () => {
    const d = await openDeployment()
    const root = await d.root(home)
    const ann = await userWith(d, root, UserName)
    await d.call(root, 'iam', 'CreateGroup', { GroupName })
    const setting = { d, root, arn: await managed(d, root, 'Lists', allowList) }
    await before(setting)
    expect(await mayList(d, ann)).toBe(mayBefore)
    await change(setting)
    expect(await mayList(d, ann)).toBe(!mayBefore)
  })
}

test('a caller stays in memory while others change, and goes when it changes itself', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', allowList)
  const caller = await d.callerOf(ann)
  await d.call(root, 'iam', 'CreateUser', { UserName: 'Bob' })
  await d.call(root, 'iam', 'PutUserPolicy', {
    UserName: 'Bob',
    PolicyName: 'P',
    PolicyDocument: denyList,
  })
  expect(await d.callerOf(ann)).toBe(caller)
  await d.call(root, 'iam', 'TagUser', { UserName: 'Ann', Tags: [{ Key: 'Team', Value: 'red' }] })
  const tagged = await d.callerOf(ann)
  expect(tagged).not.toBe(caller)
  expect(tagged.contextKeys.get('aws:principaltag/team')).toBe('red')
})

test('a write decides on the caller as its transaction sees it, before anybody else does', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', allowList)
  const gate = {
    caller: await d.callerOf(ann),
    requestId: 'r',
    now: d.clock.now,
    region: 'us-east-1',
  }
  const before = await d.scopes.read(gate, (scope, version) => {
    expect(scope.caller).toBe(gate.caller)
    return Promise.resolve(version)
  })
  await d.call(root, 'iam', 'DeleteUserPolicy', { UserName: 'Ann', PolicyName: 'P' })
  await d.scopes.write(gate, (scope, version) => {
    expect(version).toBeGreaterThan(before)
    expect(scope.caller.policies.identity).toEqual([])
    return Promise.resolve()
  })
  await d.scopes.read(gate, (scope) => {
    expect(scope.caller.policies.identity).toEqual([])
    return Promise.resolve()
  })
})

test('a credential that is gone by the time of its write is refused', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  const gate = {
    caller: await d.callerOf(ann),
    requestId: 'r',
    now: d.clock.now,
    region: 'us-east-1',
  }
  const key = { UserName: 'Ann', AccessKeyId: ann.AccessKeyId }
  await d.call(root, 'iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' })
  const write = d.scopes.write(gate, () => Promise.resolve('written'))
  await expect(write).rejects.toMatchObject({ code: 'InvalidClientTokenId' })
})

test('writes that share a commit see each other: a revocation among them holds', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', allowList)
  const gateOf = async (by: Credentials) => ({
    ...{ caller: await d.callerOf(by), requestId: 'r', now: d.clock.now, region: 'us-east-1' },
  })
  const [rootGate, annGate] = [await gateOf(root), await gateOf(ann)]
  const [user] = await d.store.read((reader) => reader.list('user', home, { limit: 1 }))
  const committed: string[] = []
  d.store.onCommit((changes) => committed.push(...changes.map(({ kind }) => kind)))
  // Both wait at once, so the store commits them together, in this order.
  const revocation = d.scopes.write(rootGate, async ({ store }) => {
    const inline = await store.find('inlinePolicy', home, 'P', user?.id)
    await (store as StoreTransaction).remove('inlinePolicy', inline?.id ?? '')
  })
  const seen = d.scopes.write(annGate, ({ caller }) => {
    expect(committed).toEqual([])
    return Promise.resolve(caller.policies.identity)
  })
  await revocation
  expect(await seen).toEqual([])
  expect(committed).toEqual(['inlinePolicy'])
})

const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' })

test('inactive, reactivated and deleted keys', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', all)
  const key = { UserName: 'Ann', AccessKeyId: ann.AccessKeyId }
  await d.callerOf(ann)
  await d.call(root, 'iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' })
  await expect(d.callerOf(ann)).rejects.toThrow('invalid')
  await d.call(root, 'iam', 'UpdateAccessKey', { ...key, Status: 'Active' })
  await d.callerOf(ann)
  await d.call(root, 'iam', 'DeleteAccessKey', key)
  await expect(d.callerOf(ann)).rejects.toThrow('invalid')
})

test('keys and tokens that do not belong together', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', all)
  const { Credentials: session } = await d.call(ann, 'sts', 'GetSessionToken', {})
  if (!session) throw new Error('no session')
  await d.callerOf(session)
  const { AccessKeyId, SessionToken } = session
  const lookup = (id: string, token?: string) => d.principals.lookup(id, token, d.clock.now)
  const invalid = { ok: false, problem: 'invalid' }
  expect(await lookup(AccessKeyId)).toEqual(invalid)
  expect(await lookup(ann.AccessKeyId, SessionToken)).toEqual(invalid)
  expect(await lookup('AKIAAAAAAAAAAAAAAAAA')).toEqual(invalid)
  expect(await lookup(AccessKeyId, `${SessionToken.slice(0, -8)}AAAAAAA=`)).toEqual(invalid)
  expect(await lookup(AccessKeyId, 'nonsense')).toEqual({ ok: false, problem: 'malformedToken' })
})

test('a session expires in memory, too', async () => {
  const d = await openDeployment()
  const ann = await userWith(d, await d.root(home), 'Ann')
  const input = { DurationSeconds: 900 }
  const { Credentials: session } = await d.call(ann, 'sts', 'GetSessionToken', input)
  if (!session) throw new Error('no session')
  await d.callerOf(session)
  d.clock.now = new Date(d.clock.now.getTime() + 899_999)
  await d.callerOf(session)
  d.clock.now = new Date(d.clock.now.getTime() + 1)
  await expect(d.callerOf(session)).rejects.toThrow('expiredToken')
})

test('a renamed user keeps its sessions, under the new ARN', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  const { Credentials: session } = await d.call(ann, 'sts', 'GetSessionToken', {})
  if (!session) throw new Error('no session')
  await d.callerOf(session)
  await d.call(root, 'iam', 'UpdateUser', { UserName: 'Ann', NewUserName: 'Eve', NewPath: '/x/' })
  const identity = await d.call(session, 'sts', 'GetCallerIdentity', {})
  expect(identity.Arn).toBe(`arn:aws:iam::${home}:user/x/Eve`)
  expect((await d.callerOf(session)).contextKeys.get('aws:username')).toBe('Eve')
})

test('a role made anew under its old name does not revive old sessions', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  const role = { RoleName: 'R', AssumeRolePolicyDocument: trust(ann.arn) }
  const assume = () =>
    d.call(ann, 'sts', 'AssumeRole', {
      RoleArn: `arn:aws:iam::${home}:role/R`,
      RoleSessionName: 'S1',
    })
  await d.call(root, 'iam', 'CreateRole', role)
  const { Credentials: session } = await assume()
  if (!session) throw new Error('no session')
  await d.callerOf(session)
  await d.call(root, 'iam', 'UpdateAssumeRolePolicy', {
    RoleName: 'R',
    PolicyDocument: trust(home),
  })
  await d.callerOf(session) // The trust policy is for sessions yet to come.
  await d.call(root, 'iam', 'DeleteRole', { RoleName: 'R' })
  await expect(d.callerOf(session)).rejects.toThrow('invalid')
  await d.call(root, 'iam', 'CreateRole', role)
  await expect(d.callerOf(session)).rejects.toThrow('invalid')
  await assume()
})

test('a user made anew under its old name is not trusted in its place', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  const role = { RoleName: 'R', AssumeRolePolicyDocument: trust(ann.arn) }
  await d.call(root, 'iam', 'CreateRole', role)
  const key = { UserName: 'Ann', AccessKeyId: ann.AccessKeyId }
  await d.call(root, 'iam', 'DeleteAccessKey', key)
  await d.call(root, 'iam', 'DeleteUser', { UserName: 'Ann' })
  const again = await userWith(d, root, 'Ann')
  const input = { RoleArn: `arn:aws:iam::${home}:role/R`, RoleSessionName: 'S1' }
  await expect(d.call(again, 'sts', 'AssumeRole', input)).rejects.toThrow('not authorized')
})

test('a stored policy that does not parse denies everything, and is reported', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', all)
  expect(await mayList(d, ann)).toBe(true)
  const user = await d.store.read((reader) => reader.find('user', home, 'Ann'))
  await d.store.write({ accountId: home, eventId: 'e', now: d.clock.now }, async (tx) => {
    const broken = { id: 'broken', name: 'Q', parentId: user?.id ?? '', document: '{"Statement":' }
    const common = { kind: 'inlinePolicy', accountId: home, path: '/', tags: [] } as const
    await tx.insert({ ...common, ...broken, createdAt: d.clock.now })
  })
  expect(await mayList(d, ann)).toBe(false)
  expect(d.reports.join()).toContain('does not parse')
})

test('root is named by its account’s alias, as long as there is one; users are not', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  const alias = async (as: Credentials) => (await d.callerOf(as)).accountAlias
  expect(await alias(root)).toBeUndefined()
  await d.call(root, 'iam', 'CreateAccountAlias', { AccountAlias: 'acme' })
  expect([await alias(root), await alias(ann)]).toEqual(['acme', undefined])
  await d.call(root, 'iam', 'DeleteAccountAlias', { AccountAlias: 'acme' })
  expect(await alias(root)).toBeUndefined()
})
