import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetAccessKeyLastUsedCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  paginateListPolicies,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountId, adminKey, startServer } from './server.ts'
import type { RunningServer } from './server.ts'

// Goal: IAM over the wire as the AWS SDK for JavaScript sees it: codes, statuses, words, pages.
// Source of the wording: recorded answers of AWS, see the tests beside each operation.

let server: RunningServer
let iam: IAMClient

type Key = { accessKeyId: string; secretAccessKey: string }

function client(credentials: Key): IAMClient {
  return new IAMClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 })
}

beforeAll(async () => {
  server = await startServer()
  iam = client(adminKey)
})

afterAll(async () => {
  iam.destroy()
  await server.stop()
})

function refused(name: string, httpStatusCode: number, message: string) {
  return { name, message, $metadata: { httpStatusCode } }
}

const everything =
  '{ "Version":"2012-10-17",\n"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
const arn = (resource: string): string => `arn:aws:iam::${accountId}:${resource}`

async function keyOf(UserName: string): Promise<Key> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  return { accessKeyId, secretAccessKey }
}

test('a user: created with tags, taken, renamed, not found', async () => {
  const Tags = [{ Key: 'team', Value: 'ä' }]
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'Ann', Path: '/a/', Tags }))
  expect(User).toMatchObject({ Arn: arn('user/a/Ann'), Tags })
  const again = iam.send(new CreateUserCommand({ UserName: 'ann' }))
  const taken = 'User with name ann already exists.'
  await expect(again).rejects.toMatchObject(refused('EntityAlreadyExistsException', 409, taken))
  await iam.send(new UpdateUserCommand({ UserName: 'Ann', NewUserName: 'Bea' }))
  const gone = iam.send(new GetUserCommand({ UserName: 'Ann' }))
  const missing = 'The user with name Ann cannot be found.'
  await expect(gone).rejects.toMatchObject(refused('NoSuchEntityException', 404, missing))
  const got = await iam.send(new GetUserCommand({ UserName: 'Bea' }))
  expect(got.User?.UserId).toBe(User?.UserId)
})

test('the model’s constraints are checked, without the value in the message', async () => {
  const input = { UserName: 'Bea', Tags: [{ Key: 'a!', Value: '' }] }
  const sent = iam.send(new TagUserCommand(input))
  await expect(sent).rejects.toMatchObject({ name: 'ValidationError' })
  await expect(sent).rejects.toThrow(
    /^1 validation error detected: Value at 'tags.1.member.key' failed/,
  )
})

test('a policy’s document comes back percent-encoded, byte for byte', async () => {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: 'P', PolicyDocument: everything }),
  )
  const version = { PolicyArn: Policy?.Arn, VersionId: 'v1' }
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand(version))
  expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(everything)
  expect(PolicyVersion?.Document).not.toContain('*')
})

test('a caller is refused in AWS’s words before it learns what exists', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'Cyd' }))
  const cyd = client(await keyOf('Cyd'))
  for (const UserName of ['Bea', 'Nobody']) {
    const message = `User: ${arn('user/Cyd')} is not authorized to perform: iam:GetUser on resource: user ${UserName} because no identity-based policy allows the iam:GetUser action`
    const sent = cyd.send(new GetUserCommand({ UserName }))
    await expect(sent).rejects.toMatchObject(refused('AccessDenied', 403, message))
  }
  const listing = `User: ${arn('user/Cyd')} is not authorized to perform: iam:ListUsers on resource: ${arn('user/')} because no identity-based policy allows the iam:ListUsers action`
  const sent = cyd.send(new ListUsersCommand({}))
  await expect(sent).rejects.toMatchObject(refused('AccessDenied', 403, listing))
  const AccessKeyId = adminKey.accessKeyId
  const lastUsed = `User: ${arn('user/Cyd')} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${AccessKeyId}`
  const asked = cyd.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  await expect(asked).rejects.toMatchObject(refused('AccessDenied', 403, lastUsed))
  cyd.destroy()
})

test('tags decide: a policy on iam:ResourceTag lets a user change those of its team alone', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'Dan' }))
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      ...{ Effect: 'Allow', Action: 'iam:TagUser', Resource: '*' },
      Condition: {
        StringEquals: { 'iam:ResourceTag/Team': 'ä' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['level'] },
      },
    },
  })
  const policy = { UserName: 'Dan', PolicyName: 'T', PolicyDocument }
  await iam.send(new PutUserPolicyCommand(policy))
  const dan = client(await keyOf('Dan'))
  const level = [{ Key: 'level', Value: '1' }]
  await dan.send(new TagUserCommand({ UserName: 'Bea', Tags: level }))
  const others = [
    { UserName: 'Cyd', Tags: level },
    { UserName: 'Bea', Tags: [...level, { Key: 'team', Value: 'b' }] },
  ]
  for (const input of others) {
    await expect(dan.send(new TagUserCommand(input))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  }
  dan.destroy()
})

test('the SDK’s paginator sees every policy once', async () => {
  const arns: (string | undefined)[] = []
  for await (const page of paginateListPolicies({ client: iam, pageSize: 333 }, {})) {
    arns.push(...(page.Policies ?? []).map(({ Arn }) => Arn))
  }
  expect(arns).toContain(arn('policy/P'))
  expect(arns.length).toBeGreaterThan(1000)
  expect(new Set(arns).size).toBe(arns.length)
})

test('a delete conflict is a 409 that says what is in the way', async () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  await iam.send(new AttachUserPolicyCommand({ UserName: 'Bea', PolicyArn }))
  const message = 'Cannot delete entity, must detach all policies first.'
  const sent = iam.send(new DeleteUserCommand({ UserName: 'Bea' }))
  await expect(sent).rejects.toMatchObject(refused('DeleteConflictException', 409, message))
})
