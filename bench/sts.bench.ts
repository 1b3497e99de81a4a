/**
 * STS over HTTP: AssumeRole, and a request with a session token beside one with a long-term key.
 * The answers are checked before they are timed; rates are of the server's CPU-seconds.
 */
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { runLoad, type LoadResult, type Target } from './load.ts'
import { reportResults, type Row } from './results.ts'

const bailiwick = fileURLToPath(new URL('../packages/cli/dist/bailiwick.js', import.meta.url))
const credentials = {
  accessKeyId: 'AKIARTX3GSDS3QV27EJO',
  secretAccessKey: 'benchmark0only0secret0of0the0admin0key00',
}
const accountId = '111122223333'
const durationMs = Number(process.env['BENCH_SECONDS'] ?? 3) * 1000
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const region = 'us-east-1'

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}

const port = await freePort()
const endpoint = `http://127.0.0.1:${String(port)}`
const args = [bailiwick, 'start', '--ephemeral', '--port', String(port), '--log-level', 'warn']
const server = spawn(process.execPath, args, {
  stdio: 'ignore',
  env: {
    ...process.env,
    BAILIWICK_ACCOUNT_ID: accountId,
    BAILIWICK_ADMIN_ACCESS_KEY_ID: credentials.accessKeyId,
    BAILIWICK_ADMIN_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  },
})
const rows: Row[] = []
try {
  for (let i = 0; i < 500; i++) {
    const answers = await fetch(`${endpoint}/_bailiwick/health`).then(
      () => true,
      () => false,
    )
    if (answers) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const iam = new IAMClient({ endpoint, region, credentials })
  const sts = new STSClient({ endpoint, region, credentials })
  const trust = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' },
  }
  const RoleName = 'Bench'
  const AssumeRolePolicyDocument = JSON.stringify(trust)
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
  const RoleArn = `arn:aws:iam::${accountId}:role/${RoleName}`
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'bench' }),
  )
  const session = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
  const asSession = new STSClient({ endpoint, region, credentials: session })
  const { Arn } = await asSession.send(new GetCallerIdentityCommand({}))
  if (!Arn?.endsWith('assumed-role/Bench/bench')) throw new Error(`answered ${String(Arn)}`)

  const pid = server.pid ?? 0
  const target: Target = { port, pid, credentials }
  const identity = () => 'Action=GetCallerIdentity&Version=2011-06-15'
  const assume = () =>
    `Action=AssumeRole&Version=2011-06-15&RoleSessionName=bench&RoleArn=${encodeURIComponent(RoleArn)}`
  const loads: readonly (readonly [operation: string, target: Target, body: () => string])[] = [
    ['AssumeRole', target, assume],
    ['GetCallerIdentity, long-term key', target, identity],
    ['GetCallerIdentity, session token', { ...target, credentials: session }, identity],
  ]
  const best = new Map<string, LoadResult>()
  for (let round = 0; round <= rounds; round++) {
    for (const [operation, to, body] of loads) {
      const load = { service: 'sts', body, connectionCount: 16, durationMs }
      const result = await runLoad(to, load)
      const known = best.get(operation)
      if (round === 0) continue // Warming up.
      if (!known || result.requestsPerCpuSecond > known.requestsPerCpuSecond) {
        best.set(operation, result)
      }
    }
  }
  for (const [operation, result] of best) rows.push({ operation, ...result })
} finally {
  server.kill('SIGKILL')
}
reportResults('sts', rows)
