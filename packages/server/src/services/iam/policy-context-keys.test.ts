import { expect, test } from 'vitest'
import { userWith } from '../../testing/deployment.ts'
import { accountId, arn, openIam, otherAccountId } from './testing/iam-house.ts'

// Goal: which context keys policies ask for. Source: IAM API Reference, GetContextKeysFor…Policy;
// recorded answers (2026-09). Which keys a document asks for is tested beside `contextKeysOf`.

/** A policy of one statement that asks for one key. */
const asking = (key: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { StringEquals: { [key]: 'x' } },
    },
  })

async function house() {
  const house = await openIam()
  const { iam } = house
  const keysFor = async (PolicySourceArn: string, PolicyInputList?: string[]) => {
    const input = { PolicySourceArn, ...(PolicyInputList && { PolicyInputList }) }
    return (await iam('GetContextKeysForPrincipalPolicy', input)).ContextKeyNames
  }
  return { ...house, keysFor }
}

test('keys of several policies, each once', async () => {
  const { iam } = await openIam()
  const PolicyInputList = [asking('aws:SourceIp'), asking('aws:username'), asking('aws:sourceip')]
  const { ContextKeyNames } = await iam('GetContextKeysForCustomPolicy', { PolicyInputList })
  expect(ContextKeyNames).toEqual(['aws:SourceIp', 'aws:username'])
})

test('a policy that is none', async () => {
  const { refuses } = await openIam()
  const message = 'Policy input list item 2 has invalid content: Syntax errors in policy.'
  const input = { PolicyInputList: [asking('aws:username'), '{'] }
  await refuses('GetContextKeysForCustomPolicy', input, 'InvalidInput', message)
})

test('a user with its groups and its boundary; a group; a role; and what is handed in', async () => {
  const { iam, keysFor } = await house()
  await iam('CreateUser', { UserName: 'Ann', Path: '/team/' })
  await iam('CreateGroup', { GroupName: 'Devs' })
  await iam('AddUserToGroup', { UserName: 'Ann', GroupName: 'Devs' })
  const put = { PolicyName: 'P' }
  await iam('PutUserPolicy', { ...put, UserName: 'Ann', PolicyDocument: asking('s3:own') })
  await iam('PutGroupPolicy', { ...put, GroupName: 'Devs', PolicyDocument: asking('s3:group') })
  const managed = { PolicyName: 'M', PolicyDocument: asking('s3:managed') }
  const { Policy } = await iam('CreatePolicy', managed)
  await iam('AttachGroupPolicy', { GroupName: 'Devs', PolicyArn: Policy?.Arn ?? '' })
  const bound = { PolicyName: 'B', PolicyDocument: asking('s3:bound') }
  const { Policy: boundary } = await iam('CreatePolicy', bound)
  const PermissionsBoundary = boundary?.Arn ?? ''
  await iam('PutUserPermissionsBoundary', { UserName: 'Ann', PermissionsBoundary })

  expect(await keysFor(arn('user/team/Ann'))).toEqual([
    's3:own',
    's3:group',
    's3:managed',
    's3:bound',
  ])
  // Recorded: the path does not count.
  expect(await keysFor(arn('user/Ann'), [asking('s3:more'), asking('S3:OWN')])).toEqual([
    's3:own',
    's3:group',
    's3:managed',
    's3:bound',
    's3:more',
  ])
  expect(await keysFor(arn('group/Devs'))).toEqual(['s3:group', 's3:managed'])
})

test('refusals, worded', async () => {
  const { refuses } = await openIam()
  const rows = [
    [arn('root'), 'InvalidInput', `Invalid ARN provided in the request: ${arn('root')}`],
    [
      'this-is-no-arn-at-all',
      'InvalidInput',
      'Invalid ARN provided in the request: this-is-no-arn-at-all',
    ],
    [
      arn('policy/Some'),
      'InvalidInput',
      `Invalid ARN provided in the request: ${arn('policy/Some')}`,
    ],
    [
      `arn:aws:iam::${otherAccountId}:user/Ann`,
      'InvalidInput',
      `Invalid Policy Source Arn: caller's account ${accountId} does not have access to policies in account ${otherAccountId}.`,
    ],
    [arn('role/Nobody'), 'NoSuchEntity', 'Unable to retrieve specified IAM entity.'],
  ] as const
  for (const [PolicySourceArn, code, message] of rows) {
    await refuses('GetContextKeysForPrincipalPolicy', { PolicySourceArn }, code, message)
  }
})

test('decided on the ARN that the entity has, before it is said that there is none', async () => {
  const { deployment, root, iam, checks } = await openIam()
  const ann = await userWith(deployment, root, 'Ann')
  await iam('CreateUser', { UserName: 'Bob', Path: '/team/', Tags: [{ Key: 'k', Value: 'v' }] })
  for (const PolicySourceArn of [arn('user/team/Bob'), arn('user/Nobody')]) {
    const call = iam('GetContextKeysForPrincipalPolicy', { PolicySourceArn }, ann)
    await expect(call).rejects.toThrow('AccessDenied identityPolicy')
  }
  const declared = await checks('GetContextKeysForPrincipalPolicy', {
    PolicySourceArn: arn('user/Bob'),
  })
  expect(declared).toMatchObject([
    { resourceArn: arn('user/team/Bob'), contextKeys: { 'aws:ResourceTag/k': 'v' } },
  ])
  const custom = iam('GetContextKeysForCustomPolicy', { PolicyInputList: [asking('s3:a')] }, ann)
  await expect(custom).rejects.toThrow('AccessDenied identityPolicy')
})
