/** Results as a table, and as a file with the machine and the revision they were measured on. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { arch, cpus, loadavg, platform, totalmem } from 'node:os'

export type Row = Readonly<Record<string, string | number>>

const folder = new URL('./results/', import.meta.url)

/** Prints the rows and writes them to `bench/results/<name>.json`. */
export function reportResults(name: string, rows: readonly Row[]): void {
  console.log(`\n${name}`)
  console.table(rows)
  const revision = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    encoding: 'utf8',
  }).trim()
  const [cpu] = cpus()
  const machine = {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
    /** Processes that wanted to run, on average over a minute: above `cores`, others took part. */
    load: Math.round(loadavg()[0] ?? 0),
  }
  mkdirSync(folder, { recursive: true })
  const measured = new Date().toISOString().slice(0, 10)
  const result = { name, measured, revision, machine, rows }
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(result, null, 2)}\n`)
}
