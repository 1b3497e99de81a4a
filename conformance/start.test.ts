import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { run, type Outcome } from './run.ts'
import { bailiwickBin, freePort, startServer, temporaryFolder } from './server.ts'

// Goal: whatever keeps the server from starting is one line that says what to do, and a non-zero
// exit; and the secrets of the first start are shown once.

const start = (...args: string[]): Promise<Outcome> =>
  run(process.execPath, [bailiwickBin, 'start', ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
    cwd: '/tmp',
  })

function expectOneLine(outcome: Outcome, words: RegExp): void {
  expect(outcome.code).not.toBe(0)
  expect(outcome.stderr).toMatch(words)
  expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
}

test('a port in use', async () => {
  const port = await freePort()
  const squatter = createServer().listen(port, '127.0.0.1')
  try {
    expectOneLine(await start('--ephemeral', '--port', String(port)), /--port/)
  } finally {
    squatter.close()
  }
})

test('a trusted proxy that is no address', async () => {
  const port = String(await freePort())
  const outcome = await start('--ephemeral', '--port', port, '--trusted-proxy', '10.0.0.0/33')
  expectOneLine(outcome, /--trusted-proxy 10\.0\.0\.0\/33 is neither an address nor a block/)
})

test('a data folder that is a file', async () => {
  const file = join(await temporaryFolder(), 'data')
  await writeFile(file, 'not a folder')
  expectOneLine(await start('--data', file, '--port', String(await freePort())), /data/)
})

test('a data folder on a file system that takes none', async () => {
  const port = String(await freePort())
  expectOneLine(await start('--data', '/proc/nope', '--port', port), /data/)
})

/** Root writes everywhere: there, someone else tries. */
const nobody = process.getuid?.() === 0 ? 65_534 : undefined

test('a data folder that is not writable', async () => {
  const folder = join(await temporaryFolder(), 'data')
  await mkdir(folder)
  await chmod(dirname(folder), 0o755)
  await chmod(folder, 0o500)
  const args = [bailiwickBin, 'start', '--data', folder, '--port', String(await freePort())]
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' }
  const outcome = await run(process.execPath, args, {
    env,
    cwd: '/tmp',
    ...(nobody !== undefined && { uid: nobody }),
  })
  expectOneLine(outcome, /writ/)
})

test('a data folder locked by another process', async () => {
  const dataDir = await temporaryFolder()
  const first = await startServer({ dataDir })
  try {
    const second = await start('--data', dataDir, '--port', String(await freePort()))
    expectOneLine(second, /in use|locked|another/)
  } finally {
    await first.stop()
  }
})

test('a damaged database', async () => {
  const dataDir = await temporaryFolder()
  await (await startServer({ dataDir })).stop()
  const { readdir } = await import('node:fs/promises')
  const files = (await readdir(dataDir)).filter((name) => /\.(db|sqlite3?)$/.test(name))
  expect(files.length).toBeGreaterThan(0)
  for (const name of files) await writeFile(join(dataDir, name), 'x'.repeat(8192))
  expectOneLine(
    await start('--data', dataDir, '--port', String(await freePort())),
    /damaged|backup/,
  )
})

test('another host than loopback needs TLS, or --insecure', async () => {
  const port = String(await freePort())
  expectOneLine(await start('--ephemeral', '--host', '0.0.0.0', '--port', port), /--insecure|--tls/)
})

test('the first start prints the secrets, the second does not', async () => {
  const dataDir = await temporaryFolder()
  const env = { BAILIWICK_ADMIN_ACCESS_KEY_ID: '', BAILIWICK_ADMIN_SECRET_ACCESS_KEY: '' }
  const first = await startServer({ dataDir, env })
  await first.stop()
  const accessKeyId = /AKIA[A-Z2-7]{16}/.exec(first.output())?.[0]
  expect(accessKeyId).toBeDefined()
  const second = await startServer({ dataDir, env })
  await second.stop()
  expect(second.output()).not.toMatch(/AKIA[A-Z2-7]{16}/)
  await first.removeData()
})

test('reset takes an ephemeral server back to its first start, and only that', async () => {
  const server = await startServer()
  const reset = (url: string, headers: Record<string, string>) =>
    fetch(`${url}/_bailiwick/reset`, { method: 'POST', headers }).then((answer) => answer.status)
  try {
    expect(await reset(server.url, {})).not.toBe(200)
    expect(await reset(server.url, { 'x-bailiwick-reset': '1' })).toBe(200)
  } finally {
    await server.stop()
  }
  const dataDir = await temporaryFolder()
  const durable = await startServer({ dataDir })
  try {
    expect(await reset(durable.url, { 'x-bailiwick-reset': '1' })).not.toBe(200)
  } finally {
    await durable.stop()
    await durable.removeData()
  }
})
