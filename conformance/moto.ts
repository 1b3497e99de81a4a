/** moto's server, in a process of its own: a backend for the gate. */
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { vi } from 'vitest'
import { isInstalled } from './run.ts'
import { freePort } from './server.ts'

export const hasMoto = isInstalled('python3', '-c', 'import boto3, moto.server')

export interface Moto {
  readonly url: string
  stop(): void
}

/** @param ownAccountId The account that it takes for its own; otherwise its usual one. */
export async function startMoto(ownAccountId?: string): Promise<Moto> {
  const port = await freePort()
  const arguments_ = ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]
  const env = { ...process.env, ...(ownAccountId && { MOTO_ACCOUNT_ID: ownAccountId }) }
  const moto = spawn('python3', arguments_, { stdio: 'ignore', env })
  await listens(port)
  return { url: `http://127.0.0.1:${String(port)}`, stop: () => void moto.kill() }
}

/** It does not say when it listens. */
async function listens(port: number): Promise<void> {
  await vi.waitFor(
    () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.destroy()
          resolve()
        }).on('error', reject)
      }),
    { timeout: 30_000, interval: 100 },
  )
}
