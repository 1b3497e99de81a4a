/** OpenStack Swift with its S3 API, where Debian's python3-swift is installed: one device, one replica. */
import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { isInstalled } from './run.ts'
import { freePort, temporaryFolder } from './server.ts'

const script = fileURLToPath(new URL('./swift/serve.py', import.meta.url))
/** Debian's own: other Pythons do not see its packages. */
const python = '/usr/bin/python3'

export const hasSwift = isInstalled('env', python, '-c', 'import swift.common.middleware.s3api')

/** A store with its address and the key that may do everything there. */
export interface Store {
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly stop: () => Promise<void>
}

/** Starts it in a folder and on ports of its own. Errors: throws with its output if it does not come up. */
export async function startSwift(): Promise<Store> {
  const folder = await temporaryFolder()
  const ports = [await freePort(), await freePort(), await freePort(), await freePort()]
  const child = spawn(python, ['-B', script, folder, ...ports.map(String)])
  let output = ''
  for (const said of [child.stdout, child.stderr]) {
    said.on('data', (piece: Buffer) => (output += piece.toString()))
  }
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.stdin.end()
    await exited
    await rm(folder, { recursive: true, force: true })
  }
  // It answers for its health once all of it has been loaded; the servers behind it are as quick.
  const [accessKeyId, secretAccessKey] = ['test:tester', 'swift-testing']
  const url = `http://127.0.0.1:${String(ports[0])}`
  try {
    await vi.waitFor(
      async () => {
        for (const port of ports) {
          await fetch(`http://127.0.0.1:${String(port)}/healthcheck`)
        }
      },
      { timeout: 50_000, interval: 100 },
    )
  } catch (cause) {
    await stop()
    throw new Error(`Swift did not come up:\n${output}`, { cause })
  }
  return { url, accessKeyId, secretAccessKey, stop }
}
