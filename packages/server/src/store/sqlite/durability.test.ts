import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomInt } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { accountId } from '../conformance/fixtures.ts'
import { openSqliteStore } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'bailiwick-durability-'))
afterAll(() => rmSync(folder, { recursive: true }))
const writer = join(import.meta.dirname, 'testing', 'writer.ts')

const shim = join(folder, 'sync-shim.so')
const compiled = spawnSync('gcc', [
  ...['-shared', '-fPIC', '-O1', '-o', shim],
  ...[join(import.meta.dirname, 'testing', 'sync-shim.c'), '-ldl'],
])
const missing =
  process.platform !== 'linux'
    ? 'needs Linux'
    : compiled.status === 0
      ? undefined
      : 'needs a C compiler: apt-get install gcc libc6-dev'
if (missing) process.stderr.write(`\nSKIPPED: syncs are not observed: it ${missing}.\n\n`)

// Goal: no write is answered before the disk has it. Method: the child's own calls to sync a file
// and to acknowledge, in order. Each acknowledgement needs a sync since its write began; with one
// client that is one since the acknowledgement before.
describe.skipIf(missing !== undefined)('a write is on the disk before it is answered', () => {
  function observe(synchronous: 'full' | 'off', clients: number, count: number): string[] {
    const log = join(folder, `syncs-${synchronous}-${clients}`)
    const descriptor = openSync(log, 'a')
    const acknowledged = openSync(`${log}-acknowledged`, 'a')
    const args = [writer, join(folder, `${synchronous}-${clients}.db`), synchronous]
    const ignored = Array.from({ length: 5 }, () => 'ignore' as const)
    const ran = spawnSync(process.execPath, [...args, String(clients), String(count), 'u', '8'], {
      env: { ...process.env, LD_PRELOAD: shim },
      stdio: ['ignore', 'ignore', 'pipe', ...ignored, acknowledged, descriptor],
      encoding: 'utf8',
    })
    closeSync(descriptor)
    closeSync(acknowledged)
    expect(ran.stderr).toBe('')
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
    // The first acknowledgement says that the child is ready; what is before it is the opening.
    return lines.slice(lines.indexOf('acknowledged') + 1)
  }

  function acknowledgedWithoutSync(lines: readonly string[]): number {
    return lines.filter((line, i) => line === 'acknowledged' && lines[i - 1] !== 'sync').length
  }

  test('one client: a sync before each answer', () => {
    const lines = observe('full', 1, 200)
    expect(lines.filter((line) => line === 'acknowledged')).toHaveLength(200)
    expect(acknowledgedWithoutSync(lines)).toBe(0)
  })

  test('the observation would see it missing: with synchronous=OFF no answer has one', () => {
    const lines = observe('off', 1, 200)
    expect(acknowledgedWithoutSync(lines)).toBe(200)
  })

  test('16 clients: after a sync at most as many answers as there are clients', () => {
    const lines = observe('full', 16, 800)
    let sinceSync = 0
    for (const line of lines) {
      sinceSync = line === 'sync' ? 0 : sinceSync + 1
      expect(sinceSync).toBeLessThanOrEqual(16)
    }
    const syncCount = lines.filter((line) => line === 'sync').length
    expect(syncCount).toBeGreaterThanOrEqual(800 / 16)
    expect(syncCount, 'writes share a sync').toBeLessThan(800)
  })
})

// Goal: a process that is killed loses nothing it has acknowledged. Method: rounds of a child that
// writes until SIGKILL, at a random moment, on one database that lives through all of them.
const rounds = Number(process.env['BAILIWICK_KILL_ROUNDS'] ?? 50)

test(
  `${rounds} times killed while writing: every acknowledged write is there, and nothing by halves`,
  async () => {
    const file = join(folder, 'killed.db')
    let acknowledgedCount = 0
    let storedCount = 0
    for (let round = 0; round < rounds; round++) {
      const acknowledged = await writeUntilKilled(file, round)
      const store = await openSqliteStore({ file })
      await store.read(async (reader) => {
        for (const name of acknowledged) {
          const found = await reader.find('user', accountId, name)
          if (!found) throw new Error(`round ${round}: ${name} was acknowledged, and is gone`)
          expect(await reader.sealed(found.id), name).toEqual(Buffer.from(name))
        }
        const version = await reader.accountVersion(accountId)
        storedCount = await reader.count('user', accountId)
        // One version for the account, and one for each user: counter, log and entities agree.
        expect(version).toBe(storedCount + (version === 0 ? 0 : 1))
        const last = await store.changes(accountId, version - 1, 2)
        expect(last).toHaveLength(version === 0 ? 0 : 1)
      })
      await store.close()
      acknowledgedCount += acknowledged.length
    }
    process.stderr.write(`killed ${rounds} times: ${acknowledgedCount} writes acknowledged, `)
    process.stderr.write(`${storedCount} stored, 0 lost\n`)
    expect(acknowledgedCount).toBeGreaterThan(rounds)
    expect(storedCount).toBeGreaterThanOrEqual(acknowledgedCount)
  },
  60_000 + rounds * 2_000,
)

/** The names acknowledged before the end, the last of which may be cut in two and then is none. */
async function writeUntilKilled(file: string, round: number): Promise<string[]> {
  const args = [writer, file, 'full', '16', '1000000', `r${round}`, '1']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  child.stdout.on('data', (chunk: Buffer) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), randomInt(100))
    output += chunk.toString()
  })
  const [, signal] = (await once(child, 'close')) as [unknown, string | null]
  expect(signal, complaint).toBe('SIGKILL')
  return output.split('\n').slice(1, -1)
}
