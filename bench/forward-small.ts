/**
 * What the gate adds to one small request: over one kept connection, one request at a time, the
 * backend itself, a bare proxy and the gate in short turns, so that whatever else the machine does
 * meets all three alike.
 */
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { cpuSeconds, exchange } from './load.ts'
import type { Row } from './results.ts'

/** Where requests go: to the backend itself, or through what stands before it. */
export interface Way {
  readonly name: 'direct' | 'bare' | 'gate'
  readonly port: number
  readonly pid: number
}

/** Requests of one turn: few, so that turns compared are of one moment. */
const turnCount = 100

interface Turns {
  readonly way: Way
  readonly socket: Socket
  /** Median of each turn, in milliseconds. */
  readonly medians: number[]
  cpu: number
}

export interface SmallRequest {
  readonly operation: string
  /** The bytes of a request, signed now. */
  readonly bytes: () => Buffer
}

/** One row: medians, what is added to the direct way at the median and at the tenth percentile. */
export async function smallRow(
  ways: readonly Way[],
  { operation, bytes }: SmallRequest,
  rounds: number,
): Promise<Row> {
  const turns = await Promise.all(ways.map(opened))
  const warmUpCount = Math.ceil(rounds / 5)
  for (let round = -warmUpCount; round < rounds; round++) {
    for (const each of turns) await turn(each, bytes(), round >= 0)
  }
  for (const { socket } of turns) socket.destroy()
  const [direct] = turns
  const row: Record<string, string | number> = { operation }
  for (const { way, medians, cpu } of turns) {
    row[`${way.name} p50 ms`] = rounded(quantile(medians, 0.5))
    if (way.name === 'direct') continue
    const added = medians.map((each, i) => each - (direct?.medians[i] ?? 0))
    row[`${way.name} adds ms`] = rounded(quantile(added, 0.5))
    row[`${way.name} adds p10 ms`] = rounded(quantile(added, 0.1))
    row[`${way.name} CPU ms`] = rounded((cpu * 1000) / (rounds * turnCount))
  }
  return row
}

async function opened(way: Way): Promise<Turns> {
  const socket = connect(way.port, '127.0.0.1')
  socket.setNoDelay(true)
  await once(socket, 'connect')
  return { way, socket, medians: [], cpu: 0 }
}

async function turn(turns: Turns, request: Buffer, isMeasured: boolean): Promise<void> {
  const { way, socket, medians } = turns
  const latencies: number[] = []
  const cpuBefore = cpuSeconds(way.pid)
  for (let n = 0; n < turnCount; n++) {
    const sentAt = performance.now()
    const answer = await exchange(socket, request)
    latencies.push(performance.now() - sentAt)
    if (!answer.startsWith('HTTP/1.1 200')) throw new Error(answer.slice(0, 2000))
  }
  if (!isMeasured) return
  turns.cpu += cpuSeconds(way.pid) - cpuBefore
  medians.push(quantile(latencies, 0.5))
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length * part)] ?? 0
}

const rounded = (value: number) => Number(value.toFixed(3))
