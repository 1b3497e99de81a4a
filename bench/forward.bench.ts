/**
 * What the gate adds in front of a backend: latency of small objects, the rate of large ones in both
 * directions, and resident memory. Design numbers: at most 0.15 ms at the median; 5 GB up and down
 * at 80 % of the backend's own rate, at 100 MB resident; 1,000 connections at a time.
 *
 * Beside the backend itself stands a bare proxy of node:http, which decides and verifies nothing. All
 * are asked in turns, with the same bytes. The client, the gate and the backend are a process each
 * and share the machine's cores: with two of them, the rate through any proxy is that of three
 * processes on two cores. The backend does nothing with the bytes, or hashes them as S3 does.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { larges, largeRow } from './forward-large.ts'
import { signedHead } from './forward-request.ts'
import { smallRow, type Way } from './forward-small.ts'
import { measured, peakResidentMb, residentMb, resetPeak } from './load.ts'
import { reportResults, type Row } from './results.ts'
import { startServer, stopServer } from './server.ts'
import { transfer } from './transfer.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 150)
const largeBytes = Number(process.env['BENCH_GB'] ?? 5) * 1e9
const connectionCount = Number(process.env['BENCH_CONNECTIONS'] ?? 1000)
const smallBytes = 1024
const warmUpMs = 6_000

interface Started {
  readonly port: number
  readonly pid: number
  readonly child: ChildProcess
}

/** A program beside this one that prints its port. */
async function started(name: string, ...args: readonly string[]): Promise<Started> {
  const file = fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<number>((resolve) => {
    child.stdout.once('data', (said: Buffer) => {
      resolve(Number(said.toString()))
    })
  })
  return { port, pid: child.pid ?? 0, child }
}

function smallRequest(method: 'GET' | 'PUT', gatePort: number): Buffer {
  const body = method === 'PUT' ? Buffer.alloc(smallBytes, 'bailiwick') : Buffer.alloc(0)
  const hash = createHash('sha256').update(body).digest('hex')
  const length = method === 'PUT' ? ['Content-Length', String(smallBytes)] : []
  const target = method === 'PUT' ? '/bench/small' : `/bench/${String(smallBytes)}`
  return Buffer.concat([Buffer.from(signedHead(method, target, gatePort, hash, length).text), body])
}

/** Small objects over many connections at a time; all of them answered, and what that holds. */
async function manyRow(way: Way, gatePort: number): Promise<Row> {
  const request = smallRequest('GET', gatePort)
  if (way.name === 'gate') resetPeak(way.pid)
  const load = { connectionCount, durationMs: 5_000, bytes: () => request }
  const { requestsPerSecond, requestsPerCpuSecond, p50Ms } = await measured(way, load)
  return {
    operation: `GET ${String(smallBytes)} bytes, ${String(connectionCount)} connections, ${way.name}`,
    [`${way.name} p50 ms`]: p50Ms,
    'per second': requestsPerSecond,
    'per CPU second': requestsPerCpuSecond,
    ...(way.name === 'gate' && { 'gate peak MB': peakResidentMb(way.pid) }),
  }
}

/** Enough requests that what they run is compiled: a gate runs for weeks. */
async function warmUp(ways: readonly Way[], gatePort: number): Promise<void> {
  for (const method of ['GET', 'PUT'] as const) {
    const request = smallRequest(method, gatePort)
    const load = { connectionCount: 16, durationMs: warmUpMs, bytes: () => request }
    for (const way of ways) await measured(way, load)
  }
}

async function run(ways: readonly [Way, Way, Way]): Promise<void> {
  const [, bare, gate] = ways
  const nothing = createHash('sha256').digest('hex')
  for (const bucket of ['bench', 'md5']) {
    await transfer(gate.port, signedHead('PUT', `/${bucket}`, gate.port, nothing, []).text)
  }
  const rows: Row[] = [
    {
      operation: 'at start',
      'gate peak MB': peakResidentMb(gate.pid),
      'gate MB': residentMb(gate.pid),
    },
  ]
  const add = (row: Row) => {
    rows.push({ ...row, 'gate MB': residentMb(gate.pid) })
  }
  await warmUp([bare, gate], gate.port)
  add({ operation: 'after small objects', 'bare MB': residentMb(bare.pid) })
  if (largeBytes > 0) for (const large of larges) add(await largeRow(ways, large, largeBytes))
  for (const method of ['GET', 'PUT'] as const) {
    const operation = `${method} ${String(smallBytes)} bytes`
    const bytes = () => smallRequest(method, gate.port)
    if (rounds > 0) add(await smallRow(ways, { operation, bytes }, rounds))
  }
  if (connectionCount > 0) for (const way of ways) add(await manyRow(way, gate.port))
  add({ operation: 'in the end', 'bare MB': residentMb(bare.pid) })
  reportResults('forward', rows)
}

const backend = await started('./forward-backend.ts')
const bare = await started('./bare-proxy.ts', String(backend.port))
const gate = await startServer([
  '--ephemeral',
  '--backend',
  `s3=http://127.0.0.1:${String(backend.port)}`,
  '--log-level',
  'warn',
])
try {
  await run([
    { name: 'direct', ...backend },
    { name: 'bare', ...bare },
    { name: 'gate', ...gate },
  ])
} finally {
  await stopServer(gate)
  for (const { child } of [bare, backend]) child.kill('SIGKILL')
}
