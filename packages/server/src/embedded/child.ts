/** One embedded backend in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { childProgram, type ChildSettings, type EmbeddedKind } from '@bailiwick/embedded'

/** How long a process may take until it listens. Chosen by us. */
export const startTimeoutMs = 20_000
/** How long one is waited for that is told to stop. */
export const stopTimeoutMs = 5_000
/** After a crash the next one waits, each time twice as long, up to the limit. */
export const backOffMs = { first: 100, max: 10_000 } as const
/** A process that lived this long has recovered. */
export const healthyAfterMs = 60_000

export interface ChildOptions {
  readonly kind: EmbeddedKind
  /** The folder of its data; absent: it keeps nothing. */
  readonly dataDir?: string
  /** The folder goes with the process. */
  readonly isPassing?: boolean
  readonly accessKeyId: string
  readonly report: (message: string) => void
}

/** Starts the process when it is first needed, and again when it has ended by itself. */
export class EmbeddedChild {
  readonly socketPath: string
  readonly #options: ChildOptions
  #running: Promise<ChildProcess> | undefined
  #pid: number | undefined
  #crashes = 0
  #isClosed = false

  constructor(options: ChildOptions) {
    this.#options = options
    // The data folder's path may be longer than a socket's may be.
    const folder = `bailiwick-${randomBytes(12).toString('hex')}`
    this.socketPath = join(tmpdir(), folder, options.kind)
  }

  /** Returns once it listens. Errors: rejects where it does not start. */
  async ready(): Promise<void> {
    if (this.#isClosed) throw new Error('the server is closing')
    this.#running ??= this.#start()
    await this.#running
  }

  /** Of the process that runs; undefined where none does. */
  pid(): number | undefined {
    return this.#pid
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.stop()
    rmSync(dirname(this.socketPath), { recursive: true, force: true })
  }

  /** Ends the process; the next request starts another. */
  async stop(): Promise<void> {
    const running = await this.#running?.catch(() => undefined)
    this.#running = undefined
    if (running === undefined || running.exitCode !== null) return
    // It ends because it is told to: nothing to report.
    running.removeAllListeners('exit')
    const ended = new Promise((resolve) => running.once('exit', resolve))
    const timer = setTimeout(() => running.kill('SIGKILL'), stopTimeoutMs)
    running.stdin?.end()
    await ended
    clearTimeout(timer)
  }

  async #start(): Promise<ChildProcess> {
    if (this.#crashes > 0) {
      const waitMs = Math.min(backOffMs.first * 2 ** (this.#crashes - 1), backOffMs.max)
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
    const startedAtMs = performance.now()
    const child = this.#spawn()
    this.#pid = child.pid
    const last = { words: '' }
    child.stderr?.on('data', (said: Buffer) => {
      last.words = (last.words + said.toString()).slice(-2_000)
    })
    child.once('exit', (code, signal) => {
      if (performance.now() - startedAtMs > healthyAfterMs) this.#crashes = 0
      this.#crashes += 1
      this.#running = undefined
      const why = [String(signal ?? code), last.words.trim()].filter(Boolean).join(': ')
      this.#options.report(`embedded ${this.#options.kind} has ended (${why}); it starts anew`)
    })
    await listening(child, startTimeoutMs)
    return child
  }

  #spawn(): ChildProcess {
    const { kind, isPassing, accessKeyId } = this.#options
    const { socketPath } = this
    // The process works elsewhere than the server does.
    const dataDir = this.#options.dataDir && resolve(this.#options.dataDir)
    const socketDir = dirname(socketPath)
    // Its name is nobody's to guess, and a folder that is there already is somebody else's.
    rmSync(socketDir, { recursive: true, force: true })
    mkdirSync(socketDir, { mode: 0o700 })
    if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const folders = [socketDir, ...(dataDir === undefined ? [] : [dataDir])]
    const child = spawn(process.execPath, [...confinedTo(folders), childProgram()], {
      cwd: dataDir ?? socketDir,
      env: {},
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const settings: ChildSettings = {
      ...{ kind, socketPath, accessKeyId },
      ...(dataDir !== undefined && { dataDir }),
      ...(isPassing && { isPassing }),
    }
    child.stdin.on('error', () => undefined)
    child.stdin.write(`${JSON.stringify(settings)}\n`)
    return child
  }
}

/**
 * Node's permission model: no processes, no threads, no file but its own and the program's. It is a
 * second lock, not a wall: the packages' native parts are not held by it, nor is the network.
 */
function confinedTo(folders: readonly string[]): readonly string[] {
  const program = childProgram()
  const packages = createRequire(program).resolve.paths('fauxqs') ?? []
  // node-gyp-build asks there which C library there is.
  const system = '/etc/alpine-release'
  const readable = [join(dirname(program), '../..'), ...packages, system, ...folders]
  return [
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    '--permission',
    '--allow-addons',
    ...readable.map((folder) => `--allow-fs-read=${folder}`),
    ...folders.map((folder) => `--allow-fs-write=${folder}`),
  ]
}

function listening(child: ChildProcess, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL')
      reject(new Error(`an embedded backend ${why}`))
    }
    const timer = setTimeout(() => fail('does not listen in time'), timeoutMs)
    child.once('error', (cause) => fail(`cannot be started: ${cause.message}`))
    child.once('exit', () => fail('has ended before it listened'))
    child.stdout?.once('data', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
