/**
 * How soon the server answers: from the start of its process to the first 200 for its health, and
 * to the first signed GetCallerIdentity; and what it then holds in memory. Design numbers: on a data
 * folder with 10,000 users the first answer in at most 0.4 s, and at most 120 MB.
 *
 * Medians of the rounds, in turns with a bare `node -e 0`, which says how fast the machine is now.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuSeconds, residentMb, runLoad } from './load.ts'
import { reportResults, type Row } from './results.ts'
import { startServer, stopServer } from './server.ts'
import { fillWithUsers } from './users.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 7)
const userCount = 10_000

const newFolder = () => mkdtempSync(join(tmpdir(), 'bailiwick-bench-'))

interface Start {
  readonly healthMs: number
  readonly identityMs: number
  /** Of the server's process, up to then: what other processes of the machine cannot add to. */
  readonly cpuMs: number
  readonly memoryMb: number
}

async function measured(dataDir: string): Promise<Start> {
  const server = await startServer(['--data', dataDir])
  const healthyAt = performance.now()
  const body = () => 'Action=GetCallerIdentity&Version=2011-06-15'
  await runLoad(server, { service: 'sts', body, connectionCount: 1, durationMs: 0 })
  const identityMs = server.startMs + performance.now() - healthyAt
  const cpuMs = cpuSeconds(server.pid) * 1000
  const memoryMb = residentMb(server.pid)
  await stopServer(server)
  return { healthMs: server.startMs, identityMs, cpuMs, memoryMb }
}

function bareNodeMs(): number {
  const startedAt = performance.now()
  spawnSync(process.execPath, ['-e', '0'])
  return performance.now() - startedAt
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0)
}

function rowOf(start: string, starts: readonly Start[]): Row {
  return {
    start,
    'health ms': median(starts.map(({ healthMs }) => healthMs)),
    'GetCallerIdentity ms': median(starts.map(({ identityMs }) => identityMs)),
    'CPU ms': median(starts.map(({ cpuMs }) => cpuMs)),
    'memory MB': median(starts.map(({ memoryMb }) => memoryMb)),
  }
}

const filled = newFolder()
const bare: number[] = []
const first: Start[] = []
const later: Start[] = []
try {
  await measured(filled) // Makes the account and its administrator.
  await fillWithUsers(filled, userCount)
  for (let round = 0; round < rounds; round++) {
    bare.push(bareNodeMs())
    later.push(await measured(filled))
    const empty = newFolder()
    first.push(await measured(empty))
    rmSync(empty, { recursive: true, force: true })
  }
} finally {
  rmSync(filled, { recursive: true, force: true })
}
reportResults('start', [
  { start: 'node -e 0', 'health ms': median(bare) },
  rowOf('first, on an empty folder', first),
  rowOf(`later, with ${String(userCount)} users`, later),
])
