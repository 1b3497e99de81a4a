/**
 * GetUser and a page of ListUsers, over HTTP, at 100, 10,000 and 1,000,000 users. Design numbers:
 * GetUser at 1,000,000 within 10 % of 100; a page of 100 users in at most 1 ms.
 *
 * One server for each size, asked in turns, one connection, the best round counts: so what else
 * the machine does hits all sizes alike. Names are asked for all over the range; the answers are
 * checked before they are timed. `--small` stops at 10,000 users.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IAMClient, GetUserCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { residentMb, runLoad, type Load, type LoadResult } from './load.ts'
import { reportResults, type Row } from './results.ts'
import { credentials, startServer, stopServer, type Server } from './server.ts'
import { fillWithUsers, userName } from './users.ts'

const sizes = process.argv.includes('--small') ? [100, 10_000] : [100, 10_000, 1_000_000]
const durationMs = Number(process.env['BENCH_SECONDS'] ?? 2) * 1000
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 7)
const pageSize = 100

/** On a port of its own; the account and its administrator are there once it has been started. */
const start = (dataDir: string) =>
  startServer(['--data', dataDir, '--quota', 'UsersPerAccount=100000000'])

interface FilledServer extends Server {
  readonly size: number
  readonly dataDir: string
}

async function serverOf(size: number): Promise<FilledServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-bench-'))
  await stopServer(await start(dataDir)) // Makes the account and its administrator.
  const startedAt = performance.now()
  await fillWithUsers(dataDir, size)
  const seconds = (performance.now() - startedAt) / 1000
  console.log(`${String(size)} users in ${seconds.toFixed(1)} s`)
  return { ...(await start(dataDir)), size, dataDir }
}

/** All over the range, never twice in a row. */
const scattered = (n: number, size: number) => (n * 104_729) % size

/** A page that is full and has one after it, except where there are not as many. */
function pageStart(n: number, size: number): number | undefined {
  return size <= pageSize ? undefined : scattered(n, size - pageSize)
}

const markerAfter = (i: number) => Buffer.from(userName(i)).toString('base64url')

function loadsOf(size: number): Readonly<Record<string, Load>> {
  const common = { service: 'iam', connectionCount: 1, durationMs }
  const query = (parameters: string) => `Version=2010-05-08&${parameters}`
  return {
    GetUser: {
      ...common,
      body: (n) => query(`Action=GetUser&UserName=${userName(scattered(n, size))}`),
    },
    ListUsers: {
      ...common,
      body(n) {
        const from = pageStart(n, size)
        const marker = from === undefined ? '' : `&Marker=${markerAfter(from)}`
        return query(`Action=ListUsers&MaxItems=${String(pageSize)}${marker}`)
      },
    },
  }
}

/** @throws Error where an answer is not what was put there. */
async function check({ port, size }: FilledServer): Promise<void> {
  const endpoint = `http://127.0.0.1:${String(port)}`
  const iam = new IAMClient({ endpoint, region: 'us-east-1', credentials })
  for (let n = 1; n <= 5; n++) {
    const UserName = userName(scattered(n, size))
    const { User: got } = await iam.send(new GetUserCommand({ UserName }))
    if (got?.UserName !== UserName) throw new Error(`GetUser ${UserName}: ${JSON.stringify(got)}`)
    const from = pageStart(n, size)
    const Marker = from === undefined ? undefined : markerAfter(from)
    const { Users } = await iam.send(new ListUsersCommand({ MaxItems: pageSize, Marker }))
    // `admin` comes before them all.
    const first = from === undefined ? 'admin' : userName(from + 1)
    if (Users?.length !== pageSize || Users[0]?.UserName !== first) {
      throw new Error(`ListUsers after ${String(from)}: ${JSON.stringify(Users?.[0])}`)
    }
  }
  iam.destroy()
}

type Best = Map<string, LoadResult>

function keepBest(best: Best, name: string, result: LoadResult): void {
  const known = best.get(name) ?? result
  const requestsPerCpuSecond = Math.max(result.requestsPerCpuSecond, known.requestsPerCpuSecond)
  best.set(name, { ...result, requestsPerCpuSecond, p50Ms: Math.min(result.p50Ms, known.p50Ms) })
}

function rowOf({ size, pid }: FilledServer, best: Best): Row {
  const cells = [...best].flatMap(([name, { p50Ms, requestsPerCpuSecond }]) => [
    [`${name} p50 ms`, p50Ms] as const,
    [`${name} CPU µs`, Math.round(1e6 / requestsPerCpuSecond)] as const,
  ])
  return { users: size, ...Object.fromEntries<number>(cells), 'memory MB': residentMb(pid) }
}

const servers: FilledServer[] = []
try {
  for (const size of sizes) servers.push(await serverOf(size))
  for (const server of servers) await check(server)
  const best = new Map(servers.map((server) => [server, new Map() as Best]))
  for (let round = 0; round <= rounds; round++) {
    for (const server of servers) {
      for (const [name, load] of Object.entries(loadsOf(server.size))) {
        const result = await runLoad(server, load)
        if (round > 0) keepBest(best.get(server) ?? new Map(), name, result) // 0 warms up.
      }
    }
  }
  reportResults(
    'scale',
    servers.map((server) => rowOf(server, best.get(server) ?? new Map())),
  )
} finally {
  for (const server of servers) {
    await stopServer(server)
    rmSync(server.dataDir, { recursive: true, force: true })
  }
}
