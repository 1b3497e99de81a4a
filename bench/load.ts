/** A load of signed requests over a number of connections, each waiting for its answer. */
import { connect, type Socket } from 'node:net'
import { readFileSync, writeFileSync } from 'node:fs'
import { sign, type Credentials } from '@bailiwick/wire'

export interface Target {
  readonly port: number
  readonly pid: number
  readonly credentials: Credentials
}

export interface Load {
  readonly service: string
  /** The form of request number `n`. */
  readonly body: (n: number) => string
  readonly connectionCount: number
  readonly durationMs: number
}

export interface LoadResult {
  readonly requestCount: number
  readonly requestsPerSecond: number
  /** Of the server process: the figure that does not depend on who makes the load. */
  readonly requestsPerCpuSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** One request as bytes, signed now. */
function requestBytes({ port, credentials }: Target, service: string, body: string): Buffer {
  const host = `127.0.0.1:${String(port)}`
  const rawHeaders = sign(
    {
      method: 'POST',
      target: '/',
      rawHeaders: ['Host', host, 'Content-Type', 'application/x-www-form-urlencoded'],
      body,
    },
    { credentials, region: 'us-east-1', service, now: new Date() },
  )
  const lines = ['POST / HTTP/1.1', `Content-Length: ${String(Buffer.byteLength(body))}`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    lines.push(`${rawHeaders[i] ?? ''}: ${rawHeaders[i + 1] ?? ''}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** User and system time of a process, in seconds. */
export function cpuSeconds(pid: number): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? []
  const ticksPerSecond = 100
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Resident memory of a process, in MB. */
export const residentMb = (pid: number) => statusMb(pid, 'VmRSS')

/** The most that it has been since `resetPeak`, in MB. */
export const peakResidentMb = (pid: number) => statusMb(pid, 'VmHWM')

/** Source: proc_pid_clear_refs(5): 5 sets the peak to what is resident now. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${String(pid)}/clear_refs`, '5')
}

function statusMb(pid: number, name: string): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8')
  const [, kb = '0'] = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status) ?? []
  return Math.round(Number(kb) / 1024)
}

/**
 * Sends requests until the time is over. The same bytes may be sent again: a signature holds for
 * five minutes. @throws Error at the first answer that is not 200.
 */
export async function runLoad(target: Target, load: Load): Promise<LoadResult> {
  let next = 0
  const isSame = load.body(0) === load.body(1)
  const same = isSame ? requestBytes(target, load.service, load.body(0)) : undefined
  return measured(target, {
    ...load,
    bytes: () => same ?? requestBytes(target, load.service, load.body(next++)),
  })
}

/** The same for requests that are bytes already. */
export async function measured(
  target: Pick<Target, 'port' | 'pid'>,
  load: Pick<Load, 'connectionCount' | 'durationMs'> & { readonly bytes: () => Buffer },
): Promise<LoadResult> {
  const latencies: number[] = []
  const cpuBefore = cpuSeconds(target.pid)
  const startedAt = performance.now()
  const end = startedAt + load.durationMs
  await Promise.all(
    Array.from({ length: load.connectionCount }, () =>
      oneConnection(target.port, load.bytes, end, latencies),
    ),
  )
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = cpuSeconds(target.pid) - cpuBefore
  latencies.sort((a, b) => a - b)
  const percentile = (p: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * p))] ?? 0
  return {
    requestCount: latencies.length,
    requestsPerSecond: Math.round(latencies.length / seconds),
    requestsPerCpuSecond: Math.round(latencies.length / Math.max(cpu, 0.01)),
    p50Ms: Number(percentile(0.5).toFixed(3)),
    p99Ms: Number(percentile(0.99).toFixed(3)),
  }
}

/** How long one answer may take before the benchmark gives up. */
const answerTimeoutMs = 10_000

/** Sends and waits in turn; connects anew where the server closes after each answer. */
async function oneConnection(
  port: number,
  bytes: () => Buffer,
  end: number,
  latencies: number[],
): Promise<void> {
  let socket: Socket | undefined
  do {
    const sentAt = performance.now()
    socket = socket?.writable === true ? socket : await opened(port)
    const answer = await exchange(socket, bytes())
    if (!/^HTTP\/1\.\d 200/.test(answer)) throw new Error(answer.slice(0, 2000))
    if (/^connection: *close/im.test(answer) || answer.startsWith('HTTP/1.0')) {
      socket.destroy()
      socket = undefined
    }
    latencies.push(performance.now() - sentAt)
  } while (performance.now() < end)
  socket?.destroy()
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.setNoDelay(true)
    socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error('no answer in time')))
    socket.once('error', reject)
  })
}

/** One request and its whole answer, by Content-Length. */
export function exchange(socket: Socket, request: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const done = () => {
      socket.off('data', onData)
      socket.off('close', onClose)
    }
    const onClose = () => {
      done()
      reject(new Error(`the connection closed before the answer was whole: ${received}`))
    }
    const onData = (chunk: Buffer) => {
      received += chunk.toString('latin1')
      const head = received.indexOf('\r\n\r\n')
      if (head === -1) return
      const length = Number(/content-length: *(\d+)/i.exec(received.slice(0, head))?.[1] ?? 0)
      if (received.length < head + 4 + length) return
      done()
      resolve(received)
    }
    socket.on('data', onData)
    socket.once('close', onClose)
    socket.write(request)
  })
}
