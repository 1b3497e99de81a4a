import { expect, test } from 'vitest'
import { serviceLinkedRoleKind, serviceLinkedServices } from '../../domain/service-linked-role.ts'
import { policy, trust, userWith } from '../../testing/deployment.ts'
import { arn, document, openIam, otherAccountId } from './testing/iam-house.ts'
import type { Iam } from './testing/iam-house.ts'

// Goal: a service-linked role is what its service laid down, from making to deletion, and nobody
// else changes it. Sources: IAM API Reference, CreateServiceLinkedRole and its kin; recorded
// answers and wordings.
const batch = 'batch.amazonaws.com'
const batchRole = 'AWSServiceRoleForBatch'
const batchArn = arn(`role/aws-service-role/${batch}/${batchRole}`)

test('a role of each service can be made, with its policy and its trust', async () => {
  const { iam } = await openIam()
  for (const service of serviceLinkedServices) {
    const { Role } = await iam('CreateServiceLinkedRole', { AWSServiceName: service })
    const { roleName = '', policyName = '' } = serviceLinkedRoleKind(service) ?? {}
    const path = `/aws-service-role/${service}/`
    expect(Role).toMatchObject({
      Path: path,
      RoleName: roleName,
      Arn: arn(`role${path}${roleName}`),
    })
    const trusted = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')
    expect(JSON.parse(trusted)).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    })
    const { AttachedPolicies } = await iam('ListAttachedRolePolicies', { RoleName: roleName })
    const PolicyArn = `arn:aws:iam::aws:policy/aws-service-role/${policyName}`
    expect(AttachedPolicies).toEqual([{ PolicyName: policyName, PolicyArn }])
  }
})

test('GetRole shows the description, and no session longer than an hour', async () => {
  const { iam } = await openIam()
  const input = { AWSServiceName: batch, Description: 'Runs jobs' }
  const { Role } = await iam('CreateServiceLinkedRole', input)
  expect(Role).not.toHaveProperty('Description') // As CreateRole: recorded.
  const shown = (await iam('GetRole', { RoleName: batchRole })).Role
  expect(shown).toMatchObject({ Description: 'Runs jobs', MaxSessionDuration: 3600 })
})

test('a suffix where the service takes one, and names that are taken', async () => {
  const { iam, refuses } = await openIam()
  const autoscaling = { AWSServiceName: 'autoscaling.amazonaws.com' }
  await iam('CreateServiceLinkedRole', autoscaling)
  for (const CustomSuffix of ['a', 'b']) {
    const { Role } = await iam('CreateServiceLinkedRole', { ...autoscaling, CustomSuffix })
    expect(Role?.RoleName).toBe(`AWSServiceRoleForAutoScaling_${CustomSuffix}`)
  }
  const taken = (name: string) =>
    `Service role name ${name} has been taken in this account, please try a different suffix.`
  const again = taken('AWSServiceRoleForAutoScaling')
  await refuses('CreateServiceLinkedRole', autoscaling, 'InvalidInput', again)
  const sameButCase = { ...autoscaling, CustomSuffix: 'A' }
  const suffixTaken = taken('AWSServiceRoleForAutoScaling_A')
  await refuses('CreateServiceLinkedRole', sameButCase, 'InvalidInput', suffixTaken)
  const withSuffix = { AWSServiceName: batch, CustomSuffix: 'a' }
  const noSuffix = `Custom suffix is not allowed for ${batch}`
  await refuses('CreateServiceLinkedRole', withSuffix, 'InvalidInput', noSuffix)
})

test('a name longer than a role’s is refused, one as long is not', async () => {
  const { iam, refuses } = await openIam()
  const named = (length: number) => ({
    AWSServiceName: 'connect.amazonaws.com',
    CustomSuffix: 'x'.repeat(length - 'AWSServiceRoleForAmazonConnect_'.length),
  })
  const { Role } = await iam('CreateServiceLinkedRole', named(64))
  expect(Role?.RoleName).toHaveLength(64)
  const message = 'The role name must have at most 64 characters, its suffix included.'
  await refuses('CreateServiceLinkedRole', named(65), 'InvalidInput', message)
})

test('a service without such a role, and the quota of roles', async () => {
  const { deployment, iam, refuses } = await openIam()
  const ec2 = { AWSServiceName: 'ec2.amazonaws.com' }
  const none = 'There is no service-linked role for ec2.amazonaws.com.'
  await refuses('CreateServiceLinkedRole', ec2, 'InvalidInput', none)
  const now = deployment.clock.now
  await deployment.store.write({ accountId: '111122223333', eventId: 'test', now }, async (tx) => {
    for (let i = 0; i < 999; i++) {
      const id = `AROA${String(i).padStart(17, 'A')}`
      const role = { kind: 'role', accountId: '111122223333', id, name: id, path: '/' } as const
      const text = { trustPolicy: '{}', trustPolicySaved: '{}' }
      const rest = { createdAt: now, tags: [], maxSessionDurationSeconds: 3600 }
      await tx.insert({ ...role, ...text, ...rest })
    }
  })
  await iam('CreateServiceLinkedRole', { AWSServiceName: batch })
  const full = 'Cannot exceed quota for RolesPerAccount: 1000'
  const more = { AWSServiceName: 'config.amazonaws.com' }
  await refuses('CreateServiceLinkedRole', more, 'LimitExceeded', full)
})

type Change = (iam: Iam['iam']) => Promise<unknown>
const RoleName = batchRole
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const batchPolicy = 'arn:aws:iam::aws:policy/aws-service-role/BatchServiceRolePolicy'

/** Every operation that would change its trust, its permissions or its life. */
const changes: readonly [name: string, change: Change][] = [
  ['AttachRolePolicy', (iam) => iam('AttachRolePolicy', { RoleName, PolicyArn: readOnly })],
  ['DetachRolePolicy', (iam) => iam('DetachRolePolicy', { RoleName, PolicyArn: batchPolicy })],
  [
    'PutRolePolicy',
    (iam) => iam('PutRolePolicy', { RoleName, PolicyName: 'P', PolicyDocument: document }),
  ],
  ['DeleteRolePolicy', (iam) => iam('DeleteRolePolicy', { RoleName, PolicyName: 'P' })],
  [
    'PutRolePermissionsBoundary',
    (iam) => iam('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: readOnly }),
  ],
  ['DeleteRolePermissionsBoundary', (iam) => iam('DeleteRolePermissionsBoundary', { RoleName })],
  [
    'UpdateAssumeRolePolicy',
    (iam) => iam('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust('*') }),
  ],
  ['UpdateRole', (iam) => iam('UpdateRole', { RoleName, MaxSessionDuration: 7200 })],
  ['DeleteRole', (iam) => iam('DeleteRole', { RoleName })],
  [
    'AddRoleToInstanceProfile',
    async (iam) => {
      await iam('CreateInstanceProfile', { InstanceProfileName: 'P' })
      await iam('AddRoleToInstanceProfile', { InstanceProfileName: 'P', RoleName })
    },
  ],
]

for (const [name, change] of changes) {
  test(`${name} does not change it`, async () => {
    const { iam } = await openIam()
    await iam('CreateServiceLinkedRole', { AWSServiceName: batch })
    const before = await iam('GetRole', { RoleName })
    const message = `Cannot perform the operation on the protected role '${batchRole}' - this role is only modifiable by AWS`
    await expect(change(iam)).rejects.toMatchObject({ code: 'UnmodifiableEntity', message })
    expect(await iam('GetRole', { RoleName })).toEqual(before)
    expect((await iam('ListAttachedRolePolicies', { RoleName })).AttachedPolicies).toHaveLength(1)
  })
}

test('its description and its tags are the account’s own', async () => {
  const { iam } = await openIam()
  await iam('CreateServiceLinkedRole', { AWSServiceName: batch })
  await iam('UpdateRole', { RoleName, Description: 'one' })
  await iam('UpdateRoleDescription', { RoleName, Description: 'two' })
  await iam('TagRole', { RoleName, Tags: [{ Key: 'a', Value: '1' }] })
  await iam('TagRole', { RoleName, Tags: [{ Key: 'b', Value: '2' }] })
  await iam('UntagRole', { RoleName, TagKeys: ['a'] })
  const { Role } = await iam('GetRole', { RoleName })
  expect(Role).toMatchObject({ Description: 'two', Tags: [{ Key: 'b', Value: '2' }] })
})

test('deletion is a task that is done, and the name is free again', async () => {
  const { deployment, iam, refuses } = await openIam()
  await iam('CreateServiceLinkedRole', { AWSServiceName: batch })
  await iam('TagRole', { RoleName, Tags: [{ Key: 'a', Value: '1' }] })
  const { DeletionTaskId } = await iam('DeleteServiceLinkedRole', {
    RoleName: 'awsservicerolefORBATCH',
  })
  expect(DeletionTaskId).toMatch(
    /^task\/aws-service-role\/batch\.amazonaws\.com\/AWSServiceRoleForBatch\/[0-9a-f-]{36}$/,
  )
  const status = await iam('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })
  expect(status).toEqual({ Status: 'SUCCEEDED' })
  const gone = `The role with name ${batchRole} cannot be found.`
  await refuses('GetRole', { RoleName }, 'NoSuchEntity', gone)
  await refuses('DeleteServiceLinkedRole', { RoleName }, 'NoSuchEntity', gone)

  // Another account, and the task once the role was deleted anew.
  const stranger = await deployment.root(otherAccountId)
  const noTask = `The deletion task with id ${DeletionTaskId} cannot be found.`
  const asked = ['GetServiceLinkedRoleDeletionStatus', { DeletionTaskId }] as const
  await refuses(...asked, 'NoSuchEntity', noTask, stranger)
  await iam('CreateServiceLinkedRole', { AWSServiceName: batch })
  await iam('DeleteServiceLinkedRole', { RoleName })
  await refuses(...asked, 'NoSuchEntity', noTask)
})

test('a role that is in use stays, and the status says by what', async () => {
  const queue = 'arn:aws:batch:eu-central-1:111122223333:job-queue/q'
  const usage = [{ region: 'eu-central-1', resourceArns: [queue] }]
  const { iam } = await openIam({ roleUsage: () => Promise.resolve(usage) })
  await iam('CreateServiceLinkedRole', { AWSServiceName: batch })
  const { DeletionTaskId } = await iam('DeleteServiceLinkedRole', { RoleName })
  expect(await iam('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })).toEqual({
    Status: 'FAILED',
    Reason: {
      Reason: 'The role is in use by resources of its service. Delete them, and try again.',
      RoleUsageList: [{ Region: 'eu-central-1', Resources: [queue] }],
    },
  })
  expect((await iam('GetRole', { RoleName })).Role?.Arn).toBe(batchArn)
})

test('an ordinary role is no service-linked one', async () => {
  const { iam, refuses } = await openIam()
  const input = { RoleName: 'R', AssumeRolePolicyDocument: trust('*') }
  await iam('CreateRole', input)
  const message = 'The role with name R cannot be found.'
  await refuses('DeleteServiceLinkedRole', { RoleName: 'R' }, 'NoSuchEntity', message)
  expect((await iam('GetRole', { RoleName: 'R' })).Role?.RoleName).toBe('R')
})

const noTasks = ['x', 'task/aws-service-role/batch.amazonaws.com/R', 'task/a/b/c/d/e', 'task////']

for (const DeletionTaskId of noTasks) {
  test(`no task: ${DeletionTaskId}`, async () => {
    const { refuses } = await openIam()
    const message = `The deletion task id ${DeletionTaskId} is not valid.`
    const input = { DeletionTaskId }
    await refuses('GetServiceLinkedRoleDeletionStatus', input, 'InvalidInput', message)
  })
}

test('permission is for one service and its role', async () => {
  const { deployment, root, iam, checks } = await openIam()
  const allowed = policy({
    Effect: 'Allow',
    Action: ['iam:CreateServiceLinkedRole', 'iam:*ServiceLinkedRole*'],
    Resource: 'arn:aws:iam::*:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch*',
    Condition: { StringLikeIfExists: { 'iam:AWSServiceName': 'batch.amazonaws.com' } },
  })
  const ann = await userWith(deployment, root, 'Ann', allowed)
  const create = { AWSServiceName: batch }
  expect(await checks('CreateServiceLinkedRole', create)).toEqual([
    { resourceArn: batchArn, contextKeys: { 'iam:AWSServiceName': batch } },
  ])
  for (const AWSServiceName of ['config.amazonaws.com', 'ec2.amazonaws.com']) {
    const refused = iam('CreateServiceLinkedRole', { AWSServiceName }, ann)
    await expect(refused).rejects.toThrow('AccessDenied')
  }
  await iam('CreateServiceLinkedRole', create, ann)
  const { DeletionTaskId } = await iam('DeleteServiceLinkedRole', { RoleName }, ann)
  await iam('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId }, ann)
  // Neither is it told whether a role exists.
  const bob = await userWith(deployment, root, 'Bob')
  const missing = [
    iam('DeleteServiceLinkedRole', { RoleName }, bob),
    iam('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: 'x' }, bob),
    iam('CreateServiceLinkedRole', { AWSServiceName: 'x' }, bob),
  ]
  for (const refused of missing) await expect(refused).rejects.toThrow('AccessDenied')
})
