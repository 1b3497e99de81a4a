import { expect, test } from 'vitest'
import { managementAccountId as home, openDeployment, policy } from '../testing/deployment.ts'
import { runningRoles } from './handed-roles.ts'

// Goal: a role that was handed to a service is run as the service has it, and only where its trust
// policy lets that service in, in that source's name. Source: IAM User Guide, "Create a role to
// delegate permissions to an AWS service", "The confused deputy problem".
const sourceArn = `arn:aws:events:us-east-1:${home}:rule/nightly`
const roleArn = `arn:aws:iam::${home}:role/jobs/sender`
const handed = {
  arn: roleArn,
  servicePrincipal: 'events.amazonaws.com',
  sourceArn,
  sourceAccount: home,
}

const trusting = (condition?: object) =>
  policy({
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sts:AssumeRole',
    ...(condition && { Condition: condition }),
  })

async function openHouse(AssumeRolePolicyDocument = trusting()) {
  const house = await openDeployment()
  const root = await house.root(home)
  const role = { RoleName: 'sender', Path: '/jobs/', AssumeRolePolicyDocument }
  await house.call(root, 'iam', 'CreateRole', role)
  const { store, sessions, principals, clock } = house
  const runRole = runningRoles({ store, sessions, principals, partition: 'aws' })
  const run = (more: Partial<typeof handed> = {}) => runRole({ ...handed, ...more }, clock.now)
  return { house, root, run }
}

test('the role’s session, with its policies as they stand', async () => {
  const { house, root, run } = await openHouse()
  const caller = await run()
  expect(caller).toMatchObject({
    principal: { kind: 'roleSession', roleArn, accountId: home },
    arn: `arn:aws:sts::${home}:assumed-role/sender/delivery`,
    policies: { identity: [] },
  })
  await house.call(root, 'iam', 'PutRolePolicy', {
    RoleName: 'sender',
    PolicyName: 'send',
    PolicyDocument: policy({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }),
  })
  expect((await run())?.policies.identity).toHaveLength(1)
})

const rows: readonly [rule: string, more: Partial<typeof handed>][] = [
  ['a role that is not there', { arn: `arn:aws:iam::${home}:role/jobs/gone` }],
  ['the role without its path', { arn: `arn:aws:iam::${home}:role/sender` }],
  ['the role in another partition', { arn: roleArn.replace('arn:aws:', 'arn:aws-cn:') }],
  ['the role in another account', { arn: roleArn.replace(home, '444455556666') }],
  ['a user', { arn: `arn:aws:iam::${home}:user/sender` }],
  ['what is of no IAM', { arn: sourceArn }],
  ['no ARN', { arn: 'sender' }],
  ['nothing', { arn: '' }],
  ['a service that it does not trust', { servicePrincipal: 's3.amazonaws.com' }],
]
for (const [rule, more] of rows) {
  test(`it is not run: ${rule}`, async () => {
    const { run } = await openHouse()
    expect(await run(more)).toBeUndefined()
  })
}

const conditions: readonly [rule: string, condition: object, runs: boolean][] = [
  ['that source', { ArnEquals: { 'aws:SourceArn': sourceArn } }, true],
  ['another source', { ArnEquals: { 'aws:SourceArn': `${sourceArn}2` } }, false],
  ['that account', { StringEquals: { 'aws:SourceAccount': home } }, true],
  ['another account', { StringEquals: { 'aws:SourceAccount': '444455556666' } }, false],
]
for (const [rule, condition, runs] of conditions) {
  test(`its trust policy is for ${rule}`, async () => {
    const { run } = await openHouse(trusting(condition))
    expect((await run()) !== undefined).toBe(runs)
  })
}
