/**
 * `client.json` in the data folder: what `bailiwick env` and `configure` need, so that they work
 * after the first start. Readable by its owner alone; it lies beside the master key, and may be
 * deleted: then the key has to be given by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ClientFile {
  /** Where the server was last started. */
  readonly url: string
  readonly accountId?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
}

const fileName = 'client.json'

/** Undefined where there is none, or none that can be read. */
export function readClientFile(dataDir: string): ClientFile | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, fileName), 'utf8')) as ClientFile
  } catch {
    return undefined
  }
}

export function writeClientFile(dataDir: string, client: ClientFile): void {
  writeFileSync(join(dataDir, fileName), `${JSON.stringify(client, null, 2)}\n`, { mode: 0o600 })
}
