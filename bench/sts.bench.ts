/**
 * STS over HTTP: AssumeRole, and a request with a session token beside one with a long-term key.
 * The answers are checked before they are timed; rates are of the server's CPU-seconds.
 */
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { runLoad, type LoadResult, type Target } from './load.ts'
import { reportResults, type Row } from './results.ts'
import { accountId, credentials, startServer, stopServer } from './server.ts'

const durationMs = Number(process.env['BENCH_SECONDS'] ?? 3) * 1000
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const region = 'us-east-1'

const server = await startServer(['--ephemeral', '--log-level', 'warn'])
const endpoint = `http://127.0.0.1:${String(server.port)}`
const rows: Row[] = []
try {
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

  const identity = () => 'Action=GetCallerIdentity&Version=2011-06-15'
  const assume = () =>
    `Action=AssumeRole&Version=2011-06-15&RoleSessionName=bench&RoleArn=${encodeURIComponent(RoleArn)}`
  const loads: readonly (readonly [operation: string, target: Target, body: () => string])[] = [
    ['AssumeRole', server, assume],
    ['GetCallerIdentity, long-term key', server, identity],
    ['GetCallerIdentity, session token', { ...server, credentials: session }, identity],
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
  await stopServer(server)
}
reportResults('sts', rows)
