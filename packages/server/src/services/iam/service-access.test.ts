import { expect, test } from 'vitest'
import { policy, trust, userWith } from '../../testing/deployment.ts'
import { arn, openIam } from './testing/iam-house.ts'

// Goal: which policies open which services to whom. Source: IAM API Reference,
// ListPoliciesGrantingServiceAccess. What opens a service is tested beside `allowedServices`.
const allow = (Action: string | readonly string[]) =>
  policy({ Effect: 'Allow', Action, Resource: '*' })

async function house() {
  const house = await openIam()
  const { iam } = house
  await iam('CreateUser', { UserName: 'Ann' })
  await iam('CreateGroup', { GroupName: 'Devs' })
  await iam('AddUserToGroup', { UserName: 'Ann', GroupName: 'Devs' })
  const managed = {
    PolicyName: 'Queues',
    PolicyDocument: allow(['sqs:SendMessage', 's3:GetObject']),
  }
  const { Policy } = await iam('CreatePolicy', managed)
  const PolicyArn = Policy?.Arn ?? ''
  await iam('AttachUserPolicy', { UserName: 'Ann', PolicyArn })
  await iam('AttachGroupPolicy', { GroupName: 'Devs', PolicyArn })
  const own = { UserName: 'Ann', PolicyName: 'own', PolicyDocument: allow('s3:*') }
  await iam('PutUserPolicy', own)
  const group = { GroupName: 'Devs', PolicyName: 'list', PolicyDocument: allow('lambda:List*') }
  await iam('PutGroupPolicy', group)

  const granting = async (Arn: string, ServiceNamespaces: string[]) => {
    const input = { Arn, ServiceNamespaces }
    return (await iam('ListPoliciesGrantingServiceAccess', input)).PoliciesGrantingServiceAccess
  }
  return { ...house, granting, PolicyArn }
}

test('a user with its groups, a managed policy once; a group; a role', async () => {
  const { iam, granting, PolicyArn } = await house()
  const queues = { PolicyName: 'Queues', PolicyType: 'MANAGED', PolicyArn }
  const own = { PolicyName: 'own', PolicyType: 'INLINE', EntityType: 'USER', EntityName: 'Ann' }
  const list = { PolicyName: 'list', PolicyType: 'INLINE', EntityType: 'GROUP', EntityName: 'Devs' }
  expect(await granting(arn('user/Ann'), ['s3', 'lambda', 'sqs', 'ec2', 's3', 'made-up'])).toEqual([
    { ServiceNamespace: 's3', Policies: [own, queues] },
    { ServiceNamespace: 'lambda', Policies: [list] },
    { ServiceNamespace: 'sqs', Policies: [queues] },
    { ServiceNamespace: 'ec2', Policies: [] },
    { ServiceNamespace: 'made-up', Policies: [] },
  ])
  expect(await granting(arn('group/Devs'), ['s3', 'lambda'])).toEqual([
    { ServiceNamespace: 's3', Policies: [queues] },
    { ServiceNamespace: 'lambda', Policies: [list] },
  ])
  await iam('CreateRole', { RoleName: 'App', AssumeRolePolicyDocument: trust(arn('user/Ann')) })
  const AdministratorAccess = 'arn:aws:iam::aws:policy/AdministratorAccess'
  await iam('AttachRolePolicy', { RoleName: 'App', PolicyArn: AdministratorAccess })
  expect(await granting(arn('role/App'), ['IAM'])).toEqual([
    {
      ServiceNamespace: 'IAM',
      Policies: [
        {
          PolicyName: 'AdministratorAccess',
          PolicyType: 'MANAGED',
          PolicyArn: AdministratorAccess,
        },
      ],
    },
  ])
})

test('a boundary opens nothing', async () => {
  const { iam, granting, PolicyArn } = await house()
  await iam('CreateUser', { UserName: 'Bob', PermissionsBoundary: PolicyArn })
  expect(await granting(arn('user/Bob'), ['s3'])).toEqual([
    { ServiceNamespace: 's3', Policies: [] },
  ])
})

test('200 namespaces come in two pages', async () => {
  const { iam } = await house()
  const ServiceNamespaces = Array.from({ length: 200 }, (_, index) => `service-${index}`)
  const input = { Arn: arn('user/Ann'), ServiceNamespaces }
  const first = await iam('ListPoliciesGrantingServiceAccess', input)
  expect(first.PoliciesGrantingServiceAccess.length).toBe(100)
  expect(first.IsTruncated).toBe(true)
  const { Marker } = first
  const second = await iam('ListPoliciesGrantingServiceAccess', { ...input, Marker })
  const shown = [...first.PoliciesGrantingServiceAccess, ...second.PoliciesGrantingServiceAccess]
  expect(shown.map((entry) => entry.ServiceNamespace)).toEqual(ServiceNamespaces)
  expect(second).toMatchObject({ IsTruncated: false })
  expect(second.Marker).toBeUndefined()
})

test('refusals', async () => {
  const { deployment, root, iam, refuses } = await house()
  const ServiceNamespaces = ['s3']
  const missing = 'Unable to retrieve specified IAM entity.'
  const nobody = { Arn: arn('group/Nobody'), ServiceNamespaces }
  await refuses('ListPoliciesGrantingServiceAccess', nobody, 'NoSuchEntity', missing)
  const noHolder = { Arn: arn('policy/Queues'), ServiceNamespaces }
  const invalid = `Invalid ARN provided in the request: ${noHolder.Arn}`
  await refuses('ListPoliciesGrantingServiceAccess', noHolder, 'InvalidInput', invalid)
  const input = { Arn: arn('user/Ann'), ServiceNamespaces, Marker: 'bm90' }
  await refuses('ListPoliciesGrantingServiceAccess', input, 'ValidationError', 'Invalid Marker.')
  const bob = await userWith(deployment, root, 'Bob')
  const call = iam('ListPoliciesGrantingServiceAccess', nobody, bob)
  await expect(call).rejects.toThrow('AccessDenied identityPolicy')
})
