import { spawn, type ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { isInstalled, run } from './run.ts'
import { accountId, freePort, startServer } from './server.ts'

// Goal: boto3 unmodified, through the gate, to a real backend: what policy allows arrives there, and
// what it does not reaches nobody.
const script = fileURLToPath(new URL('./backend/walk.py', import.meta.url))
const hasMoto = isInstalled('python3', '-c', 'import boto3, moto.server')

let moto: ChildProcess | undefined
let port = 0

beforeAll(async () => {
  if (!hasMoto) return
  port = await freePort()
  const arguments_ = ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]
  // The account that its queues' URLs name: another's would need policies of its own.
  const env = { ...process.env, MOTO_ACCOUNT_ID: accountId }
  moto = spawn('python3', arguments_, { stdio: 'ignore', env })
  await listens(port)
})

afterAll(() => {
  moto?.kill()
})

/** moto does not say when it listens. */
async function listens(at: number): Promise<void> {
  await vi.waitFor(
    () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(at, '127.0.0.1', () => {
          socket.destroy()
          resolve()
        }).on('error', reject)
      }),
    { timeout: 30_000, interval: 100 },
  )
}

test.skipIf(!hasMoto)(
  'boto3 through the gate to moto (needs python3 with boto3, moto)',
  async () => {
    const server = await startServer({
      args: ['--backend', `all=http://127.0.0.1:${String(port)}`],
    })
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

test.skipIf(!hasMoto).each(['accounts', 'messages', 'stores'])(
  'two accounts at moto, by the hint: %s (needs python3 with boto3, moto)',
  async (walk) => {
    // Its variable would weigh more than the hint: it is left out.
    const own = await freePort()
    const arguments_ = ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(own)]
    const emulator = spawn('python3', arguments_, { stdio: 'ignore' })
    await listens(own)
    const url = `http://127.0.0.1:${String(own)}`
    const server = await startServer({ args: ['--backend', `all=${url},account-hint=moto`] })
    const accounts = fileURLToPath(new URL(`./backend/${walk}.py`, import.meta.url))
    try {
      const env = { ...server.environment, EMULATOR_URL: url, PYTHONDONTWRITEBYTECODE: '1' }
      const outcome = await run('python3', [accounts], { env })
      expect(outcome.stdout + outcome.stderr).toContain(`${walk}: all as expected`)
    } finally {
      await server.stop()
      emulator.kill()
    }
  },
)
