/**
 * What the gate adds in front of a backend: latency of small objects, the rate of large ones in both
 * directions, and resident memory. Design numbers: at most 0.15 ms at the median; 5 GB up and down
 * at 80 % of the backend's own rate, at 100 MB resident.
 *
 * Direct and through the gate in turns, the same bytes to both; each answer is checked. The client,
 * the gate and the backend are a process each and share the machine's cores: with two of them, the
 * rate through the gate is that of three processes on two cores.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { ChunkSigner } from './chunk-signer.ts'
import { sign } from '@bailiwick/wire'
import { cpuSeconds, measured, residentMb } from './load.ts'
import { reportResults, type Row } from './results.ts'
import { credentials, startServer, stopServer, type Server } from './server.ts'
import { pieceBytes, transfer } from './transfer.ts'

const durationMs = Number(process.env['BENCH_SECONDS'] ?? 3) * 1000
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
const largeBytes = Number(process.env['BENCH_GB'] ?? 5) * 1e9
const smallBytes = 1024
const region = 'us-east-1'
const piece = Buffer.alloc(pieceBytes, 'bailiwick')

/** Where requests go: to the backend itself, or through the gate. */
interface Way {
  readonly name: 'direct' | 'gate'
  readonly port: number
  readonly pid: number
}

interface Large {
  readonly what: string
  readonly bucket: string
  /** `x-amz-content-sha256`; absent: nothing is sent. */
  readonly payloadHash?: string
  readonly chunked?: boolean
}

async function startBackend(): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const file = fileURLToPath(new URL('./forward-backend.ts', import.meta.url))
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<number>((resolve) => {
    child.stdout.once('data', (said: Buffer) => resolve(Number(said.toString())))
  })
  return { port, child }
}

function headOf(
  method: string,
  target: string,
  port: number,
  payloadHash: string,
  headers: readonly string[],
): { readonly text: string; readonly signature: string } {
  const rawHeaders = sign(
    { method, target, rawHeaders: ['Host', `127.0.0.1:${String(port)}`, ...headers], body: '' },
    { credentials, region, service: 's3', now: new Date(), payloadHash },
  )
  const lines = [`${method} ${target} HTTP/1.1`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    lines.push(`${rawHeaders[i] ?? ''}: ${rawHeaders[i + 1] ?? ''}`)
  }
  const text = `${lines.join('\r\n')}\r\n\r\n`
  return { text, signature: /Signature=(\w+)/.exec(text)?.[1] ?? '' }
}

function smallRequest(method: 'GET' | 'PUT', gatePort: number): Buffer {
  const body = method === 'PUT' ? piece.subarray(0, smallBytes) : Buffer.alloc(0)
  const hash = createHash('sha256').update(body).digest('hex')
  const length = method === 'PUT' ? ['Content-Length', String(smallBytes)] : []
  const target = method === 'PUT' ? '/bench/small' : `/bench/${String(smallBytes)}`
  return Buffer.concat([Buffer.from(headOf(method, target, gatePort, hash, length).text), body])
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

async function small(ways: readonly Way[], gatePort: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const method of ['GET', 'PUT'] as const) {
    for (const connectionCount of [1, 16]) {
      const medians = new Map<Way, number[]>(ways.map((way) => [way, []]))
      const rates = new Map<Way, number[]>(ways.map((way) => [way, []]))
      for (let round = 0; round <= rounds; round++) {
        for (const way of ways) {
          const request = smallRequest(method, gatePort)
          const load = { connectionCount, durationMs, bytes: () => request }
          const result = await measured(way, load)
          if (round === 0) continue // Warming up.
          medians.get(way)?.push(result.p50Ms)
          rates.get(way)?.push(result.requestsPerSecond)
        }
      }
      const [direct = [], gate = []] = ways.map((way) => medians.get(way) ?? [])
      const added = median(gate.map((each, i) => each - (direct[i] ?? 0)))
      rows.push({
        operation: `${method} ${String(smallBytes)} bytes, ${String(connectionCount)} connections`,
        directP50Ms: median(direct),
        gateP50Ms: median(gate),
        addedP50Ms: Number(added.toFixed(3)),
        ...Object.fromEntries(
          ways.map((way) => [`${way.name}PerSecond`, median(rates.get(way) ?? [])]),
        ),
      })
    }
  }
  return rows
}

function* pieces(size: number): Generator<Uint8Array> {
  for (let left = size; left > 0; left -= pieceBytes) {
    yield left < pieceBytes ? piece.subarray(0, left) : piece
  }
}

/** One object up or down. @throws Error where it did not arrive whole. */
async function move(way: Way, gatePort: number, large: Large): Promise<number> {
  if (large.payloadHash === undefined) {
    const target = `/${large.bucket}/${String(largeBytes)}`
    const { text } = headOf('GET', target, gatePort, createHash('sha256').digest('hex'), [])
    const { seconds, received } = await transfer(way.port, text)
    if (received !== largeBytes) throw new Error(`${String(received)} bytes came`)
    return seconds
  }
  const signer = large.chunked ? new ChunkSigner(credentials, region) : undefined
  const size = signer ? signer.wireBytes(largeBytes, piece) : largeBytes
  const decoded = ['X-Amz-Decoded-Content-Length', String(largeBytes)]
  const length = ['Content-Length', String(size), ...(signer ? decoded : [])]
  const head = headOf('PUT', `/${large.bucket}/large`, gatePort, large.payloadHash, length)
  const body = signer?.frames(head, pieces(largeBytes)) ?? pieces(largeBytes)
  const { seconds, head: answered } = await transfer(way.port, head.text, body)
  const came = /x-amz-meta-size: (\d+)/i.exec(answered)?.[1]
  const expected = way.name === 'gate' ? largeBytes : size
  if (came !== String(expected)) throw new Error(`${String(came)} bytes came of ${String(size)}`)
  return seconds
}

async function largeRow(ways: readonly Way[], gatePort: number, large: Large): Promise<Row> {
  const rates = new Map<string, number>()
  let peakMb = 0
  let cpu = 0
  for (const way of ways) {
    const sampler = setInterval(() => {
      if (way.name === 'gate') peakMb = Math.max(peakMb, residentMb(way.pid))
    }, 100)
    const before = cpuSeconds(way.pid)
    const seconds = await move(way, gatePort, large)
    if (way.name === 'gate') cpu = cpuSeconds(way.pid) - before
    clearInterval(sampler)
    rates.set(way.name, Math.round(largeBytes / seconds / 1e6))
  }
  const { direct = 0, gate = 0 } = Object.fromEntries(rates)
  return {
    operation: `${large.what}, ${String(largeBytes / 1e9)} GB`,
    directMbPerSecond: direct,
    gateMbPerSecond: gate,
    percent: Math.round((100 * gate) / direct),
    gateCpuSecondsPerGb: Number((cpu / (largeBytes / 1e9)).toFixed(2)),
    gatePeakMb: peakMb,
  }
}

function sha256OfLarge(): string {
  const hash = createHash('sha256')
  for (const each of pieces(largeBytes)) hash.update(each)
  return hash.digest('hex')
}

async function run(backendPort: number, backendPid: number, gate: Server): Promise<void> {
  const ways: readonly Way[] = [
    { name: 'direct', port: backendPort, pid: backendPid },
    { name: 'gate', port: gate.port, pid: gate.pid },
  ]
  for (const bucket of ['bench', 'md5']) {
    const hash = createHash('sha256').digest('hex')
    await transfer(gate.port, headOf('PUT', `/${bucket}`, gate.port, hash, []).text)
  }
  const rows: Row[] = [{ operation: 'gate at start', gatePeakMb: residentMb(gate.pid) }]
  rows.push(...(await small(ways, gate.port)))
  rows.push({ operation: 'gate after small objects', gatePeakMb: residentMb(gate.pid) })
  const hashed = sha256OfLarge()
  const larges: readonly Large[] = [
    { what: 'GET', bucket: 'bench' },
    { what: 'PUT, payload not signed', bucket: 'bench', payloadHash: 'UNSIGNED-PAYLOAD' },
    { what: 'PUT, payload signed', bucket: 'bench', payloadHash: hashed },
    {
      what: 'PUT, signed in chunks',
      bucket: 'bench',
      payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      chunked: true,
    },
    { what: 'PUT, not signed, the backend hashes', bucket: 'md5', payloadHash: 'UNSIGNED-PAYLOAD' },
    { what: 'PUT, signed, the backend hashes', bucket: 'md5', payloadHash: hashed },
  ]
  for (const large of larges) rows.push(await largeRow(ways, gate.port, large))
  rows.push({ operation: 'gate in the end', gatePeakMb: residentMb(gate.pid) })
  reportResults('forward', rows)
}

const backend = await startBackend()
const gate = await startServer([
  '--ephemeral',
  '--backend',
  `s3=http://127.0.0.1:${String(backend.port)}`,
  '--log-level',
  'warn',
])
try {
  await run(backend.port, backend.child.pid ?? 0, gate)
} finally {
  await stopServer(gate)
  backend.child.kill('SIGKILL')
}
