import { RunInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  AddRoleToInstanceProfileCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isInstalled, run } from './run.ts'
import {
  accountId,
  adminKey,
  bailiwickBin,
  clientEnvironment,
  freePort,
  startServer,
  temporaryFolder,
} from './server.ts'

// Goal: workloads as users run them. Method: the example itself, unchanged; and unmodified SDKs
// that ask the metadata service of a running server.
const example = (name: string) =>
  fileURLToPath(new URL(`../examples/workloads/${name}`, import.meta.url))

const withCli = test.skipIf(!isInstalled('aws'))

const examples: readonly [file: string, ending: string][] = [
  ['workloads.sh', 'Done: programs run as roles'],
  ['pods.sh', 'Done: pods are who their service account says.'],
]
for (const [file, ending] of examples) {
  withCli(
    `the example of workloads: ${file} (needs the aws command)`,
    async () => {
      const server = await startServer()
      try {
        const env = { ...server.environment, BAILIWICK: `${process.execPath} ${bailiwickBin}` }
        const outcome = await run('bash', [example(file)], { env })
        expect(outcome.stdout + outcome.stderr).toContain(ending)
        expect(outcome.code).toBe(0)
      } finally {
        await server.stop()
      }
    },
    400_000,
  )
}

/** Whether this machine lets a program have a network of its own. */
const withNetwork = test.skipIf(!isInstalled('unshare', '-rn', 'ip', 'link', 'set', 'lo', 'up'))

withNetwork('a task finds its credentials by the relative URI (needs unshare and ip)', async () => {
  const here = (name: string) => fileURLToPath(new URL(`containers/${name}`, import.meta.url))
  const DATA = await temporaryFolder()
  const hasBoto3 = isInstalled('python3', '-c', 'import boto3')
  const env = {
    ...clientEnvironment('http://127.0.0.1:4600'),
    ...{ NODE: process.execPath, BAILIWICK_BIN: bailiwickBin, DATA },
    ...{ WHO: example('who.ts'), WHO_PY: hasBoto3 ? example('who.py') : '' },
    ...{ MAKE_ROLE: here('make-role.ts'), BAILIWICK_ACCOUNT_ID: accountId },
    BAILIWICK_ADMIN_ACCESS_KEY_ID: adminKey.accessKeyId,
    BAILIWICK_ADMIN_SECRET_ACCESS_KEY: adminKey.secretAccessKey,
  }
  const { stdout, stderr } = await run('unshare', ['-rn', 'bash', here('relative-uri.sh')], { env })
  const lines = stdout.trim().split('\n')
  expect(lines[0]).toContain('this machine has no address 169.254.170.2')
  const who = `arn:aws:sts::${accountId}:assumed-role/task/task`
  expect(lines.slice(1, -1)).toEqual(hasBoto3 ? [who, who] : [who])
  expect(lines.at(-1)).toMatch(/^\/v2\/credentials\/[0-9a-f-]{36} no token$/)
  expect(stderr).toBe('')
})

test('an SDK on an instance finds its role where the network says which instance it is', async () => {
  const metadataPort = String(await freePort())
  const server = await startServer({ args: ['--metadata-port', metadataPort] })
  try {
    const options = { endpoint: server.url, region: 'us-east-1', credentials: adminKey }
    const iam = new IAMClient(options)
    const trust = {
      Version: '2012-10-17',
      Statement: {
        ...{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } },
        Action: 'sts:AssumeRole',
      },
    }
    const AssumeRolePolicyDocument = JSON.stringify(trust)
    await iam.send(new CreateRoleCommand({ RoleName: 'web', AssumeRolePolicyDocument }))
    const profile = { InstanceProfileName: 'web' }
    await iam.send(new CreateInstanceProfileCommand(profile))
    await iam.send(new AddRoleToInstanceProfileCommand({ ...profile, RoleName: 'web' }))
    const metadata = `http://127.0.0.1:${metadataPort}`
    const token = () =>
      fetch(`${metadata}/latest/api/token`, {
        method: 'PUT',
        headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' },
      })
    // Nobody runs at this address yet: whoever asks learns nothing.
    expect((await token()).status).toBe(404)
    const launched = await new EC2Client(options).send(
      new RunInstancesCommand({
        ...{ ImageId: 'ami-12345678', MinCount: 1, MaxCount: 1 },
        PrivateIpAddress: '127.0.0.1',
        IamInstanceProfile: { Name: 'web' },
      }),
    )
    const id = launched.Instances?.[0]?.InstanceId ?? ''
    expect((await token()).status).toBe(200)
    expect((await fetch(`${metadata}/latest/meta-data/instance-id`)).status).toBe(401)
    const env = {
      PATH: process.env['PATH'] ?? '',
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    }
    const outcome = await run(process.execPath, [example('who.ts')], { env })
    expect(outcome.stdout.trim()).toBe(`arn:aws:sts::${accountId}:assumed-role/web/${id}`)
  } finally {
    await server.stop()
  }
})
