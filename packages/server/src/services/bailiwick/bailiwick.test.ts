import { expect, test } from 'vitest'
import { managementAccountId, openDeployment, policy, userWith } from '../../testing/deployment.ts'

// Goal: who may run a role as a service would, and what an instance is told. Source: docs/reference.md
// and IAM User Guide, "Grant a user permissions to pass a role to an AWS service".

const accountId = managementAccountId
const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`

async function openHouse(condition?: object) {
  const deployment = await openDeployment()
  const root = await deployment.root(accountId)
  const services = ['lambda.amazonaws.com', 'ec2.amazonaws.com', 'pods.eks.amazonaws.com']
  const AssumeRolePolicyDocument = policy({
    ...{ Effect: 'Allow', Principal: { Service: services } },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    ...(condition && { Condition: condition }),
  })
  await deployment.call(root, 'iam', 'CreateRole', { RoleName: 'web', AssumeRolePolicyDocument })
  const forService = (change: object = {}, as = root) =>
    deployment.call(as, 'bailiwick', 'AssumeRoleForService', {
      RoleArn: roleArn('web'),
      ServicePrincipal: 'lambda.amazonaws.com',
      ...change,
    })
  return { deployment, root, forService }
}

test('the credentials are a session of the role', async () => {
  const { deployment, forService } = await openHouse()
  const { Credentials, AssumedRoleArn } = await forService({ RoleSessionName: 'f' })
  expect(AssumedRoleArn).toBe(`arn:aws:sts::${accountId}:assumed-role/web/f`)
  const caller = await deployment.callerOf(Credentials)
  expect(caller.arn).toBe(AssumedRoleArn)
})

const allowing = (...statements: object[]) => statements.map((s) => ({ Effect: 'Allow', ...s }))
const ask = { Action: 'bailiwick:AssumeRoleForService', Resource: '*' }
const pass = (service: string) => ({
  ...{ Action: 'iam:PassRole', Resource: roleArn('web') },
  Condition: { StringEquals: { 'iam:PassedToService': service } },
})
const callers: readonly [rule: string, statements: object[], refused: RegExp | undefined][] = [
  ['who may neither ask nor pass', [], /AccessDenied/],
  ['who may ask, but not pass', allowing(ask), /AccessDenied/],
  ['who may pass, but not ask', allowing(pass('lambda.amazonaws.com')), /AccessDenied/],
  ['who may pass it to another service', allowing(ask, pass('ec2.amazonaws.com')), /AccessDenied/],
  ['who may do both', allowing(ask, pass('lambda.amazonaws.com')), undefined],
]
for (const [rule, Statement, refused] of callers) {
  test(`AssumeRoleForService: ${rule}`, async () => {
    const { deployment, root, forService } = await openHouse()
    const document =
      Statement.length === 0 ? undefined : JSON.stringify({ Version: '2012-10-17', Statement })
    const ann = await userWith(deployment, root, 'ann', document)
    const asked = forService({}, ann)
    if (refused) await expect(asked).rejects.toThrow(refused)
    else expect(await asked).toHaveProperty('Credentials')
  })
}

const trusted: readonly [
  rule: string,
  condition: object | undefined,
  change: object,
  allowed: boolean,
][] = [
  ['a service it trusts', undefined, {}, true],
  ['a service it does not trust', undefined, { ServicePrincipal: 's3.amazonaws.com' }, false],
  [
    'the source it asks for',
    { ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:*:*:function:f' } },
    { SourceArn: `arn:aws:lambda:us-east-1:${accountId}:function:f` },
    true,
  ],
  [
    'another source',
    { ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:*:*:function:f' } },
    { SourceArn: `arn:aws:lambda:us-east-1:${accountId}:function:g` },
    false,
  ],
  ['its own account', { StringEquals: { 'aws:SourceAccount': accountId } }, {}, true],
  [
    'session tags it asks for',
    { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'a' } },
    { Tags: [{ Key: 'kubernetes-namespace', Value: 'a' }] },
    true,
  ],
  ['no session tags', { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'a' } }, {}, false],
]
for (const [rule, condition, change, allowed] of trusted) {
  test(`the trust policy decides: ${rule}`, async () => {
    const { forService } = await openHouse(condition)
    const asked = forService(change)
    if (allowed) expect(await asked).toHaveProperty('Credentials')
    else await expect(asked).rejects.toThrow(/is not authorized to assume/)
  })
}

test('a role of another account, or none at all, is not there', async () => {
  const { forService } = await openHouse()
  for (const RoleArn of [roleArn('none'), 'arn:aws:iam::444455556666:role/web']) {
    await expect(forService({ RoleArn })).rejects.toThrow(/is not authorized to assume/)
  }
})

test('the session lasts no longer than the role allows', async () => {
  const { forService } = await openHouse()
  expect(await forService({ DurationSeconds: 3600 })).toHaveProperty('Credentials')
  await expect(forService({ DurationSeconds: 3601 })).rejects.toMatchObject({
    code: 'ValidationException',
  })
})

async function openInstance() {
  const house = await openHouse()
  const { deployment, root } = house
  const call = (name: 'CreateInstanceProfile' | 'AddRoleToInstanceProfile', input: object) =>
    deployment.call(root, 'iam', name, input as never)
  await call('CreateInstanceProfile', { InstanceProfileName: 'web' })
  await call('AddRoleToInstanceProfile', { InstanceProfileName: 'web', RoleName: 'web' })
  const { Instances } = await deployment.call(root, 'ec2', 'RunInstances', {
    ...{ ImageId: 'ami-12345678', MinCount: 1, MaxCount: 1 },
    IamInstanceProfile: { Name: 'web' },
  })
  const InstanceId = Instances?.[0]?.InstanceId ?? ''
  const metadata = (as = root) =>
    deployment.call(as, 'bailiwick', 'GetInstanceMetadata', { InstanceId })
  return { ...house, InstanceId, metadata }
}

test('an instance is told its role’s credentials, named after itself', async () => {
  const { deployment, InstanceId, metadata } = await openInstance()
  const { Instance, Credentials } = await metadata()
  expect(Instance).toMatchObject({ InstanceId, Profile: { RoleName: 'web' } })
  if (Credentials === undefined) throw new Error('no credentials')
  const caller = await deployment.callerOf(Credentials)
  expect(caller.arn).toBe(`arn:aws:sts::${accountId}:assumed-role/web/${InstanceId}`)
  expect(caller.contextKeys.get('ec2:sourceinstancearn')).toMatch(/:instance\/i-/)
})

test('whoever reads an instance’s metadata needs to be able to pass its role', async () => {
  const { deployment, root, metadata } = await openInstance()
  const document = policy({
    Effect: 'Allow',
    Action: 'bailiwick:GetInstanceMetadata',
    Resource: '*',
  })
  const ann = await userWith(deployment, root, 'ann', document)
  await expect(metadata(ann)).rejects.toThrow(/AccessDenied/)
})

test('a role that no longer trusts EC2, a profile that is gone: no credentials, and why', async () => {
  const { deployment, root, metadata } = await openInstance()
  const PolicyDocument = policy({
    ...{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' },
  })
  await deployment.call(root, 'iam', 'UpdateAssumeRolePolicy', { RoleName: 'web', PolicyDocument })
  expect(await metadata()).toMatchObject({ Problem: { Code: 'AssumeRoleUnauthorizedAccess' } })
  const both = { InstanceProfileName: 'web', RoleName: 'web' }
  await deployment.call(root, 'iam', 'RemoveRoleFromInstanceProfile', both)
  expect(await metadata()).toMatchObject({ Problem: { Code: 'InstanceProfileNotFound' } })
})

test('an instance that does not run has no metadata', async () => {
  const { deployment, root, InstanceId, metadata } = await openInstance()
  await deployment.call(root, 'ec2', 'StopInstances', { InstanceIds: [InstanceId] })
  await expect(metadata()).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
})
