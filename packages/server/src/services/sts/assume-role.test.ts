import { expect, test } from 'vitest'
import {
  managementAccountId,
  openDeployment,
  policy,
  trust,
  userWith,
} from '../../testing/deployment.ts'
import type { Credentials, Deployment } from '../../testing/deployment.ts'

const home = managementAccountId
const other = '444455556666'
const roleArn = (account: string, name = 'Target') => `arn:aws:iam::${account}:role/${name}`
const allowAssume = policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' })
const denyAssume = policy({ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' })

function assume(d: Deployment, by: Credentials, account = home, more: object = {}) {
  const input = { RoleArn: roleArn(account), RoleSessionName: 'Session', ...more }
  return d.call(by, 'sts', 'AssumeRole', input)
}

async function sessionOf(d: Deployment, by: Credentials, account = home, more: object = {}) {
  const { Credentials } = await assume(d, by, account, more)
  if (!Credentials) throw new Error('no credentials')
  return Credentials
}

async function createTarget(d: Deployment, root: Credentials, document: string, name = 'Target') {
  const input = { RoleName: name, AssumeRolePolicyDocument: document, MaxSessionDuration: 7200 }
  return d.call(root, 'iam', 'CreateRole', input)
}

// Goal: every row of the table of trust policies. Source: IAM User Guide, "Policy evaluation
// logic" and "Cross-account access"; the wildcard within an account is unconfirmed.
const user = `arn:aws:iam::${home}:user/Ann`
const rows: readonly [
  what: string,
  roleAccount: string,
  trusted: string,
  identity: string | undefined,
  allowed: boolean,
][] = [
  ['same account, user named, no identity policy', home, user, undefined, true],
  ['same account, user named, identity denies', home, user, denyAssume, false],
  ['same account, account named, no identity policy', home, home, undefined, false],
  ['same account, account named, identity allows', home, home, allowAssume, true],
  [
    'same account, root named, identity allows',
    home,
    `arn:aws:iam::${home}:root`,
    allowAssume,
    true,
  ],
  ['same account, everybody, no identity policy', home, '*', undefined, true],
  ['same account, somebody else named, identity allows', home, other, allowAssume, false],
  ['other account, user named, no identity policy', other, user, undefined, false],
  ['other account, user named, identity allows', other, user, allowAssume, true],
  ['other account, account named, identity allows', other, home, allowAssume, true],
  ['other account, everybody, no identity policy', other, '*', undefined, false],
  ['other account, everybody, identity allows', other, '*', allowAssume, true],
  ['other account, its own account named, identity allows', other, other, allowAssume, false],
]

for (const [what, account, trusted, identity, allowed] of rows) {
  test(`AssumeRole: ${what}: ${allowed ? 'allowed' : 'refused'}`, async () => {
    const d = await openDeployment()
    const roots: Record<string, Credentials> = {
      [home]: await d.root(home),
      [other]: await d.root(other),
    }
    const ann = await userWith(d, roots[home] as Credentials, 'Ann', identity)
    await createTarget(d, roots[account] as Credentials, trust(trusted))
    const answer = assume(d, ann, account)
    if (allowed) {
      const { AssumedRoleUser } = await answer
      expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/Target/Session`)
      expect(AssumedRoleUser?.AssumedRoleId).toMatch(/^AROA[A-Z2-7]{17}:Session$/)
      return
    }
    // The same words as of a role that does not exist: neither shows which it was.
    const words = (arn: string) =>
      `User: ${ann.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`
    await expect(answer).rejects.toThrow(words(roleArn(account)))
    const missing = { RoleArn: roleArn(account, 'Nobody') }
    await expect(assume(d, ann, account, missing)).rejects.toThrow(words(missing.RoleArn))
  })
}

test('a role that does not exist is refused to an administrator, too', async () => {
  const d = await openDeployment()
  const ann = await userWith(
    d,
    await d.root(home),
    'Ann',
    policy({ Effect: 'Allow', Action: '*', Resource: '*' }),
  )
  await expect(assume(d, ann)).rejects.toThrow('is not authorized to perform: sts:AssumeRole')
})

test('root may not assume roles', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  await createTarget(d, root, trust(home))
  await expect(assume(d, root)).rejects.toThrow('Roles may not be assumed by root accounts.')
})

// Source: recorded answers of AssumeRole.
const refusals: readonly [what: string, input: object, words: string][] = [
  ['no ARN', { RoleArn: 'nothing-valid-in-here' }, 'nothing-valid-in-here is invalid'],
  [
    'beyond the role',
    { DurationSeconds: 7201 },
    'exceeds the MaxSessionDuration set for this role.',
  ],
  [
    'tags that differ in case',
    {
      Tags: [
        { Key: 'a', Value: '' },
        { Key: 'A', Value: '' },
      ],
    },
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  ],
  [
    'a transitive key without tag',
    { TransitiveTagKeys: ['a'] },
    'must be included in the requested tags.',
  ],
  ['a reserved tag', { Tags: [{ Key: 'AWS:x', Value: '' }] }, 'reserved'],
  ['a policy with a principal', { Policy: trust('*') }, ''],
  [
    'no such session policy',
    { PolicyArns: [{ arn: `arn:aws:iam::${home}:policy/Gone` }] },
    'does not exist',
  ],
  [
    'a policy that does not fit',
    {
      Policy: policy({
        Effect: 'Allow',
        Action: '*',
        Resource: Array.from(
          { length: 9000 },
          (_, i) => `arn:aws:s3:::${(i * 2654435761) % 4294967296}`,
        ),
      }),
    },
    '',
  ],
  [
    'an unknown device',
    { SerialNumber: `arn:aws:iam::${home}:mfa/x`, TokenCode: '123456' },
    'unable to validate MFA code.  Please verify',
  ],
  [
    'a device without code',
    { SerialNumber: `arn:aws:iam::${home}:mfa/x` },
    'must provide both MFA serial number and one time pass code.',
  ],
]

test.each(refusals)('AssumeRole refuses %s', async (_what, input, words) => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  await createTarget(d, root, trust(ann.arn))
  await assume(d, ann)
  await expect(assume(d, ann, home, input)).rejects.toThrow(words)
})

test('conditions see the external id, the session name and the tags', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  const StringEquals = {
    'sts:ExternalId': 'x1',
    'sts:RoleSessionName': 'Session',
    'aws:RequestTag/team': 'red',
  }
  await createTarget(d, root, trust(ann.arn, { StringEquals }))
  const good = { ExternalId: 'x1', Tags: [{ Key: 'Team', Value: 'red' }] }
  await assume(d, ann, home, good)
  for (const bad of [{ ExternalId: 'x2' }, { ExternalId: undefined }, { Tags: [] }]) {
    await expect(assume(d, ann, home, { ...good, ...bad })).rejects.toThrow('not authorized')
  }
})

for (const [more, action] of [
  [{ Tags: [{ Key: 'a', Value: 'b' }] }, 'sts:TagSession'],
  [{ SourceIdentity: 'ann' }, 'sts:SetSourceIdentity'],
] as const) {
  test(`the refusal names ${action} where the trust policy leaves it out`, async () => {
    const d = await openDeployment()
    const root = await d.root(home)
    const ann = await userWith(d, root, 'Ann')
    const document = policy({
      Effect: 'Allow',
      Principal: { AWS: ann.arn },
      Action: 'sts:AssumeRole',
    })
    await createTarget(d, root, document)
    await assume(d, ann)
    await expect(assume(d, ann, home, more)).rejects.toThrow(`perform: ${action} on resource`)
  })
}

test('role chaining: an hour at most; source identity and transitive tags go along', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  await createTarget(d, root, trust(ann.arn), 'First')
  await createTarget(d, root, trust(roleArn(home, 'First')))
  const first = await sessionOf(d, ann, home, {
    RoleArn: roleArn(home, 'First'),
    SourceIdentity: 'ann',
    Tags: [
      { Key: 'Team', Value: 'red' },
      { Key: 'Floor', Value: '2' },
    ],
    TransitiveTagKeys: ['Team'],
  })
  await expect(assume(d, first, home, { DurationSeconds: 3601 })).rejects.toThrow(
    '1 hour session limit',
  )
  await expect(assume(d, first, home, { DurationSeconds: 7201 })).rejects.toThrow(
    'MaxSessionDuration',
  )
  await expect(assume(d, first, home, { SourceIdentity: 'bob' })).rejects.toThrow(
    'The source identity is already set',
  )
  const tags = { Tags: [{ Key: 'TEAM', Value: 'blue' }] }
  await expect(assume(d, first, home, tags)).rejects.toThrow('conflicts with a transitive tag key')
  const { SourceIdentity } = await assume(d, first, home, { SourceIdentity: 'ann' })
  expect(SourceIdentity).toBe('ann')
  const { contextKeys } = await d.callerOf(await sessionOf(d, first))
  expect(contextKeys.get('aws:sourceidentity')).toBe('ann')
  expect(contextKeys.get('aws:principaltag/team')).toBe('red')
  expect(contextKeys.get('aws:principaltag/floor')).toBeUndefined()
  expect(contextKeys.get('aws:principalarn')).toBe(roleArn(home))
  expect(contextKeys.get('aws:multifactorauthpresent')).toBe('false')
  expect(contextKeys.get('aws:tokenissuetime')).toBe('2026-11-24T12:00:00Z')
})

test('a session policy caps the role; its packed size is told only where there is one', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  await createTarget(d, root, trust(ann.arn))
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  await d.call(root, 'iam', 'AttachRolePolicy', { RoleName: 'Target', PolicyArn })
  const Policy = policy({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' })
  const capped = await assume(d, ann, home, { Policy })
  expect(capped.PackedPolicySize).toBeGreaterThan(0)
  expect((await assume(d, ann)).PackedPolicySize).toBeUndefined()
  const session = capped.Credentials as Credentials
  await d.call(session, 'iam', 'ListUsers', {})
  await expect(d.call(session, 'iam', 'ListRoles', {})).rejects.toThrow('sessionPolicy')
  const managed = await sessionOf(d, ann, home, {
    PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }],
  })
  await d.call(managed, 'iam', 'ListRoles', {})
  await expect(d.call(managed, 'iam', 'DeleteRole', { RoleName: 'Target' })).rejects.toThrow(
    'sessionPolicy',
  )
})

// Source: IAM User Guide, "Compare AWS STS credentials".
test('what temporary credentials may not do', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(
    d,
    root,
    'Ann',
    policy({ Effect: 'Allow', Action: '*', Resource: '*' }),
  )
  await createTarget(d, root, trust(ann.arn))
  const role = await sessionOf(d, ann)
  const user = (await d.call(ann, 'sts', 'GetSessionToken', {})).Credentials as Credentials
  const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
  const federation = await d.call(ann, 'sts', 'GetFederationToken', { Name: 'fed', Policy: all })
  const federated = federation.Credentials as Credentials
  for (const session of [role, user, federated]) {
    await d.call(session, 'sts', 'GetCallerIdentity', {})
    await expect(d.call(session, 'sts', 'GetSessionToken', {})).rejects.toThrow(
      'Cannot call GetSessionToken with session credentials',
    )
    await expect(d.call(session, 'sts', 'GetFederationToken', { Name: 'fed' })).rejects.toThrow(
      'Cannot call GetFederationToken',
    )
  }
  const security = 'The security token included in the request is invalid'
  await expect(d.call(user, 'iam', 'ListUsers', {})).rejects.toThrow(security)
  await expect(d.call(federated, 'iam', 'ListUsers', {})).rejects.toThrow(security)
  await assume(d, user)
  await expect(assume(d, federated)).rejects.toThrow('Cannot call AssumeRole')
  expect(await d.call(federated, 'sts', 'GetCallerIdentity', {})).toEqual({
    UserId: `${home}:fed`,
    Account: home,
    Arn: `arn:aws:sts::${home}:federated-user/fed`,
  })
  expect((await d.call(user, 'sts', 'GetCallerIdentity', {})).Arn).toBe(ann.arn)
})

test('GetCallerIdentity answers even with an explicit Deny', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', policy({ Effect: 'Deny', Action: '*', Resource: '*' }))
  expect((await d.call(ann, 'sts', 'GetCallerIdentity', {})).Arn).toBe(ann.arn)
  expect(await d.call(root, 'sts', 'GetCallerIdentity', {})).toEqual({
    UserId: home,
    Account: home,
    Arn: `arn:aws:iam::${home}:root`,
  })
})
