import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { accountId, adminKey, startServer, temporaryFolder } from './server.ts'

// Goal: an account's authorization details, taken over with --init, come out as they went in.

const clientOf = (endpoint: string) =>
  new IAMClient({ endpoint, region: 'us-east-1', credentials: adminKey })
const document = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } })

async function fill(iam: IAMClient): Promise<void> {
  const UserName = 'ann'
  await iam.send(
    new CreateUserCommand({ UserName, Path: '/staff/', Tags: [{ Key: 'k', Value: 'v' }] }),
  )
  await iam.send(new CreateGroupCommand({ GroupName: 'team' }))
  await iam.send(new AddUserToGroupCommand({ GroupName: 'team', UserName }))
  const inline = { PolicyName: 'in', PolicyDocument: document('sqs:*') }
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'team', ...inline }))
  const PolicyArn = `arn:aws:iam::${accountId}:policy/own`
  await iam.send(new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: document('s3:*') }))
  const second = { PolicyArn, PolicyDocument: document('s3:Get*'), SetAsDefault: true }
  await iam.send(new CreatePolicyVersionCommand(second))
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountId}:user/staff/ann` },
      Action: 'sts:AssumeRole',
    },
  }
  const AssumeRolePolicyDocument = JSON.stringify(trust)
  await iam.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument }))
  await iam.send(new PutRolePolicyCommand({ RoleName: 'app', ...inline }))
}

async function details(iam: IAMClient) {
  const { $metadata: _, ...all } = await iam.send(new GetAccountAuthorizationDetailsCommand({}))
  return {
    ...all,
    UserDetailList: all.UserDetailList?.filter((u) => !/admin/.test(u.UserName ?? '')),
  }
}

test('--init takes over users, groups, roles and policies as they were', async () => {
  const first = await startServer()
  const iam = clientOf(first.url)
  await fill(iam)
  const { $metadata: _, ...exported } = await iam.send(
    new GetAccountAuthorizationDetailsCommand({}),
  )
  const before = await details(iam)
  await first.stop()
  const folder = await temporaryFolder()
  const file = join(folder, 'details.json')
  await writeFile(file, JSON.stringify(exported))
  const second = await startServer({ args: ['--init', file] })
  try {
    expect(second.output()).toContain('bailiwick-admin')
    const after = await details(clientOf(second.url))
    expect(after.UserDetailList).toEqual(before.UserDetailList)
    expect(after.GroupDetailList).toEqual(before.GroupDetailList)
    expect(after.RoleDetailList).toEqual(before.RoleDetailList)
    expect(after.Policies?.filter((p) => p.PolicyName === 'own')).toEqual(
      before.Policies?.filter((p) => p.PolicyName === 'own'),
    )
  } finally {
    await second.stop()
  }
})
