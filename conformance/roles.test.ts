import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInstalled, run } from './run.ts'
import {
  accountId,
  adminKey,
  freePort,
  startServer,
  temporaryFolder,
  type RunningServer,
} from './server.ts'

// Goal: everyone who may assume a role does so as users would. Method: the examples themselves,
// unchanged, against one server; each checks every refusal's words.
const example = (file: string) =>
  fileURLToPath(new URL(`../examples/roles/${file}`, import.meta.url))

let server: RunningServer
let issuer: string
beforeAll(async () => {
  issuer = `https://localhost:${await freePort()}`
  server = await startServer({ args: ['--oidc-private-issuer', issuer] })
})
afterAll(() => server.stop())

const examples: readonly [name: string, ending: string][] = [
  ['cross-account', 'Done: two accounts and an external id had to agree.'],
  ['chaining', 'Done: a chain of roles is short-lived'],
  ['session-tags', 'Done: one role, and the tag of the session decided.'],
  ['mfa', 'Done: what takes a second factor was done with one'],
  ['web-identity', 'Done: the repository decided'],
  ['saml', 'Done: what the company’s provider signed decided.'],
  ['console-federation', 'Done: temporary credentials signed in once'],
]

test.each(examples)('the example of roles: %s', async (name, ending) => {
  const env = { ...server.environment, ISSUER: issuer }
  const outcome = await run(process.execPath, [example(`${name}.ts`)], { env })
  expect(outcome.stdout + outcome.stderr).toContain(ending)
  expect(outcome.code).toBe(0)
})

// In the account's own words: a role that whoever is of the account, and allowed to, may enter.
async function makeRole(at: RunningServer, RoleName: string): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }],
  })
  const iam = new IAMClient({ endpoint: at.url, region: 'us-east-1', credentials: adminKey })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  return Role?.Arn ?? ''
}

const withBoto3 = test.skipIf(!isInstalled('python3', '-c', 'import boto3'))

withBoto3('the example of the console with boto3 (needs python3 and boto3)', async () => {
  const role = await makeRole(server, 'of-the-console')
  const args = [example('console-federation.py'), role]
  const { stdout, stderr } = await run('python3', args, { env: server.environment })
  expect(stderr).toBe('')
  expect(stdout.trim()).toBe(`arn:aws:sts::${accountId}:assumed-role/of-the-console/hana`)
})

test('a sign-in token opens the console once, also across a restart', async () => {
  const dataDir = await temporaryFolder()
  const first = await startServer({ dataDir })
  const sts = new STSClient({ endpoint: first.url, region: 'us-east-1', credentials: adminKey })
  const RoleArn = await makeRole(first, 'r')
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }))
  const Session = JSON.stringify({
    sessionId: Credentials?.AccessKeyId,
    sessionKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
  })
  const ask = async (at: RunningServer, parameters: Record<string, string>) => {
    const query = new URLSearchParams(parameters).toString()
    return fetch(`${at.url}/_bailiwick/federation?${query}`)
  }
  const token = async () => {
    const answer = await ask(first, { Action: 'getSigninToken', Session })
    return ((await answer.json()) as { SigninToken: string }).SigninToken
  }
  const [used, unused] = [await token(), await token()]
  expect((await ask(first, { Action: 'login', SigninToken: used })).status).toBe(200)
  await first.stop()
  const second = await startServer({ dataDir })
  try {
    expect((await ask(second, { Action: 'login', SigninToken: used })).status).toBe(400)
    expect((await ask(second, { Action: 'login', SigninToken: unused })).status).toBe(200)
  } finally {
    await second.stop()
    await second.removeData()
  }
})
