import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'

/** A PostgreSQL server of a test's own, on a socket in a folder of its own. */
export interface PostgresServer {
  /** Of an empty database. */
  readonly url: string
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Why there can be none here, or undefined where there can. */
export function postgresMissing(): string | undefined {
  if (!binaryFolder()) return 'PostgreSQL is missing: apt-get install postgresql'
  if (userInfo().uid === 0 && !unprivileged())
    return 'PostgreSQL refuses root, and there is no user postgres or nobody'
  return undefined
}

export async function startPostgres(): Promise<PostgresServer> {
  const binaries = binaryFolder()
  if (!binaries) throw new Error(postgresMissing())
  const identity = userInfo().uid === 0 ? unprivileged() : undefined
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-pg-'))
  if (identity?.uid !== undefined) chownSync(folder, identity.uid, identity.gid)
  const data = join(folder, 'data')
  const options = { ...identity, cwd: folder, encoding: 'utf8' } as const
  const flags = ['-D', data, '-U', 'bailiwick', '-E', 'UTF8', '--locale=C', '-A', 'trust', '-N']
  const made = spawnSync(join(binaries, 'initdb'), flags, options)
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const start = () => startServer(join(binaries, 'postgres'), data, folder, identity)
  let server = await start()
  return {
    url: `postgresql://bailiwick@${encodeURIComponent(folder)}/postgres`,
    async restart() {
      await stopServer(server)
      server = await start()
    },
    async stop() {
      await stopServer(server)
      rmSync(folder, { recursive: true })
    },
  }
}

async function startServer(
  binary: string,
  data: string,
  socketFolder: string,
  identity: object | undefined,
): Promise<ChildProcess> {
  const flags = ['-D', data, '-k', socketFolder, '-c', 'listen_addresses=', '-c', 'fsync=off']
  const server = spawn(binary, flags, {
    ...identity,
    cwd: socketFolder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('ready to accept connections')) resolve()
    })
    server.on('error', reject)
    server.on('exit', () => reject(new Error(`postgres ended: ${said}`)))
  })
  return server
}

/** SIGINT: a fast shutdown, which ends the sessions that are open. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  server.kill('SIGINT')
  await once(server, 'exit')
}

function binaryFolder(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).toSorted().toReversed() : []
  return [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  for (const name of ['postgres', 'nobody']) {
    const id = (flag: string) => spawnSync('id', [flag, name], { encoding: 'utf8' })
    const uid = id('-u')
    if (uid.status === 0) return { uid: Number(uid.stdout), gid: Number(id('-g').stdout) }
  }
  return undefined
}
