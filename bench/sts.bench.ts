/**
 * STS over HTTP: AssumeRole, AssumeRoleWithWebIdentity with the issuer's keys in memory, and a request with a session token beside one with a long-term key.
 * The answers are checked before they are timed; rates are of the server's CPU-seconds.
 */
import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { openIssuer } from './issuer.ts'
import { runLoad, type LoadResult, type Target } from './load.ts'
import { reportResults, type Row } from './results.ts'
import { accountId, credentials, startServer, stopServer } from './server.ts'

const durationMs = Number(process.env['BENCH_SECONDS'] ?? 3) * 1000
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const region = 'us-east-1'

const issuer = await openIssuer()
const flags = ['--ephemeral', '--log-level', 'warn', '--oidc-private-issuer', issuer.flag]
const server = await startServer(flags)
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

  const Url = issuer.url
  const ClientIDList = ['bench']
  const ThumbprintList = [issuer.thumbprint]
  const provider = await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url, ClientIDList, ThumbprintList }),
  )
  const webRole = await iam.send(
    new CreateRoleCommand({
      RoleName: 'BenchWeb',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Federated: provider.OpenIDConnectProviderArn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${Url.slice('https://'.length)}:sub`]: 'bench' } },
        },
      }),
    }),
  )
  const webIdentity = {
    RoleArn: webRole.Role?.Arn ?? '',
    RoleSessionName: 'bench',
    WebIdentityToken: await issuer.token('bench'),
  }
  const proven = await sts.send(new AssumeRoleWithWebIdentityCommand(webIdentity))
  if (proven.SubjectFromWebIdentityToken !== 'bench') throw new Error('another subject')
  const webForm = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    ...webIdentity,
  }).toString()

  const identity = () => 'Action=GetCallerIdentity&Version=2011-06-15'
  const assume = () =>
    `Action=AssumeRole&Version=2011-06-15&RoleSessionName=bench&RoleArn=${encodeURIComponent(RoleArn)}`
  const loads: readonly (readonly [operation: string, target: Target, body: () => string])[] = [
    ['AssumeRole', server, assume],
    ['AssumeRoleWithWebIdentity, RS256, keys at hand', server, () => webForm],
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
  issuer.close()
}
reportResults('sts', rows)
