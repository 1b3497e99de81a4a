/**
 * GetUser and a page of ListUsers, over HTTP, at 100, 10,000 and 1,000,000 users. Design numbers:
 * GetUser at 1,000,000 within 10 % of 100; a page of 100 users in at most 1 ms.
 *
 * One server for each size, asked in turns, one connection, the best round counts: so what else
 * the machine does hits all sizes alike. Names are asked for all over the range; the answers are
 * checked before they are timed. `--small` stops at 10,000 users.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IAMClient, GetUserCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import type { User } from '../packages/server/src/domain/entity.ts'
import { openSqliteStore } from '../packages/server/src/store/sqlite/open.ts'
import { residentMb, runLoad, type Load, type LoadResult, type Target } from './load.ts'
import { reportResults, type Row } from './results.ts'

const bailiwick = fileURLToPath(new URL('../packages/cli/dist/bailiwick.js', import.meta.url))
const credentials = {
  accessKeyId: 'AKIARTX3GSDS3QV27EJO',
  secretAccessKey: 'benchmark0only0secret0of0the0admin0key00',
}
const accountId = '111122223333'
const sizes = process.argv.includes('--small') ? [100, 10_000] : [100, 10_000, 1_000_000]
const durationMs = Number(process.env['BENCH_SECONDS'] ?? 2) * 1000
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 7)
const pageSize = 100

/** In the order of their numbers. */
const nameOf = (i: number) => `user-${String(i).padStart(7, '0')}`

function user(i: number): User {
  return {
    kind: 'user',
    accountId,
    id: `AIDA${String(i).padStart(17, '0')}`,
    name: nameOf(i),
    path: '/',
    createdAt: new Date('2026-01-01T00:00:00Z'),
    tags: [],
  }
}

/** Fills the store as its transactions would, without the way through the gate. */
async function fill(dataDir: string, count: number): Promise<void> {
  const store = await openSqliteStore({ file: join(dataDir, 'bailiwick.db') })
  const context = { accountId, eventId: 'bench', now: new Date('2026-01-01T00:00:00Z') }
  const step = 5_000
  for (let begin = 0; begin < count; begin += step) {
    await store.write(context, async (tx) => {
      for (let i = begin; i < Math.min(begin + step, count); i++) await tx.insert(user(i))
    })
  }
  await store.close()
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}

/** Resolves once it says that it listens. */
async function start(dataDir: string, port: number): Promise<ChildProcess> {
  const quota = 'UsersPerAccount=100000000'
  const args = [bailiwick, 'start', '--data', dataDir, '--port', String(port), '--quota', quota]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      BAILIWICK_ACCOUNT_ID: accountId,
      BAILIWICK_ADMIN_ACCESS_KEY_ID: credentials.accessKeyId,
      BAILIWICK_ADMIN_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('listens on')) resolve()
    })
    child.once('exit', () => reject(new Error(said)))
  })
  return child
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await exited
}

interface Server extends Target {
  readonly size: number
  readonly child: ChildProcess
  readonly dataDir: string
}

async function serverOf(size: number): Promise<Server> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-bench-'))
  const port = await freePort()
  await stop(await start(dataDir, port)) // Makes the account and its administrator.
  const startedAt = performance.now()
  await fill(dataDir, size)
  const seconds = (performance.now() - startedAt) / 1000
  console.log(`${String(size)} users in ${seconds.toFixed(1)} s`)
  const child = await start(dataDir, port)
  return { size, child, dataDir, port, pid: child.pid ?? 0, credentials }
}

/** All over the range, never twice in a row. */
const scattered = (n: number, size: number) => (n * 104_729) % size

/** A page that is full and has one after it, except where there are not as many. */
function pageStart(n: number, size: number): number | undefined {
  return size <= pageSize ? undefined : scattered(n, size - pageSize)
}

const markerAfter = (i: number) => Buffer.from(nameOf(i)).toString('base64url')

function loadsOf(size: number): Readonly<Record<string, Load>> {
  const common = { service: 'iam', connectionCount: 1, durationMs }
  const query = (parameters: string) => `Version=2010-05-08&${parameters}`
  return {
    GetUser: {
      ...common,
      body: (n) => query(`Action=GetUser&UserName=${nameOf(scattered(n, size))}`),
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
async function check({ port, size }: Server): Promise<void> {
  const endpoint = `http://127.0.0.1:${String(port)}`
  const iam = new IAMClient({ endpoint, region: 'us-east-1', credentials })
  for (let n = 1; n <= 5; n++) {
    const UserName = nameOf(scattered(n, size))
    const { User: got } = await iam.send(new GetUserCommand({ UserName }))
    if (got?.UserName !== UserName) throw new Error(`GetUser ${UserName}: ${JSON.stringify(got)}`)
    const from = pageStart(n, size)
    const Marker = from === undefined ? undefined : markerAfter(from)
    const { Users } = await iam.send(new ListUsersCommand({ MaxItems: pageSize, Marker }))
    // `admin` comes before them all.
    const first = from === undefined ? 'admin' : nameOf(from + 1)
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

function rowOf({ size, pid }: Server, best: Best): Row {
  const cells = [...best].flatMap(([name, { p50Ms, requestsPerCpuSecond }]) => [
    [`${name} p50 ms`, p50Ms] as const,
    [`${name} CPU µs`, Math.round(1e6 / requestsPerCpuSecond)] as const,
  ])
  return { users: size, ...Object.fromEntries<number>(cells), 'memory MB': residentMb(pid) }
}

const servers: Server[] = []
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
  for (const { child, dataDir } of servers) {
    await stop(child)
    rmSync(dataDir, { recursive: true, force: true })
  }
}
