/**
 * Starts the built server as a user would, in a process of its own, for tests that only see it
 * from outside. Each server has its own port and data; nothing is shared.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command as a checkout has it. */
export const bailiwickBin = fileURLToPath(
  new URL('../packages/cli/bin/bailiwick.js', import.meta.url),
)

export const adminKey = {
  accessKeyId: 'AKIARTX3GSDS3QV27EJO',
  secretAccessKey: 'conformance0only0secret0of0the0admin0key',
}
export const accountId = '111122223333'

export interface RunningServer {
  readonly url: string
  readonly port: number
  readonly dataDir: string
  /** What an AWS client needs to be the first administrator. */
  readonly environment: Readonly<Record<string, string>>
  readonly process: ChildProcess
  /** All it has printed so far. */
  readonly output: () => string
  /** Resolves with the exit code; `SIGKILL` leaves the data folder for a next start. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>
  readonly removeData: () => Promise<void>
}

export interface ServerOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Use this folder and leave it; otherwise the server is ephemeral. */
  readonly dataDir?: string
  readonly port?: number
}

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
  })
}

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'bailiwick-conformance-'))
}

/** Credentials and endpoint for any AWS client. */
export function clientEnvironment(
  url: string,
  key: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = adminKey,
): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '/',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    ...(key.sessionToken && { AWS_SESSION_TOKEN: key.sessionToken }),
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
  }
}

/** Starts `bailiwick start` and waits until it is healthy; throws with its output if it is not. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const port = options.port ?? (await freePort())
  const dataDir = options.dataDir ?? (await temporaryFolder())
  const where = options.dataDir === undefined ? ['--ephemeral'] : ['--data', dataDir]
  const child = spawn(
    process.execPath,
    [bailiwickBin, 'start', '--port', String(port), ...where, ...(options.args ?? [])],
    {
      cwd: dataDir,
      env: {
        PATH: process.env['PATH'],
        HOME: dataDir,
        BAILIWICK_ACCOUNT_ID: accountId,
        BAILIWICK_ADMIN_ACCESS_KEY_ID: adminKey.accessKeyId,
        BAILIWICK_ADMIN_SECRET_ACCESS_KEY: adminKey.secretAccessKey,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const url = `http://127.0.0.1:${String(port)}`
  await healthy(url, child, () => output)
  return {
    url,
    port,
    dataDir,
    environment: clientEnvironment(url),
    process: child,
    output: () => output,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      const code = await exited
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
      return code
    },
    removeData: () => rm(dataDir, { recursive: true, force: true }),
  }
}

const startLimitMs = 55_000 // On a machine that is busy with other tests, too.

/** Asks for its health whenever it says something, which it does once it listens. */
async function healthy(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const isHealthy = await new Promise<boolean>((resolve) => {
    const ask = async () => {
      const answer = await fetch(`${url}/_bailiwick/health`).catch(() => undefined)
      if (answer?.status === 200) resolve(true)
    }
    for (const said of [child.stdout, child.stderr]) said?.on('data', () => void ask())
    child.once('exit', () => resolve(false))
    setTimeout(() => resolve(false), startLimitMs).unref()
  })
  if (isHealthy) return
  child.kill('SIGKILL')
  throw new Error(`the server did not become healthy:\n${output()}`)
}
