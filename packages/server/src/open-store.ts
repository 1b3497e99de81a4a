/** What the server and the recovery both open: the store and the master key. */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  masterKeyFromCommand,
  masterKeyFromFile,
  masterKeyFromText,
} from './credentials/master-key.ts'
import { sealingKey, type RandomBytes, type SealingKey } from './credentials/seal.ts'
import { StartError, type ServerOptions } from './options.ts'
import type { Store } from './store/port.ts'
import { openSqliteStore } from './store/sqlite/open.ts'

export type StoreOptions = Pick<
  ServerOptions,
  'dataDir' | 'ephemeral' | 'databaseUrl' | 'masterKey' | 'masterKeyCommand'
>

/** @throws StartError, StoreOpenError */
/** Node's own recursive `mkdir` never ends where a file system refuses new folders, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
    return
  }
  if (dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

function makeDataFolder(dataDir: string): void {
  try {
    makeFolder(resolve(dataDir))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartError(
      `the data folder ${dataDir} cannot be made (${code ?? 'unknown'}): choose another --data, or --ephemeral`,
    )
  }
}

export async function openStore(options: StoreOptions): Promise<Store> {
  if (!options.ephemeral) makeDataFolder(options.dataDir)
  if (options.databaseUrl !== undefined) {
    // Loaded here: its statements are compiled as it loads, and most run on SQLite.
    const { openPostgresStore } = await import('./store/postgres/open.ts')
    return openPostgresStore({ url: options.databaseUrl })
  }
  if (options.ephemeral) return openSqliteStore({ memory: true })
  return openSqliteStore({ file: join(options.dataDir, 'bailiwick.db') })
}

/** An ephemeral server's key is gone with it. */
export function masterKeyOf(options: StoreOptions, randomBytes: RandomBytes): SealingKey {
  try {
    if (options.masterKey !== undefined) return masterKeyFromText(options.masterKey)
    if (options.masterKeyCommand) return masterKeyFromCommand(options.masterKeyCommand)
    if (options.ephemeral && options.databaseUrl === undefined) return sealingKey(randomBytes(32))
    return masterKeyFromFile(join(options.dataDir, 'master.key'), randomBytes)
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : 'the master key cannot be read')
  }
}
