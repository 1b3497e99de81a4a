import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hasMoto, startMoto, type Moto } from './moto.ts'
import { run } from './run.ts'
import { accountId, bailiwickBin, startServer, temporaryFolder } from './server.ts'

// Goal: boto3 unmodified, through the gate, to a real backend: what policy allows arrives there, and
// what it does not reaches nobody.
const script = fileURLToPath(new URL('./backend/walk.py', import.meta.url))
let moto: Moto | undefined

beforeAll(async () => {
  // The account that its queues' URLs name: another's would need policies of its own.
  if (hasMoto) moto = await startMoto(accountId)
})

afterAll(() => {
  moto?.stop()
})

test.skipIf(!hasMoto)(
  'boto3 through the gate to moto (needs python3 with boto3, moto)',
  async () => {
    const server = await startServer({ args: ['--backend', `all=${moto?.url ?? ''}`] })
    try {
      const outcome = await run('python3', [script], { env: server.environment })
      expect(outcome.stdout + outcome.stderr).toContain('forwarded: all as expected')
      expect(outcome.code).toBe(0)
      for (const line of outcome.stdout.split('\n')) {
        if (line.startsWith('NOT WALKED')) console.warn(line)
      }
    } finally {
      await server.stop()
    }
  },
)

/** A walk of two accounts, through a gate that knows its emulator so. */
async function walkTwoAccounts(walk: string, setting: string, more: Record<string, string> = {}) {
  // Its variable would weigh more than the hint: it is left out.
  const emulator = await startMoto()
  const { url } = emulator
  const server = await startServer({ args: ['--backend', `all=${url},${setting}`] })
  const accounts = fileURLToPath(new URL(`./backend/${walk}.py`, import.meta.url))
  try {
    const here = { EMULATOR_URL: url, BAILIWICK_BIN: bailiwickBin, PYTHONDONTWRITEBYTECODE: '1' }
    const env = { ...server.environment, ...here, ...more }
    const outcome = await run('python3', [accounts], { env })
    expect(outcome.stdout + outcome.stderr).toContain(`${walk}: all as expected`)
  } finally {
    await server.stop()
    emulator.stop()
  }
}

test.skipIf(!hasMoto).each(['accounts', 'messages', 'stores', 'deliveries'])(
  'two accounts at moto, by the hint: %s (needs python3 with boto3, moto)',
  (walk) => walkTwoAccounts(walk, 'account-hint=moto', { EMULATOR_KNOWS_ACCOUNTS: '1' }),
)

// Source: moto's own account, DEFAULT_ACCOUNT_ID.
test.skipIf(!hasMoto).each(['names', 'messages', 'stores', 'deliveries'])(
  'two accounts at moto that knows one: %s (needs python3 with boto3, moto)',
  (walk) => walkTwoAccounts(walk, 'account-id=123456789012'),
)

test.skipIf(!hasMoto)(
  'what is lost, made anew and adopted behind the gate (needs python3 with boto3, moto)',
  async () => {
    const emulator = await startMoto()
    const { url } = emulator
    const dataDir = await temporaryFolder()
    const options = { dataDir, args: ['--backend', `all=${url},account-hint=moto`] }
    const script = fileURLToPath(new URL('./backend/registry.py', import.meta.url))
    let server = await startServer(options)
    const walk = async (part: string) => {
      const BAILIWICK = `${process.execPath} ${bailiwickBin}`
      const env = { ...server.environment, EMULATOR_URL: url, BAILIWICK }
      const outcome = await run('python3', ['-B', script, part], { env })
      expect(outcome.stdout + outcome.stderr).toContain('registry: all as expected')
    }
    try {
      await walk('make')
      await server.stop()
      await walk('behind')
      server = await startServer(options)
      await vi.waitFor(() => expect(server.output().match(/made it anew/g)).toHaveLength(3), 30_000)
      await walk('swept')
    } finally {
      await server.stop()
      await server.removeData()
      emulator.stop()
    }
  },
  300_000,
)
