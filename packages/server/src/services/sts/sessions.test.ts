import { expect, test } from 'vitest'
import {
  managementAccountId as home,
  openDeployment,
  policy,
  trust,
  userWith,
} from '../../testing/deployment.ts'
import type { Credentials } from '../../testing/deployment.ts'

// Goal: what a session stands on is looked at with every request: the role it is bound to, its
// policies as they are now. Source: sts.md §1 and evaluation-logic §4, recorded from AWS.
const listUsers = policy({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' })
const RoleName = 'Target'
const RoleArn = `arn:aws:iam::${home}:role/${RoleName}`

async function openWithSession(more: object = {}) {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  const AssumeRolePolicyDocument = trust(ann.arn)
  const create = () => d.call(root, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument })
  const allow = (PolicyDocument: string, PolicyName = 'P') =>
    d.call(root, 'iam', 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument })
  await create()
  await allow(listUsers)
  const assume = async (input: object = more): Promise<Credentials> => {
    const asked = { RoleArn, RoleSessionName: 'Session', ...input }
    const { Credentials } = await d.call(ann, 'sts', 'AssumeRole', asked)
    if (!Credentials) throw new Error('no credentials')
    return Credentials
  }
  const works = (by: Credentials) => d.call(by, 'iam', 'ListUsers', {})
  return { d, root, ann, create, allow, assume, works, session: await assume() }
}

test('deleting the role ends its sessions, and one made anew under its name does not revive them', async () => {
  const { d, root, create, allow, assume, works, session } = await openWithSession()
  await works(session)
  await d.call(root, 'iam', 'DeleteRolePolicy', { RoleName, PolicyName: 'P' })
  await d.call(root, 'iam', 'DeleteRole', { RoleName })
  await expect(works(session)).rejects.toThrow('invalid')
  await create()
  await allow(listUsers)
  await expect(works(session)).rejects.toThrow('invalid')
  await works(await assume())
})

test('a change of the permissions holds at once, one of the trust policy not for sessions', async () => {
  const { d, root, allow, assume, works, session } = await openWithSession()
  await works(session)
  await d.call(root, 'iam', 'DeleteRolePolicy', { RoleName, PolicyName: 'P' })
  await expect(works(session)).rejects.toThrow('identityPolicy')
  await allow(listUsers)
  const PolicyDocument = trust('444455556666')
  await d.call(root, 'iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument })
  await works(session)
  await expect(assume()).rejects.toThrow('not authorized')
})

test('AWSRevokeOlderSessions: those issued before, that second included, are denied', async () => {
  const { d, allow, assume, works, session } = await openWithSession()
  const at = new Date(d.clock.now.getTime() + 500)
  const DateLessThan = { 'aws:TokenIssueTime': at.toISOString() }
  const revoke = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan } }
  await allow(policy(revoke), 'AWSRevokeOlderSessions')
  await expect(works(session)).rejects.toThrow('identityPolicy')
  await expect(works(await assume())).rejects.toThrow('identityPolicy')
  d.clock.now = new Date(d.clock.now.getTime() + 1000)
  await works(await assume())
})

test('a token is refused with another key pair’s id, and expires with its session', async () => {
  const { d, assume, works, session } = await openWithSession()
  const another = await assume()
  const mixed = { ...session, SessionToken: another.SessionToken ?? '' }
  await expect(works(mixed)).rejects.toThrow('invalid')
  d.clock.now = new Date(d.clock.now.getTime() + 3_600_000)
  await expect(works(session)).rejects.toThrow('expired')
})

// Source: STS API Reference, MinimumSessionTokenSize, SessionTokenSize, SessionTokenUtilization.
test('a token is filled up to the size asked for, and its size is told', async () => {
  const { d, ann, works } = await openWithSession()
  const asked = (MinimumSessionTokenSize: number) =>
    d.call(ann, 'sts', 'AssumeRole', {
      RoleArn,
      RoleSessionName: 'Session',
      MinimumSessionTokenSize,
    })
  for (const size of [0, 1, 1000, 1001, 1002, 4096]) {
    const answer = await asked(size)
    const token = answer.Credentials?.SessionToken ?? ''
    expect(token.length).toBeGreaterThanOrEqual(size)
    if (size > 999) expect(token.length).toBeLessThan(size + 4)
    expect(answer.SessionTokenSize).toBe(token.length)
    expect(answer.SessionTokenUtilization).toBe(Math.ceil((token.length * 100) / 49_152))
    await works(answer.Credentials as Credentials)
  }
  for (const size of [4097, -1]) await expect(asked(size)).rejects.toThrow('between 0 and 4096')
})

const managed = (count: number) =>
  Array.from({ length: count }, () => ({ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }))
const tags = (count: number, name = 'k') =>
  Array.from({ length: count }, (_, i) => ({ Key: `${name}${String(i)}`, Value: '' }))

test('ten managed session policies, and not eleven', async () => {
  const { assume } = await openWithSession()
  await assume({ PolicyArns: managed(10) })
  await expect(assume({ PolicyArns: managed(11) })).rejects.toThrow('less than or equal to 10')
})

test('fifty tags, those inherited included', async () => {
  const { d, root, ann } = await openWithSession()
  await d.call(root, 'iam', 'CreateRole', {
    RoleName: 'Next',
    AssumeRolePolicyDocument: trust(RoleArn),
  })
  const first = await d.call(ann, 'sts', 'AssumeRole', {
    RoleArn,
    RoleSessionName: 'Session',
    Tags: tags(50),
    TransitiveTagKeys: ['k0', 'k1'],
  })
  const chain = (count: number) =>
    d.call(first.Credentials as Credentials, 'sts', 'AssumeRole', {
      RoleArn: RoleArn.replace(RoleName, 'Next'),
      RoleSessionName: 'Session',
      Tags: tags(count, 'n'),
    })
  await chain(48)
  await expect(chain(49)).rejects.toThrow('at most 50 tags')
})
