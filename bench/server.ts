/** The server under measurement: the bundle, in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { exchange, type Target } from './load.ts'

export const bailiwick = fileURLToPath(
  new URL('../packages/cli/dist/bailiwick.js', import.meta.url),
)
export const accountId = '111122223333'
export const credentials = {
  accessKeyId: 'AKIARTX3GSDS3QV27EJO',
  secretAccessKey: 'benchmark0only0secret0of0the0admin0key00',
}

export interface Server extends Target {
  readonly child: ChildProcess
  /** From the start of the process to the first 200 for its health. */
  readonly startMs: number
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}

/** Starts it with these flags; resolves once it is healthy. */
export async function startServer(flags: readonly string[]): Promise<Server> {
  const port = await freePort()
  const startedAt = performance.now()
  const child = spawn(process.execPath, [bailiwick, 'start', '--port', String(port), ...flags], {
    stdio: 'ignore',
    env: {
      ...process.env,
      BAILIWICK_ACCOUNT_ID: accountId,
      BAILIWICK_ADMIN_ACCESS_KEY_ID: credentials.accessKeyId,
      BAILIWICK_ADMIN_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  })
  await healthy(port, child)
  const startMs = performance.now() - startedAt
  return { child, port, pid: child.pid ?? 0, credentials, startMs }
}

/** Ends it as an operator would. */
export async function stopServer({ child }: Pick<Server, 'child'>): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await exited
}

const giveUpMs = 30_000
const askAgainMs = 2

/** By bare sockets: a client that is slow to ask would be measured along. */
async function healthy(port: number, child: ChildProcess): Promise<void> {
  const request = Buffer.from('GET /_bailiwick/health HTTP/1.1\r\nHost: bench\r\n\r\n')
  const end = performance.now() + giveUpMs
  while (performance.now() < end && child.exitCode === null) {
    if (await answersWith200(port, request)) return
    await new Promise((resolve) => setTimeout(resolve, askAgainMs))
  }
  throw new Error('the server does not answer')
}

async function answersWith200(port: number, request: Buffer): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return (await exchange(socket, request)).startsWith('HTTP/1.1 200')
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
