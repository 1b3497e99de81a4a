/**
 * Signed requests over HTTP, beside moto_server where it is installed, in turns. The answers are
 * checked before they are timed; rates per CPU-second are of the server's process alone.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { residentMb, runLoad, type Load, type LoadResult, type Target } from './load.ts'
import { reportResults, type Row } from './results.ts'
import { credentials, freePort, startServer, stopServer } from './server.ts'

const durationMs = Number(process.env['BENCH_SECONDS'] ?? 3) * 1000
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)

interface Server extends Target {
  readonly name: string
  readonly startMs: number
  stop(): Promise<void>
}

async function answering(url: string): Promise<void> {
  for (let i = 0; i < 20_000; i++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  throw new Error(`nothing answers on ${url}`)
}

async function startBailiwick(): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'bailiwick-bench-'))
  const server = await startServer(['--data', data, '--quota', 'UsersPerAccount=100000000'])
  const stop = async () => {
    await stopServer(server)
    rmSync(data, { recursive: true, force: true })
  }
  return { ...server, name: 'bailiwick', startMs: Math.round(server.startMs), stop }
}

async function startMoto(): Promise<Server | undefined> {
  if (spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status !== 0) return undefined
  const port = await freePort()
  const startedAt = performance.now()
  const child: ChildProcess = spawn('moto_server', ['-p', String(port)], { stdio: 'ignore' })
  await answering(`http://127.0.0.1:${String(port)}/`)
  const startMs = Math.round(performance.now() - startedAt)
  const stop = () => stopServer({ child })
  return { name: 'moto_server', port, pid: child.pid ?? 0, credentials, startMs, stop }
}

const iam = (parameters: string) => `Version=2010-05-08&${parameters}`
const connectionCount = 16
let user = 0
const loads: Readonly<Record<string, Load>> = {
  GetCallerIdentity: {
    service: 'sts',
    body: () => 'Action=GetCallerIdentity&Version=2011-06-15',
    connectionCount,
    durationMs,
  },
  GetUser: {
    service: 'iam',
    body: () => iam('Action=GetUser&UserName=bench'),
    connectionCount,
    durationMs,
  },
  'CreateUser (durable)': {
    service: 'iam',
    body: () => iam(`Action=CreateUser&UserName=u${String(user++)}`),
    connectionCount,
    durationMs,
  },
}

const servers = [await startBailiwick(), await startMoto()].filter((server) => server !== undefined)
const rows: Row[] = []
try {
  for (const server of servers) {
    const body = () => iam('Action=CreateUser&UserName=bench')
    await runLoad(server, { service: 'iam', body, connectionCount: 1, durationMs: 0 })
  }
  for (const [operation, load] of Object.entries(loads)) {
    const best = new Map<Server, LoadResult>()
    for (let round = 0; round <= rounds; round++) {
      for (const server of servers) {
        const result = await runLoad(server, load)
        const known = best.get(server)
        if (round === 0) continue // Warming up.
        if (!known || result.requestsPerCpuSecond > known.requestsPerCpuSecond) {
          best.set(server, result)
        }
      }
    }
    for (const [server, result] of best) rows.push({ operation, server: server.name, ...result })
  }
  for (const server of servers) {
    rows.push({ operation: 'start, ms', server: server.name, requestCount: server.startMs })
    rows.push({
      operation: 'resident, MB',
      server: server.name,
      requestCount: residentMb(server.pid),
    })
  }
} finally {
  for (const server of servers) await server.stop()
}
reportResults('http', rows)
