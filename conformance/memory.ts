/** What processes take while something large passes. Of Linux alone: it is read from `/proc`. */
import { readdirSync, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'

const block = Buffer.alloc(64 * 1024, 'a')

/** That many bytes, one block after another. */
export function blocks(size: number): Readable {
  let left = size
  return new Readable({
    read() {
      const next = block.subarray(0, Math.min(left, block.length))
      left -= next.length
      this.push(next.length === 0 ? null : next)
    },
  })
}

/** A line of a process's status; undefined where it has ended. */
function statusOf(pid: number, line: RegExp): number | undefined {
  try {
    return Number(line.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}

/** The processes that one has started. */
export function childrenOf(pid: number | undefined): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).filter((each) => statusOf(each, /^PPid:\s+(\d+)/m) === pid)
}

export function residentMb(pid: number): number {
  return (statusOf(pid, /^VmRSS:\s+(\d+) kB/m) ?? 0) / 1024
}

/** Megabytes that each process has grown by at most while `work` was done. */
export async function growthOf(
  pids: readonly (number | undefined)[],
  work: () => Promise<void>,
): Promise<readonly number[]> {
  const resident = () => pids.map((pid) => residentMb(pid ?? 0))
  const before = resident()
  let peak = before
  const sampler = setInterval(() => {
    const now = resident()
    peak = peak.map((each, i) => Math.max(each, now[i] ?? 0))
  }, 20)
  await work()
  clearInterval(sampler)
  return peak.map((each, i) => each - (before[i] ?? 0))
}
