/** Runs a program to its end and gives what it said; never throws for its exit code. */
import { spawn, spawnSync } from 'node:child_process'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export async function run(
  command: string,
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>
    readonly cwd?: string
    readonly input?: string
    /** Numeric user to run as; only root may choose. */
    readonly uid?: number
  } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: options.env ?? process.env,
      cwd: options.cwd,
      ...(options.uid !== undefined && { uid: options.uid }),
      stdio: 'pipe',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      resolve({ code, stdout, stderr })
    })
    child.stdin.end(options.input ?? '')
  })
}

/** Whether a program is there to be run; the test that needs it says so when it is not. */
export function isInstalled(command: string, ...args: readonly string[]): boolean {
  const probe = spawnSync(command, args.length > 0 ? args : ['--version'], { stdio: 'ignore' })
  return probe.status === 0
}
