import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { SNSClient, ListTopicsCommand } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInstalled, run } from './run.ts'
import { bailiwickBin, clientEnvironment, startServer, type RunningServer } from './server.ts'

// Goal: whoever is refused gets an id, and `bailiwick explain` turns it into the reason: for our own
// services, for those that are forwarded, and for what is only observed. A policy that the gate cannot
// evaluate is named in the log.

const hasCli = isInstalled('python3', '-c', 'import awscli.clidriver')
const region = 'us-east-1'
let server: RunningServer
let backend: Server
let ann: { accessKeyId: string; secretAccessKey: string }

beforeAll(async () => {
  backend = createServer((_incoming, response) => response.end('{}'))
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
  const at = `http://127.0.0.1:${String((backend.address() as AddressInfo).port)}`
  const backends = ['--backend', `sqs=${at}`, '--backend', `sns=${at}`, '--observe', 'sns']
  server = await startServer({ args: backends })
  const iam = new IAMClient({ endpoint: server.url, region, credentials: adminOf(server) })
  await iam.send(new CreateUserCommand({ UserName: 'ann' }))
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Sid: 'Vpn', Effect: 'Allow', Action: 'iam:*', Resource: '*', Condition: vpn },
  })
  await iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'vpn', PolicyDocument }))
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }))
  ann = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' }
})

afterAll(async () => {
  await server.stop()
  backend.close()
})

const vpn = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }

const adminOf = ({ environment }: RunningServer) => ({
  accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
})

const explain = (args: readonly string[], env = server.environment) =>
  run(process.execPath, [bailiwickBin, 'explain', ...args], { env, cwd: '/tmp' })

/** The id of an answer, as the SDK gives it to whoever called. */
async function idOf(answer: Promise<{ $metadata: { requestId?: string } }>): Promise<string> {
  const found = await answer.catch((error: unknown) => error as Awaited<typeof answer>)
  return found.$metadata.requestId ?? ''
}

const clientOf = () => ({ endpoint: server.url, region, credentials: ann, maxAttempts: 1 })

test('a refusal of IAM is explained in words', async () => {
  const id = await idOf(new IAMClient(clientOf()).send(new ListUsersCommand({})))
  const { code, stdout } = await explain([id])
  expect(code).toBe(0)
  expect(stdout).toContain(`Request ${id}, iam:ListUsers by arn:aws:iam::111122223333:user/ann`)
  expect(stdout).toContain('No identity-based policy allows it')
  expect(stdout).toContain('Allow in identity-based policy user_ann_vpn, Vpn, line 1, column')
  expect(stdout).toContain('aws:SourceIp must be IpAddress 192.0.2.0/24, but it is 127.0.0.1')
  expect(stdout).toContain('add to the identity-based policy')
  expect(stdout).toContain('aws:username: ann')
  expect(server.output()).toContain(`bailiwick explain ${id}`)
})

test('a refusal of a forwarded service is explained as JSON', async () => {
  const id = await idOf(new SQSClient(clientOf()).send(new ListQueuesCommand({})))
  const { code, stdout } = await explain([id, '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    requestId: id,
    observed: false,
    error: { code: 'AccessDenied' },
    request: { action: 'sqs:ListQueues', resource: '*' },
    explanation: { decision: { decision: 'implicitDeny' }, smallestChange: [{}] },
  })
})

test('what is let through to be observed has an id to ask with', async () => {
  const id = await idOf(new SNSClient(clientOf()).send(new ListTopicsCommand({})))
  const { code, stdout } = await explain([id])
  expect(code).toBe(0)
  expect(stdout).toContain('was let through to be observed; policy had denied it')
})

test('an id that is not known, and a caller who may not ask', async () => {
  const unknown = await explain(['no-such-request'])
  expect(unknown.code).toBe(1)
  expect(unknown.stderr).toContain('No refusal no-such-request is known here')
  const refused = await explain(['no-such-request'], clientEnvironment(server.url, ann))
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('is not authorized to perform: bailiwick:ExplainRequest')
})

test.skipIf(!hasCli)(
  'the id is in what the AWS CLI shows (needs python3 with awscli)',
  async () => {
    const args = ['-m', 'awscli', 'iam', 'list-users', '--debug']
    const refused = await run('python3', args, { env: clientEnvironment(server.url, ann) })
    expect(refused.stderr).toContain('AccessDenied')
    const id = /x-amzn-requestid'?: '?([0-9a-f-]{36})/i.exec(refused.stderr)?.[1] ?? ''
    const { code, stdout } = await explain([id])
    expect(code).toBe(0)
    expect(stdout).toContain('iam:ListUsers')
  },
)

test('a policy that depends on what the gate cannot know is named in the log, once', async () => {
  const at = `http://127.0.0.1:${String((backend.address() as AddressInfo).port)}`
  const own = await startServer({ args: ['--backend', `ecs=${at}`] })
  const as = { endpoint: own.url, region, credentials: adminOf(own) }
  const Condition = { StringNotEquals: { 'aws:ResourceTag/team': 'blue' } }
  const statement = { Sid: 'Teams', Effect: 'Deny', Action: 'ecs:*', Resource: '*', Condition }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  const named = { UserName: 'admin', PolicyName: 'teams', PolicyDocument }
  await new IAMClient(as).send(new PutUserPolicyCommand(named))
  for (let time = 0; time < 3; time++) {
    const refused = new ECSClient(as).send(new ListTasksCommand({ containerInstance: 'i' }))
    await expect(refused).rejects.toThrow(/In doubt it is refused.*aws:ResourceTag\/team/)
  }
  await own.stop()
  const lines = own
    .output()
    .split('\n')
    .filter((line) => line.includes('is never known here'))
  expect(lines).toHaveLength(1)
  for (const part of ['user_admin_teams', 'Teams', 'aws:ResourceTag/team', 'ecs']) {
    expect(lines[0]).toContain(part)
  }
})
